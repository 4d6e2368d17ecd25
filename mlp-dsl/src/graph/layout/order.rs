//! The order of cells within their rows: few edges cross.

use super::rows::Rows;

/// How often the rows are gone through, down and up in turn.
const SWEEPS: usize = 24;

/// Orders each row by the mean place of its neighbours in the row before (the barycentre heuristic), and keeps the best
/// of all orders seen.
pub(super) fn order(rows: &mut Rows) {
    let neighbours = rows.neighbours();
    let mut places = vec![0; rows.cells.len()];
    settle(&rows.order, &mut places);
    let mut best = (crossings(rows, &places), rows.order.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let downwards = sweep % 2 == 0;
        let count = rows.order.len();
        for step in 1..count {
            let row = if downwards { step } else { count - 1 - step };
            let side = usize::from(!downwards);
            let wish = |cell: usize| {
                let linked = &neighbours[cell][side];
                let sum: usize = linked.iter().map(|(other, _)| places[*other]).sum();
                match linked.len() {
                    // What has no neighbour stays where it is.
                    0 => places[cell] as f64,
                    several => sum as f64 / several as f64,
                }
            };
            let mut wishes: Vec<(f64, usize)> = (rows.order[row].iter())
                .map(|cell| (wish(*cell), *cell))
                .collect();
            wishes.sort_by(|left, right| left.0.total_cmp(&right.0));
            rows.order[row] = wishes.into_iter().map(|(_, cell)| cell).collect();
            for (place, cell) in rows.order[row].iter().enumerate() {
                places[*cell] = place;
            }
        }
        let found = crossings(rows, &places);
        if found < best.0 {
            best = (found, rows.order.clone());
        }
    }
    rows.order = best.1;
}

fn settle(order: &[Vec<usize>], places: &mut [usize]) {
    for row in order {
        for (place, cell) in row.iter().enumerate() {
            places[*cell] = place;
        }
    }
}

/// The number of pairs of links that cross. Between two rows it is the number of inversions of the lower ends, in the
/// order of the upper ones (Barth, Jünger and Mutzel, 2002).
fn crossings(rows: &Rows, places: &[usize]) -> usize {
    let mut between: Vec<Vec<(usize, usize)>> = vec![Vec::new(); rows.order.len()];
    for link in &rows.links {
        let row = rows.cells[link.upper].row;
        between[row].push((places[link.upper], places[link.lower]));
    }
    let mut total = 0;
    for (row, mut links) in between.into_iter().enumerate() {
        links.sort_unstable();
        let width = rows.order.get(row + 1).map_or(0, Vec::len);
        // A tree of counts of the lower ends seen so far.
        let mut tree = vec![0; width + 1];
        for (seen, (_, lower)) in links.into_iter().enumerate() {
            let mut not_right = 0;
            let mut index = lower + 1;
            while index > 0 {
                not_right += tree[index];
                index &= index - 1;
            }
            total += seen - not_right;
            index = lower + 1;
            while index <= width {
                tree[index] += 1;
                index += index & index.wrapping_neg();
            }
        }
    }
    total
}
