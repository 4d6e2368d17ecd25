use std::vec;

use super::*;
use crate::data::Scaling;
use crate::example::{Line, line};
use crate::optimizer::Adam;
use crate::schedule::Plateau;
use crate::store::Snapshot;
use crate::train::{Best, Checkpoint, Epoch, History, Validation};

/// A run in the middle of its third epoch, with every kind of number that it can have.
fn stored() -> Stored<f64> {
    let mut origin = Stored::of(&line([0.1, -2.5e-300, 3.0])).origin;
    origin.labels = vec!["no".to_owned(), "yes \u{1F600}\"".to_owned()];
    origin.scaling = Some(Scaling {
        offsets: vec![1.0 / 3.0, -0.0],
        factors: vec![f64::MIN_POSITIVE, 1e300],
    });
    let epoch = |number, validation| Epoch {
        number,
        loss: 0.1 + 0.2,
        learning_rate: 1e-3,
        validation,
    };
    let found = Some(Validation {
        loss: f64::INFINITY,
        metric: 0.875,
    });
    Stored {
        origin,
        progress: Some(Progress {
            seed: u64::MAX,
            settings: vec![("batch".to_owned(), "32".to_owned())],
            checkpoint: Checkpoint {
                history: History {
                    epochs: vec![epoch(1, None), epoch(2, found)],
                    ..History::default()
                },
                used: 64,
                sum: 1.0 / 7.0,
                best: Best::default(),
                best_weights: Some(vec![0.1, -2.5e-300, 3.0]),
                plateau: Some(Plateau::default()),
                weights: vec![0.1, 0.2, 0.30000000000000004],
                memory: Snapshot::of(&Adam::<Line>::new(0.1), &mut Line::zeros()),
            },
        }),
        ..Stored::of(&line([0.1, -2.5e-300, 3.0]))
    }
}

#[test]
fn everything_comes_back_to_the_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.safetensors");
    let stored = stored();
    stored.save(&path).expect("a file");
    assert_eq!(Stored::load(&path).expect("a good file"), stored);
    let bytes = fs::read(&path).expect("a file");
    stored.save(&path).expect("a file");
    assert_eq!(fs::read(&path).expect("a file"), bytes);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    let mut network = Line::zeros();
    stored.restore(&mut network).expect("the same network");
    assert_eq!(network, line([0.1, -2.5e-300, 3.0]));
}

#[test]
fn the_tensors_are_the_networks_and_nothing_else() {
    let bytes = stored().serialized().expect("small enough");
    let file = SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(names, ["dense1.bias", "dense1.weight"]);
    assert_eq!(
        file.tensor("dense1.weight").expect("it is there").shape(),
        [1, 2]
    );
}

#[test]
fn files_of_other_programs_and_precisions_are_read() {
    let data: Vec<u8> = [1.5_f32, -2.0, 0.25]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let (weight, bias) = data.split_at(8);
    let views = [
        (
            "dense1.weight",
            TensorView::new(Dtype::F32, vec![1, 2], weight),
        ),
        ("dense1.bias", TensorView::new(Dtype::F32, vec![1], bias)),
    ];
    let views = views.map(|(name, view)| (name, view.expect("as many bytes")));
    let bytes = serialize(views, None).expect("small enough");
    let stored = Stored::<f64>::parse(&bytes).expect("a good file");
    assert_eq!(stored.origin, Origin::default());
    let mut network = Line::zeros();
    stored.restore(&mut network).expect("a line");
    assert_eq!(network, line([1.5, -2.0, 0.25]));
}

#[test]
fn what_differs_is_told_tensor_by_tensor() {
    let shapes = [("dense1.weight", vec![2, 2]), ("dense2.bias", vec![1])];
    let shapes = shapes.map(|(name, shape)| (name.to_owned(), shape));
    let other = Stored::new(shapes, &[0.0; 5], Origin::default());
    assert_eq!(
        other
            .restore(&mut Line::zeros())
            .expect_err("another network")
            .to_string(),
        "the weights do not fit the network Line: `dense1.weight` has the shape [2, 2], not [1, 2]; \
         `dense1.bias` is missing; `dense2.bias` is unknown"
    );
}

#[test]
fn what_is_no_file_of_weights_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("w.safetensors");
    let missing = Stored::<f32>::load(&path).expect_err("no file");
    assert!(matches!(missing, StoreError::File { .. }));
    let reason = |content: &[u8]| Stored::<f32>::parse(content).expect_err("no weights");
    assert!(!reason(b"").is_empty() && !reason(b"1,2,3").is_empty());
    let good = stored().serialized().expect("small enough");
    assert!(!reason(&good[..good.len() - 1]).is_empty());
    let with = |text: &str| {
        let metadata = HashMap::from([(KEY.to_owned(), text.to_owned())]);
        let none: [(&str, TensorView<'_>); 0] = [];
        reason(&serialize(none, Some(metadata)).expect("small enough"))
    };
    assert_eq!(with("{}"), "its metadata `mlp` are not what they should be");
    assert_eq!(with("{\"version\": 2}"), "a newer mlp has written it");
    let unwritable = stored().save(folder.path().join("no/such/folder"));
    assert!(matches!(unwritable, Err(StoreError::File { .. })));
}
