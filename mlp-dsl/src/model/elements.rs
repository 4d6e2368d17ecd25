//! Parts of vectors and vectors made of parts: `x[3]`, `x[0..3]`, `[a, b]`, `concat(a, b)`.

use super::define::constant_value;
use super::formula::Formula;
use super::limits::MAX_LENGTH;
use super::resolve::Resolver;
use super::scope::{Length, Scope, Typed};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Call, Expression, Name};

impl<C: Scope> Resolver<'_, C> {
    /// `base[index]`
    pub(super) fn element(&mut self, base: &Name, index: &Expression) -> Option<Typed<C::Symbol>> {
        if let Some(element) = self.scope.element_at_target(base, index, self.errors) {
            return element;
        }
        let (vector, length) = self.vector(base)?;
        let place = self.place(index)?;
        if place >= length {
            self.out_of_range(base, length, index.span);
            return None;
        }
        let formula = Formula::Slice(Box::new(vector), place, place + 1);
        Some(Typed::scalar(formula))
    }

    /// `base[start..end]`
    pub(super) fn slice(
        &mut self,
        base: &Name,
        start: &Expression,
        end: &Expression,
    ) -> Option<Typed<C::Symbol>> {
        let (vector, length) = self.vector(base)?;
        let (first, last) = (self.place(start), self.place(end));
        let (first, last) = (first?, last?);
        let span = start.span.to(end.span);
        if first >= last {
            self.errors.push(
                Diagnostic::new(
                    span,
                    "this slice has no elements",
                    format!("from {first} up to {last}"),
                )
                .note("the end is not part of a slice: `x[0..3]` has the elements 0, 1 and 2"),
            );
            return None;
        }
        if last > length {
            self.out_of_range(base, length, span);
            return None;
        }
        let formula = Formula::Slice(Box::new(vector), first, last);
        Some(Typed {
            formula,
            length: Length::of(last - first),
        })
    }

    /// `concat(a, b, …)`
    pub(super) fn concat(&mut self, call: &Call) -> Option<Typed<C::Symbol>> {
        if let Some(name) = call
            .arguments
            .iter()
            .find_map(|argument| argument.name.as_ref())
        {
            let problem = Diagnostic::new(
                name.span,
                "`concat` takes values without names",
                "named here",
            );
            self.errors.push(problem.help("write `concat(a, b)`"));
            return None;
        }
        self.join(
            call.arguments
                .iter()
                .map(|argument| &argument.value)
                .collect(),
            call.span,
        )
    }

    /// `[a, b, …]`
    pub(super) fn join(&mut self, parts: Vec<&Expression>, span: Span) -> Option<Typed<C::Symbol>> {
        let resolved: Vec<_> = parts.iter().map(|part| self.expression(part)).collect();
        let resolved: Vec<Typed<C::Symbol>> = resolved.into_iter().collect::<Option<_>>()?;
        if resolved.is_empty() {
            self.errors.push(
                Diagnostic::new(span, "this vector has no elements", "nothing in it")
                    .help("name the values that it is made of: `[a, b]`"),
            );
            return None;
        }
        let open = resolved.iter().position(|part| part.length == Length::OPEN);
        if let Some(open) = open {
            self.errors.push(
                Diagnostic::new(
                    parts[open].span,
                    "a part of unknown length",
                    "as long as what comes in",
                )
                .note(
                    "a definition serves vectors of every length, so it cannot put them end to end",
                )
                .help("take a part of known length: `y[0..3]`"),
            );
            return None;
        }
        let total: usize = resolved.iter().map(|part| part.length.elements()).sum();
        if total > MAX_LENGTH {
            let problem = Diagnostic::new(
                span,
                format!("this vector has {total} elements"),
                "too long",
            );
            self.errors
                .push(problem.note(format!("a vector has at most {MAX_LENGTH} elements")));
            return None;
        }
        let formula = Formula::Join(resolved.into_iter().map(|part| part.formula).collect());
        Some(Typed {
            formula,
            length: Length::of(total),
        })
    }

    /// A vector whose elements can be named, and its length.
    fn vector(&mut self, base: &Name) -> Option<(Formula<C::Symbol>, usize)> {
        let value = self.scope.name(base, self.errors)?;
        let problem = match (self.scope.allows_elements(), &value.formula) {
            (Err(reason), _) => Diagnostic::new(base.span, "an element has no place here", reason),
            (Ok(()), Formula::Symbol(_)) => return Some((value.formula, value.length.elements())),
            (Ok(()), _) => Diagnostic::new(
                base.span,
                format!("`{}` has no elements", base.text),
                "one number",
            ),
        };
        self.errors.push(problem);
        None
    }

    /// The index of an element: a whole number.
    fn place(&mut self, index: &Expression) -> Option<usize> {
        let number = constant_value(index, self.definitions, self.errors)?;
        let place = number
            .as_integer()
            .and_then(|place| usize::try_from(place).ok());
        if place.is_none() {
            self.errors.push(
                Diagnostic::new(
                    index.span,
                    format!("{number} is not the place of an element"),
                    "not a place",
                )
                .note("places are whole numbers; the first element has the place 0"),
            );
        }
        place
    }

    fn out_of_range(&mut self, base: &Name, length: usize, span: Span) {
        let last = length - 1;
        self.errors.push(
            Diagnostic::new(
                span,
                format!("`{}` has {length} elements", base.text),
                "beyond its end",
            )
            .note(format!("its elements have the places 0 to {last}"))
            .related(base.span, format!("{length} elements")),
        );
    }
}
