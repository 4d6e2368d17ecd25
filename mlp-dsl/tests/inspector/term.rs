//! Formulas as the readers understand them, and their numbers for one sample.

use std::collections::BTreeMap;
use std::rc::Rc;

/// A formula that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Number(f64),
    Name(String),
    /// An element of a named vector or matrix.
    Element(String, Vec<Place>),
    Sum(Vec<(f64, Term)>),
    /// Factors; `true` where the factor is joined to the ones before it element by element.
    Product(Vec<(bool, Term)>),
    Quotient(Box<Term>, Box<Term>),
    Power(Box<Term>, f64),
    Transposed(Box<Term>),
    Call(String, Vec<Term>),
    Compare(char, Box<Term>, Box<Term>),
    Select(Box<[Term; 3]>),
    AtTarget(Box<Term>),
    Part(Box<Term>, usize, usize),
    List(Vec<Term>),
    SumOver(char, Option<usize>, Box<Term>),
    MaximumOver(char, Option<usize>, Box<Term>),
    /// The derivative of a formula by a name.
    Derivative(String, Box<Term>),
}

/// A place: a number, or a letter with what is added to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    Fixed(usize),
    Letter(char, isize),
}

/// A matrix; a vector has one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) data: Vec<f64>,
}

impl Value {
    pub(crate) fn number(number: f64) -> Self {
        Self::vector(vec![number])
    }

    pub(crate) fn vector(data: Vec<f64>) -> Self {
        Self {
            rows: data.len(),
            columns: 1,
            data,
        }
    }

    /// The mean of values of one shape.
    pub(crate) fn mean(values: &[Self]) -> Self {
        let (first, rest) = values.split_first().expect("a value");
        let sum = (rest.iter()).fold(first.clone(), |sum, value| sum.combine(value, |a, b| a + b));
        sum.map(|x| x / values.len() as f64)
    }

    pub(crate) fn is_close(&self, other: &Self) -> bool {
        let length = self.data.len().max(other.data.len());
        (0..length).all(|index| {
            let (a, b) = (self.at(index), other.at(index));
            (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
        })
    }

    /// The element at a place; a single number spreads.
    pub(crate) fn at(&self, index: usize) -> f64 {
        self.data[if self.data.len() == 1 { 0 } else { index }]
    }

    fn map(mut self, change: impl Fn(f64) -> f64) -> Self {
        self.data.iter_mut().for_each(|x| *x = change(*x));
        self
    }

    fn combine(&self, other: &Self, change: impl Fn(f64, f64) -> f64) -> Self {
        let larger = if self.data.len() >= other.data.len() {
            self
        } else {
            other
        };
        let smaller = self.data.len().min(other.data.len());
        assert!(
            smaller == 1 || smaller == larger.data.len(),
            "{self:?} and {other:?}"
        );
        Self {
            rows: larger.rows,
            columns: larger.columns,
            data: (0..larger.data.len())
                .map(|index| change(self.at(index), other.at(index)))
                .collect(),
        }
    }

    fn product(&self, other: &Self) -> Self {
        if self.data.len() == 1 || other.data.len() == 1 {
            return self.combine(other, |a, b| a * b);
        }
        assert_eq!(self.columns, other.rows, "{self:?} · {other:?}");
        let element = |row: usize, column: usize| -> f64 {
            (0..self.columns)
                .map(|k| self.data[row * self.columns + k] * other.data[k * other.columns + column])
                .sum()
        };
        let places =
            (0..self.rows).flat_map(|row| (0..other.columns).map(move |column| (row, column)));
        Self {
            rows: self.rows,
            columns: other.columns,
            data: places.map(|(row, column)| element(row, column)).collect(),
        }
    }

    fn transposed(&self) -> Self {
        let places =
            (0..self.columns).flat_map(|column| (0..self.rows).map(move |row| (row, column)));
        Self {
            rows: self.columns,
            columns: self.rows,
            data: places
                .map(|(row, column)| self.data[row * self.columns + column])
                .collect(),
        }
    }
}

/// An activation as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Activation {
    pub(crate) argument: String,
    pub(crate) formula: Term,
    /// Whether it is a function of one number, applied to each element.
    pub(crate) is_elementwise: bool,
}

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) values: Rc<BTreeMap<String, Value>>,
    pub(crate) letters: BTreeMap<char, usize>,
    /// Activations by their names.
    pub(crate) functions: Rc<BTreeMap<String, Activation>>,
    pub(crate) classes: usize,
}

