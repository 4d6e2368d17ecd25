//! What the plots of the built-in definitions show.

use super::{Plot, png, svg};
use crate::{Compiled, Definition, Source, compile};

fn compiled(text: &str) -> Compiled {
    compile(&Source::new("own.mlp", text)).expect("the text is right")
}

fn built_in() -> Compiled {
    compiled("const nothing = 0")
}

fn plot(compiled: &Compiled, name: &str) -> Plot {
    let definition = compiled.definition(name).expect("it is known");
    Plot::new(&definition, None, 1.0).expect("it can be evaluated")
}

/// The index of the sample at `argument`.
fn at(plot: &Plot, argument: f64) -> usize {
    let near = |x: f64| (x - argument).abs() < 1e-9;
    (plot.samples.iter().position(|sample| near(sample.argument))).expect("it is a sample")
}

#[test]
fn every_slope_is_that_of_its_curve() {
    let compiled = built_in();
    let activations = compiled
        .checked
        .activations
        .iter()
        .map(Definition::Activation);
    let losses = compiled.checked.losses.iter().map(Definition::Loss);
    for definition in activations.chain(losses) {
        let plot = Plot::new(&definition, None, 1.0).expect("it can be evaluated");
        let places: Vec<f64> = plot.value.iter().skip(1).map(|piece| piece[0].0).collect();
        let mut checked = 0;
        for three in plot.samples.windows(3) {
            let step = three[2].argument - three[0].argument;
            let difference = (three[2].value - three[0].value) / step;
            // Where the slope itself changes fast, a difference says little about it.
            let change = |sample: usize| (three[sample].slope - three[1].slope).abs();
            let bend = change(0).max(change(2));
            let within = |x: &f64| (three[0].argument..=three[2].argument).contains(x);
            if places.iter().any(within)
                || !difference.is_finite()
                || !bend.is_finite()
                || bend > 0.2
            {
                continue;
            }
            let error = (difference - three[1].slope).abs();
            let name = &plot.name;
            assert!(
                error <= 0.01 + bend,
                "{name} at {}: {error}",
                three[1].argument
            );
            checked += 1;
        }
        assert!(checked > 200, "{}: {checked}", plot.name);
    }
}

#[test]
fn dead_and_saturated_regions_are_found() {
    let compiled = built_in();
    let dead = |name: &str| plot(&compiled, name).dead;
    assert_eq!(dead("relu"), [(-6.0, 0.0)]);
    assert_eq!(dead("relu6"), [(-6.0, 0.0)]);
    assert_eq!(dead("hard_sigmoid"), [(-6.0, -3.0), (3.0, 6.0)]);
    assert_eq!(dead("step"), [(-6.0, 6.0)]);
    assert_eq!(dead("hinge"), [(1.0, 4.0)]);
    assert_eq!(dead("tanh"), []);
    assert_eq!(dead("mse"), [], "the lowest point is no region");
    let sigmoid = plot(&compiled, "sigmoid").saturated;
    assert_eq!(sigmoid.len(), 2);
    // σ′(x) = 0.05 at x = ±ln((1 + √0.8) / (1 − √0.8))
    let edge = ((1.0 + 0.8_f64.sqrt()) / (1.0 - 0.8_f64.sqrt())).ln();
    assert!((sigmoid[0].1 + edge).abs() < 0.026, "{sigmoid:?}");
    assert!((sigmoid[1].0 - edge).abs() < 0.026, "{sigmoid:?}");
    assert_eq!(
        plot(&compiled, "relu").saturated,
        [],
        "dead is not saturated"
    );
    assert_eq!(
        plot(&compiled, "sin").saturated,
        [],
        "a turning point is not"
    );
}

#[test]
fn jumps_are_not_bridged() {
    let compiled = built_in();
    let relu = plot(&compiled, "relu");
    assert_eq!((relu.value.len(), relu.slope.len()), (1, 2));
    let (end, start) = (relu.slope[0].last(), relu.slope[1].first());
    let (end, start) = (end.expect("a point"), start.expect("a point"));
    assert_eq!((end.1, start.1), (0.0, 1.0));
    assert!(
        end.0.abs() < 1e-9 && start.0.abs() < 1e-9,
        "{end:?} {start:?}"
    );
    assert_eq!(plot(&compiled, "step").value.len(), 2);
    // However steep it is, a line without a jump stays in one piece.
    let steep = compiled_steep();
    assert_eq!(plot(&steep, "steep").value.len(), 1);
}

fn compiled_steep() -> Compiled {
    compiled("activation steep(x) = tanh(200 * x)")
}

