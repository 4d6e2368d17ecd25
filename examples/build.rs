//! Compiles the network of the example `sine` before the example itself is compiled.

fn main() -> Result<(), mlp_dsl::build::BuildError> {
    mlp_dsl::build::compile("sine.mlp")?;
    Ok(())
}
