//! The one layout: it means the same, it loses nothing, it is stable, and it looks as the documentation says.

mod texts;

use mlp_dsl::{Source, syntax};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn format(text: &str) -> String {
    let source = Source::new("test.mlp", text);
    syntax::format(&source).unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)))
}

/// The syntax tree as text, without places.
fn tree(text: &str) -> String {
    let source = Source::new("test.mlp", text);
    let file = syntax::parse(&source);
    let file = file.unwrap_or_else(|errors| panic!("{}", errors.render(&source, false)));
    let shown = format!("{file:?}");
    let mut pieces = shown.split("Span {");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |tree, piece| {
        tree + piece.split_once('}').map_or("", |(_, rest)| rest)
    })
}

/// The comments of a text in order, found in another way than the formatter does: the language has no strings.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("//").into_iter().chain(rest.find("/*")).min() {
        rest = &rest[start..];
        let mut end = rest.find('\n').unwrap_or(rest.len());
        if rest.starts_with("/*") {
            let mut depth = 0;
            end = 0;
            while end == 0 || depth > 0 {
                match &rest[end..] {
                    tail if tail.starts_with("/*") => (depth, end) = (depth + 1, end + 2),
                    tail if tail.starts_with("*/") => (depth, end) = (depth - 1, end + 2),
                    tail => end += tail.chars().next().map_or(1, char::len_utf8),
                }
            }
        }
        let lines: Vec<&str> = rest[..end].split('\n').map(str::trim_end).collect();
        found.push(lines.join("\n"));
        rest = &rest[end..];
    }
    found
}

/// What must hold of the layout of every text, as a sentence where it does not.
fn holds(text: &str) -> Result<(), String> {
    let source = Source::new("test.mlp", text);
    let formatted = syntax::format(&source).map_err(|errors| errors.render(&source, false))?;
    let again = format(&formatted);
    let wrong = if tree(text) != tree(&formatted) {
        "it means something else"
    } else if comments(text) != comments(&formatted) {
        "the comments are not the same"
    } else if formatted != again {
        "its layout is another one"
    } else if formatted.lines().any(|line| line.ends_with(' ')) {
        "a line ends in space"
    } else {
        return Ok(());
    };
    Err(format!(
        "{wrong}\n-- text\n{text}\n-- formatted\n{formatted}\n-- again\n{again}"
    ))
}

#[test]
fn a_model_is_laid_out_as_in_the_documentation() {
    let text = "const   width=3;/// Digits.
///   Ten classes.
model Digits{precision f64;input pixels[ 64 ]hidden=-pixels[ 0 .. width*2 ]->dense( width,bias=true )->relu
output [ hidden,2*hidden ]->first :dense(10)->softmax;loss cross_entropy( label_smoothing=1e-1 )
train{optimizer adam(lr=1e-3)batch 64;epochs 30}}activation fire(x;learn a=1,b=- 2)=a*step(x-b)^ 2 derivative (1)";
    let expected = "\
const width = 3

/// Digits.
///   Ten classes.
model Digits {
    precision f64
    input  pixels[64]
    hidden = -pixels[0..width * 2] -> dense(width, bias = true) -> relu
    output [hidden, 2 * hidden] -> first: dense(10) -> softmax
    loss   cross_entropy(label_smoothing = 1e-1)
    train  { optimizer adam(lr = 1e-3)  batch 64  epochs 30 }
}

activation fire(x; learn a = 1, b = -2) = a * step(x - b)^2 derivative (1)
";
    assert_eq!(format(text), expected);
}

