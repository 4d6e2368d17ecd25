//! A reader of the part of LaTeX that is printed.

use crate::term::Term;

/// Left-hand side and right-hand sides of the rows of all `align*` environments of a text.
pub(crate) fn rows(text: &str) -> Vec<(Term, Vec<Term>)> {
    let mut all: Vec<(Term, Vec<Term>)> = Vec::new();
    for environment in text.split("\\begin{align*}\n").skip(1) {
        let body = environment
            .split("\n\\end{align*}")
            .next()
            .unwrap_or_default();
        for row in body.split(" \\\\\n") {
            let row = row.split(" && ").next().unwrap_or(row).trim();
            let (left, sides) = row.split_once("&=").expect("a relation");
            let sides = sides_of(sides).into_iter().map(|side| formula(&side));
            match (left.trim(), all.last_mut()) {
                ("", Some((_, last))) => last.extend(sides),
                (left, _) => all.push((formula(left), sides.collect())),
            }
        }
    }
    all
}

/// The forms between the signs `=` that are not within brackets.
fn sides_of(text: &str) -> Vec<String> {
    let mut sides: Vec<String> = Vec::new();
    let count = |text: &str, token: &str| text.matches(token).count();
    for part in text.split(" = ") {
        match sides.last_mut() {
            Some(last)
                if count(last, "\\left") != count(last, "\\right")
                    || count(last, "\\begin") != count(last, "\\end") =>
            {
                last.push_str(" = ");
                last.push_str(part);
            }
            _ => sides.push(part.to_owned()),
        }
    }
    sides
}

/// A formula.
pub(crate) fn formula(text: &str) -> Term {
    let mut reader = Reader { rest: text.trim() };
    let term = reader.sum();
    assert!(
        reader.rest.is_empty(),
        "`{}` is left of `{text}`",
        reader.rest
    );
    term
}

