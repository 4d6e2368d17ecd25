//! The runtime as a tree of modules: its files, without macros and without the conditions that can be decided.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Item, UseTree};

use super::conditions::decided;
use super::expansion::{Rule, Rules};
use super::paths::{Path, paths};

/// A crate that code is copied from.
pub(super) struct Library {
    /// The modules, the root first.
    pub(super) modules: Vec<Module>,
}

/// A module.
pub(super) struct Module {
    /// Its name; empty for the root.
    pub(super) name: String,
    /// The index of the module that it is in; the root is in itself.
    pub(super) parent: usize,
    /// The number of modules that it is in.
    pub(super) depth: usize,
    /// `#[cfg(…)]` where it is for some machines alone.
    pub(super) condition: TokenStream,
    /// The lines of its documentation.
    pub(super) documentation: TokenStream,
    /// What it declares, in order.
    pub(super) entries: Vec<Entry>,
}

/// What can be copied or left out.
pub(super) struct Entry {
    /// What it is.
    pub(super) kind: Kind,
    /// Its code.
    pub(super) tokens: TokenStream,
}

/// What an entry is.
pub(super) enum Kind {
    /// A function, a constant, a type or a trait.
    Declaration(String),
    /// A name for something elsewhere.
    Import { name: String, path: Path },
    /// A function or constant of a type, for the block that `header` opens.
    Member {
        of: Path,
        name: String,
        header: String,
    },
    /// An implementation of a trait.
    Implementation { of: Path, contract: Path },
}

impl Library {
    /// Reads `files`, the path of each below the root and its text, with these features.
    pub(super) fn read(files: &[(&str, &str)], features: &[&str]) -> Result<Self, syn::Error> {
        let mut parsed = BTreeMap::new();
        let mut rules = Rules::new();
        for (path, text) in files {
            let mut file: syn::File = syn::parse2(decided(text.parse()?, features))?;
            for item in &file.items {
                if let Item::Macro(definition) = item
                    && let Some(name) = &definition.ident
                {
                    let rule = Rule::read(definition.mac.tokens.clone())?;
                    rules.insert(name.to_string(), rule);
                }
            }
            file.items.retain(|item| !defines(item));
            parsed.insert(*path, file);
        }
        let mut library = Self {
            modules: Vec::new(),
        };
        if let Some(root) = parsed.remove("lib.rs") {
            let root = syn::File {
                attrs: Vec::new(),
                ..root
            };
            library.add("", "", 0, root, &mut parsed, &rules)?;
        }
        Ok(library)
    }

    /// Adds a module and those in it; `folder` is where their files are.
    fn add(
        &mut self,
        name: &str,
        folder: &str,
        parent: usize,
        file: syn::File,
        files: &mut BTreeMap<&str, syn::File>,
        rules: &Rules,
    ) -> Result<(), syn::Error> {
        let index = self.modules.len();
        let lines = file.attrs.iter().map(|attribute| {
            let meta = &attribute.meta;
            quote!(#[#meta])
        });
        self.modules.push(Module {
            name: name.to_owned(),
            parent,
            depth: self
                .modules
                .get(parent)
                .map_or(0, |parent| parent.depth + 1),
            condition: TokenStream::new(),
            documentation: lines.collect(),
            entries: Vec::new(),
        });
        for item in expanded(file.items, rules)? {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let path = format!("{folder}{name}");
                    let condition = conditions(&module.attrs);
                    let file = match module.content {
                        Some((_, items)) => Some(syn::File {
                            shebang: None,
                            frontmatter: None,
                            attrs: module.attrs,
                            items,
                        }),
                        None => [".rs", "/mod.rs"]
                            .iter()
                            .find_map(|end| files.remove(format!("{path}{end}").as_str())),
                    };
                    // A module without a text is one that generated code does not lean on.
                    if let Some(file) = file {
                        let child = self.modules.len();
                        self.add(&name, &format!("{path}/"), index, file, files, rules)?;
                        self.modules[child].condition = condition;
                    }
                }
                item => {
                    let entries = entries(item).into_iter();
                    // The macros are gone, and so are the names for them.
                    let kept = entries.filter(|entry| {
                        !matches!(&entry.kind, Kind::Import { name, .. } if rules.contains_key(name))
                    });
                    self.modules[index].entries.extend(kept);
                }
            }
        }
        Ok(())
    }

    /// Where the path of an import called `name` within a module begins, and the rest of it. `use affine::affine` begins
    /// in the module of that name, not again at what it imports.
    pub(super) fn start<'p>(
        &self,
        module: usize,
        name: &str,
        path: &'p [String],
    ) -> (usize, &'p [String]) {
        match path.split_first() {
            Some((first, rest)) if first == name => match self.child(module, first) {
                Some(child) => (child, rest),
                None => (module, path),
            },
            _ => (module, path),
        }
    }

    /// The module called `name` in the module `parent`.
    pub(super) fn child(&self, parent: usize, name: &str) -> Option<usize> {
        (1..self.modules.len()).find(|index| {
            let module = &self.modules[*index];
            module.parent == parent && module.name == name
        })
    }
}

