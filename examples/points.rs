//! Sets of points on the plane, of two classes in turn: XOR, circles and spirals.

use std::f64::consts::{PI, TAU};

use mlp_runtime::Random;

/// So many points of a set, and their classes.
pub(crate) fn of(set: &str, count: usize) -> (Vec<[f32; 2]>, Vec<usize>) {
    let mut random = Random::new(7);
    let classes: Vec<usize> = (0..count).map(|index| index % 2).collect();
    let points = classes.iter().map(|class| point(set, *class, &mut random));
    (points.collect(), classes)
}

/// A point of class 0 or 1, by the name of its set.
fn point(set: &str, class: usize, random: &mut Random) -> [f32; 2] {
    let (part, other) = (random.uniform(), random.uniform());
    let [radius, angle] = match set {
        // Opposite quarters are of one class.
        "XOR" => {
            let quarter = class + 2 * random.below(2);
            [other.sqrt(), PI / 2.0 * (quarter as f64 + part)]
        }
        "circles" => [[0.3, 0.8][class] + 0.15 * other, TAU * part],
        _ => [part.sqrt(), 1.5 * TAU * part.sqrt() + PI * class as f64],
    };
    [angle.cos(), angle.sin()].map(|along| (radius * along + 0.02 * random.normal()) as f32)
}
