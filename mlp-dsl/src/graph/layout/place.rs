//! Where cells stand within their rows: edges are short and straight.

use super::rows::Rows;

/// How often the rows are gone through.
const SWEEPS: usize = 120;

/// Horizontal lengths below this are as good as none.
const STRAIGHT: f64 = 1.0;

/// The horizontal centre of each cell, the leftmost edge at 0. Row by row, with the others given, it makes the weighted
/// sum of the squared horizontal lengths of all links smallest. In the second half each link is weighted by the inverse
/// of its length, which makes the sum one of lengths: a long edge then bends once and not a little everywhere.
pub(super) fn horizontal(rows: &Rows) -> Vec<f64> {
    let neighbours = rows.neighbours();
    let mut centres = vec![0.0; rows.cells.len()];
    for row in &rows.order {
        let offsets = offsets(rows, row);
        let middle = offsets.last().copied().unwrap_or(0.0) / 2.0;
        for (cell, offset) in row.iter().zip(offsets) {
            centres[*cell] = offset - middle;
        }
    }
    let count = rows.order.len();
    for sweep in 0..SWEEPS {
        for step in 0..count {
            let row = if sweep % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            let wishes = rows.order[row].iter().map(|cell| {
                let linked = neighbours[*cell].iter().flatten();
                let (sum, weight) = linked.fold((0.0, 0.0), |(sum, total), (other, weight)| {
                    let length = (centres[*other] - centres[*cell]).abs();
                    let weight = if sweep < SWEEPS / 2 {
                        *weight
                    } else {
                        weight / length.max(STRAIGHT)
                    };
                    (sum + weight * centres[*other], total + weight)
                });
                if weight > 0.0 {
                    (sum / weight, weight)
                } else {
                    (centres[*cell], 1.0)
                }
            });
            let placed = apart(wishes.collect(), &offsets(rows, &rows.order[row]));
            for (cell, centre) in rows.order[row].iter().zip(placed) {
                centres[*cell] = centre;
            }
        }
    }
    let left = (rows.cells.iter().zip(&centres))
        .map(|(cell, centre)| centre - cell.size.width / 2.0)
        .fold(f64::INFINITY, f64::min);
    for centre in &mut centres {
        *centre -= left;
    }
    centres
}

/// Where the cells of a row stand when they are packed to the left, from the first one's centre on.
fn offsets(rows: &Rows, row: &[usize]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(row.len());
    for (index, cell) in row.iter().enumerate() {
        if index > 0 {
            let (left, right) = (rows.cells[row[index - 1]], rows.cells[*cell]);
            offset += left.size.width / 2.0 + left.margin + right.margin + right.size.width / 2.0;
        }
        offsets.push(offset);
    }
    offsets
}

/// The places nearest to the wishes, by weighted squares, at which neighbours keep their distance. Less the offsets,
/// places must only not fall, and that is isotonic regression: neighbours who want to swap meet in the middle.
fn apart(wishes: Vec<(f64, f64)>, offsets: &[f64]) -> Vec<f64> {
    // Blocks of neighbours who stand together: the mean of their wishes, their weight, their number.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for ((wish, weight), offset) in wishes.into_iter().zip(offsets) {
        let mut block = (wish - offset, weight, 1);
        while let Some(last) = blocks.pop_if(|last| last.0 > block.0) {
            let weight = last.1 + block.1;
            let mean = (last.0 * last.1 + block.0 * block.1) / weight;
            block = (mean, weight, last.2 + block.2);
        }
        blocks.push(block);
    }
    let places = blocks
        .into_iter()
        .flat_map(|(mean, _, count)| std::iter::repeat_n(mean, count));
    places
        .zip(offsets)
        .map(|(place, offset)| place + offset)
        .collect()
}
