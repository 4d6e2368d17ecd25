//! Comments: tokens have none, so a marker stands for each until the code is text.

use proc_macro2::TokenStream;
use quote::quote;

use super::Comments;

/// A statement that becomes the comment `// text`.
pub(super) fn marker(text: &str, comments: Comments) -> TokenStream {
    match comments {
        Comments::None => TokenStream::new(),
        Comments::Equations => quote!(equation!(#text);),
    }
}

/// The formatted code with every marker written as a comment.
pub(super) fn written(code: &str) -> String {
    let lines = code.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        match line.trim_start().strip_prefix("equation!(\"").and_then(|rest| rest.strip_suffix("\");")) {
            Some(text) => format!("{}// {text}\n", &line[..indent]),
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}
