//! The sentence for every kind of mistake.

use super::refused;

/// `text` is refused with `message`, at the piece of `text` between `«` and `»`, and, where `help` is not empty, with
/// a help that holds it.
#[track_caller]
fn check(marked: &str, message: &str, help: &str) {
    let text = marked.replace(['«', '»'], "");
    let diagnostic = refused(&text);
    assert_eq!(diagnostic.message, message, "{marked}");
    let span = diagnostic.span.expect("a place");
    let shown = format!(
        "{}«{}»{}",
        &text[..span.start],
        &text[span.range()],
        &text[span.end..]
    );
    assert_eq!(shown, marked);
    let all = diagnostic.help.join("\n");
    assert!(all.contains(help), "{marked}: {all}");
    assert!(!help.is_empty() || all.is_empty(), "{marked}: {all}");
}

#[test]
fn nothing_to_compile() {
    for text in [
        "",
        " \r\n",
        "\u{FEFF}",
        " /* x */ \u{FEFF} // y",
        "// x\n/* y */",
        "/// documentation alone",
    ] {
        let diagnostic = refused(text);
        assert_eq!(
            diagnostic.message,
            "the text is empty: there is nothing to compile"
        );
        assert_eq!(diagnostic.span, None);
        assert!(diagnostic.help[0].contains("model Xor {"));
        let model = diagnostic.help[0].split_once('\n').expect("a model").1;
        assert_eq!(super::model(model).statements.len(), 3);
    }
}

#[test]
fn what_is_expected_and_what_is_found() {
    check(
        "model M { x = a «2» }",
        "expected `->`, a statement or `}`, found `2`",
        "write `* 2`",
    );
    check(
        "model M { x = f(3 «4») }",
        "expected `->`, `,` or `)`, found `4`",
        "write `* 4`",
    );
    check("model M { x = «}»", "expected a value, found `}`", "");
    check("model M { x = a + «}»", "expected a value, found `}`", "");
    check(
        "model M { x = a -> «}»",
        "expected a layer or activation, found `}`",
        "",
    );
    check(
        "model M { x = if a «{» 1 } else { 2 } }",
        "expected a comparison such as `<`, found `{`",
        "compares two values",
    );
    check(
        "model M { x = if a < b { 1 } «}»",
        "expected `else`, found `}`",
        "both values",
    );
    check("model M { input x «}»", "expected `[`, found `}`", "");
    check(
        "model M { train { «3» } }",
        "expected a setting such as `epochs 10` or `}`, found `3`",
        "",
    );
    check("model «{» }", "expected a name, found `{`", "");
    check("model M«»", "expected `{`, found the end of the text", "");
    check(
        "const a =«»\r\n",
        "expected a value, found the end of the text",
        "",
    );
    check("const a «3»", "expected `=`, found `3`", "");
    check(
        "activation f(x «y») = 1",
        "expected `;` or `)`, found `y`",
        "",
    );
    check(
        "activation f(x; «)» = 1",
        "expected a parameter such as `a = 1`, found `)`",
        "",
    );
    check("loss f(y«)» = 1", "expected `,`, found `)`", "");
    check(
        "activation f(x) = x «foo»",
        "expected `->`, an item such as `model`, `derivative` or the end of the text, found `foo`",
        "",
    );
}

#[test]
fn brackets_are_reported_where_they_stand() {
    check("model M «{» x = a", "this `{` is never closed", "");
    check("model M { x = «(»a", "this `(` is never closed", "");
    check("model M { } «}»", "this `}` closes nothing", "");
    check("model M { x = [1, 2«)» }", "expected `]`, found `)`", "");
    check("model M { } «/*» /* */", "this comment is never closed", "");
    let diagnostic = refused("model M { x = (a }");
    let (span, label) = &diagnostic.related[0];
    assert_eq!(
        (span.range(), label.as_str()),
        (14..15, "this `(` is still open")
    );
    // A bracket in a comment is none.
    super::parsed("model M { } // }\n/* ( */");
}