#[test]
fn long_lines_are_broken() {
    let text = "\
activation a_long_name(x; slope = 0.123456789) = if x > slope { x * slope } else { x } derivative if x > 0 { 1 } else { 0 }
loss huber(y, t; delta = 1) = mean(if abs(y - t) <= delta { (y - t)^2 / 2 } else { delta * (abs(y - t) - delta / 2) })
loss smooth(y, t) = logsumexp(y) - (1 - label_smoothing) * y[t] - label_smoothing * mean(y) + 123456789
model M {
    output a_value_with_a_name + another_value_with_a_name -> dense(16) -> tanh -> dense(16) -> tanh -> dense(1)
    output [first_element[0], second_element[0], third_element[0], fourth_element[0], fifth_element[0], [0]]
    train { optimizer adam(lr = 1e-3) schedule one_cycle(rise = 0.25) batch 64 epochs 30 clip 0.12345678 }
    train { batch 64
        epochs 30 }
}
";
    let expected = "\
activation a_long_name(x; slope = 0.123456789) = if x > slope { x * slope } else { x }
    derivative if x > 0 { 1 } else { 0 }
loss huber(y, t; delta = 1) = mean(
    if abs(y - t) <= delta { (y - t)^2 / 2 } else { delta * (abs(y - t) - delta / 2) }
)
loss smooth(y, t) = logsumexp(y)
    - (1 - label_smoothing) * y[t]
    - label_smoothing * mean(y)
    + 123456789

model M {
    output a_value_with_a_name + another_value_with_a_name
        -> dense(16)
        -> tanh
        -> dense(16)
        -> tanh
        -> dense(1)
    output [
        first_element[0],
        second_element[0],
        third_element[0],
        fourth_element[0],
        fifth_element[0],
        [0]
    ]
    train {
        optimizer adam(lr = 1e-3)
        schedule one_cycle(rise = 0.25)
        batch 64
        epochs 30
        clip 0.12345678
    }
    train {
        batch 64
        epochs 30
    }
}
";
    assert_eq!(format(text), expected);
}

#[test]
fn comments_stay_where_they_stand() {
    let text = "// The file.


// The constant.
const a=3// three
/* before the model */
/// Documented.
// within the documentation
/// Once more.
model M { // begins

    // The input.
    input x[ /* two */ 2 ] // named x


    h=x // sent
      // through a layer
      -> dense(3, /* no */ bias=false // bias
      )->relu/* done */
    y = // hanging
      h

    // The last word.

} // ended
/* and
   out */";
    let expected = "\
// The file.

// The constant.
const a = 3 // three

/* before the model */
/// Documented.
// within the documentation
/// Once more.
model M { // begins
    // The input.
    input  x[/* two */ 2] // named x

    h = x // sent
        // through a layer
        -> dense(
            3,
            /* no */ bias = false // bias
        )
        -> relu /* done */
    y = // hanging
        h

    // The last word.
} // ended
/* and
   out */
";
    assert_eq!(format(text), expected);
    holds(text).unwrap_or_else(|wrong| panic!("{wrong}"));
}

#[test]
fn what_is_empty_stays_together() {
    assert_eq!(format("model M {\n\n}"), "model M {}\n");
    assert_eq!(
        format("model M { train { } x = f( ) }"),
        "model M {\n    train  {}\n    x = f()\n}\n"
    );
    assert_eq!(
        format("model M { /* nothing */ }"),
        "model M { /* nothing */\n}\n"
    );
}

#[test]
fn line_ends_stay_and_the_mark_before_the_text_goes() {
    let text = "\u{FEFF}const a = 1\r\n/* two\r\nlines */\r\nconst  b = 2";
    let expected = "const a = 1\r\n/* two\r\nlines */\r\nconst b = 2\r\n";
    assert_eq!(format(text), expected);
    assert_eq!(format(expected), expected);
}