impl World {
    /// Gives a name a value; the value that it had.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: Value) -> Option<Value> {
        Rc::make_mut(&mut self.values).insert(name.into(), value)
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The number of a formula, or the name that nothing is known of.
    pub(crate) fn evaluate(&self, term: &Term) -> Result<Value, String> {
        Ok(match term {
            Term::Number(number) => Value::number(*number),
            Term::Name(name) => self.name(name)?,
            Term::Element(name, places) => self.element(name, places)?,
            Term::Sum(terms) => {
                let mut total = Value::number(0.0);
                for (sign, term) in terms {
                    total = total.combine(&self.evaluate(term)?, |a, b| a + sign * b);
                }
                total
            }
            Term::Product(factors) => {
                let mut product = Value::number(1.0);
                for (is_elementwise, factor) in factors {
                    let factor = self.evaluate(factor)?;
                    product = if *is_elementwise {
                        product.combine(&factor, |a, b| a * b)
                    } else {
                        product.product(&factor)
                    };
                }
                product
            }
            Term::Quotient(above, below) => self
                .evaluate(above)?
                .combine(&self.evaluate(below)?, |a, b| a / b),
            Term::Power(base, exponent) => self.evaluate(base)?.map(|x| x.powf(*exponent)),
            Term::Transposed(matrix) => self.evaluate(matrix)?.transposed(),
            Term::Call(name, operands) => self.call(name, operands)?,
            Term::Compare(sign, left, right) => {
                let holds = |a: f64, b: f64| match sign {
                    '<' => a < b,
                    '≤' => a <= b,
                    '>' => a > b,
                    '≥' => a >= b,
                    '=' => a == b,
                    _ => a != b,
                };
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                left.combine(&right, |a, b| f64::from(u8::from(holds(a, b))))
            }
            Term::Select(parts) => {
                let condition = self.evaluate(&parts[0])?;
                // A branch that is not taken may be undefined where it is not taken.
                if condition.data.len() == 1 {
                    let taken = if condition.data[0] != 0.0 { 1 } else { 2 };
                    return self.evaluate(&parts[taken]);
                }
                let (then, otherwise) = (self.evaluate(&parts[1])?, self.evaluate(&parts[2])?);
                let data = (0..condition.data.len()).map(|index| {
                    let taken = if condition.at(index) != 0.0 {
                        &then
                    } else {
                        &otherwise
                    };
                    taken.at(index)
                });
                Value::vector(data.collect())
            }
            Term::AtTarget(vector) => {
                let class = self.name("t")?.data[0] as usize;
                Value::number(self.evaluate(vector)?.at(class))
            }
            Term::Part(vector, start, end) => {
                Value::vector(self.evaluate(vector)?.data[*start..*end].to_vec())
            }
            Term::List(parts) => {
                let parts: Result<Vec<Value>, String> =
                    parts.iter().map(|part| self.evaluate(part)).collect();
                Value::vector(parts?.into_iter().flat_map(|part| part.data).collect())
            }
            Term::SumOver(letter, count, term) => {
                let terms = self.all(*letter, *count, term)?;
                Value::number(terms.iter().sum())
            }
            Term::MaximumOver(letter, count, term) => {
                let terms = self.all(*letter, *count, term)?;
                Value::number(terms.into_iter().fold(f64::NEG_INFINITY, f64::max))
            }
            Term::Derivative(by, term) => {
                let x = self.name(by)?.data[0];
                let at = |x: f64| -> Result<f64, String> {
                    let mut world = self.clone();
                    world.set(by.clone(), Value::number(x));
                    Ok(world.evaluate(term)?.data[0])
                };
                let step = 1e-5;
                Value::number((at(x + step)? - at(x - step)?) / (2.0 * step))
            }
        })
    }

    fn name(&self, name: &str) -> Result<Value, String> {
        let mut letters = name.chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(place) = self.letters.get(&letter)
        {
            return Ok(Value::number(*place as f64));
        }
        match name {
            "π" => Ok(Value::number(std::f64::consts::PI)),
            _ => self.values.get(name).cloned().ok_or(name.to_owned()),
        }
    }

    fn place(&self, place: Place) -> Result<usize, String> {
        match place {
            Place::Fixed(place) => Ok(place),
            Place::Letter('t', 0) => Ok(self.name("t")?.data[0] as usize),
            Place::Letter(letter, shift) => {
                let place = self.letters.get(&letter).ok_or(letter.to_string())?;
                Ok(place.checked_add_signed(shift).expect("a place"))
            }
        }
    }

    fn element(&self, name: &str, places: &[Place]) -> Result<Value, String> {
        let value = self.name(name)?;
        let places: Result<Vec<usize>, String> =
            places.iter().map(|place| self.place(*place)).collect();
        let index = match places?.as_slice() {
            [place] => *place,
            [row, column] => row * value.columns + column,
            other => panic!("{name} with {other:?}"),
        };
        Ok(Value::number(value.data[index]))
    }

