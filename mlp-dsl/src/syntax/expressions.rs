//! From the matched rules of expressions to the syntax tree. The height of every tree is counted as it grows, so that
//! no stage after this one can run out of stack on it, nor can dropping it.

use pest::iterators::Pair;

use super::ast::{Argument, Call, Comparison, Expression, ExpressionKind, Name, Operator, Stage};
use super::grammar::Rule;
use super::limits::EXPRESSION_HEIGHT;
use super::parts::{Parts, contradiction, name, span};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// The tree of an expression.
pub(super) fn expression(pair: Pair<'_, Rule>) -> Result<Expression, Diagnostics> {
    pipe(pair).map(|tree| tree.expression)
}

/// A call with its arguments.
pub(super) fn call(pair: Pair<'_, Rule>) -> Result<Call, Diagnostics> {
    measured_call(pair).map(|(call, _)| call)
}

/// An expression and how high it is.
struct Tree {
    expression: Expression,
    height: usize,
}

impl Tree {
    /// An expression on top of others, the highest of which has the height `below`.
    fn grow(kind: ExpressionKind, span: Span, below: usize) -> Result<Self, Diagnostics> {
        if below >= EXPRESSION_HEIGHT {
            return Err(Diagnostic::new(
                span,
                format!("the expression is nested more than {EXPRESSION_HEIGHT} deep"),
                "too deep",
            )
            .help("give a part of it a name of its own and use that")
            .into());
        }
        Ok(Self {
            expression: Expression { kind, span },
            height: below + 1,
        })
    }

    /// `self operator right`
    fn combine(self, operator: Operator, right: Self) -> Result<Self, Diagnostics> {
        let span = self.span().to(right.span());
        let below = self.height.max(right.height);
        let kind = ExpressionKind::Binary {
            operator,
            left: Box::new(self.expression),
            right: Box::new(right.expression),
        };
        Self::grow(kind, span, below)
    }

    fn span(&self) -> Span {
        self.expression.span
    }
}

fn pipe(pair: Pair<'_, Rule>) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let input = sum(parts.expect(Rule::sum)?)?;
    let (mut span, mut below) = (input.span(), input.height);
    let mut stages = Vec::new();
    while let Some(pair) = parts.take(Rule::stage) {
        let mut parts = Parts::of(pair);
        let label = parts.take(Rule::name).map(|label| name(&label));
        let (call, height) = measured_call(parts.expect(Rule::call)?)?;
        span = span.to(call.span);
        below = below.max(height);
        stages.push(Stage { label, call });
    }
    if stages.is_empty() {
        return Ok(input);
    }
    let input = Box::new(input.expression);
    Tree::grow(ExpressionKind::Pipe { input, stages }, span, below)
}

fn measured_call(pair: Pair<'_, Rule>) -> Result<(Call, usize), Diagnostics> {
    let span = span(&pair);
    let mut parts = Parts::of(pair);
    let name = parts.name()?;
    let (arguments, height) = match parts.take(Rule::arguments) {
        Some(pair) => arguments(pair)?,
        None => (Vec::new(), 0),
    };
    Ok((
        Call {
            name,
            arguments,
            span,
        },
        height,
    ))
}

fn arguments(pair: Pair<'_, Rule>) -> Result<(Vec<Argument>, usize), Diagnostics> {
    let mut list = Vec::new();
    let mut height = 0;
    let mut inner = Parts::of(pair);
    while let Some(pair) = inner.take(Rule::argument) {
        let mut parts = Parts::of(pair);
        let name = parts.take(Rule::name).map(|part| name(&part));
        let value = pipe(parts.expect(Rule::expression)?)?;
        height = height.max(value.height);
        list.push(Argument {
            name,
            value: value.expression,
        });
    }
    Ok((list, height))
}

fn sum(pair: Pair<'_, Rule>) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let mut tree = product(parts.expect(Rule::product)?)?;
    while let Some(part) = parts.any() {
        let operator = match part.as_rule() {
            Rule::plus => Operator::Add,
            Rule::minus => Operator::Subtract,
            _ => return Err(contradiction(span(&part)).into()),
        };
        tree = tree.combine(operator, product(parts.expect(Rule::product)?)?)?;
    }
    Ok(tree)
}

fn product(pair: Pair<'_, Rule>) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let mut tree = power(parts.expect(Rule::power)?)?;
    while let Some(part) = parts.any() {
        let operator = match part.as_rule() {
            Rule::times => Operator::Multiply,
            Rule::over => Operator::Divide,
            _ => return Err(contradiction(span(&part)).into()),
        };
        tree = tree.combine(operator, power(parts.expect(Rule::power)?)?)?;
    }
    Ok(tree)
}