#[test]
fn a_loss_on_probabilities_is_shown_where_it_is_one() {
    let compiled = built_in();
    let bce = plot(&compiled, "bce");
    assert!(
        bce.range.0.abs() < 1e-9 && (bce.range.1 - 1.0).abs() < 1e-9,
        "{:?}",
        bce.range
    );
    let half = bce.samples[at(&bce, 0.5)];
    assert!((half.value - std::f64::consts::LN_2).abs() < 1e-12);
    assert!((half.slope + 2.0).abs() < 1e-12);
}

/// No output beyond what its activation gives, however much is asked for, and no target that is no probability.
#[test]
fn a_loss_is_shown_within_its_domain() {
    let compiled = built_in();
    for (name, usual, asked) in [
        ("bce", (0.0, 1.0), (0.25, 1.0)),
        ("cross_entropy", (0.0, 1.0), (0.25, 1.0)),
        ("soft_cross_entropy", (0.0, 1.0), (0.25, 1.0)),
        ("nll", (-4.0, 0.0), (-3.0, 0.0)),
        ("kl_div", (-4.0, 0.0), (-3.0, 0.0)),
        ("bce_with_logits", (-4.0, 4.0), (-3.0, 2.0)),
        ("mse", (-4.0, 4.0), (-3.0, 2.0)),
    ] {
        assert_eq!(plot(&compiled, name).range, usual, "{name}");
        let definition = compiled.definition(name).expect("it is known");
        let from = if asked.0 < 0.0 { -3.0 } else { 0.25 };
        let found = Plot::new(&definition, Some((from, 2.0)), 1.0).expect("a part is defined");
        assert_eq!(found.range, asked, "{name}");
        let takes_any = Plot::new(&definition, None, 2.0).is_ok();
        let has_any = matches!(name, "cross_entropy" | "nll" | "mse");
        assert_eq!(takes_any, has_any, "{name}");
    }
    let bce = compiled.definition("bce").expect("it is known");
    for (range, target) in [(Some((1.0, 2.0)), 1.0), (None, -0.5)] {
        let refused = Plot::new(&bce, range, target).expect_err("nothing is defined there");
        assert!(refused.to_string().contains("from 0 to 1"), "{refused}");
    }
}

#[test]
fn definitions_of_a_text_are_shown_with_their_defaults_and_stated_derivatives() {
    let compiled = compiled(
        "activation fire(x) = step(x) derivative 1
         activation twice(x; learn a = 3) = fire(2 * x) * a
         loss cubic(y, t) = mean(abs(y - t)^3)",
    );
    let fire = plot(&compiled, "fire");
    assert!(fire.samples.iter().all(|sample| sample.slope == 1.0));
    assert_eq!(fire.dead, []);
    let twice = plot(&compiled, "twice");
    assert!(twice.samples.iter().all(|sample| sample.slope == 6.0));
    assert_eq!(twice.samples[at(&twice, 1.0)].value, 3.0);
    let cubic = plot(&compiled, "cubic");
    assert_eq!(cubic.against.as_deref(), Some("t = 1"));
    assert_eq!(cubic.samples[at(&cubic, -1.0)].value, 8.0);
}

#[test]
fn pictures_are_whole_and_the_same_each_time() {
    let compiled = built_in();
    let plots = [plot(&compiled, "gelu"), plot(&compiled, "bce")];
    for plots in [&plots[..1], &plots] {
        let picture = svg(plots).expect("it is drawn");
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
        assert!(picture.contains("gelu"));
        assert_eq!(picture, svg(plots).expect("it is drawn"));
        let bytes = png(plots).expect("it is drawn");
        assert_eq!(bytes, png(plots).expect("it is drawn"));
        let decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
        let mut reader = decoder.read_info().expect("it is a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        reader.next_frame(&mut pixels).expect("it is whole");
        // Both curves are there, and letters: something dark.
        let near =
            |pixel: &[u8], color: [u8; 3]| pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 12);
        let count = |color| {
            pixels
                .chunks_exact(3)
                .filter(|pixel| near(pixel, color))
                .count()
        };
        assert!(count([9, 105, 218]) > 100 && count([194, 65, 12]) > 100);
        assert!(count([255, 243, 196]) > 100, "a saturated region is drawn");
        let is_dark = |pixel: &&[u8]| pixel.iter().all(|channel| *channel < 130);
        let dark = pixels.chunks_exact(3).filter(is_dark).count();
        assert!(dark > 20, "the title is written: {dark}");
    }
}
