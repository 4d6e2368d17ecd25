//! The language server: what an editor asks of a text while it is being written. In: messages of the Language Server
//! Protocol 3.17. Out: answers, and the mistakes of every open text. All it knows comes from the stages of the compiler;
//! it reads no files, because editors send the texts. Positions count UTF-16 units, as the protocol does unless asked
//! otherwise.

mod completion;
mod definition;
mod describe;
mod diagnostics;
mod document;
mod fixes;
mod formatting;
mod hover;
mod refusal;
mod rename;
mod session;
mod symbols;
mod text;

pub use session::{End, serve};
