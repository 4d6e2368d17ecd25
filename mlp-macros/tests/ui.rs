//! What the macro accepts and how it reports what it refuses, one case per file. After a wanted change of a message,
//! `TRYBUILD=overwrite cargo test -p mlp-macros --test ui` writes the expectations anew.

#[test]
fn cases() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