#[test]
fn numbers_stay_numbers() {
    for text in [
        "1. ..2", "1 .. 2", "1_000", "1.50e+03", "x^-2^-3", "--1", "a - -b", "-1.^2",
    ] {
        let text = format!("model M {{ v = x[{text}] }}");
        holds(&text).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
}

#[test]
fn a_wrong_text_has_no_layout() {
    let refused = |text: &str| {
        let errors = syntax::format(&Source::new("test.mlp", text)).expect_err("it is wrong");
        errors.list[0].message.clone()
    };
    assert_eq!(refused("model M { x = }"), "expected a value, found `}`");
    assert_eq!(
        refused("// alone"),
        "the text is empty: there is nothing to compile"
    );
    let sum = format!("const a = 1{}", " + 1".repeat(300));
    assert_eq!(refused(&sum), "the expression is nested more than 256 deep");
    // Every line needs its indent.
    let narrow = format!("model M {{ {} }}", "a=b ".repeat(200_000));
    assert_eq!(
        refused(&narrow),
        "the text cannot be formatted: it would become too large"
    );
}

#[test]
fn every_text_of_the_workspace_keeps_its_meaning() {
    let mut right = 0;
    for (path, text) in texts::all() {
        if syntax::parse(&Source::new("test.mlp", text.as_str())).is_ok() {
            holds(&text).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
            right += 1;
        }
    }
    assert!(right > 15, "{right}");
}

#[test]
fn the_examples_are_formatted() {
    for (path, text) in texts::all() {
        if path.components().any(|part| part.as_os_str() == "examples") {
            assert_eq!(format(&text), text, "{}", path.display());
        }
    }
}

/// Tokens of an expression.
fn expression() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        Just("x"),
        Just("größe"),
        Just("a_very_long_name_of_a_value"),
        Just("input")
    ];
    let number = prop_oneof![
        Just("1."),
        Just("0.5"),
        Just("1e-3"),
        Just("4_2"),
        Just("0")
    ];
    let leaf = prop_oneof![name.clone(), number].prop_map(|token| vec![token.to_owned()]);
    leaf.prop_recursive(6, 60, 4, move |inner| {
        let operator = prop_oneof![
            Just("+"),
            Just("-"),
            Just("*"),
            Just("/"),
            Just("^"),
            Just("->")
        ];
        let comparison = prop_oneof![Just("<"), Just("<="), Just("=="), Just("!="), Just(">")];
        let label = prop_oneof![Just(""), Just("first :"), Just("größe :")];
        let pair = (inner.clone(), inner.clone());
        let list = vec(inner.clone(), 0..5);
        prop_oneof![
            3 => (pair.clone(), operator).prop_map(|((a, b), operator)| match operator {
                // A stage is a call, and only a sum is sent through one.
                "->" => tokens(&["(", "@", ")", "->", "f", "(", "@", ")"], [a, b]),
                // What an arrow or an operator is put next to may bind more loosely.
                operator => tokens(&["(", "@", ")", operator, "-", "(", "@", ")"], [a, b]),
            }),
            2 => (label, vec(inner.clone(), 1..6)).prop_map(|(label, parts)| {
                let mut all = vec!["x".to_owned()];
                for part in parts {
                    all.extend(tokens(&["->"], []));
                    all.extend(label.split_whitespace().map(str::to_owned));
                    all.extend(tokens(&["dense", "(", "bias", "=", "@", ")"], [part]));
                }
                in_brackets(all)
            }),
            2 => list.clone().prop_map(|parts| call("f", parts)),
            1 => (inner.clone(), list).prop_map(|(first, mut rest)| {
                rest.push(first);
                let mut all = call("", rest);
                all[0] = "[".to_owned();
                if let Some(last) = all.last_mut() {
                    *last = "]".to_owned();
                }
                all
            }),
            1 => inner.clone().prop_map(|a| tokens(&["-", "-", "(", "@", ")"], [a])),
            1 => pair.clone().prop_map(|(a, b)| tokens(&["x", "[", "@", "..", "@", "]"], [a, b])),
            1 => inner.clone().prop_map(|a| tokens(&["x", "[", "@", "]"], [a])),
            1 => (pair, inner, comparison).prop_map(|((a, b), c, comparison)| tokens(
                &["if", "x", comparison, "(", "@", ")", "{", "@", "}", "else", "{", "@", "}"],
                [a, b, c],
            )),
        ]
    })
}

/// The tokens of a form, with each `@` replaced by the next of the parts.
fn tokens<const N: usize>(form: &[&str], parts: [Vec<String>; N]) -> Vec<String> {
    let mut parts = parts.into_iter();
    form.iter()
        .flat_map(|token| match *token {
            "@" => parts.next().unwrap_or_default(),
            token => vec![token.to_owned()],
        })
        .collect()
}

