//! The gradient of a batch is the mean of its samples' gradients, however many there are: the code for one sample, for the
//! few of the `train` block, for a block and for several blocks.

mod levels;

use mlp_macros::mlp;
use mlp_runtime::optimizer::Sgd;
use mlp_runtime::{Random, Trainable, parallel};

mlp! {
    model Few {
        input  x[3]
        output x -> dense(5) -> tanh -> dense(2) -> sigmoid
        loss   bce
        train  { optimizer sgd(lr = 0.5)  batch 6 }
    }

    /// Wide enough for less than 64 rows of a block on the stack, and narrow at its end.
    model Wide {
        input  x[2]
        output x -> dense(900) -> relu -> dense(900) -> relu -> dense(3) -> sigmoid
        loss   mse
        train  { optimizer sgd(lr = 0.5)  batch 70 }
    }
}

/// All samples at once, and one after the other.
fn check<
    N: Trainable<Scalar = f32, Target = [f32; OUT], Input = [f32; IN]>,
    const IN: usize,
    const OUT: usize,
>(
    counts: &[usize],
) {
    let mut random = Random::new(3);
    let network = Box::new(N::init(5));
    for &count in counts {
        let inputs: Vec<[f32; IN]> = (0..count)
            .map(|_| [(); IN].map(|()| random.uniform() as f32 - 0.5))
            .collect();
        let targets: Vec<[f32; OUT]> = (0..count)
            .map(|_| [(); OUT].map(|()| random.uniform() as f32))
            .collect();
        let mut sum = Box::new(N::zeros());
        let mut total = 0.0;
        for (input, target) in inputs.iter().zip(&targets) {
            total += network.gradient(input, target, &mut sum);
        }
        let mut gradient = Box::new(N::zeros());
        let loss = network.gradient_batch(&inputs, &targets, &mut gradient);
        let mut stepped = network.clone();
        let mut workspace = Box::new(N::workspace());
        let before = stepped.step(
            &inputs,
            &targets,
            &mut Sgd::new(1.0),
            &mut workspace,
            &mut random,
        );

        let share = 1.0 / count as f32;
        let close = |a: f32, b: f32, scale: f32| (a - b).abs() <= 2e-5 * scale;
        assert!(
            close(loss, share * total, loss),
            "{count} samples: {loss} {total}"
        );
        assert!(
            close(before, loss, loss),
            "{count} samples: {before} {loss}"
        );
        let parameters = network.parameters().iter().zip(stepped.parameters());
        let single = sum.parameters().iter().zip(gradient.parameters());
        let largest = single
            .clone()
            .fold(0.0, |largest: f32, (_, b)| largest.max(b.abs()));
        for ((single, batch), (before, after)) in single.zip(parameters) {
            assert!(
                close(share * single, *batch, largest),
                "{count} samples: {single} {batch}"
            );
            assert!(
                close(before - after, *batch, largest + 0.01 * before.abs()),
                "{count} samples"
            );
        }
    }
}

#[test]
fn any_number_of_samples_has_the_gradient_of_its_samples() {
    check::<Few, 3, 2>(&[1, 2, 5, 6, 7, 64, 65, 200]);
}

#[test]
fn blocks_of_wide_layers_fit_the_stack() {
    // A network passes over the stack where it is made, and a test has 2 MB.
    let stack = std::thread::Builder::new().stack_size(64 << 20);
    let checked = stack.spawn(|| check::<Wide, 2, 3>(&[1, 31, 70, 150]));
    checked
        .expect("a thread")
        .join()
        .expect("the batches agree");
}

#[test]
fn threads_share_rows_and_change_no_number() {
    let mut random = Random::new(8);
    let network = Few::init(4);
    // Enough rows for three threads, with some left over.
    let inputs: Vec<[f32; 3]> = (0..500_003)
        .map(|_| [(); 3].map(|()| random.uniform() as f32))
        .collect();
    assert_eq!(parallel::sharing::<Few>(inputs.len(), 3), 3);
    assert_eq!(parallel::sharing::<Few>(1000, 3), 1);
    let mut expected = vec![[0.0; 2]; inputs.len()];
    network.forward_batch(&inputs, &mut expected);
    for threads in 0..=3 {
        let mut outputs = vec![[0.0; 2]; inputs.len()];
        parallel::forward_batch(&network, &inputs, &mut outputs, threads);
        assert!(outputs == expected, "{threads} threads");
    }
}
