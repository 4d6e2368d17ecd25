//! What each rule of the grammar is called in a sentence.

use super::grammar::Rule;

/// Where a sentence that lists rules puts this one: what goes on comes before what ends.
pub(super) fn rank(rule: Rule) -> usize {
    match rule {
        Rule::arrow => 0,
        Rule::close | Rule::close_bracket | Rule::close_brace => 2,
        Rule::end | Rule::EOI => 3,
        _ => 1,
    }
}

/// How much it helps to hear that a rule would have fitted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It fits after every expression: said only where nothing else fits.
    Continuation,
    /// It separates: not worth saying where something new may start.
    Separator,
    /// It is always worth saying.
    Plain,
}

/// A rule in words.
pub(super) fn words(rule: Rule) -> (Weight, &'static str) {
    use Weight::{Continuation, Plain, Separator};
    match rule {
        Rule::plus | Rule::minus | Rule::times | Rule::over | Rule::caret => {
            (Continuation, "an operator")
        }
        Rule::open | Rule::arguments => (Continuation, "`(`"),
        Rule::open_bracket | Rule::index => (Continuation, "`[`"),
        Rule::documentation => (Continuation, "a documentation comment"),
        Rule::semicolon | Rule::parameters => (Separator, "`;`"),
        Rule::arrow => (Plain, "`->`"),
        Rule::comma => (Plain, "`,`"),
        Rule::colon => (Plain, "`:`"),
        Rule::range => (Plain, "`..`"),
        Rule::equals | Rule::defines => (Plain, "`=`"),
        Rule::comparison => (Plain, "a comparison such as `<`"),
        Rule::number => (Plain, "a number"),
        Rule::name | Rule::value_name => (Plain, "a name"),
        Rule::expression
        | Rule::sum
        | Rule::product
        | Rule::power
        | Rule::signed
        | Rule::atom
        | Rule::reference
        | Rule::group
        | Rule::join
        | Rule::conditional => (Plain, "a value"),
        Rule::argument => (Plain, "an argument"),
        Rule::stage | Rule::call => (Plain, "a layer or activation"),
        Rule::parameter => (Plain, "a parameter such as `a = 1`"),
        Rule::setting | Rule::setting_name => (Plain, "a setting such as `epochs 10`"),
        Rule::statement | Rule::value_statement => (Plain, "a statement"),
        Rule::precision_statement | Rule::precision_word => (Plain, "`precision`"),
        Rule::input_statement | Rule::input_word => (Plain, "`input`"),
        Rule::output_statement | Rule::output_word => (Plain, "`output`"),
        Rule::train_statement | Rule::train_word => (Plain, "`train`"),
        Rule::derivative_word => (Plain, "`derivative`"),
        Rule::learn_word => (Plain, "`learn`"),
        Rule::if_word => (Plain, "`if`"),
        Rule::else_word => (Plain, "`else`"),
        Rule::constant | Rule::const_word => (Plain, "`const`"),
        Rule::activation | Rule::activation_word => (Plain, "`activation`"),
        Rule::loss | Rule::loss_statement | Rule::loss_word => (Plain, "`loss`"),
        Rule::model | Rule::model_word => (Plain, "`model`"),
        Rule::file | Rule::item => (Plain, "an item such as `model`"),
        Rule::open_brace => (Plain, "`{`"),
        Rule::close => (Plain, "`)`"),
        Rule::close_bracket => (Plain, "`]`"),
        Rule::close_brace => (Plain, "`}`"),
        Rule::end | Rule::EOI => (Plain, "the end of the text"),
        // Silent rules, which pest never reports.
        Rule::byte_order_mark
        | Rule::WHITESPACE
        | Rule::COMMENT
        | Rule::line_comment
        | Rule::block_comment
        | Rule::digits
        | Rule::fraction
        | Rule::exponent => (Continuation, "space"),
    }
}
