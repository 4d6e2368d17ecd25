//! A reader of the trees in JSON.

use serde_json::Value;

use crate::term::Term;

/// A formula.
pub(crate) fn formula(tree: &Value) -> Term {
    let operation = tree["op"].as_str().expect("an operation");
    let empty = Vec::new();
    let operands = tree["operands"].as_array().unwrap_or(&empty);
    let operands: Vec<Term> = operands.iter().map(formula).collect();
    let one = || Box::new(operands[0].clone());
    let count = |key: &str| tree[key].as_u64().expect("a count") as usize;
    let call = |name: &str| Term::Call(name.to_owned(), operands.clone());
    let compare = |sign: char| Term::Compare(sign, one(), Box::new(operands[1].clone()));
    let matrix = || Term::Name(tree["matrix"].as_str().expect("a matrix").to_owned());
    match operation {
        "number" => Term::Number(tree["value"].as_f64().expect("a number")),
        "pi" => Term::Name("π".to_owned()),
        "variable" => Term::Name(tree["symbol"].as_str().expect("a symbol").to_owned()),
        "sum" => Term::Sum(operands.iter().map(|term| (1.0, term.clone())).collect()),
        "product" => Term::Product(operands.iter().map(|term| (true, term.clone())).collect()),
        "power" => Term::Power(one(), tree["exponent"].as_f64().expect("an exponent")),
        "sqrt" => call("√"),
        "sigmoid" => call("σ"),
        "minimum" => call("min"),
        "maximum" | "maximum_of_elements" => call("max"),
        "less" => compare('<'),
        "less_or_equal" => compare('≤'),
        "greater" => compare('>'),
        "greater_or_equal" => compare('≥'),
        "equal" => compare('='),
        "not_equal" => compare('≠'),
        "select" => Term::Select(Box::new([
            operands[0].clone(),
            operands[1].clone(),
            operands[2].clone(),
        ])),
        "sum_of_elements" => call("sum"),
        "mean_of_elements" => call("mean"),
        "logsumexp_of_elements" => call("logsumexp"),
        "element_at_target" => Term::AtTarget(one()),
        "one_hot_target" => Term::Call("onehot".to_owned(), vec![Term::Name("t".to_owned())]),
        "batch_mean" => call("E"),
        "slice" => Term::Part(one(), count("start"), count("end")),
        "join" => Term::List(operands),
        "pad" => {
            let ones = Term::Call(
                "ones".to_owned(),
                vec![Term::Number(count("length") as f64)],
            );
            let value = Term::Product(vec![(true, operands[0].clone()), (true, ones)]);
            let sides = [count("before"), count("after")].map(|side| Term::Number(side as f64));
            Term::Call("pad".to_owned(), [vec![value], sides.to_vec()].concat())
        }
        "matrix_vector" => Term::Product(vec![(false, matrix()), (false, operands[0].clone())]),
        "transposed_matrix_vector" => Term::Product(vec![
            (false, Term::Transposed(Box::new(matrix()))),
            (false, operands[0].clone()),
        ]),
        "outer" => Term::Product(vec![
            (false, operands[0].clone()),
            (false, Term::Transposed(Box::new(operands[1].clone()))),
        ]),
        "activation" => Term::Call(tree["name"].as_str().expect("a name").to_owned(), operands),
        other => call(other),
    }
}
