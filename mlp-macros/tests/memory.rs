//! What generated code does with memory: nothing is allocated, and the constants of a type say what it takes.

use std::hint::black_box;
use std::thread;

use allocation_counter::measure;
use mlp_macros::mlp;
use mlp_runtime::optimizer::{Adam, Sgd};
use mlp_runtime::{Random, Row, Target, Trainable, boxed};

mlp! {
    /// Few rows of this are written out.
    model Little {
        input  x[2]
        output x -> dense(8) -> tanh -> dense(1) -> sigmoid
        loss   bce
        train  { optimizer sgd(lr = 0.5)  batch 4 }
    }

    model Dropped {
        precision f64
        input  x[20]
        output x -> dense(40) -> relu -> dropout(0.5) -> dense(3)
        loss   mse
    }

    model Normed {
        input  x[12]
        output x -> dense(64) -> batch_norm -> tanh -> dense(4) -> softmax
        loss   cross_entropy
    }

    /// The shape of MNIST.
    model Images {
        input  pixels[784]
        output pixels -> dense(128) -> relu -> dense(10) -> softmax
        loss   cross_entropy
    }

    /// Larger than the stack of a thread.
    model Large {
        input  x[900]
        output x -> dense(900) -> relu -> dense(1)
        loss   mse
    }
}

/// Those of one sample, of few, and of more than a block, but no whole number of blocks.
const BATCHES: [usize; 3] = [1, 4, ROWS];
const ROWS: usize = 300;

/// What stands on a stack beside arrays: the frames of calls, and what the thread itself needs.
const FRAMES: usize = 32 << 10;

/// A network, and everything that its functions take, none of it on the stack.
struct Trained<N: Trainable> {
    network: Box<N>,
    gradient: Box<N>,
    workspace: Box<N::Workspace>,
    adam: Box<Adam<N>>,
    inputs: Vec<N::Input>,
    outputs: Vec<N::Output>,
    targets: Vec<N::Target>,
    random: Random,
}

impl<N: Trainable + Send + Sync> Trained<N>
where
    N::Workspace: Send,
{
    fn new() -> Self {
        let mut random = Random::new(1);
        let mut values = |count| -> Vec<N::Scalar> {
            let values = (0..count).map(|_| mlp_runtime::Scalar::from_f64(random.uniform()));
            values.collect()
        };
        let inputs = values(ROWS * N::INPUTS);
        let target = |row| {
            let class = N::Target::from_class(row % N::OUTPUTS, N::OUTPUTS);
            class.expect("a class below the outputs")
        };
        Self {
            network: boxed(|| N::init(7)),
            gradient: boxed(N::zeros),
            workspace: boxed(N::workspace),
            adam: boxed(|| Adam::new(1e-3)),
            inputs: N::Input::rows(&inputs).expect("whole rows").to_vec(),
            outputs: vec![N::Output::zeros(); ROWS],
            targets: (0..ROWS).map(target).collect(),
            random,
        }
    }

    fn answer(&mut self) {
        black_box(self.network.forward(&self.inputs[0]));
    }

    fn answer_batch(&mut self) {
        self.network.forward_batch(&self.inputs, &mut self.outputs);
    }

    fn lose(&mut self) {
        black_box(self.network.loss(&self.inputs[0], &self.targets[0]));
    }

    fn differentiate(&mut self) {
        let (input, target) = (&self.inputs[0], &self.targets[0]);
        self.network.gradient(input, target, &mut self.gradient);
    }

    fn differentiate_batch(&mut self) {
        for rows in BATCHES {
            let (inputs, targets) = (&self.inputs[..rows], &self.targets[..rows]);
            (self.network).gradient_batch(inputs, targets, &mut self.gradient);
        }
    }

    fn differentiate_training(&mut self) {
        for rows in BATCHES {
            let (inputs, targets) = (&self.inputs[..rows], &self.targets[..rows]);
            let (gradient, random) = (&mut self.gradient, &mut self.random);
            (self.network).training_gradient_batch(inputs, targets, gradient, random);
        }
    }

    fn descend(&mut self) {
        let mut sgd = Sgd::new(0.1);
        for rows in BATCHES {
            let (inputs, targets) = (&self.inputs[..rows], &self.targets[..rows]);
            let (workspace, random) = (&mut self.workspace, &mut self.random);
            (self.network).step(inputs, targets, &mut sgd, workspace, random);
        }
    }

    fn step(&mut self) {
        for rows in BATCHES {
            let (inputs, targets) = (&self.inputs[..rows], &self.targets[..rows]);
            let (workspace, random) = (&mut self.workspace, &mut self.random);
            (self.network).step(inputs, targets, &mut *self.adam, workspace, random);
        }
    }
}

/// Runs `work` with so much stack and that of the frames. Where that is too little, the process ends.
fn within(bytes: usize, work: impl FnOnce() + Send) {
    let stack = thread::Builder::new().stack_size(bytes + FRAMES);
    thread::scope(|scope| {
        let worker = stack.spawn_scoped(scope, work).expect("a thread");
        worker.join().expect("no panic");
    });
}

/// A function to run with so many bytes of stack.
type Limited<N> = (usize, fn(&mut Trained<N>));

/// Runs everything with the memory that the constants of the type say, and sees to it that nothing is allocated.
fn check<N: Trainable + Send + Sync>(inference: usize, training: usize)
where
    N::Workspace: Send,
{
    let mut trained = Trained::<N>::new();
    let (network, workspace) = (size_of::<N>(), size_of::<N::Workspace>());
    let (stepping, other) = (training - network - workspace, training - 2 * network);
    // Each apart, or the arrays of several would share one frame.
    let functions: [Limited<N>; 8] = [
        (inference - network, Trained::answer),
        (inference - network, Trained::answer_batch),
        (other, Trained::lose),
        (other, Trained::differentiate),
        (other, Trained::differentiate_batch),
        (other, Trained::differentiate_training),
        (stepping, Trained::descend),
        (stepping, Trained::step),
    ];
    for (stack, function) in functions {
        within(stack, || {
            let allocated = measure(|| function(&mut trained));
            assert_eq!(allocated.count_total, 0, "{}: {allocated:?}", N::NAME);
        });
    }
}

#[test]
fn allocations_are_counted() {
    assert_eq!(measure(|| drop(black_box(vec![1]))).count_total, 1);
}

#[test]
fn few_rows_that_are_written_out() {
    check::<Little>(Little::INFERENCE_BYTES, Little::TRAINING_BYTES);
}

#[test]
fn a_dropout() {
    check::<Dropped>(Dropped::INFERENCE_BYTES, Dropped::TRAINING_BYTES);
}

#[test]
fn a_batch_norm() {
    check::<Normed>(Normed::INFERENCE_BYTES, Normed::TRAINING_BYTES);
}

#[test]
fn large_layers() {
    check::<Images>(Images::INFERENCE_BYTES, Images::TRAINING_BYTES);
}

#[test]
fn a_network_may_be_larger_than_the_stack() {
    assert!(size_of::<Large>() > 3 << 20);
    within(1 << 20, || {
        let mut trained = Trained::<Large>::new();
        trained.answer();
        trained.step();
    });
}

#[test]
fn the_constants_are_not_far_above() {
    // Blocks of rows are most of it, which may take 512 kB.
    let stack = Images::TRAINING_BYTES - 2 * size_of::<Images>();
    assert!(stack < 600 << 10, "{stack}");
    let inference = black_box(Little::INFERENCE_BYTES);
    assert!(inference < 8 << 10, "{inference}");
}
