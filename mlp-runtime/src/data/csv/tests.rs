use std::string::{String, ToString};
use std::vec;

use ndarray::array;

use super::*;

/// What the reader makes of a file with this text; of an error, the message without the folder.
fn read(text: &str, options: CsvOptions) -> Result<Dataset<f32>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data.csv");
    fs::write(&path, text).expect("a temporary file");
    read_csv(&path, &options).map_err(|error| {
        let folder = folder.path().to_string_lossy().into_owned();
        error.to_string().replace(&std::format!("{folder}/"), "")
    })
}

fn message(text: &str) -> String {
    read(text, CsvOptions::default()).expect_err("a mistake in the file")
}

#[test]
fn inputs_come_before_the_class() {
    let dataset = read("1, 2.5,0\n\n-3e-1,4,12\n", CsvOptions::default()).expect("a good file");
    assert_eq!(dataset.inputs, array![[1.0, 2.5], [-0.3, 4.0]]);
    assert_eq!(dataset.targets, Targets::Classes(vec![0, 12]));
}

#[test]
fn targets_can_be_values_at_either_end() {
    let options = |targets| CsvOptions {
        header: Header::Present,
        targets,
        ..CsvOptions::default()
    };
    let text = "a,b,c\n1,2,3\n4,5,6\n";
    let dataset = read(text, options(TargetColumns::LastAreValues(2))).expect("a good file");
    assert_eq!(dataset.inputs, array![[1.0], [4.0]]);
    assert_eq!(
        dataset.targets,
        Targets::Values(array![[2.0, 3.0], [5.0, 6.0]])
    );
    let dataset = read(text, options(TargetColumns::FirstAreValues(1))).expect("a good file");
    assert_eq!(dataset.inputs, array![[2.0, 3.0], [5.0, 6.0]]);
    assert_eq!(dataset.targets, Targets::Values(array![[1.0], [4.0]]));
    let dataset = read(text, options(TargetColumns::FirstIsClass)).expect("a good file");
    assert_eq!(dataset.targets, Targets::Classes(vec![1, 4]));
}

#[test]
fn labels_may_be_written_as_floats() {
    let dataset = read("1,3.0\n2,1e1\n", CsvOptions::default()).expect("a good file");
    assert_eq!(dataset.targets, Targets::Classes(vec![3, 10]));
}

#[test]
fn mistakes_are_named_with_line_and_column() {
    assert_eq!(
        message("1,2,0\n1,x,0\n"),
        "data.csv, line 2, column 2: `x` is not a finite number"
    );
    assert_eq!(
        message("1,2,0\n1,,0\n"),
        "data.csv, line 2, column 2: `` is not a finite number"
    );
    for infinite in ["NaN", "inf", "1e300"] {
        let expected = "is not a finite number";
        assert!(message(&std::format!("1,0\n{infinite},0\n")).ends_with(expected));
    }
    assert_eq!(
        message("1,2,0\n1,0\n"),
        "data.csv, line 2: 2 columns, but the first row has 3"
    );
    for label in ["-1", "1.5", "cat", "", "NaN", "1e30"] {
        assert_eq!(
            message(&std::format!("1,0\r\n\n1,{label}")),
            std::format!(
                "data.csv, line 3, column 2: the class label `{label}` is not a whole number from 0 on"
            )
        );
    }
}

#[test]
fn classes_can_have_names() {
    let dataset = read("1,cat\n2,ant\n3,cat\n", CsvOptions::default()).expect("a good file");
    assert_eq!(dataset.labels, ["ant", "cat"]);
    assert_eq!(dataset.targets, Targets::Classes(vec![1, 0, 1]));
    assert_eq!(
        message("1,2\n2,cat\n"),
        "data.csv, line 2, column 2: the class label `cat` is not a whole number from 0 on"
    );
}