/// Whether an item defines a macro.
fn defines(item: &Item) -> bool {
    matches!(item, Item::Macro(definition) if definition.ident.is_some())
}

/// The items with each use of a macro replaced by what it stands for.
fn expanded(items: Vec<Item>, rules: &Rules) -> Result<Vec<Item>, syn::Error> {
    let mut result = Vec::new();
    for item in items {
        let rule = match &item {
            Item::Macro(call) => call.mac.path.get_ident().and_then(|name| {
                let rule = rules.get(&name.to_string())?;
                Some(rule.expand(call.mac.tokens.clone()))
            }),
            _ => None,
        };
        match rule {
            Some(body) => result.extend(syn::parse2::<syn::File>(body)?.items),
            None => result.push(item),
        }
    }
    Ok(result)
}

/// The conditions among the attributes of an item: those on the machine, which alone are still open.
fn conditions(attributes: &[syn::Attribute]) -> TokenStream {
    let conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.map(ToTokens::to_token_stream).collect()
}

fn entries(item: Item) -> Vec<Entry> {
    let declaration = |name: &Ident, item: &Item| {
        Vec::from([Entry {
            kind: Kind::Declaration(name.to_string()),
            tokens: item.to_token_stream(),
        }])
    };
    match &item {
        Item::Fn(function) => declaration(&function.sig.ident, &item),
        Item::Const(constant) => declaration(&constant.ident, &item),
        Item::Static(constant) => declaration(&constant.ident, &item),
        Item::Struct(definition) => declaration(&definition.ident, &item),
        Item::Enum(definition) => declaration(&definition.ident, &item),
        Item::Trait(definition) => declaration(&definition.ident, &item),
        Item::Type(definition) => declaration(&definition.ident, &item),
        Item::Use(import) => {
            let mut leaves = Vec::new();
            imports(&import.tree, &mut Path::new(), &mut leaves);
            let (condition, visibility) = (conditions(&import.attrs), &import.vis);
            let entry = |(name, path): (String, Path)| {
                let segments = path.iter().map(|segment| super::identifier(segment));
                let alias = super::identifier(&name);
                let alias = (path.last() != Some(&name)).then(|| quote!(as #alias));
                Entry {
                    tokens: quote!(#condition #visibility use #(#segments)::* #alias;),
                    kind: Kind::Import { name, path },
                }
            };
            leaves.into_iter().map(entry).collect()
        }
        Item::Impl(implementation) => members(implementation),
        _ => Vec::new(),
    }
}

/// The names that an import makes known, each with its path.
fn imports(tree: &UseTree, prefix: &mut Path, leaves: &mut Vec<(String, Path)>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            imports(&path.tree, prefix, leaves);
            prefix.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, prefix, leaves);
            }
        }
        UseTree::Name(leaf) => {
            // `a::{self}` is `a`.
            let own = (leaf.ident != "self").then(|| leaf.ident.to_string());
            let path: Path = prefix.iter().cloned().chain(own).collect();
            leaves.push((path.last().cloned().unwrap_or_default(), path));
        }
        UseTree::Rename(leaf) => {
            let path = prefix.iter().cloned().chain([leaf.ident.to_string()]);
            leaves.push((leaf.rename.to_string(), path.collect()));
        }
        // Which names it makes known cannot be seen here; the runtime has none.
        UseTree::Glob(_) => {}
    }
}

fn members(implementation: &syn::ItemImpl) -> Vec<Entry> {
    let path = |tokens: TokenStream| paths(tokens).into_iter().next().unwrap_or_default();
    let own_type = &implementation.self_ty;
    let of = path(quote!(#own_type));
    if let Some((contract, _)) = &implementation.trait_ {
        let contract = path(quote!(#contract));
        return Vec::from([Entry {
            kind: Kind::Implementation { of, contract },
            tokens: implementation.to_token_stream(),
        }]);
    }
    let (generics, _, bounds) = implementation.generics.split_for_impl();
    let condition = conditions(&implementation.attrs);
    let header = quote!(#condition impl #generics #own_type #bounds).to_string();
    let members = implementation.items.iter().filter_map(|item| {
        let name = match item {
            syn::ImplItem::Fn(function) => &function.sig.ident,
            syn::ImplItem::Const(constant) => &constant.ident,
            _ => return None,
        };
        Some(Entry {
            kind: Kind::Member {
                of: of.clone(),
                name: name.to_string(),
                header: header.clone(),
            },
            tokens: item.to_token_stream(),
        })
    });
    members.collect()
}
