//! "Did you mean …?"

/// Longer names are compared with nothing.
const LONGEST: usize = 100;

/// The candidate that is most likely meant by a misspelt `name`, or `None` where none is near. A third of the letters
/// may be wrong, swapped, missing or too many; of equally near candidates the first one wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // One letter is never a misspelling of another, and comparing takes time in proportion to both lengths.
    if !(2..=LONGEST).contains(&length) {
        return None;
    }
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 5] = ["relu", "relu6", "silu", "softmax", "x"];

    #[test]
    fn swapped_missing_and_wrong_letters_are_forgiven() {
        assert_eq!(nearest("rleu", NAMES), Some("relu"));
        assert_eq!(nearest("sofmax", NAMES), Some("softmax"));
        assert_eq!(nearest("softmex", NAMES), Some("softmax"));
        assert_eq!(nearest("Relu", NAMES), Some("relu"));
    }

    #[test]
    fn the_first_of_equally_near_names_wins() {
        assert_eq!(nearest("relo", ["rela", "relb"]), Some("rela"));
    }

    #[test]
    fn what_is_far_is_not_suggested() {
        assert_eq!(nearest("dense", NAMES), None);
        assert_eq!(nearest("y", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
        assert_eq!(nearest("relu", []), None);
    }
}
