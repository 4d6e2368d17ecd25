//! The compiled engine: the same answers as the equations, whatever happens to its cache and its compiler.

#[path = "../src/cli/reference_file.rs"]
mod reference_file;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use mlp_dsl::engine::{Engine, EngineError, Settings};
use mlp_dsl::equations::{Equations, Evaluation, Extent};
use mlp_dsl::model::Model;
use mlp_dsl::verify::{
    Batch, Evaluator, Interpreter, Reference, Report, Verdict, VerifyError, against_with,
    agreement, differences,
};
use mlp_dsl::{Compiled, Source};
use tempfile::TempDir;

fn compile(text: &str) -> Compiled {
    let source = Source::new("test.mlp", text);
    match mlp_dsl::compile(&source) {
        Ok(compiled) => compiled,
        Err(errors) => panic!("{text}\n{}", errors.render(&source, false)),
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> (Equations, Reference) {
    let path = |end| fixtures().join(format!("{name}.{end}"));
    let text = fs::read_to_string(path("mlp")).expect("a fixture");
    let reference = reference_file::read(&path("safetensors")).expect("a reference");
    (compile(&text).models.swap_remove(0), reference)
}

/// With a folder that is kept from one run of the tests to the next: a model is compiled once.
fn kept() -> Settings {
    Settings {
        cache: Some(env!("CARGO_TARGET_TMPDIR").into()),
        ..Settings::from_environment()
    }
}

/// With an empty folder.
fn cold() -> (TempDir, Settings) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        cache: Some(folder.path().join("cache")),
        ..Settings::from_environment()
    };
    (folder, settings)
}

/// The names in the cache.
fn names(settings: &Settings) -> Vec<String> {
    let folder = settings.cache.as_ref().expect("a folder");
    let entries = fs::read_dir(folder).expect("it can be read");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn assert_agrees(settings: &Settings, name: &str) {
    let (equations, reference) = fixture(name);
    let mut engine = Engine::new(&equations, settings).expect(name);
    for evaluator in [
        &mut engine as &mut dyn Evaluator,
        &mut Interpreter(&equations),
    ] {
        let report = against_with(&equations, &reference, evaluator).expect(name);
        assert!(report.passed, "{name}: {report:#?}");
        assert_eq!(
            report.tensors.len(),
            2 + equations.parameters.len(),
            "{name}"
        );
    }
}

#[test]
fn every_fixture_agrees_in_both_engines() {
    let mut names: Vec<String> = (fs::read_dir(fixtures()).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "mlp"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    assert!(names.len() > 10);
    let half = names.len() / 2;
    std::thread::scope(|scope| {
        for names in [&names[..half], &names[half..]] {
            scope.spawn(|| names.iter().for_each(|name| assert_agrees(&kept(), name)));
        }
    });
}

#[test]
fn models_without_a_loss_and_models_with_classes_are_served() {
    let answer = compile("model Answer { precision f64 input x[2] output x -> softsign }");
    let mut engine = Engine::new(&answer.models[0], &kept()).expect("an engine");
    let inputs = ndarray::array![[1.0, -3.0], [0.0, 1.0]];
    let batch = Batch {
        parameters: &[],
        inputs: inputs.view(),
        targets: None,
    };
    let evaluation = engine
        .evaluate(&batch, Extent::Gradient)
        .expect("an answer");
    assert_eq!(evaluation.output, ndarray::array![[0.5, -0.75], [0.0, 0.5]]);
    assert_eq!((evaluation.loss, evaluation.gradients.len()), (None, 0));

    let digits = fixture("digits");
    let mut engine = Engine::new(&digits.0, &kept()).expect("an engine");
    let reference = Reference {
        gradients: Default::default(),
        output: None,
        ..digits.1
    };
    // The loss alone, without its gradient.
    let report = against_with(&digits.0, &reference, &mut engine).expect("a report");
    assert!(report.passed && report.tensors.len() == 1, "{report:#?}");
}

#[test]
fn two_calls_at_once_make_one_entry() {
    let (_folder, settings) = cold();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert_agrees(&settings, "smallest_perceptron"));
        }
    });
    assert_eq!(names(&settings).len(), 1, "{:?}", names(&settings));
}