/// `-a ^ -b ^ c` is −(a^(−(b^c))): from the last base to the first, each takes the power so far as its exponent and
/// then its minus signs.
fn power(pair: Pair<'_, Rule>) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let mut chain = Vec::new();
    while let Some(pair) = parts.take(Rule::signed) {
        chain.push(pair);
        parts.take(Rule::caret);
    }
    let last = chain.pop().map_or_else(|| parts.expect(Rule::signed), Ok)?;
    let mut tree = signed(last, None)?;
    while let Some(pair) = chain.pop() {
        tree = signed(pair, Some(tree))?;
    }
    Ok(tree)
}

fn signed(pair: Pair<'_, Rule>, exponent: Option<Tree>) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let mut signs = Vec::new();
    while let Some(sign) = parts.take(Rule::minus) {
        signs.push(span(&sign));
    }
    let mut tree = atom(parts.expect(Rule::atom)?)?;
    if let Some(exponent) = exponent {
        tree = tree.combine(Operator::Power, exponent)?;
    }
    while let Some(sign) = signs.pop() {
        let (span, height) = (sign.to(tree.span()), tree.height);
        tree = Tree::grow(
            ExpressionKind::Negate(Box::new(tree.expression)),
            span,
            height,
        )?;
    }
    Ok(tree)
}

fn atom(pair: Pair<'_, Rule>) -> Result<Tree, Diagnostics> {
    let part = Parts::of(pair).some()?;
    let span = span(&part);
    match part.as_rule() {
        Rule::number => Tree::grow(ExpressionKind::Number(part.as_str().to_owned()), span, 0),
        Rule::conditional => conditional(part, span),
        Rule::reference => reference(part, span),
        Rule::group => {
            let mut tree = pipe(Parts::of(part).expect(Rule::expression)?)?;
            tree.expression.span = span;
            Ok(tree)
        }
        Rule::join => {
            let mut parts = Parts::of(part);
            let mut elements = Vec::new();
            let mut below = 0;
            while let Some(pair) = parts.take(Rule::expression) {
                let element = pipe(pair)?;
                below = below.max(element.height);
                elements.push(element.expression);
            }
            Tree::grow(ExpressionKind::Join(elements), span, below)
        }
        _ => Err(contradiction(span).into()),
    }
}

fn reference(pair: Pair<'_, Rule>, span: Span) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let base = parts.name()?;
    if let Some(pair) = parts.take(Rule::arguments) {
        let (arguments, below) = arguments(pair)?;
        let call = Call {
            name: base,
            arguments,
            span,
        };
        return Tree::grow(ExpressionKind::Call(call), span, below);
    }
    match parts.take(Rule::index) {
        Some(pair) => index(base, pair, span),
        None => Tree::grow(ExpressionKind::Name(base), span, 0),
    }
}

fn index(base: Name, pair: Pair<'_, Rule>, span: Span) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    let start = pipe(parts.expect(Rule::expression)?)?;
    let Some(end) = parts.take(Rule::expression) else {
        let index = Box::new(start.expression);
        return Tree::grow(ExpressionKind::Element { base, index }, span, start.height);
    };
    let end = pipe(end)?;
    let below = start.height.max(end.height);
    let kind = ExpressionKind::Slice {
        base,
        start: Box::new(start.expression),
        end: Box::new(end.expression),
    };
    Tree::grow(kind, span, below)
}

fn conditional(pair: Pair<'_, Rule>, span: Span) -> Result<Tree, Diagnostics> {
    let mut parts = Parts::of(pair);
    parts.expect(Rule::if_word)?;
    let left = sum(parts.expect(Rule::sum)?)?;
    let comparison = match parts.expect(Rule::comparison)?.as_str() {
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        _ => return Err(contradiction(span).into()),
    };
    let right = sum(parts.expect(Rule::sum)?)?;
    let then = pipe(parts.expect(Rule::expression)?)?;
    parts.expect(Rule::else_word)?;
    let otherwise = pipe(parts.expect(Rule::expression)?)?;
    let below = [&left, &right, &then, &otherwise]
        .map(|tree| tree.height)
        .into_iter()
        .fold(0, usize::max);
    let kind = ExpressionKind::If {
        comparison,
        left: Box::new(left.expression),
        right: Box::new(right.expression),
        then: Box::new(then.expression),
        otherwise: Box::new(otherwise.expression),
    };
    Tree::grow(kind, span, below)
}
