//! The tests of a program once more at every level of vector instructions below the one that they run at anyway.

use std::process::Command;

use mlp_runtime::kernel::Level;

/// The levels that there can be.
const NAMES: &[&str] = if cfg!(target_arch = "x86_64") {
    &["baseline", "avx2", "avx512"]
} else {
    &["baseline"]
};

/// Says to a program that the test has started at which level it is to be.
const STARTED: &str = "LEVEL_OF_THE_TEST";

#[test]
fn every_test_passes_at_every_level() {
    let own = Level::best().name();
    if let Ok(level) = std::env::var(STARTED) {
        assert_eq!(own, level);
        return;
    }
    let available: Vec<&str> = Level::available().map(Level::name).collect();
    let program = std::env::current_exe().expect("this program has a path");
    for level in NAMES {
        if !available.contains(level) {
            println!("{level}: left out, this processor does not have it or MLP_LEVEL forbids it");
        } else if *level != own {
            let output = Command::new(&program)
                .env("MLP_LEVEL", level)
                .env(STARTED, level)
                .output()
                .expect("this program starts again");
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{level}: {printed}");
            let result = printed.lines().find(|line| line.starts_with("test result"));
            println!("{level}: {}", result.expect("the tests have run"));
        }
    }
}
