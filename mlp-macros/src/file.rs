//! `mlp!("digits.mlp")`: the text stands in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mlp_dsl::Source;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

use crate::{literal, report};

/// The items for the file that `literal` names, or what is wrong, at the literal.
pub(crate) fn expand(literal: &Literal) -> TokenStream {
    let refuse = |message: String| report::error(literal.span(), literal.span(), &message);
    let Some(name) = literal::string(literal) else {
        return refuse(format!(
            "expected a model or the path of a `.mlp` file, found `{literal}`\n\
             help: a path is a string literal: mlp!(\"model.mlp\")"
        ));
    };
    let bytes = match find(Path::new(&name)) {
        Ok(found) => found,
        Err(message) => return refuse(message),
    };
    let Found { path, base, bytes } = bytes;
    let included = included(literal, base);
    let items = match String::from_utf8(bytes) {
        Ok(text) => compile(
            &Source::new(path.display().to_string(), text),
            literal.span(),
        ),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            refuse(format!(
                "`{}` is not UTF-8 text: line {line} holds other bytes",
                path.display()
            ))
        }
    };
    quote!(#included #items)
}

fn compile(source: &Source, span: Span) -> TokenStream {
    match mlp_dsl::compile(source) {
        Ok(compiled) => compiled.tokens(),
        Err(diagnostics) => report::file(&diagnostics, source, span),
    }
}

/// What a path is relative to.
#[derive(Clone, Copy)]
enum Base {
    /// The file that calls the macro; `include_bytes!` understands that, and an absolute path, by itself.
    Caller,
    /// The folder of the package's `Cargo.toml`.
    Package,
}

/// A file that was read.
struct Found {
    path: PathBuf,
    base: Base,
    bytes: Vec<u8>,
}

/// Reads `name`, looking beside the caller first and then in the package; or says why it cannot.
fn find(name: &Path) -> Result<Found, String> {
    let caller = Span::call_site().local_file();
    let beside = caller.and_then(|file| Some((file.parent()?.join(name), Base::Caller)));
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    let within = package.map(|folder| (Path::new(&folder).join(name), Base::Package));
    let places: Vec<(PathBuf, Base)> = beside.into_iter().chain(within).collect();

    let mut tried = Vec::new();
    for (path, base) in places {
        let refuse = |reason: &str| format!("cannot read `{}`: {reason}", path.display());
        match fs::read(&path) {
            Ok(bytes) => return Ok(Found { path, base, bytes }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tried.push(format!("note: there is no `{}`", path.display()));
                tried.dedup();
            }
            Err(_) if path.is_dir() => return Err(refuse("it is a directory")),
            Err(error) => return Err(refuse(&error.to_string())),
        }
    }
    Err(format!(
        "cannot find `{}`\n{}",
        name.display(),
        tried.join("\n")
    ))
}

/// An item that makes cargo compile the caller again when the file changes.
fn included(literal: &Literal, base: Base) -> TokenStream {
    let path = match base {
        Base::Caller => quote!(#literal),
        Base::Package => quote! {
            ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #literal)
        },
    };
    quote!(
        const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
    )
}
