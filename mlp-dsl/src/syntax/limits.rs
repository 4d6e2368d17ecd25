//! How large a text may be. Up to these limits the parser takes linear time and less than two megabytes of stack, which
//! is what a thread of a program or a compiler has at least.

/// The largest text in bytes: 1 MiB.
pub const SOURCE_BYTES: usize = 1 << 20;

/// How deep brackets, `if`s and comments may nest.
pub const NESTING: usize = 64;

/// How high the tree of an expression may grow; `a + b + c` has the height 3.
pub const EXPRESSION_HEIGHT: usize = 256;
