//! What of a library some code needs: what it names, what that names in turn, and so on. A name that could mean an entry
//! of its module counts as if it did, so the answer may hold a little too much, but never too little.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::identifier;
use super::library::{Kind, Library, Module};
use super::paths::{Path, paths};
use super::rewriting::{moved, without_examples};

/// A module's index and that of an entry in it.
type Place = (usize, usize);

/// The entries of a library that some code needs.
pub(super) struct Needs<'a> {
    library: &'a Library,
    entries: BTreeSet<Place>,
    /// Every name in what is needed: of the members of a type, those so called are copied.
    names: BTreeSet<String>,
}

/// What `code` needs, which calls the library `root`.
pub(super) fn of<'a>(library: &'a Library, code: &TokenStream, root: &Ident) -> Needs<'a> {
    let mut needs = Needs {
        library,
        entries: BTreeSet::new(),
        names: BTreeSet::new(),
    };
    for path in paths(code.clone()) {
        if let [first, rest @ ..] = path.as_slice()
            && *root == first
        {
            needs.follow(0, rest);
        }
        needs.names.extend(path);
    }
    while let Some(place) = needs.next_of_a_type() {
        needs.add(place);
    }
    needs
}

impl Needs<'_> {
    /// Adds what `path` means within a module, and every import on the way.
    fn follow(&mut self, module: usize, path: &[String]) {
        let library = self.library;
        let [first, rest @ ..] = path else {
            return;
        };
        match first.as_str() {
            "crate" => return self.follow(0, rest),
            "super" => return self.follow(library.modules[module].parent, rest),
            "self" => return self.follow(module, rest),
            _ => {}
        }
        for (index, entry) in library.modules[module].entries.iter().enumerate() {
            match &entry.kind {
                Kind::Declaration(name) if name == first => self.add((module, index)),
                Kind::Import { name, path } if name == first => {
                    self.entries.insert((module, index));
                    let (start, path) = library.start(module, name, path);
                    let whole: Path = path.iter().chain(rest).cloned().collect();
                    self.follow(start, &whole);
                }
                _ => {}
            }
        }
        if let Some(child) = library.child(module, first) {
            self.follow(child, rest);
        }
    }

    /// Adds an entry and what it names.
    fn add(&mut self, place: Place) {
        if !self.entries.insert(place) {
            return;
        }
        let (module, index) = place;
        let entry = &self.library.modules[module].entries[index];
        let mut tokens = entry.tokens.clone();
        if let Kind::Member { header, .. } = &entry.kind {
            // Its type's block can ask for traits.
            tokens.extend(header.parse::<TokenStream>());
        }
        for path in paths(tokens) {
            self.follow(module, &path);
            self.names.extend(path);
        }
    }

    /// A member or an implementation that belongs to what is needed and is not added yet.
    fn next_of_a_type(&self) -> Option<Place> {
        let modules = self.library.modules.iter().enumerate();
        let mut places = modules.flat_map(|(module, content)| {
            content
                .entries
                .iter()
                .enumerate()
                .map(move |(index, entry)| ((module, index), entry))
        });
        let found = places.find(|(place, entry)| {
            let needed = match &entry.kind {
                Kind::Member { of, name, .. } => {
                    self.declares(place.0, of) == Some(true) && self.names.contains(name)
                }
                Kind::Implementation { of, contract } => {
                    let parts = [self.declares(place.0, of), self.declares(place.0, contract)];
                    parts.contains(&Some(true)) && !parts.contains(&Some(false))
                }
                Kind::Declaration(_) | Kind::Import { .. } => false,
            };
            needed && !self.entries.contains(place)
        });
        found.map(|(place, _)| place)
    }

    /// Whether the declaration that `path` means within a module is needed; `None` where it is not the library's.
    fn declares(&self, module: usize, path: &[String]) -> Option<bool> {
        let library = self.library;
        let [first, rest @ ..] = path else {
            return None;
        };
        match first.as_str() {
            "crate" => return self.declares(0, rest),
            "super" => return self.declares(library.modules[module].parent, rest),
            "self" => return self.declares(module, rest),
            _ => {}
        }
        let mut entries = library.modules[module].entries.iter().enumerate();
        let found = entries.find_map(|(index, entry)| match &entry.kind {
            Kind::Declaration(name) if name == first => {
                Some(Some(self.entries.contains(&(module, index))))
            }
            Kind::Import { name, path } if name == first => {
                let (start, path) = library.start(module, name, path);
                let whole: Path = path.iter().chain(rest).cloned().collect();
                Some(self.declares(start, &whole))
            }
            _ => None,
        });
        match found {
            Some(found) => found,
            None => self.declares(library.child(module, first)?, rest),
        }
    }

    /// The items of the root that holds a copy of everything needed.
    pub(super) fn copy(&self) -> TokenStream {
        self.content(0)
    }

    fn content(&self, index: usize) -> TokenStream {
        let module = &self.library.modules[index];
        let own = self.own(index, module);
        let children = self.library.modules.iter().enumerate().skip(1);
        let children = children.filter(|(_, child)| child.parent == index);
        let children = children.map(|(child, content)| {
            let inner = self.content(child);
            let (documentation, name) = (
                without_examples(content.documentation.clone()),
                identifier(&content.name),
            );
            let condition = &content.condition;
            (!inner.is_empty()).then(|| quote!(#documentation #condition pub mod #name { #inner }))
        });
        quote!(#own #(#children)*)
    }

    /// The needed entries of one module.
    fn own(&self, index: usize, module: &Module) -> TokenStream {
        let (mut imports, mut items) = (TokenStream::new(), TokenStream::new());
        let mut block: Option<(&str, TokenStream)> = None;
        for (entry, content) in module.entries.iter().enumerate() {
            if !self.entries.contains(&(index, entry)) {
                continue;
            }
            let tokens = without_examples(moved(content.tokens.clone(), module.depth));
            match (&content.kind, &mut block) {
                (Kind::Import { .. }, _) => imports.extend(tokens),
                (Kind::Member { header, .. }, Some((open, members))) if open == header => {
                    members.extend(tokens);
                }
                (Kind::Member { header, .. }, _) => {
                    items.extend(closed(block.replace((header.as_str(), tokens))));
                }
                (Kind::Declaration(_) | Kind::Implementation { .. }, _) => {
                    items.extend(closed(block.take()));
                    items.extend(tokens);
                }
            }
        }
        items.extend(closed(block));
        // A crate can be without the names that Rust brings along; the copy means the same there.
        let prelude = (!items.is_empty()).then(|| {
            quote!(
                use ::core::prelude::rust_2024::*;
            )
        });
        quote!(#prelude #imports #items)
    }
}

/// A block of members.
fn closed(block: Option<(&str, TokenStream)>) -> TokenStream {
    block
        .and_then(|(header, members)| {
            let header: TokenStream = header.parse().ok()?;
            Some(quote!(#header { #members }))
        })
        .unwrap_or_default()
}
