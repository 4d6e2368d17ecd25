//! No text can exhaust the stack or the time: all of this runs on two megabytes, as a thread of a program has.

use std::time::{Duration, Instant};

use super::{parse, parsed, refused, value};
use crate::source::Source;
use crate::syntax::limits::{EXPRESSION_HEIGHT, NESTING, SOURCE_BYTES};

/// Runs `work` in a thread with a stack of 2 MiB.
fn in_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no panic")
}

fn message(text: String) -> String {
    in_small_stack(move || refused(&text).message)
}

fn nested(levels: usize, open: &str, close: &str) -> String {
    // The model's brace is one level.
    let levels = levels - 1;
    format!(
        "model M {{ v = {}a{} }}",
        open.repeat(levels),
        close.repeat(levels)
    )
}

#[test]
fn brackets_nest_so_deep_and_no_deeper() {
    let too_deep = format!("brackets and `if`s are nested more than {NESTING} deep");
    for (open, close, levels) in [
        ("(", ")", NESTING),
        ("[", "]", NESTING),
        ("x[", "]", NESTING),
        ("x[1..", "]", NESTING),
        ("f(a = ", ")", NESTING),
        ("-f(b, x -> g(", "))", NESTING / 2),
        ("if a < b { 1 } else { ", "}", NESTING),
        ("if a < b { ", "} else { 1 }", NESTING),
        ("if ", " < b { 1 } else { 2 }", NESTING),
    ] {
        let text = nested(levels, open, close);
        in_small_stack(move || drop(parsed(&text)));
        assert_eq!(message(nested(2 * levels, open, close)), too_deep, "{open}");
    }
    assert_eq!(message("(".repeat(SOURCE_BYTES)), too_deep);
    assert_eq!(
        message("model M { v = ".to_owned() + &"if ".repeat(200_000) + "}"),
        too_deep
    );
}

#[test]
fn comments_nest_so_deep_and_no_deeper() {
    let nested = |levels: usize| {
        format!(
            "model M {{ {}{} }}",
            "/*".repeat(levels),
            "*/".repeat(levels)
        )
    };
    in_small_stack(move || drop(parsed(&nested(NESTING))));
    let too_deep = format!("comments are nested more than {NESTING} deep");
    assert_eq!(message(nested(NESTING + 1)), too_deep);
    assert_eq!(message("/*".repeat(SOURCE_BYTES / 2)), too_deep);
}

#[test]
fn a_text_may_be_so_large_and_no_larger() {
    assert_eq!(message("(".repeat(10_000_000)), "the text is too large");
    let full = "model M { } ".to_owned() + &" ".repeat(SOURCE_BYTES - 12);
    assert_eq!(parsed(&full).items.len(), 1);
    assert_eq!(message(full + " "), "the text is too large");
}

#[test]
fn an_expression_grows_so_high_and_no_higher() {
    let too_high = format!("the expression is nested more than {EXPRESSION_HEIGHT} deep");
    for (start, step) in [
        ("a", "+a"),
        ("a", "*a"),
        ("a", "^a"),
        ("a", "/-a"),
        ("a", "^-a"),
    ] {
        let per_step = if step.contains('-') && step.starts_with('^') {
            2
        } else {
            1
        };
        let most = (EXPRESSION_HEIGHT - 2) / per_step;
        let text = format!("{start}{}", step.repeat(most));
        in_small_stack(move || drop(value(&text)));
        let text = format!("model M {{ v = {start}{} }}", step.repeat(30_000));
        assert_eq!(message(text), too_high, "{step}");
    }
    in_small_stack(|| drop(value(&format!("{}a", "-".repeat(EXPRESSION_HEIGHT - 1)))));
    let minus = format!("model M {{ v = {}a }}", "-".repeat(100_000));
    assert_eq!(message(minus), too_high);
}

/// Long texts of many shapes, right and wrong ones: not one of them makes the grammar read anything twice per level or
/// per repetition. The bound is generous, for a slow machine without optimisation; anything but linear takes hours.
#[test]
fn time_grows_with_the_length_alone() {
    let fill = |piece: &str| piece.repeat(SOURCE_BYTES / 8 / piece.len());
    let texts = [
        format!("model M {{ {} }}", fill("a = x ")),
        format!("model M {{ v = [a{}] }}", fill(", a")),
        format!("model M {{ v = [a{} a] }}", fill(", a")),
        format!("model M {{ v = a{} }}", fill("->f")),
        format!("model M {{ v = f(a{}) }}", fill(", a")),
        format!("model M {{ train {{ {} }} }}", fill("a 1 ")),
        fill("const a = ((((((((((((((((((((1)))))))))))))))))))) "),
        fill("/* // */ const a = 1 // /*\n"),
        format!("const a = {}", fill("9")),
        format!("const {} = 1", fill("é")),
        format!("{} model M {{}}", fill("/// x\n")),
        fill("="),
        fill(&nested(NESTING / 2, "x[f(", ")]")),
        nested(NESTING / 2, "x[f(", ") 1]"),
        nested(NESTING, "if a < b { 1 } else { ", "} 1"),
    ];
    for text in texts {
        let shape: String = text.chars().take(24).collect();
        let start = Instant::now();
        in_small_stack(move || {
            let source = Source::new("test.mlp", text);
            parse(&source).map(|file| file.items.len()).ok()
        });
        assert!(start.elapsed() < Duration::from_secs(30), "{shape}");
    }
}
