//! Files of data from the command line.

use std::path::{Path, PathBuf};

use mlp_dsl::equations::{Equations, TargetKind, Targets as Wanted};
use mlp_dsl::{Diagnostic, engine};
use mlp_runtime::data::{
    CsvOptions, Dataset, Header, ReadError, Scaling, TargetColumns, Targets, read_csv, read_idx,
    read_npy, read_npz,
};
use mlp_runtime::{Scalar, ShapeError};

use super::answer::Problem;
use super::reference_file;

/// Where samples are and how they are written.
#[derive(clap::Args)]
pub(crate) struct DataArguments {
    /// The samples: .csv, .tsv, .npy, .npz or IDX, packed by gzip or not; or a reference file.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) form: DataForm,
}

/// How samples are written.
#[derive(clap::Args)]
pub(crate) struct DataForm {
    /// The file with the targets of .npy or IDX samples; of .npz, the name of the array (`y`).
    #[arg(long, value_name = "FILE")]
    pub(crate) targets: Option<PathBuf>,
    /// The columns of a CSV file that are targets, by their names; the last where absent.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// What stands between two fields of a CSV file; a comma, or a tab in .tsv.
    #[arg(long, value_name = "CHARACTER")]
    pub(crate) delimiter: Option<char>,
}

/// What a model needs of its data.
#[derive(Clone, Copy)]
pub(crate) struct Needs<'a> {
    model: &'a Equations,
    /// The names of the classes, where they are known.
    labels: &'a [String],
    /// Whether samples without targets are of no use.
    targets: bool,
}

impl<'a> Needs<'a> {
    pub(crate) fn new(model: &'a Equations, labels: &'a [String], targets: bool) -> Self {
        Self {
            model,
            labels,
            targets,
        }
    }

    fn kind(&self) -> Option<TargetKind> {
        let objective = self.model.objective.as_ref();
        objective.map(|objective| objective.target_kind)
    }
}

impl DataArguments {
    /// The samples.
    pub(crate) fn read<S: Scalar>(&self, needs: Needs<'_>) -> Result<Dataset<S>, Box<Problem>> {
        self.form
            .read(&self.data, self.form.targets.as_deref(), needs)
    }
}

impl DataForm {
    /// The samples in `path`, with the targets in `targets` where the format has two files.
    pub(crate) fn read<S: Scalar>(
        &self,
        path: &Path,
        targets: Option<&Path>,
        needs: Needs<'_>,
    ) -> Result<Dataset<S>, Box<Problem>> {
        let shown = path.display().to_string();
        let name = shown.to_lowercase();
        let name = name.trim_end_matches(".gz");
        let extension = Path::new(name).extension();
        let extension = extension.and_then(|extension| extension.to_str());
        let read = match extension {
            _ if name.ends_with("-ubyte") || name.contains("idx") && extension != Some("csv") => {
                read_idx(path, targets)
            }
            Some("npy") => read_npy(path, targets),
            Some("npz") => {
                let name = targets.or(self.targets.as_deref());
                let name = name.map(|name| name.to_string_lossy().into_owned());
                let name = name.or_else(|| needs.targets.then(|| "y".to_owned()));
                read_npz(path, "x", name.as_deref())
            }
            Some("csv" | "tsv" | "txt" | "data") => self.csv(path, extension, needs)?,
            Some("safetensors") => Ok(of_reference(path)?),
            _ => {
                let unknown = Diagnostic::whole("the format of the data is unknown")
                    .note("known are .csv, .tsv, .npy, .npz and IDX (`…-idx3-ubyte`), the last also as .gz, and reference files (.safetensors)");
                return Err(Problem::about(shown, unknown));
            }
        };
        let data = read.map_err(|error| refused(path, &error))?;
        let data = with_classes(data, needs.model);
        if let Some(problem) = misfit(&data, needs) {
            return Err(Problem::about(shown, problem));
        }
        Ok(data)
    }

    fn csv<S: Scalar>(
        &self,
        path: &Path,
        extension: Option<&str>,
        needs: Needs<'_>,
    ) -> Result<Result<Dataset<S>, ReadError>, Box<Problem>> {
        let usual = if extension == Some("tsv") { '\t' } else { ',' };
        let delimiter = u8::try_from(self.delimiter.unwrap_or(usual)).map_err(|_| {
            let message = "the delimiter of a CSV file is one byte";
            Problem::about("--delimiter", Diagnostic::whole(message))
        })?;
        let first = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_path(path)
            .and_then(|mut reader| reader.records().next().transpose());
        let columns = first.map_or(0, |record| record.map_or(0, |record| record.len()));
        let (inputs, outputs) = (needs.model.input_length(), needs.model.output_length());
        let is_class = needs.kind() == Some(TargetKind::Class);
        let targets = match self.columns.as_slice() {
            [name] if is_class || outputs > 1 => TargetColumns::ClassNamed(name.clone()),
            [] if columns == inputs => TargetColumns::None,
            [] if is_class || outputs > 1 && columns == inputs + 1 || !needs.labels.is_empty() => {
                TargetColumns::LastIsClass
            }
            [] => TargetColumns::LastAreValues(outputs),
            names => TargetColumns::ValuesNamed(names.to_vec()),
        };
        let options = CsvOptions {
            header: Header::Detected,
            delimiter,
            labels: needs.labels.to_vec(),
            targets,
        };
        let read = read_csv(path, &options);
        // A single output can stand for two classes with names.
        if let (Err(ReadError::Number { column, .. }), 1) = (&read, outputs)
            && *column == columns
            && self.columns.is_empty()
        {
            let targets = TargetColumns::LastIsClass;
            return Ok(read_csv(path, &CsvOptions { targets, ..options }));
        }
        Ok(read)
    }
}