#[test]
fn what_broke_is_made_anew_and_what_was_left_is_cleared() {
    let (_folder, settings) = cold();
    assert_agrees(&settings, "smallest_perceptron");
    let cache = settings.cache.clone().expect("a folder");
    let entry = cache.join(&names(&settings)[0]);
    let program = entry.join(format!("model{}", std::env::consts::EXE_SUFFIX));

    // A call that was killed an hour ago, and one that is at work.
    for (name, age) in [(".making-1-0-0", 4000), (".making-2-0-0", 0)] {
        let folder = cache.join(name);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("model.rs"), "").expect("a file");
        let time = SystemTime::now() - Duration::from_secs(age);
        let opened = fs::File::open(&folder).expect("the folder opens");
        opened.set_modified(time).expect("a time");
    }
    let bytes = fs::read(&program).expect("a program");
    fs::write(&program, &bytes[..bytes.len() / 2]).expect("a broken program");
    assert_agrees(&settings, "smallest_perceptron");
    let mut found = names(&settings);
    found.sort();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], ".making-2-0-0");
    assert!(fs::read(&program).expect("a program") == bytes);

    // Nothing but an empty folder of the right name.
    fs::remove_dir_all(&entry).expect("an entry");
    fs::create_dir(&entry).expect("a folder");
    assert_agrees(&settings, "smallest_perceptron");
}

#[test]
fn without_a_compiler_there_is_a_reason() {
    let (_folder, settings) = cold();
    let (equations, _) = fixture("smallest_perceptron");
    let settings = Settings {
        compiler: "no-such-compiler".into(),
        ..settings
    };
    assert_eq!(
        Engine::new(&equations, &settings).expect_err("no compiler"),
        EngineError::Unavailable("there is no `no-such-compiler` on this machine".to_owned())
    );
}

/// Compilers that are shell scripts. The last argument of a compilation is the program to write.
#[cfg(unix)]
mod scripts {
    use super::{Engine, EngineError, Settings, cold, fixture};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// What the engine says when its compiler does this, and its cache.
    fn failure(script: &str) -> (EngineError, tempfile::TempDir) {
        let (folder, settings) = cold();
        let compiler = folder.path().join("compiler");
        fs::write(&compiler, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).expect("a mode");
        let settings = Settings {
            compiler: compiler.into(),
            ..settings
        };
        let (equations, _) = fixture("smallest_perceptron");
        let error = Engine::new(&equations, &settings).expect_err("it cannot work");
        let cache = settings.cache.expect("a folder");
        if let Ok(entries) = fs::read_dir(cache) {
            for entry in entries {
                let name = entry.expect("an entry").file_name();
                assert!(!name.to_string_lossy().starts_with(".making"), "{name:?}");
            }
        }
        (error, folder)
    }

    /// A compiler whose programs are this script.
    fn compiling(program: &str) -> String {
        format!(
            "case $1 in -vV|--print*) echo fake; exit 0;; esac
for out; do :; done
cat > \"$out\" <<'END'
#!/bin/sh
{program}
END
chmod +x \"$out\""
        )
    }

    #[test]
    fn a_compiler_that_does_not_work_is_none() {
        let (error, _folder) = failure("echo no toolchain is installed >&2; exit 3");
        let EngineError::Unavailable(reason) = error else {
            panic!("{error:?}");
        };
        assert!(reason.contains("does not work") && reason.contains("no toolchain is installed"));
        let link = "case $1 in -vV|--print*) exit 0;; esac; echo 'error: linker `cc` not found' >&2; exit 1";
        let (error, _folder) = failure(link);
        assert_eq!(
            error.to_string(),
            "rustc cannot link: error: linker `cc` not found"
        );
    }

    #[test]
    fn a_compiler_that_refuses_the_code_leaves_it() {
        let script =
            "case $1 in -vV|--print*) exit 0;; esac; echo 'error: what is this' >&2; exit 1";
        let (error, _folder) = failure(script);
        let notes = error.notes().join("\n");
        assert!(
            notes.contains("what is this") && notes.contains("this is a bug in mlp"),
            "{notes}"
        );
        let EngineError::Refused { source, .. } = error else {
            panic!("{error:?}");
        };
        assert!(
            fs::read_to_string(source)
                .expect("the code")
                .contains("fn main()")
        );
    }

    #[test]
    fn a_compiler_that_is_killed_is_no_mistake_of_ours() {
        for (signal, said) in [
            ("KILL", "signal: 9 (SIGKILL)"),
            ("TERM", "signal: 15 (SIGTERM)"),
        ] {
            let script = format!("case $1 in -vV|--print*) exit 0;; esac; kill -{signal} $$");
            let (error, _folder) = failure(&script);
            assert_eq!(
                error.to_string(),
                format!("rustc was ended before it was done ({said})")
            );
            let notes = error.notes().join("\n");
            assert!(notes.contains("memory") && notes.contains("--engine interpreted"));
            assert!(!notes.contains("bug"), "{notes}");
        }
    }

    #[test]
    fn a_program_that_crashes_or_mumbles_is_explained() {
        for (program, said) in [
            (
                "echo something is wrong >&2; exit 7",
                "it ended early (exit status: 7)",
            ),
            ("kill -SEGV $$", "it ended early (signal: 11"),
            ("printf mlp", "it ended early (exit status: 0)"),
            (
                "head -c 100 /dev/zero",
                "it is the program of another model",
            ),
        ] {
            let (error, _folder) = failure(&compiling(program));
            assert!(error.to_string().contains(said), "{program}: {error}");
        }
    }
}

