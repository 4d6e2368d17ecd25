//! Texts that nobody would write: the texts of this workspace, mutated. Whatever comes out, the compiler answers with a
//! result or with diagnostics: it does not panic, it does not hang, and two megabytes of stack are enough for it.
//!
//! The suite tries the same few hundred texts every time. To search on:
//!
//! ```text
//! MUTATION_SECONDS=600 MUTATION_SEED=1 cargo test --release -p mlp-dsl --test mutations
//! ```

mod texts;

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use mlp_dsl::{Diagnostics, Source, analyse, compile, syntax};

/// Texts that the suite tries.
const TRIES: usize = 1_000;

/// No text may take longer, on a slow machine and without optimisation.
const LIMIT: Duration = Duration::from_secs(60);

/// Words, marks and numbers of the language, and some that are none of it.
const VOCABULARY: &str = "model activation loss const precision f32 f64 input output train derivative learn if else \
    dense local layer_norm batch_norm dropout repeat concat relu step sigmoid tanh softmax log_softmax prelu identity \
    erf exp ln sqrt abs sign sin cos softplus sum mean max min logsumexp pi mse bce cross_entropy nll zero_one hinge \
    units bias init window stride rate eps momentum zeros he_normal orthogonal uniform true false optimizer adam sgd batch epochs seed \
    x y t a h _ M ( ) [ ] { } , ; : .. . -> => = == != < <= > >= + - * / ^ // /* */ /// //~ \" ' # @ \\ ∂ σ é \u{feff} \
    \u{0} \u{202e}";

/// Numbers at the edge of what fits somewhere.
const NUMBERS: &str = "0 1 2 3 -1 0.5 1e400 1e-400 1e308 5e-324 0x10 1. 1_000 007 64 65 1000 4097 1048576 1048577 1e9 \
    268435456 4294967296 9223372036854775807 18446744073709551615 99999999999999999999999999 1e-3 0.3333333333333333";

/// What can be put around or behind something as often as one likes.
const NESTINGS: [(&str, &str); 12] = [
    ("(", ")"),
    ("[", "]"),
    ("x[", "]"),
    ("-", ""),
    ("tanh(", ")"),
    ("max(1, ", ")"),
    ("if x > 0 { ", " } else { 1 }"),
    ("if x > 0 { 1 } else { ", " }"),
    ("", " -> relu"),
    ("", " + x * 2"),
    ("", " ^ 2"),
    ("/* ", " */"),
];

/// SplitMix64 (Steele et al., Fast Splittable Pseudorandom Number Generators, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, list: &'a str) -> &'a str {
        let words: Vec<&str> = list.split_whitespace().collect();
        words[self.below(words.len())]
    }
}

/// Words, numbers, space and single marks, which together are the text.
fn pieces(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        c => c as u32,
    };
    let mut pieces: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if last == Some(kind(c)) => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = Some(kind(c));
    }
    pieces
}

fn seed<'a>(seeds: &'a [Vec<String>; 2], random: &mut Random) -> &'a str {
    let list = &seeds[random.below(2)];
    &list[random.below(list.len())]
}

