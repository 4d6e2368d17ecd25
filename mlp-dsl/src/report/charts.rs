//! Small charts as SVG inside a page. Their colours are the page's.

use std::fmt::Write as _;

use super::html::short;
use super::observe::Histogram;
use super::surface::{GRID, Surface};

const WIDTH: usize = 224;
const HEIGHT: usize = 56;

/// The side of a cell of a surface.
const CELL: usize = 14;

/// A histogram with its ends.
pub(super) fn histogram(histogram: &Histogram, class: &str) -> String {
    let (low, high) = histogram.range;
    if low.is_nan() {
        return "<p>no finite number</p>".to_owned();
    }
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = WIDTH as f64 / histogram.counts.len() as f64;
    let mut bars = String::new();
    for (index, count) in histogram.counts.iter().enumerate() {
        if *count > 0 {
            // What is there is seen, however little it is.
            let height = (*count as f64 / most as f64 * HEIGHT as f64).max(1.0);
            let (left, top) = (index as f64 * bar, HEIGHT as f64 - height);
            let _ = write!(
                bars,
                "<path d=\"M{left:.1} {HEIGHT}V{top:.1}h{:.1}V{HEIGHT}z\"/>",
                (bar - 1.0).max(0.5),
            );
        }
    }
    let (low, high, mean) = (short(low), short(high), short(histogram.mean));
    let mut facts = format!("mean {mean}");
    if histogram.zeros > 0.0 {
        let _ = write!(facts, ", {} % zero", short(100.0 * histogram.zeros));
    }
    if histogram.not_finite > 0 {
        let _ = write!(facts, ", {} not finite", histogram.not_finite);
    }
    format!(
        "<figure class=\"histogram {class}\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"from {low} to {high}, {facts}\">{bars}</svg><figcaption><span>{low}</span><span>{facts}</span><span>{high}</span></figcaption></figure>"
    )
}

/// A surface as a map: the darker, the larger the loss, on a logarithmic scale. The weights stand in the middle.
pub(super) fn surface(surface: &Surface) -> String {
    let all = surface.losses.iter().flatten().copied();
    let finite: Vec<f64> = all.filter(|loss| loss.is_finite()).collect();
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let side = CELL * GRID;
    let height = |loss: f64| {
        // The distance from the lowest point, in decades.
        let above =
            |loss: f64| (1.0 + 100.0 * (loss - low) / (high - low).max(f64::MIN_POSITIVE)).ln();
        above(loss) / above(high).max(f64::MIN_POSITIVE)
    };
    let mut cells = String::new();
    for (row, losses) in surface.losses.iter().enumerate() {
        for (column, loss) in losses.iter().enumerate() {
            let (x, y) = (column * CELL, (GRID - 1 - row) * CELL);
            let color = if loss.is_finite() {
                color(height(*loss))
            } else {
                "none".to_owned()
            };
            let _ = write!(
                cells,
                "<path fill=\"{color}\" d=\"M{x} {y}h{CELL}v{CELL}h-{CELL}z\"><title>{}</title></path>",
                short(*loss),
            );
        }
    }
    let middle = side / 2;
    let (lowest, highest) = (short(low), short(high));
    let here = short(surface.losses[GRID / 2][GRID / 2]);
    let scale: String = (0..GRID)
        .map(|index| {
            let color = color(index as f64 / (GRID - 1) as f64);
            format!("<i style=\"background:{color}\"></i>")
        })
        .collect();
    format!(
        "<figure class=\"surface\"><svg viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\" role=\"img\" aria-label=\"the loss around the weights, from {lowest} to {highest}\" shape-rendering=\"crispEdges\">{cells}<circle cx=\"{middle}\" cy=\"{middle}\" r=\"4\" fill=\"#fff\" stroke=\"#000\"/></svg><figcaption><span>{lowest}</span><span class=\"scale\">{scale}</span><span>{highest}</span></figcaption><figcaption><span>at the weights: {here}</span></figcaption></figure>"
    )
}

/// From light to dark through blue: equal steps look equal.
fn color(height: f64) -> String {
    const STOPS: [[f64; 3]; 5] = [
        [247.0, 251.0, 255.0],
        [198.0, 219.0, 239.0],
        [107.0, 174.0, 214.0],
        [33.0, 113.0, 181.0],
        [8.0, 48.0, 107.0],
    ];
    let place = height.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let lower = (place as usize).min(STOPS.len() - 2);
    let way = place - lower as f64;
    let mixed = [0, 1, 2].map(|channel: usize| {
        let (from, to) = (STOPS[lower][channel], STOPS[lower + 1][channel]);
        (from + way * (to - from)).round() as u8
    });
    format!("#{:02x}{:02x}{:02x}", mixed[0], mixed[1], mixed[2])
}