    /// The values of a term for all places that a letter can stand for.
    fn all(&self, letter: char, count: Option<usize>, term: &Term) -> Result<Vec<f64>, String> {
        let count = count
            .or_else(|| self.count(letter, term))
            .expect("the letter stands somewhere");
        let values = (0..count).map(|place| {
            let mut world = self.clone();
            world.letters.insert(letter, place);
            Ok(world.evaluate(term)?.data[0])
        });
        values.collect()
    }

    /// How many places a letter has: the side of what it counts through.
    fn count(&self, letter: char, term: &Term) -> Option<usize> {
        let all = |terms: Vec<&Term>| terms.into_iter().find_map(|term| self.count(letter, term));
        match term {
            Term::Element(name, places) => {
                let side = places
                    .iter()
                    .position(|place| *place == Place::Letter(letter, 0))?;
                let value = self.name(name).ok()?;
                Some(match (places.len(), side) {
                    (2, 0) => value.rows,
                    (2, _) => value.columns,
                    _ => value.data.len(),
                })
            }
            Term::Number(_) | Term::Name(_) => None,
            Term::Sum(terms) => all(terms.iter().map(|(_, term)| term).collect()),
            Term::Product(factors) => all(factors.iter().map(|(_, term)| term).collect()),
            Term::Quotient(a, b) | Term::Compare(_, a, b) => all(vec![a, b]),
            Term::Power(a, _)
            | Term::Transposed(a)
            | Term::AtTarget(a)
            | Term::Part(a, ..)
            | Term::SumOver(_, _, a)
            | Term::MaximumOver(_, _, a)
            | Term::Derivative(_, a) => self.count(letter, a),
            Term::Call(_, terms) | Term::List(terms) => all(terms.iter().collect()),
            Term::Select(parts) => all(parts.iter().collect()),
        }
    }

    fn call(&self, name: &str, operands: &[Term]) -> Result<Value, String> {
        let operands: Result<Vec<Value>, String> = operands
            .iter()
            .map(|operand| self.evaluate(operand))
            .collect();
        let operands = operands?;
        let first = operands[0].clone();
        let largest = || first.data.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = || first.data.iter().sum::<f64>();
        Ok(match (name, operands.as_slice()) {
            ("exp", [x]) => x.clone().map(f64::exp),
            ("ln", [x]) => x.clone().map(f64::ln),
            ("√", [x]) => x.clone().map(f64::sqrt),
            ("abs", [x]) => x.clone().map(f64::abs),
            ("sign", [x]) => x.clone().map(|x| if x == 0.0 { 0.0 } else { x.signum() }),
            ("step", [x]) => x.clone().map(|x| if x > 0.0 { 1.0 } else { 0.0 }),
            ("sin", [x]) => x.clone().map(f64::sin),
            ("cos", [x]) => x.clone().map(f64::cos),
            ("tanh", [x]) => x.clone().map(f64::tanh),
            ("σ", [x]) => x.clone().map(|x| 1.0 / (1.0 + (-x).exp())),
            ("erf", [x]) => x.clone().map(libm::erf),
            ("softplus", [x]) => x.clone().map(|x| x.max(0.0) + (-x.abs()).exp().ln_1p()),
            ("min", [a, b]) => a.combine(b, f64::min),
            ("max", [a, b]) => a.combine(b, f64::max),
            ("max", [_]) => Value::number(largest()),
            ("sum", [_]) => Value::number(total()),
            ("mean", [x]) => Value::number(total() / x.data.len() as f64),
            ("logsumexp", [x]) => {
                let largest = largest();
                let sum: f64 = x.data.iter().map(|x| (x - largest).exp()).sum();
                Value::number(largest + sum.ln())
            }
            ("ones", [count]) => Value::vector(vec![1.0; count.data[0] as usize]),
            ("onehot", [class]) => {
                let mut data = vec![0.0; self.classes];
                data[class.data[0] as usize] = 1.0;
                Value::vector(data)
            }
            ("pad", [value, before, after]) => {
                let mut data = vec![0.0; before.data[0] as usize];
                data.extend(&value.data);
                data.extend(vec![0.0; after.data[0] as usize]);
                Value::vector(data)
            }
            (own, [x]) => {
                let own = self.functions.get(own).ok_or(own.to_owned())?;
                let mut world = Self::default();
                let mut at = |x: Value| {
                    world.set(own.argument.clone(), x);
                    world.evaluate(&own.formula)
                };
                if !own.is_elementwise {
                    return at(x.clone());
                }
                let elements = x.data.iter().map(|x| Ok(at(Value::number(*x))?.data[0]));
                Value::vector(elements.collect::<Result<_, String>>()?)
            }
            other => panic!("{other:?}"),
        })
    }
}
