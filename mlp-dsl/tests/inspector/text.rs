//! A reader of the notation of plain text.

use crate::term::{Place, Term};

/// Left-hand side, with its indices, and right-hand sides of a line, without the remark.
pub(crate) fn line(line: &str) -> (Term, Vec<Term>) {
    let (left, rest) = split_equal(line);
    let mut sides = Vec::new();
    let mut rest = rest.expect("a relation");
    loop {
        let (side, next) = split_equal(rest);
        sides.push(formula(side.split("  ").next().unwrap_or(side)));
        match next {
            Some(next) => rest = next,
            None => return (formula(left.trim_end()), sides),
        }
    }
}

/// What stands before and after the first `=` or `←` that is not within brackets or a remark.
fn split_equal(text: &str) -> (&str, Option<&str>) {
    let mut depth = 0;
    for (index, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            // The sign of a condition is no relation between sides.
            '=' if text[..index]
                .rsplit_once("if ")
                .is_some_and(|(_, condition)| !condition.contains(" then ")) => {}
            '=' | '←' if depth == 0 && text[..index].ends_with(' ') => {
                return (
                    text[..index].trim_end(),
                    Some(&text[index + letter.len_utf8() + 1..]),
                );
            }
            ' ' if depth == 0 && text[index..].starts_with("  ") => {
                let rest = text[index..].trim_start();
                if !rest.starts_with('=') && !rest.starts_with('←') {
                    return (&text[..index], None);
                }
            }
            _ => {}
        }
    }
    (text, None)
}

/// A formula.
pub(crate) fn formula(text: &str) -> Term {
    let mut reader = Reader {
        rest: text,
        whole: text,
    };
    let term = reader.selection();
    assert!(
        reader.rest.is_empty(),
        "`{}` is left of `{text}`",
        reader.rest
    );
    term
}

struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) {
        assert!(
            self.eat(token),
            "`{token}` is missing at `{}` in `{}`",
            self.rest,
            self.whole
        );
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> char {
        let letter = self.peek().expect("more text");
        self.rest = &self.rest[letter.len_utf8()..];
        letter
    }

    fn selection(&mut self) -> Term {
        if self.eat("if ") {
            let condition = self.comparison();
            self.expect(" then ");
            let then = self.sum();
            self.expect(" else ");
            let otherwise = self.sum();
            return Term::Select(Box::new([condition, then, otherwise]));
        }
        self.sum()
    }

    fn comparison(&mut self) -> Term {
        let left = self.sum();
        self.expect(" ");
        let sign = self.next();
        self.expect(" ");
        Term::Compare(sign, Box::new(left), Box::new(self.sum()))
    }

    fn sum(&mut self) -> Term {
        let sign = if self.eat("−") { -1.0 } else { 1.0 };
        let mut terms = vec![(sign, self.quotient())];
        loop {
            if self.eat(" + ") {
                terms.push((1.0, self.quotient()));
            } else if self.eat(" − ") {
                terms.push((-1.0, self.quotient()));
            } else {
                return Term::Sum(terms);
            }
        }
    }

    fn quotient(&mut self) -> Term {
        let above = self.product();
        if self.eat(" / ") || self.eat("/") {
            let below = self.power();
            return Term::Quotient(Box::new(above), Box::new(below));
        }
        above
    }

    fn product(&mut self) -> Term {
        let mut factors = vec![(false, self.power())];
        loop {
            if self.eat("·") {
                factors.push((false, self.power()));
            } else if self.eat(" ⊙ ") {
                factors.push((true, self.power()));
            } else if factors.len() == 1
                && matches!(factors[0].1, Term::Number(_))
                && self.peek().is_some_and(is_name)
            {
                factors.push((false, self.power()));
            } else {
                return Term::Product(factors);
            }
        }
    }

    fn power(&mut self) -> Term {
        let mut term = self.atom();
        loop {
            let digits = self.superscripts();
            if !digits.is_empty() {
                term = Term::Power(Box::new(term), digits.parse().expect("a power"));
            } else if self.eat("^(") {
                let top = self.number();
                self.expect("/");
                let exponent = top / self.number();
                self.expect(")");
                term = Term::Power(Box::new(term), exponent);
            } else if self.eat("^") {
                let exponent = self.number();
                term = Term::Power(Box::new(term), exponent);
            } else if self.eat("ᵀ") {
                term = Term::Transposed(Box::new(term));
            } else if self.eat("[t]") {
                term = Term::AtTarget(Box::new(term));
            } else if self.rest.starts_with('[') {
                self.expect("[");
                let start = self.number() as usize;
                let end = if self.eat("..") {
                    self.number() as usize
                } else {
                    start + 1
                };
                self.expect("]");
                term = Term::Part(Box::new(term), start, end);
            } else {
                return term;
            }
        }
    }

    fn list(&mut self, end: &str) -> Vec<Term> {
        let mut operands = vec![self.selection()];
        while self.eat(", ") {
            operands.push(self.selection());
        }
        self.expect(end);
        operands
    }

    fn atom(&mut self) -> Term {
        if self.eat("(") {
            let inner = self.selection();
            self.expect(")");
            return inner;
        }
        if self.eat("{") {
            let inner = self.selection();
            self.expect("}");
            return inner;
        }
        if self.eat("|") {
            let inner = self.selection();
            self.expect("|");
            return Term::Call("abs".to_owned(), vec![inner]);
        }
        if self.eat("E[") {
            return Term::Call("E".to_owned(), self.list("]"));
        }
        if self.eat("[") {
            let first = self.selection();
            if self.eat("]") {
                return Term::List(vec![first]);
            }
            if self.eat(", ") {
                let mut parts = vec![first];
                parts.extend(self.list("]"));
                return Term::List(parts);
            }
            self.expect(" ");
            let sign = self.next();
            self.expect(" ");
            let right = self.sum();
            self.expect("]");
            return Term::Compare(sign, Box::new(first), Box::new(right));
        }
        if self.eat("√") {
            return Term::Call("√".to_owned(), vec![self.atom()]);
        }
        if self.eat("Σ") {
            let (letter, count) = self.range();
            return Term::SumOver(letter, count, Box::new(self.product()));
        }
        for sign in ["d/d", "∂/∂"] {
            if self.eat(sign) {
                let name = self.plain_name();
                self.expect("[");
                let inner = self.selection();
                self.expect("]");
                return Term::Derivative(name, Box::new(inner));
            }
        }
        if self.peek().is_some_and(|c| c.is_ascii_digit() || c == '½') {
            return Term::Number(self.number());
        }
        self.named()
    }

    /// A name with what follows it: operands, indices, or nothing.
    fn named(&mut self) -> Term {
        let name = if self.eat("∂") {
            let top = self.plain_name();
            self.expect("/∂");
            format!("∂{top}/∂{}", self.plain_name())
        } else {
            self.plain_name()
        };
        if name == "max" && self.peek().and_then(subscript).is_some() {
            let (letter, count) = self.range();
            return Term::MaximumOver(letter, count, Box::new(self.product()));
        }
        if name == "ln" && self.eat(" ") {
            return Term::Call(name, vec![self.power()]);
        }
        if self.eat("(") {
            return Term::Call(name, self.list(")"));
        }
        let mut places = Vec::new();
        while let Some(place) = self.place() {
            places.push(place);
            let mut rest = self.rest.chars();
            if rest.next() == Some(',') && rest.next().and_then(subscript).is_some() {
                self.expect(",");
            }
        }
        if places.is_empty() {
            Term::Name(name)
        } else {
            Term::Element(name, places)
        }
    }

    fn place(&mut self) -> Option<Place> {
        let digits = |reader: &mut Self| -> String {
            let digits: String = reader
                .rest
                .chars()
                .map_while(|c| subscript(c).filter(char::is_ascii_digit))
                .collect();
            for _ in digits.chars() {
                reader.next();
            }
            digits
        };
        let fixed = digits(self);
        if !fixed.is_empty() {
            return fixed.parse().ok().map(Place::Fixed);
        }
        let letter = self.peek().and_then(subscript)?;
        self.next();
        let sign = match self.peek() {
            Some('₊') => 1,
            Some('₋') => -1,
            _ => return Some(Place::Letter(letter, 0)),
        };
        self.next();
        let shift: isize = digits(self).parse().expect("a shift");
        Some(Place::Letter(letter, sign * shift))
    }

    /// The index of a sum, and how many places it has where that is said.
    fn range(&mut self) -> (char, Option<usize>) {
        let letter = subscript(self.next()).expect("an index");
        let count = self.eat("₌₀").then(|| {
            let last = self.superscripts();
            last.parse::<usize>().expect("the last place") + 1
        });
        self.expect(" ");
        (letter, count)
    }

    fn superscripts(&mut self) -> String {
        let digits: String = self.rest.chars().map_while(superscript).collect();
        for _ in digits.chars() {
            self.next();
        }
        digits
    }

    fn plain_name(&mut self) -> String {
        let name: String = self.rest.chars().take_while(|c| is_name(*c)).collect();
        assert!(
            !name.is_empty(),
            "a name is missing at `{}` in `{}`",
            self.rest,
            self.whole
        );
        self.rest = &self.rest[name.len()..];
        name
    }

    fn number(&mut self) -> f64 {
        if self.eat("½") {
            return 0.5;
        }
        let mut length = 0;
        let bytes = self.rest.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        while is_digit(length) || (bytes.get(length) == Some(&b'.') && is_digit(length + 1)) {
            length += 1;
        }
        if bytes.get(length) == Some(&b'e') && (is_digit(length + 1) || is_digit(length + 2)) {
            length += 2;
            while is_digit(length) {
                length += 1;
            }
        }
        let (number, rest) = self.rest.split_at(length);
        self.rest = rest;
        number
            .parse()
            .unwrap_or_else(|_| panic!("`{number}` at `{rest}` in `{}`", self.whole))
    }
}

fn is_name(letter: char) -> bool {
    (letter.is_alphanumeric() || letter == '_' || letter == '.')
        && superscript(letter).is_none()
        && subscript(letter).is_none()
        && !['ᵀ', '½', '√', 'Σ'].contains(&letter)
}

fn superscript(letter: char) -> Option<char> {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = digits.iter().position(|own| *own == letter)?;
    char::from_digit(digit as u32, 10)
}

fn subscript(letter: char) -> Option<char> {
    let letters = [
        ('ᵢ', 'i'),
        ('ⱼ', 'j'),
        ('ₖ', 'k'),
        ('ₗ', 'l'),
        ('ₘ', 'm'),
        ('ₙ', 'n'),
        ('ᵣ', 'r'),
        ('ₛ', 's'),
        ('ₜ', 't'),
    ];
    if let Some((_, plain)) = letters.iter().find(|(own, _)| *own == letter) {
        return Some(*plain);
    }
    let digit = u32::from(letter).checked_sub(u32::from('₀'))?;
    char::from_digit(digit, 10)
}
