//! The named rules of simplification. Each looks at one node whose operands are already simplified and either rewrites
//! it or declines; `apply` repeats them until none applies. A rule never looks at where an expression came from.

mod arithmetic;
mod batches;
mod factoring;
mod functions;
mod powers;
mod reductions;
mod selections;
mod slices;

use super::expression::Expression;
use super::variable::Variables;

/// One rule: its name, as the inspector prints it, and the rewriting.
pub struct Rule {
    /// The name.
    pub name: &'static str,
    /// The rewritten node, or `None` where the rule does not apply.
    rewrite: fn(&Expression, &Variables) -> Option<Expression>,
}

const fn rule(
    name: &'static str,
    rewrite: fn(&Expression, &Variables) -> Option<Expression>,
) -> Rule {
    Rule { name, rewrite }
}

/// How far to go. Each level includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Constants and neutral elements only: the formula stays as its author wrote it.
    Tidy,
    /// Like terms, powers, functions and reductions too.
    Collect,
    /// Common factors are taken out of sums and selections as well.
    Factor,
}

/// The rules of `Level::Tidy`, tried in this order.
const TIDY: [Rule; 5] = [
    rule("nested sums and products", arithmetic::flatten),
    rule("constants in a sum", arithmetic::constant_terms),
    rule("constants in a product", arithmetic::constant_factors),
    rule("sign of a sum", arithmetic::negated_sum),
    rule("constant powers", powers::constant_power),
];

/// What `Level::Collect` adds.
const COLLECT: [Rule; 19] = [
    rule("like terms", arithmetic::like_terms),
    rule("product of powers", powers::product_of_powers),
    rule("power of a product", powers::power_of_product),
    rule("power of a power", powers::power_of_power),
    rule("product of roots", powers::product_of_roots),
    rule("function of a constant", functions::constant_argument),
    rule("logarithm of an exponential", functions::inverse),
    rule("logarithm of a sigmoid", functions::logarithm_of_sigmoid),
    rule(
        "sign and absolute value",
        functions::sign_and_absolute_value,
    ),
    rule("reduction of a scalar", reductions::of_scalar),
    rule("linearity of sum and mean", reductions::linearity),
    rule("linearity of a mean over the batch", batches::linearity),
    rule("sum over a one-hot vector", reductions::over_one_hot),
    rule("element of an expression", reductions::element),
    rule("sum over as many as it is divided by", reductions::mean),
    rule("part of a vector", slices::whole),
    rule("parts end to end", slices::end_to_end),
    rule("selection between equals", selections::decided),
    rule("selections by one condition", selections::merge),
];

/// What `Level::Factor` adds.
const FACTOR: [Rule; 4] = [
    rule("common factor", factoring::common_factor),
    rule(
        "common factor of several terms",
        factoring::factor_of_several,
    ),
    rule("common factor of a selection", selections::common_factor),
    rule("guarded factor", selections::guarded_factor),
];

/// More rewritings than any expression within the limits of the language needs; a guard against rules that undo each
/// other.
const MOST_STEPS: usize = 20_000;

/// More rewritings than anybody reads one by one.
const MOST_SHOWN: usize = 300;

/// The expression with the rules of `level` applied everywhere, until none applies.
pub fn apply(expression: Expression, level: Level, variables: &Variables) -> Expression {
    let mut steps = 0;
    Application {
        level,
        variables,
        steps: &mut steps,
    }
    .everywhere(expression)
}

/// The same, one rewriting at a time: every rule that was applied with the whole expression after it. The order is that
/// of `apply`, which is leftmost and innermost first.
pub fn apply_in_steps(
    expression: Expression,
    level: Level,
    variables: &Variables,
    steps: &mut Vec<(&'static str, Expression)>,
) -> Expression {
    let mut total = 0;
    let application = Application {
        level,
        variables,
        steps: &mut total,
    };
    let mut current = expression;
    for _ in 0..MOST_SHOWN {
        let Some((rule, next)) = application.once(&current) else {
            return current;
        };
        steps.push((rule, next.clone()));
        current = next;
    }
    let last = apply(current, level, variables);
    steps.push(("further rules", last.clone()));
    last
}

struct Application<'a> {
    level: Level,
    variables: &'a Variables,
    steps: &'a mut usize,
}

impl Application<'_> {
    fn everywhere(&mut self, expression: Expression) -> Expression {
        let mut current = expression.map(&mut |operand| self.everywhere(operand));
        while *self.steps < MOST_STEPS {
            let Some(next) = self
                .rules()
                .find_map(|rule| (rule.rewrite)(&current, self.variables))
            else {
                break;
            };
            *self.steps += 1;
            // A rewriting can build new nodes below the one it looked at.
            current = next.map(&mut |operand| self.everywhere(operand));
        }
        current
    }

    /// The first place where a rule applies, rewritten, with the rule's name.
    fn once(&self, expression: &Expression) -> Option<(&'static str, Expression)> {
        let mut rule = None;
        let mapped = expression.clone().map(&mut |operand| {
            if rule.is_some() {
                return operand;
            }
            match self.once(&operand) {
                Some((name, next)) => {
                    rule = Some(name);
                    next
                }
                None => operand,
            }
        });
        if let Some(rule) = rule {
            return Some((rule, mapped));
        }
        let mut rules = self.rules();
        rules.find_map(|rule| Some((rule.name, (rule.rewrite)(expression, self.variables)?)))
    }

    fn rules(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        let collect: &[Rule] = if self.level == Level::Tidy {
            &[]
        } else {
            &COLLECT
        };
        let factor: &[Rule] = if self.level == Level::Factor {
            &FACTOR
        } else {
            &[]
        };
        TIDY.iter().chain(collect).chain(factor)
    }
}

/// The position of the first of `items` that `key` maps to an equal of an earlier one, with that earlier one.
fn first_pair<T: PartialEq>(
    items: &[Expression],
    key: impl Fn(&Expression) -> Option<T>,
) -> Option<(usize, usize)> {
    let keys: Vec<Option<T>> = items.iter().map(key).collect();
    (0..keys.len()).find_map(|second| {
        keys[second].as_ref()?;
        let first = keys[..second]
            .iter()
            .position(|earlier| *earlier == keys[second])?;
        Some((first, second))
    })
}

/// `items` with the pair at `first < second` replaced by `merged` at the place of the first.
fn replace_pair(
    items: &[Expression],
    (first, second): (usize, usize),
    merged: Expression,
) -> Vec<Expression> {
    let mut result = items.to_vec();
    result.remove(second);
    result[first] = merged;
    result
}
