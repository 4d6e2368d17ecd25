//! The text of the files that generated code leans on, so that a compiler can copy what a model needs into a file that
//! stands alone.
//!
//! The text is a part of this crate because nothing else can be: a copy elsewhere would have to be kept in step, and the
//! files of another package are out of reach once both are published. What stands in these files is copied item by item,
//! so they keep to plain forms: modules in files of their own, imports by name, macros with one rule that takes names.

/// Each file by its path below `src`.
pub const FILES: [(&str, &str); 82] = [
    ("lib.rs", include_str!("lib.rs")),
    ("boxed.rs", include_str!("boxed.rs")),
    ("decision.rs", include_str!("decision.rs")),
    ("initialiser.rs", include_str!("initialiser.rs")),
    ("kernel/affine.rs", include_str!("kernel/affine.rs")),
    (
        "kernel/destination.rs",
        include_str!("kernel/destination.rs"),
    ),
    (
        "kernel/error_function.rs",
        include_str!("kernel/error_function.rs"),
    ),
    (
        "kernel/exponential.rs",
        include_str!("kernel/exponential.rs"),
    ),
    ("kernel/f32.rs", include_str!("kernel/f32.rs")),
    ("kernel/f64.rs", include_str!("kernel/f64.rs")),
    ("kernel/fused.rs", include_str!("kernel/fused.rs")),
    ("kernel/lanes.rs", include_str!("kernel/lanes.rs")),
    (
        "kernel/lanes/array.rs",
        include_str!("kernel/lanes/array.rs"),
    ),
    ("kernel/lanes/avx2.rs", include_str!("kernel/lanes/avx2.rs")),
    (
        "kernel/lanes/avx512.rs",
        include_str!("kernel/lanes/avx512.rs"),
    ),
    ("kernel/lanes/neon.rs", include_str!("kernel/lanes/neon.rs")),
    ("kernel/lanes/sse2.rs", include_str!("kernel/lanes/sse2.rs")),
    ("kernel/level.rs", include_str!("kernel/level.rs")),
    ("kernel/logarithm.rs", include_str!("kernel/logarithm.rs")),
    ("kernel/mask.rs", include_str!("kernel/mask.rs")),
    ("kernel/mod.rs", include_str!("kernel/mod.rs")),
    ("kernel/outer.rs", include_str!("kernel/outer.rs")),
    ("kernel/pack.rs", include_str!("kernel/pack.rs")),
    ("kernel/peak.rs", include_str!("kernel/peak.rs")),
    ("kernel/pool.rs", include_str!("kernel/pool.rs")),
    ("kernel/power.rs", include_str!("kernel/power.rs")),
    ("kernel/products.rs", include_str!("kernel/products.rs")),
    (
        "kernel/pullback_bias.rs",
        include_str!("kernel/pullback_bias.rs"),
    ),
    (
        "kernel/pullback_input.rs",
        include_str!("kernel/pullback_input.rs"),
    ),
    (
        "kernel/pullback_weight.rs",
        include_str!("kernel/pullback_weight.rs"),
    ),
    ("kernel/real.rs", include_str!("kernel/real.rs")),
    ("kernel/root.rs", include_str!("kernel/root.rs")),
    ("kernel/row.rs", include_str!("kernel/row.rs")),
    ("kernel/selection.rs", include_str!("kernel/selection.rs")),
    ("kernel/softmax.rs", include_str!("kernel/softmax.rs")),
    ("kernel/tile.rs", include_str!("kernel/tile.rs")),
    (
        "kernel/trigonometry.rs",
        include_str!("kernel/trigonometry.rs"),
    ),
    ("kernel/view.rs", include_str!("kernel/view.rs")),
    ("network.rs", include_str!("network.rs")),
    (
        "optimizer/adadelta.rs",
        include_str!("optimizer/adadelta.rs"),
    ),
    ("optimizer/adagrad.rs", include_str!("optimizer/adagrad.rs")),
    ("optimizer/adam.rs", include_str!("optimizer/adam.rs")),
    ("optimizer/adam_w.rs", include_str!("optimizer/adam_w.rs")),
    ("optimizer/choice.rs", include_str!("optimizer/choice.rs")),
    ("optimizer/decay.rs", include_str!("optimizer/decay.rs")),
    (
        "optimizer/elements.rs",
        include_str!("optimizer/elements.rs"),
    ),
    (
        "optimizer/gradient.rs",
        include_str!("optimizer/gradient.rs"),
    ),
    ("optimizer/kinds.rs", include_str!("optimizer/kinds.rs")),
    ("optimizer/lion.rs", include_str!("optimizer/lion.rs")),
    ("optimizer/mod.rs", include_str!("optimizer/mod.rs")),
    (
        "optimizer/momentum.rs",
        include_str!("optimizer/momentum.rs"),
    ),
    ("optimizer/n_adam.rs", include_str!("optimizer/n_adam.rs")),
    (
        "optimizer/parameters.rs",
        include_str!("optimizer/parameters.rs"),
    ),
    ("optimizer/r_adam.rs", include_str!("optimizer/r_adam.rs")),
    (
        "optimizer/rms_prop.rs",
        include_str!("optimizer/rms_prop.rs"),
    ),
    ("optimizer/sgd.rs", include_str!("optimizer/sgd.rs")),
    ("optimizer/state.rs", include_str!("optimizer/state.rs")),
    ("parallel.rs", include_str!("parallel.rs")),
    ("random.rs", include_str!("random.rs")),
    ("row.rs", include_str!("row.rs")),
    ("scalar.rs", include_str!("scalar.rs")),
    ("schedule/choice.rs", include_str!("schedule/choice.rs")),
    ("schedule/cosine.rs", include_str!("schedule/cosine.rs")),
    (
        "schedule/exponential.rs",
        include_str!("schedule/exponential.rs"),
    ),
    ("schedule/kinds.rs", include_str!("schedule/kinds.rs")),
    ("schedule/linear.rs", include_str!("schedule/linear.rs")),
    ("schedule/mod.rs", include_str!("schedule/mod.rs")),
    (
        "schedule/one_cycle.rs",
        include_str!("schedule/one_cycle.rs"),
    ),
    (
        "schedule/polynomial.rs",
        include_str!("schedule/polynomial.rs"),
    ),
    (
        "schedule/reduce_on_plateau.rs",
        include_str!("schedule/reduce_on_plateau.rs"),
    ),
    ("schedule/step.rs", include_str!("schedule/step.rs")),
    ("setting.rs", include_str!("setting.rs")),
    ("shape.rs", include_str!("shape.rs")),
    ("steps/adjustment.rs", include_str!("steps/adjustment.rs")),
    ("steps/mod.rs", include_str!("steps/mod.rs")),
    ("steps/parts.rs", include_str!("steps/parts.rs")),
    ("steps/whole.rs", include_str!("steps/whole.rs")),
    ("store/mod.rs", include_str!("store/mod.rs")),
    ("store/snapshot.rs", include_str!("store/snapshot.rs")),
    ("store/weights.rs", include_str!("store/weights.rs")),
    ("tensor.rs", include_str!("tensor.rs")),
    ("whole_power.rs", include_str!("whole_power.rs")),
];

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn every_kernel_is_there() {
        let text = |name: &str| {
            let file = FILES.iter().find(|(path, _)| *path == name);
            file.map(|(_, text)| *text)
        };
        let kernels = text("kernel/mod.rs").expect("the list of kernels");
        let (declared, _) = kernels
            .split_once("#[cfg(test)]")
            .expect("tests stand last");
        let declarations = declared.lines().filter_map(|line| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        });
        let mut count = 0;
        for name in declarations {
            let path = std::format!("kernel/{name}.rs");
            assert!(text(&path).is_some(), "{path} is missing");
            count += 1;
        }
        assert!(count > 8);
    }
}
