//! How large a model may be. The limits keep compile times and the compiler's stack bounded; they are far above what
//! a small network needs.

/// The longest vector.
pub const MAX_LENGTH: usize = 1 << 20;
/// The most values of a model. Deriving takes time with the square of their number.
pub const MAX_VALUES: usize = 1_000;
/// The most trained scalars of a model.
pub const MAX_PARAMETERS: usize = 1 << 28;
/// The most operations, constants and symbols of one formula, with everything it calls written out.
pub const MAX_FORMULA_SIZE: usize = 4_000;
/// The deepest nesting of one formula, with everything it calls written out.
pub const MAX_FORMULA_DEPTH: usize = 256;