/// The Greek letters of the texts that are read.
const GREEK: [(&str, char); 7] = [
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("mu", 'μ'),
    ("pi", 'π'),
    ("sigma", 'σ'),
];

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) {
        assert!(self.eat(token), "`{token}` is missing at `{}`", self.rest);
    }

    fn sum(&mut self) -> Term {
        let sign = if self.eat("-") { -1.0 } else { 1.0 };
        let mut terms = vec![(sign, self.product())];
        loop {
            if self.eat("+") {
                terms.push((1.0, self.product()));
            } else if self.eat("-") {
                terms.push((-1.0, self.product()));
            } else {
                return Term::Sum(terms);
            }
        }
    }

    fn product(&mut self) -> Term {
        let mut factors = vec![(false, self.power())];
        loop {
            if self.eat("\\cdot") || self.eat("\\,") || self.eat("\\times") {
                factors.push((false, self.power()));
            } else if self.eat("\\odot") {
                factors.push((true, self.power()));
            } else if self.starts_factor() {
                factors.push((false, self.power()));
            } else {
                return Term::Product(factors);
            }
        }
    }

    /// Whether a factor follows right behind another.
    fn starts_factor(&mut self) -> bool {
        self.skip();
        let ends = [
            "\\right",
            "\\le",
            "\\ge",
            "\\ne",
            "\\\\",
            "\\end",
            "\\text{otherwise}",
            "\\ ",
        ];
        let start = self.rest.chars().next();
        start.is_some_and(|c| c.is_alphabetic() || c == '\\' || c == '{')
            && !ends.iter().any(|end| self.rest.starts_with(end))
            || self.rest.starts_with("\\left(")
    }

    fn power(&mut self) -> Term {
        let mut term = self.atom();
        loop {
            if self.eat("^{\\top}") {
                term = Term::Transposed(Box::new(term));
            } else if self.eat("^{") {
                let exponent = self.constant();
                self.expect("}");
                term = match term {
                    Term::Number(base) => Term::Number(base.powf(exponent)),
                    other => Term::Power(Box::new(other), exponent),
                };
            } else if self.rest.starts_with("\\left[") {
                self.expect("\\left[");
                if self.eat("t\\right]") {
                    term = Term::AtTarget(Box::new(term));
                    continue;
                }
                let (range, rest) = self.rest.split_once("\\right]").expect("the end of a part");
                self.rest = rest;
                let (start, end) = match range.split_once("..") {
                    Some((start, end)) => (
                        start.parse().expect("a place"),
                        end.parse().expect("a place"),
                    ),
                    None => {
                        let start: usize = range.parse().expect("a place");
                        (start, start + 1)
                    }
                };
                term = Term::Part(Box::new(term), start, end);
            } else {
                return term;
            }
        }
    }

    fn constant(&mut self) -> f64 {
        let sign = if self.eat("-") { -1.0 } else { 1.0 };
        match self.atom() {
            Term::Number(number) => sign * number,
            other => panic!("{other:?} is no number"),
        }
    }

    fn group(&mut self) -> &'a str {
        self.expect("{");
        let mut depth = 1;
        for (index, letter) in self.rest.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inner = &self.rest[..index];
                self.rest = &self.rest[index + 1..];
                return inner;
            }
        }
        panic!("a brace is not closed at `{}`", self.rest);
    }

    fn operands(&mut self) -> Vec<Term> {
        self.expect("\\left(");
        let mut operands = vec![self.sum()];
        while self.eat(",\\ ") {
            operands.push(self.sum());
        }
        self.expect("\\right)");
        operands
    }

    fn comparison(&mut self) -> Term {
        let left = self.sum();
        let signs = [
            ("<", '<'),
            ("\\le", '≤'),
            (">", '>'),
            ("\\ge", '≥'),
            ("=", '='),
            ("\\ne", '≠'),
        ];
        let sign = signs
            .iter()
            .find(|(token, _)| self.eat(token))
            .expect("a comparison")
            .1;
        Term::Compare(sign, Box::new(left), Box::new(self.sum()))
    }

    fn atom(&mut self) -> Term {
        self.skip();
        if self.eat("\\left(") {
            let inner = self.sum();
            self.expect("\\right)");
            return inner;
        }
        if self.eat("\\left|") {
            let inner = self.sum();
            self.expect("\\right|");
            return Term::Call("abs".to_owned(), vec![inner]);
        }
        if self.eat("\\mathbb{E}\\left[") {
            let inner = self.sum();
            self.expect("\\right]");
            return Term::Call("E".to_owned(), vec![inner]);
        }
        if self.eat("\\left[") {
            let first = self.sum();
            if self.eat("\\right]") {
                return Term::List(vec![first]);
            }
            if self.rest.starts_with(',') {
                let mut parts = vec![first];
                while self.eat(",\\ ") {
                    parts.push(self.sum());
                }
                self.expect("\\right]");
                return Term::List(parts);
            }
            let signs = [
                ("<", '<'),
                ("\\le", '≤'),
                (">", '>'),
                ("\\ge", '≥'),
                ("=", '='),
                ("\\ne", '≠'),
            ];
            let sign = signs
                .iter()
                .find(|(token, _)| self.eat(token))
                .expect("a comparison")
                .1;
            let right = self.sum();
            self.expect("\\right]");
            return Term::Compare(sign, Box::new(first), Box::new(right));
        }
        if self.rest.starts_with('{') {
            return formula(self.group());
        }
        if self.eat("\\begin{cases}") {
            let then = self.sum();
            self.expect("& \\text{if }");
            let condition = self.comparison();
            self.expect("\\\\");
            let otherwise = self.sum();
            self.expect("& \\text{otherwise} \\end{cases}");
            return Term::Select(Box::new([condition, then, otherwise]));
        }
        if self.eat("\\sqrt") {
            return Term::Call("√".to_owned(), vec![formula(self.group())]);
        }
        if self.eat("\\frac") || self.eat("\\tfrac") {
            return self.fraction();
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let length = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.');
            let (number, rest) = self.rest.split_at(length.unwrap_or(self.rest.len()));
            self.rest = rest;
            return Term::Number(number.parse().expect("a number"));
        }
        self.named()
    }

    fn fraction(&mut self) -> Term {
        let (above, below) = (self.group(), self.group());
        let letter = ["\\partial", "\\mathrm{d}"]
            .into_iter()
            .find(|letter| above.starts_with(letter));
        if let Some(letter) = letter {
            let name = |part: &str| match formula(part.trim_start_matches(letter)) {
                Term::Sum(mut terms) => match terms.remove(0).1 {
                    Term::Product(mut factors) => match factors.remove(0).1 {
                        Term::Name(name) => name,
                        other => panic!("{other:?} is no name"),
                    },
                    other => panic!("{other:?} is no name"),
                },
                other => panic!("{other:?} is no name"),
            };
            if above == letter {
                self.expect("\\left[");
                let inner = self.sum();
                self.expect("\\right]");
                return Term::Derivative(name(below), Box::new(inner));
            }
            return Term::Name(format!("∂{}/∂{}", name(above), name(below)));
        }
        match (
            formula(above),
            formula(below),
            above.parse::<f64>(),
            below.parse::<f64>(),
        ) {
            (_, _, Ok(above), Ok(below)) => Term::Number(above / below),
            (above, below, ..) => Term::Quotient(Box::new(above), Box::new(below)),
        }
    }

    fn named(&mut self) -> Term {
        let name = self.letters();
        if self.rest.starts_with("\\left(") {
            // A name of its own before a parenthesis is a factor; a function is a command.
            if name.1 {
                return Term::Call(name.0, self.operands());
            }
        }
        if name.0 == "ln" {
            return Term::Call(name.0, vec![self.power()]);
        }
        let mut name = name.0;
        if self.rest.starts_with("_{") {
            self.expect("_");
            name.push_str(self.group());
        }
        Term::Name(name)
    }

    /// Letters, and whether they can be a function.
    fn letters(&mut self) -> (String, bool) {
        for command in ["\\mathit", "\\textit"] {
            if self.eat(command) {
                let mut name = self.group().replace("\\_", "_").replace('$', "");
                for (command, letter) in GREEK {
                    name = name.replace(&format!("\\{command}"), &letter.to_string());
                }
                return (name, false);
            }
        }
        for command in ["\\operatorname", "\\mathop{\\text"] {
            if self.eat(command) {
                return (self.group().replace("\\_", "_"), true);
            }
        }
        if self.rest.starts_with('\\') {
            let rest = &self.rest[1..];
            let length = rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(rest.len());
            let (command, rest) = rest.split_at(length);
            self.rest = rest;

            let letter = GREEK.iter().find(|(name, _)| *name == command);
            return match letter {
                Some((_, letter)) => (letter.to_string(), *letter == 'σ'),
                None => (command.to_owned(), true),
            };
        }
        let mut letters = self.rest.chars();
        let letter = letters.next().filter(|c| c.is_ascii_alphabetic());
        let letter = letter.unwrap_or_else(|| panic!("a name is missing at `{}`", self.rest));
        self.rest = letters.as_str();
        (letter.to_string(), false)
    }
}