fn in_brackets(inner: Vec<String>) -> Vec<String> {
    tokens(&["(", "@", ")"], [inner])
}

fn call(name: &str, arguments: Vec<Vec<String>>) -> Vec<String> {
    let mut all: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
    let list = arguments.join(&",".to_owned());
    all.extend(in_brackets(list));
    all
}

/// Tokens of a statement or of an item.
fn form(item: bool) -> impl Strategy<Value = Vec<String>> {
    let forms: &[&str] = match item {
        true => &[
            "const a = @",
            "activation f ( x ; learn a = @ , b = @ ) = @ derivative @",
            "activation f ( x ) = @",
            "loss l ( y , t ; c = @ ) = @",
        ],
        false => &[
            "input x [ @ ]",
            "h = @",
            "output @",
            "loss bce",
            "loss huber ( delta = @ )",
            "precision f64",
            "train { batch @ ; seed @ epochs 3 }",
            "train { }",
        ],
    };
    (
        0..forms.len(),
        [expression(), expression(), expression(), expression()],
    )
        .prop_map(move |(form, parts)| {
            let form: Vec<&str> = forms[form].split(' ').collect();
            tokens(&form, parts)
        })
}

/// Tokens of a text.
fn file() -> impl Strategy<Value = Vec<String>> {
    let end = any::<bool>().prop_map(|semicolon| if semicolon { ";" } else { "" });
    let statements = vec((form(false), end.clone()), 0..6);
    let model = statements.prop_map(|statements| {
        let mut all = tokens(&["model", "M", "{"], []);
        for (statement, end) in statements {
            all.extend(statement);
            all.extend(end.split_whitespace().map(str::to_owned));
        }
        all.push("}".to_owned());
        all
    });
    let documentation =
        prop_oneof![2 => Just(""), 1 => Just("/// eine Größe\n"), 1 => Just("///\n")];
    let item = prop_oneof![form(true), model];
    vec((documentation, item, end), 1..5).prop_map(|items| {
        let mut all = Vec::new();
        for (documentation, item, end) in items {
            all.extend((!documentation.is_empty()).then(|| documentation.to_owned()));
            all.extend(item);
            all.extend(end.split_whitespace().map(str::to_owned));
        }
        all
    })
}

/// Space between tokens; `@` becomes a number, so that every comment is another.
fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => Just(" "),
        6 => Just(""),
        3 => Just("\n"),
        2 => Just("\n\n\n"),
        1 => Just(" \t\r\n"),
        2 => Just(" // line @ \n"),
        1 => Just("\n    // own line @\n"),
        1 => Just("\n\n// apart @\n\n"),
        1 => Just(" //// four @ // */ /*\n"),
        2 => Just(" /* within @ */ "),
        1 => Just("\n/* before @ */ "),
        1 => Just(" /* after @ */\n"),
        1 => Just("\n/* own line @ */\n"),
        1 => Just("/* lines @\n   /* in // it */ \r\n*/"),
    ]
}

/// Tokens with space and comments between them.
fn messy(tokens: &[String], spaces: &[&str]) -> String {
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let space = spaces[index % spaces.len()];
        let close = text.ends_with(['(', '[', '{', ',', ';', '\n'])
            || token.starts_with([')', ']', '}', ',', ';', '(', '[', '{']);
        // A division before a comment would be a comment.
        let apart = text.ends_with('/') && space.starts_with('/');
        text += if apart { " " } else { "" };
        text += match space {
            "" if !close => " ",
            space => space,
        }
        .replace('@', &index.to_string())
        .as_str();
        text += token;
    }
    text + &spaces[tokens.len() % spaces.len()].replace('@', "last")
}

#[test]
fn random_texts_keep_their_meaning() {
    let cases = std::env::var("FORMAT_CASES").map_or(300, |cases| cases.parse().expect("a number"));
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let texts = (file(), vec(space(), 1..120));
    let result = TestRunner::new_with_rng(config, random).run(&texts, |(tokens, spaces)| {
        holds(&messy(&tokens, &spaces)).map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
