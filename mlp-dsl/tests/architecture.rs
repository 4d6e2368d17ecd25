//! The arrows between the stages: each stage uses the public types of the one before it and of nothing later, and no
//! stage reads files, prints or panics.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the compiler with the modules that it may use. A module may always use itself.
const ARROWS: [(&str, &[&str]); 17] = [
    ("source", &[]),
    ("number", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic"]),
    ("model", &["source", "diagnostic", "number", "syntax"]),
    ("equations", &["source", "diagnostic", "number", "model"]),
    ("schedule", &["equations"]),
    ("rust", &["schedule"]),
    ("graph", &["equations"]),
    ("plot", &["equations", "model"]),
    ("verify", &["equations", "model"]),
    ("engine", &["equations", "schedule", "rust", "verify"]),
    (
        "report",
        &["source", "model", "equations", "graph", "verify"],
    ),
    (
        "language_server",
        &["source", "diagnostic", "syntax", "model", "equations"],
    ),
    ("file", &["source", "diagnostic", "syntax"]),
    ("build", &["source", "diagnostic", "file"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "file",
            "verify",
            "engine",
            "language_server",
            "equations",
            "graph",
            "model",
            "plot",
            "report",
            "rust",
            "syntax",
        ],
    ),
];

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of a module.
fn files(module: &str) -> Vec<PathBuf> {
    let folder = source_folder().join(module);
    if !folder.is_dir() {
        return vec![folder.with_extension("rs")];
    }
    let mut pending = vec![folder];
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    let tests = path.components().any(|part| part.as_os_str() == "tests");
    let text = if tests {
        ""
    } else {
        text.split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default()
    };
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names that follow `prefix` in `code`, such as the modules after `crate::`.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let parts = code.split(prefix).skip(1);
    let mut names = BTreeSet::new();
    for part in parts {
        let grouped = part
            .strip_prefix('{')
            .and_then(|group| group.split('}').next());
        for item in grouped
            .unwrap_or(part)
            .split(',')
            .take(if grouped.is_some() { usize::MAX } else { 1 })
        {
            let name: String = item
                .trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            names.insert(name);
        }
    }
    names
}

#[test]
fn arrows_run_one_way() {
    for (module, allowed) in ARROWS {
        for path in files(module) {
            let code = code(&path);
            for used in names_after(&code, "crate::") {
                let is_module = ARROWS.iter().any(|(known, _)| *known == used);
                let fine = !is_module || used == module || allowed.contains(&used.as_str());
                assert!(
                    fine,
                    "{} uses {used}, which `{module}` must not",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_module_is_on_the_list() {
    for entry in fs::read_dir(source_folder()).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        let name = path
            .file_stem()
            .expect("it has a name")
            .to_string_lossy()
            .into_owned();
        let is_edge = ["lib", "main", "prelude"].contains(&name.as_str());
        assert!(
            is_edge || ARROWS.iter().any(|(module, _)| *module == name),
            "{name} is not on the list of modules"
        );
    }
}

#[test]
fn the_stages_neither_read_nor_print_nor_panic() {
    let forbidden = [
        "println!",
        "eprintln!",
        "print!(",
        "std::fs",
        "std::io",
        "std::env",
        "process::",
        "panic!",
        ".unwrap()",
        ".expect(\"",
        "todo!",
        "unimplemented!",
        "unreachable!",
    ];
    for module in [
        "source",
        "number",
        "diagnostic",
        "syntax",
        "model",
        "equations",
        "schedule",
        "rust",
        "graph",
        "plot",
        "verify",
        "report",
        "language_server",
    ] {
        for path in files(module) {
            let code = code(&path);
            for word in forbidden {
                assert!(!code.contains(word), "{} has `{word}`", path.display());
            }
        }
    }
}

#[test]
fn the_runtime_and_the_macro_keep_to_their_side() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = |name: &str| {
        fs::read_to_string(workspace.join(name).join("Cargo.toml"))
            .expect("the manifest can be read")
    };
    assert!(
        !manifest("mlp-runtime").contains("mlp-dsl")
            && !manifest("mlp-runtime").contains("mlp-macros")
    );
    let macros = manifest("mlp-macros");
    let dependencies = macros
        .split("[dev-dependencies]")
        .next()
        .unwrap_or_default();
    assert!(
        !dependencies.contains("mlp-runtime"),
        "the macro only names the runtime"
    );
}
