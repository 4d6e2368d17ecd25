//! How far a misspelling is from a word.

/// How many letters must be changed, added, left out or swapped with their neighbour to make one word of the other: the
/// distance of optimal string alignment (Damerau, A Technique for Computer Detection and Correction of Spelling Errors,
/// 1964; each letter takes part in one change at most).
pub(super) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    // A row of the table for each letter of the left word; two rows back for a swap.
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (index, letter) in left.chars().enumerate() {
        let mut next = vec![index + 1];
        for (at, other) in right.iter().enumerate() {
            let changed = row[at] + usize::from(letter != *other);
            let mut least = changed.min(row[at + 1] + 1).min(next[at] + 1);
            if at > 0 && last == Some(*other) && right[at - 1] == letter {
                least = least.min(before[at - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn every_change_counts_one() {
        for (left, right, expected) in [
            ("", "", 0),
            ("relu", "relu", 0),
            ("", "relu", 4),
            ("relu", "", 4),
            ("relu", "rela", 1),
            ("relu", "rellu", 1),
            ("relu", "elu", 1),
            ("relu", "rleu", 1),
            ("sigmoid", "gismoid", 2),
            ("größe", "gröse", 1),
            ("abcd", "badc", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
            assert_eq!(distance(right, left), expected, "{right} {left}");
        }
    }
}