/// The whole check of a model whose numbers come from `evaluator`.
fn agreed(model: &Model, equations: &Equations, evaluator: &mut dyn Evaluator) -> Report {
    let report = differences(model, equations).expect("a gradient");
    agreement(report, equations, evaluator).expect("numbers")
}

#[test]
fn a_stage_chooses_its_code_and_the_numbers_stay() {
    let model = |name: &str, code: &str| {
        format!(
            "model {name} {{ precision f64 input x[5] output x -> dense(6{code}) -> tanh -> dense(4{code}) loss mse }}\n"
        )
    };
    let own = ["Kernel", "Loop", "Unrolled"].map(|name| {
        let code = format!(", code = {}", name.to_lowercase());
        model(name, &code)
    });
    let rust = [
        "code = kernel",
        "code = loop",
        "code = unrolled",
        "bias = true",
    ]
    .map(|code| {
        let code = compile(&model("Network", &format!(", {code}"))).rust();
        // Without the text of the model, which stands before.
        let (_, functions) = code.split_once("fn forward(").expect("functions");
        functions.to_owned()
    });
    assert_eq!(rust[0], rust[3]);
    assert!(rust[0] != rust[1] && rust[1] != rust[2] && rust[0] != rust[2]);

    let compiled = compile(&own.concat());
    let equations: Vec<&Equations> = compiled.models.iter().collect();
    let engines = Engine::several(&equations, &kept()).expect("engines");
    for ((model, equations), mut engine) in
        (compiled.checked.models.iter().zip(equations)).zip(engines)
    {
        let report = agreed(model, equations, &mut engine);
        assert!(report.passed, "{}: {report:#?}", model.name);
        assert_eq!(report.tensors.len(), 4);
    }
}

/// An evaluator whose numbers are a little off.
struct Wrong<'a> {
    right: Interpreter<'a>,
    index: usize,
    factor: f64,
}

impl Evaluator for Wrong<'_> {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn evaluate(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError> {
        let mut evaluation = self.right.evaluate(batch, extent)?;
        match self.index.checked_sub(1) {
            Some(index) => evaluation.gradients[index]
                .iter_mut()
                .for_each(|x| *x *= self.factor),
            None => evaluation.loss = evaluation.loss.map(|loss| loss * self.factor),
        }
        Ok(evaluation)
    }
}

#[test]
fn wrong_numbers_are_found_in_either_precision() {
    for precision in ["f32", "f64"] {
        let text = format!(
            "model M {{ precision {precision} input x[4] output x -> dense(6) -> relu -> dense(3) -> softmax loss cross_entropy }}"
        );
        let compiled = compile(&text);
        let (model, equations) = (&compiled.checked.models[0], &compiled.models[0]);
        for factor in [1.0, 1.001, -1.0, f64::NAN] {
            for index in 0..=equations.parameters.len() {
                let mut evaluator = Wrong {
                    right: Interpreter(equations),
                    index,
                    factor,
                };
                let report = agreed(model, equations, &mut evaluator);
                assert_eq!(
                    report.passed,
                    factor == 1.0,
                    "{index} {factor}: {report:#?}"
                );
                let name = match index.checked_sub(1) {
                    Some(index) => format!("grad.{}", equations.parameters[index].name),
                    None => "loss".to_owned(),
                };
                let failing = report
                    .tensors
                    .iter()
                    .filter(|tensor| tensor.verdict.fails());
                let failing: Vec<&str> = failing.map(|tensor| tensor.name.as_str()).collect();
                assert!(report.passed || failing == [name.as_str()], "{report:#?}");
            }
        }
    }
}

#[test]
fn right_numbers_in_single_precision_are_not_blamed() {
    let activations = compile("const nothing = 0").checked.activations;
    for activation in activations
        .iter()
        .filter(|activation| activation.name != "step")
    {
        for size in [1, 7] {
            let text = format!(
                "model M {{ input x[3] output x -> dense({size}) -> {} -> dense(2) -> sigmoid loss bce }}",
                activation.name
            );
            let compiled = compile(&text);
            let (model, equations) = (&compiled.checked.models[0], &compiled.models[0]);
            let report = agreed(model, equations, &mut Interpreter(equations));
            assert!(report.passed, "{text}: {report:#?}");
            let checked = |verdict| verdict == Verdict::Agrees || size == 1;
            assert!(
                report.tensors.iter().all(|tensor| checked(tensor.verdict)),
                "{text}: {report:#?}"
            );
        }
    }
}
