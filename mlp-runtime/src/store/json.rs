//! Numbers as text that reads back to the same bits.

use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::scalar::Scalar;

/// A number; JSON has no infinities and no NaN, so these are strings.
pub(super) fn number(value: f64) -> Value {
    if value.is_finite() {
        return value.into();
    }
    let name = if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    Value::String(name.to_owned())
}

/// The number that [`number`] wrote.
pub(super) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::String(name) => name.parse().ok(),
        other => other.as_f64(),
    }
}

/// The bytes of an array, little-endian, in base64.
pub(super) fn array<S: Scalar>(values: &[S]) -> Value {
    Value::String(STANDARD.encode(bytes(values)))
}

/// The array that [`array`] wrote.
pub(super) fn as_array<S: Scalar>(value: &Value) -> Option<Vec<S>> {
    numbers(&STANDARD.decode(value.as_str()?).ok()?)
}

/// The bytes of numbers in their own precision, little-endian.
pub(super) fn bytes<S: Scalar>(values: &[S]) -> Vec<u8> {
    let values = values.iter().map(|value| value.to_f64());
    match size_of::<S>() {
        4 => values
            .flat_map(|value| (value as f32).to_le_bytes())
            .collect(),
        _ => values.flat_map(f64::to_le_bytes).collect(),
    }
}

/// The numbers that [`bytes`] wrote.
pub(super) fn numbers<S: Scalar>(bytes: &[u8]) -> Option<Vec<S>> {
    if !bytes.len().is_multiple_of(size_of::<S>()) {
        return None;
    }
    Some(match size_of::<S>() {
        4 => from_f32(bytes),
        _ => from_f64(bytes),
    })
}

/// The numbers of bytes in single precision.
pub(super) fn from_f32<S: Scalar>(bytes: &[u8]) -> Vec<S> {
    let (chunks, _) = bytes.as_chunks();
    let numbers = chunks
        .iter()
        .map(|chunk| f64::from(f32::from_le_bytes(*chunk)));
    numbers.map(S::from_f64).collect()
}

/// The numbers of bytes in double precision.
pub(super) fn from_f64<S: Scalar>(bytes: &[u8]) -> Vec<S> {
    let (chunks, _) = bytes.as_chunks();
    let numbers = chunks.iter().map(|chunk| f64::from_le_bytes(*chunk));
    numbers.map(S::from_f64).collect()
}

/// The strings of a list.
pub(super) fn as_strings(value: &Value) -> Option<Vec<String>> {
    let list = value.as_array()?.iter();
    list.map(|item| item.as_str().map(ToOwned::to_owned))
        .collect()
}

/// The numbers of a list.
pub(super) fn as_numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(as_number).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use std::string::ToString;

    use super::*;

    proptest! {
        #[test]
        fn numbers_read_back_to_the_same_bits(value in any::<f64>(), small in any::<f32>()) {
            let text = number(value).to_string();
            let read: Value = serde_json::from_str(&text).expect("JSON");
            let back = as_number(&read).expect("a number");
            prop_assert_eq!(back.to_bits(), value.to_bits());
            prop_assert_eq!(as_array::<f64>(&array(&[value])), Some(Vec::from([value])));
            prop_assert_eq!(as_array::<f32>(&array(&[small])), Some(Vec::from([small])));
        }
    }

    #[test]
    fn what_is_no_number_is_one_in_text() {
        for value in [f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(as_number(&number(value)), Some(value));
        }
        assert!(as_number(&number(f64::NAN)).is_some_and(f64::is_nan));
        assert_eq!(as_number(&Value::Null), None);
        assert_eq!(as_array::<f32>(&Value::String("AAA=".to_owned())), None);
    }
}
