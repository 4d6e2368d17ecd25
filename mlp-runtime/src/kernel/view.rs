//! Parts of one flat slice of parameters, seen as arrays of literal size.

/// The `LENGTH` values of `values` from `offset` on, as an array.
///
/// ```
/// let flat = [1.0, 2.0, 3.0, 4.0];
/// assert_eq!(mlp_runtime::kernel::vector::<2, _>(&flat, 1), &[2.0, 3.0]);
/// ```
///
/// # Panics
/// Where `values` is shorter than `offset + LENGTH`.
#[inline]
pub fn vector<const LENGTH: usize, T>(values: &[T], offset: usize) -> &[T; LENGTH] {
    match values.get(offset..).and_then(<[T]>::first_chunk) {
        Some(vector) => vector,
        None => out_of_range(values.len(), offset, LENGTH),
    }
}

/// [`vector`], to be written to.
///
/// # Panics
/// Where `values` is shorter than `offset + LENGTH`.
#[inline]
pub fn vector_mut<const LENGTH: usize, T>(values: &mut [T], offset: usize) -> &mut [T; LENGTH] {
    let length = values.len();
    match values.get_mut(offset..).and_then(<[T]>::first_chunk_mut) {
        Some(vector) => vector,
        None => out_of_range(length, offset, LENGTH),
    }
}

/// The `ROWS` × `COLUMNS` values of `values` from `offset` on, row by row, as an array of rows.
///
/// ```
/// let flat = [0.0, 1.0, 2.0, 3.0, 4.0];
/// assert_eq!(mlp_runtime::kernel::matrix::<2, 2, _>(&flat, 1), &[[1.0, 2.0], [3.0, 4.0]]);
/// ```
///
/// # Panics
/// Where `values` is shorter than `offset + ROWS · COLUMNS`. `COLUMNS = 0` does not compile.
#[inline]
pub fn matrix<const ROWS: usize, const COLUMNS: usize, T>(
    values: &[T],
    offset: usize,
) -> &[[T; COLUMNS]; ROWS] {
    let rows = values.get(offset..).map(|tail| tail.as_chunks().0);
    match rows.and_then(<[[T; COLUMNS]]>::first_chunk) {
        Some(matrix) => matrix,
        None => out_of_range(values.len(), offset, ROWS * COLUMNS),
    }
}

/// [`matrix`], to be written to.
///
/// # Panics
/// Where `values` is shorter than `offset + ROWS · COLUMNS`. `COLUMNS = 0` does not compile.
#[inline]
pub fn matrix_mut<const ROWS: usize, const COLUMNS: usize, T>(
    values: &mut [T],
    offset: usize,
) -> &mut [[T; COLUMNS]; ROWS] {
    let length = values.len();
    let rows = values.get_mut(offset..).map(|tail| tail.as_chunks_mut().0);
    match rows.and_then(<[[T; COLUMNS]]>::first_chunk_mut) {
        Some(matrix) => matrix,
        None => out_of_range(length, offset, ROWS * COLUMNS),
    }
}

/// `rows` rows of `LENGTH` values from the start of `scratch`, and what is left of it.
///
/// # Panics
/// Where `scratch` is shorter than `rows · LENGTH`. `LENGTH = 0` does not compile.
#[inline]
pub fn split_rows<const LENGTH: usize, T>(
    scratch: &mut [T],
    rows: usize,
) -> (&mut [[T; LENGTH]], &mut [T]) {
    let (own, rest) = scratch.split_at_mut(rows * LENGTH);
    (own.as_chunks_mut().0, rest)
}

/// The values of all rows end to end, `LANES` at a time; without those at the end that are fewer.
#[inline(always)]
pub fn flat<const LANES: usize, const LENGTH: usize, T>(rows: &[[T; LENGTH]]) -> &[[T; LANES]] {
    rows.as_flattened().as_chunks().0
}

/// [`flat`], to be written to.
#[inline(always)]
pub fn flat_mut<const LANES: usize, const LENGTH: usize, T>(
    rows: &mut [[T; LENGTH]],
) -> &mut [[T; LANES]] {
    rows.as_flattened_mut().as_chunks_mut().0
}

// Apart and cold, so that the views themselves inline to one comparison, which literal offsets then remove.
#[cold]
#[inline(never)]
fn out_of_range(length: usize, offset: usize, wanted: usize) -> ! {
    panic!("{wanted} values from offset {offset} on do not fit into a slice of {length}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_matrices_start_at_their_offset() {
        let flat = [0, 1, 2, 3, 4, 5, 6];
        assert_eq!(vector::<3, _>(&flat, 4), &[4, 5, 6]);
        assert_eq!(matrix::<2, 3, _>(&flat, 1), &[[1, 2, 3], [4, 5, 6]]);
        assert_eq!(vector::<0, _>(&flat, 7), &[0; 0]);
    }

    #[test]
    fn what_is_written_to_a_view_is_in_the_slice() {
        let mut flat = [0; 7];
        vector_mut::<2, _>(&mut flat, 0)[1] = 8;
        matrix_mut::<2, 2, _>(&mut flat, 3)[1][0] = 9;
        assert_eq!(flat, [0, 8, 0, 0, 0, 9, 0]);
    }

    #[test]
    fn scratch_is_parted_into_rows() {
        let mut scratch = [0; 7];
        let (first, rest) = split_rows::<2, _>(&mut scratch, 2);
        let (second, rest) = split_rows::<1, _>(rest, 3);
        (first[1][1], second[2][0]) = (5, 9);
        assert!(rest.is_empty());
        assert_eq!(scratch, [0, 0, 0, 5, 0, 0, 9]);
    }

    #[test]
    fn rows_are_seen_end_to_end() {
        let mut rows = [[1, 2, 3], [4, 5, 6]];
        assert_eq!(flat::<4, _, _>(&rows), [[1, 2, 3, 4]]);
        flat_mut::<2, _, _>(&mut rows)[2][1] = 9;
        assert_eq!(rows, [[1, 2, 3], [4, 5, 9]]);
    }

    #[test]
    #[should_panic(expected = "4 values from offset 3 on do not fit into a slice of 6")]
    fn a_matrix_that_does_not_fit_panics() {
        matrix::<2, 2, _>(&[0; 6], 3);
    }

    #[test]
    #[should_panic(expected = "1 values from offset 9 on")]
    fn an_offset_past_the_end_panics() {
        vector::<1, _>(&[0; 6], 9);
    }
}