#[test]
fn names_that_are_known_keep_their_order() {
    let options = CsvOptions {
        labels: vec!["no".to_string(), "yes".to_string(), "3".to_string()],
        ..CsvOptions::default()
    };
    let dataset = read("1,yes\n2,3\n", options.clone()).expect("a good file");
    assert_eq!(dataset.labels, ["no", "yes", "3"]);
    assert_eq!(dataset.targets, Targets::Classes(vec![1, 2]));
    assert_eq!(
        read("1,yes\n2,maybe\n", options).expect_err("a new name"),
        "data.csv, line 2, column 2: the class label `maybe` is unknown; there are `no`, `yes`, `3`"
    );
}

#[test]
fn columns_can_be_chosen_by_name() {
    let options = |targets| CsvOptions {
        header: Header::Detected,
        delimiter: b';',
        targets,
        ..CsvOptions::default()
    };
    let text = "\u{FEFF}a;kind;b\n1;0;2\n3;1;4\n";
    let class = options(TargetColumns::ClassNamed("kind".to_string()));
    let dataset = read(text, class.clone()).expect("a good file");
    assert_eq!(dataset.inputs, array![[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(dataset.targets, Targets::Classes(vec![0, 1]));
    let names = ["b", "a"].map(ToString::to_string).to_vec();
    let dataset = read(text, options(TargetColumns::ValuesNamed(names))).expect("a good file");
    assert_eq!(dataset.inputs, array![[0.0], [1.0]]);
    assert_eq!(
        dataset.targets,
        Targets::Values(array![[2.0, 1.0], [4.0, 3.0]])
    );
    assert_eq!(
        read("a;b\n1;2\n", class.clone()).expect_err("no such column"),
        "data.csv has no `kind`; there are `a`, `b`"
    );
    assert_eq!(
        read("1;2\n", class).expect_err("no names"),
        "data.csv has no `kind`; if the first line holds names, set `header`"
    );
}

#[test]
fn without_targets_all_columns_are_inputs() {
    let options = CsvOptions {
        header: Header::Detected,
        targets: TargetColumns::None,
        ..CsvOptions::default()
    };
    let dataset = read("1,2\n3,4\n", options).expect("a good file");
    assert_eq!(dataset.inputs, array![[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(dataset.targets, Targets::none(2));
}

#[test]
fn a_forgotten_header_is_guessed() {
    assert_eq!(
        message("width,class\n1,0\n"),
        "data.csv, line 1, column 1: `width` is not a finite number; if the first line holds names, set `header`"
    );
}

#[test]
fn files_without_rows_or_inputs_are_refused() {
    assert_eq!(message(""), "data.csv has no row of data");
    let header = CsvOptions {
        header: Header::Present,
        ..CsvOptions::default()
    };
    assert_eq!(
        read("a,b\n", header).expect_err("no row"),
        "data.csv has no row of data"
    );
    assert_eq!(
        message("1\n2\n"),
        "data.csv has 1 column(s): with 1 of targets none is left for the inputs"
    );
}

/// Records of any length, and fields in quotes, with lines in them that count.
#[test]
fn records_may_be_long_and_fields_quoted() {
    let row = |number: usize| {
        let fields: Vec<String> = (0..500)
            .map(|column| std::format!("{number}.{column}"))
            .collect();
        fields.join(",")
    };
    let text = std::format!(
        "{},\"first\n\"\r\n\r\n{},\"say \"\"b\"\"\" ",
        row(1),
        row(2)
    );
    let dataset = read(&text, CsvOptions::default()).expect("a good file");
    assert_eq!(dataset.inputs.dim(), (2, 500));
    assert_eq!(
        (dataset.inputs[[0, 499]], dataset.inputs[[1, 7]]),
        (1.499, 2.7)
    );
    assert_eq!(dataset.labels, ["first", "say \"b\""]);
    assert_eq!(
        message(&std::format!("{text}\n\nx{}", &text[1..])),
        "data.csv, line 6, column 1: `x.0` is not a finite number"
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = read_csv::<f32>("no/such.csv", &CsvOptions::default()).expect_err("no file");
    assert!(error.to_string().starts_with("cannot read no/such.csv: "));
    assert!(std::error::Error::source(&error).is_some());
}