/// `text` with one change.
fn mutated(text: &str, other: &str, random: &mut Random) -> String {
    let mut list = pieces(text);
    let at = random.below(list.len());
    let to = (at + random.below(8)).min(list.len());
    let is_number = |piece: &String| piece.starts_with(|c: char| c.is_ascii_digit());
    match random.below(12) {
        0 => drop(list.drain(at..to)),
        1 => {
            let copy = list[at..to].to_vec();
            list.splice(at..at, copy);
        }
        2 => {
            let with = random.below(list.len());
            if !list.is_empty() {
                list.swap(at, with);
            }
        }
        3 | 4 => list.insert(at, format!(" {} ", random.one_of(VOCABULARY))),
        5 | 6 => {
            let numbers: Vec<usize> = (0..list.len())
                .filter(|&index| is_number(&list[index]))
                .collect();
            if !numbers.is_empty() {
                list[numbers[random.below(numbers.len())]] = random.one_of(NUMBERS).to_owned();
            }
        }
        7 => {
            // One word for another of the same text, which often still means something.
            let words: Vec<usize> = (0..list.len())
                .filter(|&index| list[index].starts_with(|c: char| c.is_alphanumeric()))
                .collect();
            if !words.is_empty() {
                let word = list[words[random.below(words.len())]].clone();
                list[words[random.below(words.len())]] = word;
            }
        }
        8 => {
            let (before, after) = NESTINGS[random.below(NESTINGS.len())];
            let times = [1, 2, 10, 62, 64, 300, 3_000][random.below(7)];
            list.insert(at, before.repeat(times));
            list.insert((to + 1).min(list.len()), after.repeat(times));
        }
        9 => {
            // Two texts spliced.
            let others = pieces(other);
            list.truncate(at);
            list.extend(others.into_iter().skip(random.below(at.max(1) * 2)));
        }
        10 => {
            let text = list.concat();
            let end = text.floor_char_boundary(random.below(text.len() + 1));
            return text[..end].to_owned();
        }
        _ => {
            let mut bytes = list.concat().into_bytes();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                let byte = random.next().to_le_bytes()[0];
                if !bytes.is_empty() {
                    bytes[at] = byte;
                }
            }
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    list.concat()
}

/// Everything that the compiler makes of a text.
fn exercise(text: &str) {
    let source = Source::new("mutated.mlp", text);
    if syntax::parse(&source).is_ok()
        && let Err(errors) = syntax::format(&source)
    {
        let shown = errors.render(&source, false);
        assert!(
            shown.contains("too large"),
            "what parses has a layout: {shown}"
        );
    }
    let compiled = compile(&source);
    written(&source, compiled.as_ref().err());
    match compiled {
        Ok(compiled) => {
            assert_eq!(compiled.checked.models.len(), compiled.models.len());
            drop(compiled.equations_text());
            drop(compiled.tokens());
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in &errors.list {
                let span = error.span.unwrap_or_default();
                assert!(text.get(span.range()).is_some(), "{error:?}");
            }
            assert!(errors.render(&source, false).contains("error: "));
        }
    }
}

/// What an editor learns of a text: the same mistakes, and of its names what the compiler knows of them.
fn written(source: &Source, errors: Option<&Diagnostics>) {
    let text = source.text.as_str();
    let analysis = analyse(source);
    let expected = errors.cloned().unwrap_or_default();
    assert_eq!(analysis.errors, expected);
    let compiled = &analysis.compiled;
    assert_eq!(compiled.checked.models.len(), compiled.models.len());
    for error in &expected.list {
        for fix in &error.fixes {
            assert!(text.get(fix.span.range()).is_some(), "{fix:?}");
        }
    }
    if let Some(references) = &analysis.references {
        for place in &references.places {
            assert_eq!(text[place.span.range()], references.referent(place).name);
            assert_eq!(references.at(place.span.start), Some(place));
        }
        let unknown = [
            "is not known here",
            "there is no layer or activation",
            "there is no loss",
        ];
        for error in &expected.list {
            if unknown.iter().any(|words| error.message.contains(words)) {
                let mut places = references.places.iter();
                let known = places.find(|place| Some(place.span) == error.span);
                assert_eq!(known, None, "{error:?}");
            }
        }
    }
    for place in [0, text.len() / 3, text.len() / 2, text.len()] {
        let cursor = syntax::Cursor::at(text, text.floor_char_boundary(place));
        assert!(text.get(cursor.word.range()).is_some(), "{cursor:?}");
    }
}

/// A thread with two megabytes of stack that exercises one text after the other.
struct Worker {
    texts: Sender<String>,
    answers: Receiver<()>,
}

impl Worker {
    fn new() -> Self {
        let (texts, inbox) = channel::<String>();
        let (outbox, answers) = channel();
        thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                for text in inbox {
                    exercise(&text);
                    if outbox.send(()).is_err() {
                        break;
                    }
                }
            })
            .expect("a thread");
        Self { texts, answers }
    }

    /// How long it takes; a text that it does not survive, or not in time, is shown.
    #[track_caller]
    fn exercise(&self, text: &str) -> Duration {
        let start = Instant::now();
        // A thread that panicked receives nothing more; what it said is in the output.
        let answer = match self.texts.send(text.to_owned()) {
            Ok(()) => self.answers.recv_timeout(LIMIT),
            Err(_) => Err(RecvTimeoutError::Disconnected),
        };
        match answer {
            Ok(()) => start.elapsed(),
            Err(RecvTimeoutError::Timeout) => panic!("more than {LIMIT:?} for this text:\n{text}"),
            Err(RecvTimeoutError::Disconnected) => panic!("this text breaks the compiler:\n{text}"),
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is a whole number")))
}

#[test]
fn no_text_breaks_the_compiler() {
    let seconds = setting("MUTATION_SECONDS").map(Duration::from_secs);
    let mut random = Random(setting("MUTATION_SEED").unwrap_or(7));
    // As many right texts as wrong ones, of which there are more: mutants of a right text get further.
    let (right, wrong): (Vec<String>, Vec<String>) = texts::all()
        .into_iter()
        .map(|(_, text)| text)
        .partition(|text| compile(&Source::new("seed.mlp", text.as_str())).is_ok());
    let seeds = [right, wrong];

    // A stack that overflows ends the process: then the text that did it stands in this file.
    let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutated.mlp");
    println!("the last text is in {}", last.display());

    let worker = Worker::new();
    let start = Instant::now();
    let mut slowest = (Duration::ZERO, String::new());
    let mut tries = 0;
    while seconds.map_or(tries < TRIES, |most| start.elapsed() < most) {
        tries += 1;
        let mut text = seed(&seeds, &mut random).to_owned();
        for _ in 0..=random.below(4) {
            let other = seed(&seeds, &mut random);
            text = mutated(&text, other, &mut random);
        }
        fs::write(&last, &text).expect("the file can be written");
        slowest = slowest.max((worker.exercise(&text), text));
    }
    let (time, text) = slowest;
    let total = start.elapsed();
    println!("{tries} texts in {total:?}, the slowest in {time:?}:\n{text}");
}

/// What mutations found, as small as it can be.
#[test]
fn what_was_found_stays_mended() {
    let model = |output: &str| format!("model M {{ input x[4] output {output} loss mse }}");
    let worker = Worker::new();
    for text in [
        // Products for a power took time with the exponent.
        model("x^1000000000 -> dense(1)"),
        model("tanh(x)^4294967295 -> dense(1)"),
        model("abs(x)^1e300 -> dense(1)"),
        // Deriving takes time with the square of the number of values, and nothing limited that number.
        model(&format!("x{} -> dense(1)", " -> relu".repeat(3_000))),
        model("x -> repeat(4097, relu) -> dense(1)"),
        model("x -> repeat(1000000, repeat(1000000, dense(4) -> gelu))"),
        model(&format!("x{}", " -> dense(1)".repeat(80_000))),
        format!("model M {{ {} output x }}", "input x[1] ".repeat(50_000)),
        // The place of a name within parentheses was theirs.
        model("((x)) -> dense(1)"),
        model("x -> repeat(2, (relu)) -> dense((1))"),
        // A text of space and comments alone was right where the mark of some editors stood among them.
        " \u{FEFF} // nothing".to_owned(),
        // The length of a layer's answer was not limited, and with it the number of its parameters overflowed.
        model("x -> local(1, units = 1048576) -> local(1048576, units = 1048576) -> dense(1)"),
        // To see whether a part is right by itself took time with the power of the comments that it opens.
        format!("model M {{ output x -> dense({}) }}", "/* ".repeat(60)),
    ] {
        worker.exercise(&text);
    }
}
