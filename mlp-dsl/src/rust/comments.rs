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

/// The formatted code with every marker written as a comment, and a blank line between items.
pub(super) fn written(code: &str) -> String {
    let mut text = String::new();
    let mut previous = "";
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        if starts_item(content) && ends_item(previous) {
            text.push('\n');
        }
        // A marker that is too long for one line has its text on the next.
        let marked = match content {
            "equation!(" => lines.next().map(str::trim),
            other => other.strip_prefix("equation!(").and_then(|rest| rest.strip_suffix(");")),
        };
        match marked.and_then(|marked| marked.strip_prefix('"')?.strip_suffix('"')) {
            Some(equation) => {
                text.push_str(&format!("{indent}// {equation}\n"));
                if content == "equation!(" {
                    lines.next();
                }
            }
            None => text.push_str(&format!("{line}\n")),
        }
        previous = content;
        // What stands inside a literal is not code.
        if let Some(end) = open_literal(content) {
            previous = ";";
            for line in lines.by_ref() {
                text.push_str(&format!("{line}\n"));
                if line.ends_with(&end) {
                    break;
                }
            }
        }
    }
    text
}

fn starts_item(line: &str) -> bool {
    ["///", "#[", "impl ", "fn ", "pub ", "const _"].iter().any(|start| line.starts_with(start))
}

fn ends_item(line: &str) -> bool {
    (line == "}" || line == "};" || line.ends_with(';')) && !line.starts_with("///")
}

/// How a raw literal ends that begins on this line and goes on.
fn open_literal(line: &str) -> Option<String> {
    let (_, start) = line.split_once(" = r")?;
    let hashes: String = start.chars().take_while(|c| *c == '#').collect();
    let text = start.strip_prefix(hashes.as_str())?.strip_prefix('"')?;
    let end = format!("\"{hashes};");
    (!text.ends_with(&end)).then_some(end)
}
