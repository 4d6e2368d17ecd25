//! Expressions of the syntax tree into formulas: names, functions, lengths.

use super::arguments::Signature;
use super::definitions::{Activation, Definitions, Formal};
use super::formula::{Formula, Function, Operator, Reduction, Selection, Stated};
use super::limits::{MAX_FORMULA_DEPTH, MAX_FORMULA_SIZE};
use super::scope::{Length, Scope, Typed};
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{self, Call, Expression, ExpressionKind, Name};

/// Resolves expressions within one scope.
pub(super) struct Resolver<'a, C: Scope> {
    pub(super) definitions: &'a Definitions,
    pub(super) scope: &'a mut C,
    pub(super) errors: &'a mut Diagnostics,
}

impl<C: Scope> Resolver<'_, C> {
    /// The formula that `expression` stands for, or `None` after its errors were reported.
    pub(super) fn expression(&mut self, expression: &Expression) -> Option<Typed<C::Symbol>> {
        match &expression.kind {
            ExpressionKind::Number(literal) => self.number(literal, expression.span),
            ExpressionKind::Name(name) => self.scope.name(name, self.errors),
            ExpressionKind::Element { base, index } => self.element(base, index),
            ExpressionKind::Slice { base, start, end } => self.slice(base, start, end),
            ExpressionKind::Join(parts) => self.join(parts.iter().collect(), expression.span),
            ExpressionKind::Call(call) => self.call(call),
            ExpressionKind::Negate(operand) => {
                let operand = self.expression(operand)?;
                Some(Typed {
                    formula: Formula::Negate(Box::new(operand.formula)),
                    length: operand.length,
                })
            }
            ExpressionKind::Binary {
                operator,
                left,
                right,
            } => {
                let (first, second) = (self.expression(left), self.expression(right));
                let (first, second) = (first?, second?);
                let operator = match operator {
                    ast::Operator::Add => Operator::Add,
                    ast::Operator::Subtract => Operator::Subtract,
                    ast::Operator::Multiply => Operator::Multiply,
                    ast::Operator::Divide => Operator::Divide,
                    ast::Operator::Power => Operator::Power,
                };
                let length =
                    self.joint([(first.length, left.span), (second.length, right.span)])?;
                self.operands(operator, &second.formula, right.span)?;
                let formula = Formula::binary(operator, first.formula, second.formula);
                Some(Typed { formula, length })
            }
            ExpressionKind::If {
                comparison,
                left,
                right,
                then,
                otherwise,
            } => {
                let sides = [left, right, then, otherwise]
                    .map(|side| self.expression(side).map(|t| (t, side.span)));
                let [left, right, then, otherwise] = sides;
                let sides = [left?, right?, then?, otherwise?];
                let length =
                    self.joint(sides.each_ref().map(|(typed, span)| (typed.length, *span)))?;
                let [left, right, then, otherwise] = sides.map(|(typed, _)| typed.formula);
                let comparison = *comparison;
                let formula = Formula::Select(Box::new(Selection {
                    comparison,
                    left,
                    right,
                    then,
                    otherwise,
                }));
                Some(Typed { formula, length })
            }
            ExpressionKind::Pipe { input, stages } => self.scope.pipe(input, stages, self.errors),
        }
    }

    fn number<S>(&mut self, literal: &str, span: Span) -> Option<Typed<S>> {
        let number = Number::parse(literal);
        if number.is_none() {
            self.errors.push(
                Diagnostic::new(
                    span,
                    format!("`{literal}` is not a number that fits"),
                    "too large",
                )
                .note("numbers are 64-bit floats: at most about 1.8e308"),
            );
        }
        number.map(|number| Typed::scalar(Formula::Number(number)))
    }

    /// The common length of operands; a scalar spreads.
    fn joint<const N: usize>(&mut self, operands: [(Length, Span); N]) -> Option<Length> {
        let mut longest: Option<(Length, Span)> = None;
        for (length, place) in operands {
            match (longest, length) {
                (_, Length::One) => {}
                (None, _) => longest = Some((length, place)),
                (Some((known, _)), _) if known == length => {}
                (Some((known, other)), _) => {
                    self.errors.push(
                        Diagnostic::new(
                            place,
                            format!(
                                "the lengths {} and {} do not fit",
                                known.elements(),
                                length.elements()
                            ),
                            format!("this has {} elements", length.elements()),
                        )
                        .related(other, format!("this has {} elements", known.elements()))
                        .note("arithmetic works element by element on vectors of one length")
                        .help("give both the same length; a `dense` stage changes a length"),
                    );
                    return None;
                }
            }
        }
        Some(longest.map_or(Length::One, |(length, _)| length))
    }

    /// Checks what an operator asks of its right operand.
    fn operands<S>(&mut self, operator: Operator, right: &Formula<S>, span: Span) -> Option<()> {
        let problem = match operator {
            Operator::Divide if right.constant().is_some_and(Number::is_zero) => {
                Diagnostic::new(span, "a division by zero", "this is zero")
                    .help("divide by something else than 0")
            }
            _ => return Some(()),
        };
        self.errors.push(problem);
        None
    }

    fn call(&mut self, call: &Call) -> Option<Typed<C::Symbol>> {
        let name = call.name.text.as_str();
        match (name, call.arguments.len()) {
            ("min", _) => self.elementwise(Operator::Minimum, call),
            ("max", 2..) => self.elementwise(Operator::Maximum, call),
            ("concat", _) => self.concat(call),
            _ => {
                if let Some(function) = Function::named(name) {
                    let [argument] = self.positional(call)?;
                    let formula = Formula::Unary(function, Box::new(argument.formula));
                    return Some(Typed {
                        formula,
                        length: argument.length,
                    });
                }
                if let Some(reduction) = Reduction::named(name) {
                    let [argument] = self.positional(call)?;
                    return Some(Typed::scalar(Formula::Reduce(
                        reduction,
                        Box::new(argument.formula),
                    )));
                }
                self.activation_call(call)
            }
        }
    }

    /// The resolved arguments of a function that takes `N`, none of them by name.
    fn positional<const N: usize>(&mut self, call: &Call) -> Option<[Typed<C::Symbol>; N]> {
        let resolved: Vec<Option<Typed<C::Symbol>>> = call
            .arguments
            .iter()
            .map(|argument| self.expression(&argument.value))
            .collect();
        let named = call
            .arguments
            .iter()
            .find_map(|argument| argument.name.as_ref());
        if named.is_some() || resolved.len() != N {
            let (count, example) = if N == 1 {
                ("one argument", "(a)")
            } else {
                ("two arguments", "(a, b)")
            };
            let span = named.map_or(call.span, |name| name.span);
            let name = &call.name.text;
            let problem = Diagnostic::new(
                span,
                format!("`{name}` takes {count}, without a name"),
                if named.is_some() {
                    "named here".to_owned()
                } else {
                    format!("{} given here", resolved.len())
                },
            );
            self.errors
                .push(problem.help(format!("write `{name}{example}`")));
            return None;
        }
        let resolved: Vec<Typed<C::Symbol>> = resolved.into_iter().collect::<Option<_>>()?;
        resolved.try_into().ok()
    }

    fn elementwise(&mut self, operator: Operator, call: &Call) -> Option<Typed<C::Symbol>> {
        let [left, right] = self.positional(call)?;
        let places = [call.arguments[0].value.span, call.arguments[1].value.span];
        let length = self.joint([(left.length, places[0]), (right.length, places[1])])?;
        Some(Typed {
            formula: Formula::binary(operator, left.formula, right.formula),
            length,
        })
    }

    /// `silu(x)`, `leaky_relu(x, slope = 0.2)`
    fn activation_call(&mut self, call: &Call) -> Option<Typed<C::Symbol>> {
        let Some(activation) = self.definitions.activation(&call.name)? else {
            self.errors.push(self.unknown_function(&call.name));
            return None;
        };
        let signature = Signature {
            title: format!("`{}`", call.name.text),
            names: std::iter::once(activation.argument.as_str())
                .chain(
                    activation
                        .parameters
                        .iter()
                        .map(|parameter| parameter.name.as_str()),
                )
                .collect(),
            required: 1,
        };
        let bound = signature.bind(call, self.errors)?;
        let argument = self.expression(bound.first().copied().flatten()?)?;
        self.apply(activation, argument, &bound[1..], call.span)
    }

    /// An activation applied to `argument`, with `given` its parameters in order.
    pub(super) fn apply(
        &mut self,
        activation: &Activation,
        argument: Typed<C::Symbol>,
        given: &[Option<&Expression>],
        span: Span,
    ) -> Option<Typed<C::Symbol>> {
        self.scope.begin_activation(activation);
        let mut parameters = Vec::new();
        for (index, parameter) in activation.parameters.iter().enumerate() {
            parameters.push(match given.get(index).copied().flatten() {
                Some(expression) if parameter.learn => {
                    let place = expression.span;
                    self.errors.push(
                        Diagnostic::new(
                            place,
                            format!("`{}` is learned, so it takes no value", parameter.name),
                            "given here",
                        )
                        .help("leave it out; training finds its value"),
                    );
                    return None;
                }
                Some(expression) => {
                    let value = self.expression(expression)?;
                    if let Length::Many(length) = value.length {
                        let problem = Diagnostic::new(
                            expression.span,
                            format!("the parameter `{}` is one number", parameter.name),
                            if length == usize::MAX {
                                "this is a vector".to_owned()
                            } else {
                                format!("this has {length} elements")
                            },
                        );
                        let help = "make a number of it, such as `mean(…)`";
                        self.errors.push(problem.help(help));
                        return None;
                    }
                    value.formula
                }
                None if parameter.learn => {
                    self.scope.learned(activation, index, span, self.errors)?
                }
                None => Formula::Number(parameter.default),
            });
        }
        let size_of = |formal: &Formal| match formal {
            Formal::Parameter(index) => parameters[*index].size(),
            Formal::Argument | Formal::Target => argument.formula.size(),
        };
        let derivative_size = activation
            .derivative
            .as_ref()
            .map_or(0, |d| d.substituted_size(&size_of));
        limited(
            activation.formula.substituted_size(&size_of) + derivative_size,
            0,
            span,
            self.errors,
        )?;
        let mut replace = |formal: &Formal| match formal {
            Formal::Parameter(index) => parameters[*index].clone(),
            Formal::Argument | Formal::Target => argument.formula.clone(),
        };
        let mut formula = activation.formula.substitute(&mut replace);
        if let Some(derivative) = &activation.derivative {
            let derivative = derivative.substitute(&mut replace);
            let argument = argument.formula.clone();
            formula = Formula::Stated(Box::new(Stated {
                value: formula,
                argument,
                derivative,
            }));
        }
        instantiated(&formula, span, self.errors)?;
        Some(Typed {
            formula,
            length: argument.length,
        })
    }

    fn unknown_function(&self, name: &Name) -> Diagnostic {
        let functions = Function::ALL.iter().map(|(name, _)| *name);
        let reductions = Reduction::ALL.iter().map(|(name, _)| *name);
        let known = functions
            .chain(reductions)
            .chain(["min"])
            .chain(self.definitions.activations.keys().map(String::as_str));
        let problem = Diagnostic::new(
            name.span,
            format!("there is no function or activation `{}`", name.text),
            "not known",
        );
        match nearest(&name.text, known) {
            Some(near) => problem.did_you_mean(near),
            None => problem.help(format!("define it: `activation {}(x) = …`", name.text)),
        }
    }
}