/// The samples of a reference file.
fn of_reference<S: Scalar>(path: &Path) -> Result<Dataset<S>, Box<Problem>> {
    let shown = || path.display().to_string();
    let reference = reference_file::read(path).map_err(|errors| Problem::about(shown(), errors))?;
    let inputs = reference.input.mapv(S::from_f64);
    let targets = match reference.target {
        None => Targets::none(inputs.nrows()),
        Some(Wanted::Classes(classes)) => Targets::Classes(classes),
        Some(Wanted::Vectors(values)) => Targets::Values(values.mapv(S::from_f64)),
    };
    Dataset::new(inputs, targets)
        .map_err(|error| Problem::about(shown(), Diagnostic::whole(error.to_string())))
}

/// Brings the inputs to the scale that the weights belong to.
pub(crate) fn apply_scaling<S: Scalar>(
    data: &mut Dataset<S>,
    scaling: Option<&Scaling>,
    path: &Path,
) -> Result<(), Box<Problem>> {
    let Some(scaling) = scaling else {
        return Ok(());
    };
    let misfit = |error: ShapeError| {
        let told = Diagnostic::whole(error.to_string());
        Problem::about(path.display().to_string(), told)
    };
    scaling.apply(&mut data.inputs).map_err(misfit)
}

/// Samples whose target values say one of two classes, as 1 against 0 or −1, with classes in their place: what a loss that
/// decides between two is measured by are decisions.
fn with_classes<S: Scalar>(mut data: Dataset<S>, model: &Equations) -> Dataset<S> {
    let objective = model.objective.as_ref().map(|objective| &*objective.name);
    let decides = matches!(
        objective,
        Some("bce" | "bce_with_logits" | "hinge" | "squared_hinge")
    );
    let otherwise = S::from_f64(engine::decision(model).otherwise());
    if let Targets::Values(values) = &data.targets
        && decides
        && values.ncols() == 1
        && (values.iter()).all(|value| *value == S::ONE || *value == otherwise)
    {
        let classes = values.iter().map(|value| usize::from(*value == S::ONE));
        data.targets = Targets::Classes(classes.collect());
    }
    data
}

/// Why data cannot be read.
fn refused(path: &Path, error: &ReadError) -> Box<Problem> {
    let shown = path.display().to_string();
    let text = error.to_string();
    // The file is named in front of every problem.
    let text = text.strip_prefix(&shown).unwrap_or(&text);
    let text = text.trim_start_matches([',', ' ']).to_owned();
    Problem::about(shown, Diagnostic::whole(text))
}

/// Why data do not fit a model; `None` where they do.
fn misfit<S: Scalar>(data: &Dataset<S>, needs: Needs<'_>) -> Option<Diagnostic> {
    let (inputs, outputs) = (needs.model.input_length(), needs.model.output_length());
    let name = &needs.model.name;
    let found = data.inputs.ncols();
    if found != inputs {
        return Some(Diagnostic::whole(format!(
            "the data have {found} inputs a row, but the model `{name}` takes {inputs}"
        )));
    }
    let is_class = needs.kind() == Some(TargetKind::Class);
    match &data.targets {
        Targets::Values(values) if values.ncols() == 0 => match needs.targets {
            false => None,
            true => Some(
                Diagnostic::whole("the data have no targets")
                    .note(format!(
                        "all {found} columns are inputs of the model `{name}`"
                    ))
                    .help("where they are in a file of their own, name it: `--targets`, for a test `--test-targets`"),
            ),
        },
        Targets::Values(values) if !is_class && values.ncols() == outputs => None,
        Targets::Values(values) if !is_class => Some(Diagnostic::whole(format!(
            "the data have {} target values a row, but the model `{name}` has {outputs} outputs",
            values.ncols()
        ))),
        Targets::Values(_) => Some(
            Diagnostic::whole(format!(
                "the data have values as targets, but the loss of the model `{name}` takes classes"
            ))
            .help("save them as whole numbers in one dimension"),
        ),
        Targets::Classes(classes) => {
            let known = if is_class { outputs } else { outputs.max(2) };
            let row = classes.iter().position(|class| *class >= known)?;
            Some(
                Diagnostic::whole(format!(
                    "sample {} is of class {}, but the model `{name}` has {known} classes",
                    row + 1,
                    classes[row]
                ))
                .note("samples count from 1, classes from 0"),
            )
        }
    }
}
