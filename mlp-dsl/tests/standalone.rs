//! Files that stand alone.