/// Checks what can only be seen once a formula's parameters have their values: size, constant exponents, divisors.
pub(super) fn instantiated<S>(
    formula: &Formula<S>,
    span: Span,
    errors: &mut Diagnostics,
) -> Option<()> {
    limited(formula.size(), formula.depth(), span, errors)?;
    if formula.any(&|part| matches!(part, Formula::Binary(Operator::Power, _, exponent) if exponent.constant().is_none())) {
        errors.push(
            Diagnostic::new(span, "the exponent of `^` is not a constant", "its exponent varies")
                .help("for a varying exponent of a positive base write `exp(exponent * ln(base))`"),
        );
        return None;
    }
    let divides_by_zero = |part: &Formula<S>| matches!(part, Formula::Binary(Operator::Divide, _, divisor) if divisor.constant().is_some_and(Number::is_zero));
    if formula.any(&divides_by_zero) {
        errors.push(
            Diagnostic::new(
                span,
                "a division by zero",
                "with these parameters it divides by zero",
            )
            .help("give the parameter another value"),
        );
        return None;
    }
    Some(())
}

fn limited(size: usize, depth: usize, span: Span, errors: &mut Diagnostics) -> Option<()> {
    if size <= MAX_FORMULA_SIZE && depth <= MAX_FORMULA_DEPTH {
        return Some(());
    }
    errors.push(
        Diagnostic::new(
            span,
            "this formula is too large",
            "too large when everything it calls is written out",
        )
        .note(format!(
            "a formula has at most {MAX_FORMULA_SIZE} parts and {MAX_FORMULA_DEPTH} levels"
        ))
        .help("split it into several named values"),
    );
    None
}
