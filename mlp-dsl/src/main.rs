//! The command `mlp`.
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let source = mlp_dsl::Source::new(path.clone(), std::fs::read_to_string(&path).unwrap());
    match mlp_dsl::compile(&source) {
        Ok(compiled) => match std::env::args().nth(2) {
            Some(name) => print!("{}", mlp_dsl::equations::definition_text(&compiled.definition(&name).unwrap())),
            None => print!("{}", compiled.equations_text()),
        },
        Err(errors) => print!("{}", errors.render(&source, false)),
    }
}