#[test]
fn a_misspelt_or_misplaced_word_is_named() {
    check(
        "model M { ouput «x» -> relu }",
        "expected `=`, found `x`",
        "did you mean `output`?",
    );
    check(
        "model M { inputs «x»[3] }",
        "expected `=`, found `x`",
        "did you mean `input`?",
    );
    check(
        "«modle» M { }",
        "expected an item such as `model`, found `modle`",
        "did you mean `model`?",
    );
    check(
        "«input» x[3]",
        "expected an item such as `model`, found `input`",
        "`model NAME { … }`",
    );
    check(
        "model M { x = a dense«(»3) }",
        "expected `=`, found `(`",
        "write `-> dense`",
    );
    check(
        "model M { a «->» relu }",
        "expected `=`, found `->`",
        "`output a -> …`",
    );
    check(
        "model M { x = a -> «if» }",
        "expected a layer or activation, found `if`",
        "keyword",
    );
    check(
        "model «else» { }",
        "expected a name, found `else`",
        "keyword",
    );
    check(
        "model M { «_» = 3 }",
        "expected a statement or `}`, found `_`",
        "`_` alone",
    );
    check(
        "model M { x = if a < b { 1 } else «if» a < c { 2 } else { 3 } }",
        "expected `{`, found `if`",
        "else { if",
    );
}

#[test]
fn an_equals_sign_too_many() {
    check(
        "model M { output «=» x }",
        "expected a value, found `=`",
        "`output` stands without `=`",
    );
    check(
        "model M { train { batch «=» 3 } }",
        "expected a value, found `=`",
        "`batch …`",
    );
    check(
        "model M { x «:=» 3 }",
        "expected `=`, found `:=`",
        "with `=`",
    );
    check(
        "model M { x «==» 3 }",
        "expected `=`, found `==`",
        "condition",
    );
}

#[test]
fn symbols_of_other_languages() {
    for (character, help) in [
        ("·", "`*`"),
        ("⊙", "`*`"),
        ("−", "`-`"),
        ("→", "`->`"),
        ("≤", "`<=`"),
    ] {
        let text = format!("model M {{ x = a «{character}» b }}");
        check(
            &text,
            &format!("`{character}` is no part of the language"),
            help,
        );
    }
    check(
        "model M { x = a«'» }",
        "`'` is no part of the language",
        "letters, digits",
    );
    check(
        "model M { x = «\"»( }",
        "`\"` is no part of the language",
        "no strings",
    );
    check(
        "model M { x = a «#» b }",
        "`#` is no part of the language",
        "`//`",
    );
    check(
        "model M { x =«\u{a0}»a }",
        "a no-break space is no part of the language",
        "ordinary space",
    );
    check(
        "model M { x = «∂»a }",
        "`∂` is no part of the language",
        "derives",
    );
    check(
        "model M { x = a «=>» relu }",
        "expected `->`, a statement or `}`, found `=>`",
        "`x -> dense(8)`",
    );
    check(
        "model M { x = a *«*» 2 }",
        "expected a value, found `*`",
        "`x^2`",
    );
    check(
        "model M { x = a «<» 2 }",
        "expected `->`, a statement or `}`, found `<`",
        "condition",
    );
    check(
        "model M { x = f(a,«)» }",
        "expected an argument, found `)`",
        "without a comma",
    );
    check(
        "model M { x = f(a)«[»0] }",
        "expected `->`, a statement or `}`, found `[`",
        "only a name",
    );
    check(
        "model M { train { batch 3«,» epochs 2 } }",
        "expected `->`, a setting such as `epochs 10` or `}`, found `,`",
        "nothing but space",
    );
    check(
        "model M { «/// the pixels»\n input x[3] }",
        "this documentation comment documents nothing",
        "write `//`",
    );
}

#[test]
fn what_looks_like_a_number() {
    check(
        "model M { x = «2x» }",
        "`2x` is neither a number nor a name",
        "`2 * x`",
    );
    check(
        "model M { x = «1.5f32» }",
        "`1.5f32` is neither a number nor a name",
        "`1.5`",
    );
    check(
        "model M { x = «0x1F» }",
        "`0x1F` is neither a number nor a name",
        "decimal",
    );
    check(
        "model M { x = «1e» }",
        "`1e` is neither a number nor a name",
        "digits",
    );
    check(
        "model M { x = «.»5 }",
        "expected a value, found `.`",
        "`0.5`",
    );
}

/// However a text is laid out, one mistake is reported once.
#[test]
fn a_mistake_is_reported_once() {
    for text in [
        "model M { input x[2]\n output\n x -> dense(1) foo\n loss mse }",
        "model M { input x[2]\n train {\n optimizer\n adam(lr = ) batch 3 } }",
        "model\nM\n{\ninput\nx\n[\n2\n]\noutput\nx\n->\n3\n}",
        "activation f(x)\n = x\n derivative\n 1 2",
        "const a = 1 const b = 2 const c = * model M { input x[1] output x }",
        "/// One.\n/// Two.\nmodel M {\n /// Three.\n input x[2]\n output x }",
    ] {
        refused(text);
    }
}
