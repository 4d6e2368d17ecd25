use std::format;
use std::string::String;
use std::vec::Vec;

use super::History;

/// How the losses of a run fell, as a plot of text of so many columns and lines: `·` for training, `o` for validation. The
/// axis is logarithmic where all losses are above 0.
///
/// Empty for less than two epochs, and where there is no room.
#[must_use]
pub fn curve(history: &History, columns: usize, lines: usize) -> String {
    let training = history.losses();
    let validation: Vec<f64> = (history.epochs.iter())
        .filter_map(|epoch| Some(epoch.validation?.loss))
        .collect();
    let all = || training.iter().chain(&validation).copied();
    let is_logarithmic = all().all(|loss| loss > 0.0);
    let height = |loss: f64| if is_logarithmic { loss.ln() } else { loss };
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    let (bottom, top) = (height(low), height(high));
    let labels = [format!("{high:.3e}"), format!("{low:.3e}")];
    let margin = labels.iter().map(String::len).max().unwrap_or_default() + 2;
    let width = columns.saturating_sub(margin + 1);
    if training.len() < 2 || width < 10 || lines < 3 || !all().all(f64::is_finite) {
        return String::new();
    }

    let rows = lines - 1;
    let mut picture = Vec::from_iter((0..rows).map(|_| Vec::from_iter((0..width).map(|_| ' '))));
    for (losses, mark) in [(&training, '·'), (&validation, 'o')] {
        #[expect(
            clippy::needless_range_loop,
            reason = "a column has its mark in a row of its own"
        )]
        for column in 0..width {
            // Epochs stand at equal distances, and between two of them lies a straight line.
            let place = column as f64 / (width - 1) as f64 * (training.len() - 1) as f64;
            let (before, part) = (place as usize, place.fract());
            let Some(first) = losses.get(before) else {
                continue;
            };
            let second = losses.get(before + 1).unwrap_or(first);
            let at = height(*first) * (1.0 - part) + height(*second) * part;
            let share = if top > bottom {
                (top - at) / (top - bottom)
            } else {
                0.0
            };
            let row = (share * (rows - 1) as f64).round() as usize;
            picture[row.min(rows - 1)][column] = mark;
        }
    }
    let mut text = String::new();
    for (row, marks) in picture.iter().enumerate() {
        let label = match row {
            0 => &labels[0],
            _ if row == rows - 1 => &labels[1],
            _ => "",
        };
        let marks: String = marks.iter().collect();
        text += &format!("{label:>margin$} │{}\n", marks.trim_end());
    }
    let last = format!("{} epochs", training.len());
    text + &format!("{:>margin$} └1{last:─>rest$}\n", "", rest = width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Epoch, Validation};

    fn history(losses: &[(f64, Option<f64>)]) -> History {
        let epochs = losses
            .iter()
            .enumerate()
            .map(|(index, (loss, validation))| Epoch {
                number: index + 1,
                loss: *loss,
                learning_rate: 0.1,
                validation: validation.map(|loss| Validation { loss, metric: 1.0 }),
            });
        History {
            epochs: epochs.collect(),
            ..History::default()
        }
    }

    #[test]
    fn losses_fall_from_the_upper_left() {
        let falling = history(&[(1.0, Some(1.0)), (0.1, Some(0.5)), (0.01, Some(0.5))]);
        let expected = "\
\x20  1.000e0 │ooooo
           │  ···ooooooooooo
           │     ···
           │        ···
           │           ···
  1.000e-2 │              ··
           └1───────3 epochs
";
        assert_eq!(curve(&falling, 27, 7), expected);
    }

    #[test]
    fn one_epoch_or_no_room_is_no_curve() {
        assert_eq!(curve(&history(&[(1.0, None)]), 80, 10), "");
        let two = history(&[(1.0, None), (0.5, None)]);
        assert_eq!(curve(&two, 15, 10), "");
        assert_eq!(
            curve(&history(&[(f64::NAN, None), (0.5, None)]), 80, 10),
            ""
        );
        assert!(!curve(&history(&[(0.0, None), (0.0, None)]), 80, 10).is_empty());
    }
}
