//! Where a gradient is checked: random parameters, and a few samples with targets that suit the loss.

use ndarray::Array2;

use super::evaluator::Batch;
use super::random::Random;
use crate::equations::{
    Equations, Evaluation, EvaluationError, Extent, Initial, Objective, Precision, Shape,
    TargetKind, Targets, evaluate,
};

/// A point in the space of the parameters, with a batch.
#[derive(Clone)]
pub(super) struct Point {
    /// The parameters in their order, row-major, then the state.
    pub(super) parameters: Vec<Vec<f64>>,
    inputs: Array2<f64>,
    targets: Targets<f64>,
}

/// What targets of vectors hold.
#[derive(Clone, Copy)]
enum TargetValues {
    /// Probabilities that sum to 1.
    Distribution,
    /// 0 or 1
    Bit,
    /// −1 or 1
    Sign,
    /// Any number.
    Normal,
}

impl TargetValues {
    /// What the loss called `loss` compares an output with.
    fn of(loss: &str) -> Self {
        match loss {
            "soft_cross_entropy" | "kl_div" => Self::Distribution,
            "bce" | "bce_with_logits" => Self::Bit,
            "hinge" | "squared_hinge" => Self::Sign,
            _ => Self::Normal,
        }
    }

    fn row(self, length: usize, random: &mut Random) -> Vec<f64> {
        let mut row: Vec<f64> = (0..length)
            .map(|_| match self {
                Self::Distribution => random.uniform(),
                Self::Bit => (random.sign() + 1.0) / 2.0,
                Self::Sign => random.sign(),
                Self::Normal => random.normal(),
            })
            .collect();
        if let Self::Distribution = self {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|element| *element /= sum);
        }
        row
    }
}

impl Point {
    /// The point of the given attempt, with so many samples. The first ones are like a network before training. Later ones differ in kind,
    /// for what those cannot reach: larger weights wake a gradient that vanishes, and with positive numbers alone a
    /// formula with a root or a logarithm is within its domain.
    pub(super) fn random(
        equations: &Equations,
        objective: &Objective,
        attempt: usize,
        samples: usize,
        random: &mut Random,
    ) -> Self {
        let gain = [1.0, 1.5, 1.0, 0.5, 3.0][attempt % 5];
        let positive = attempt % 4 == 3;
        let number = |random: &mut Random| {
            let number = random.normal();
            if positive { number.abs() } else { number }
        };
        let mut parameters: Vec<Vec<f64>> = (equations.parameters.iter())
            .map(|parameter| {
                let (middle, spread) = match equations.variables.get(parameter.variable).shape {
                    Shape::Matrix(_, columns) => (0.0, gain / (columns as f64).sqrt()),
                    Shape::Band(band) => (0.0, gain / (band.window as f64).sqrt()),
                    Shape::Vector(_) => (0.0, 0.5),
                    // A trained scalar of a formula: the author's value shows where the formula makes sense.
                    Shape::Scalar => match parameter.initial {
                        Initial::Constant(value) => (value, 0.25),
                        Initial::Uniform(_)
                        | Initial::Normal(_)
                        | Initial::TruncatedNormal(_)
                        | Initial::Orthogonal { .. } => (0.0, 1.0),
                    },
                };
                (0..parameter.elements())
                    .map(|_| middle + spread * number(random))
                    .collect()
            })
            .collect();
        for state in &equations.state {
            let length = equations.variables.length(state.variable);
            // A variance, which starts at 1, stays above 0.
            let number = |random: &mut Random| match random.normal() {
                number if state.unbiased => number.abs(),
                number => number,
            };
            let values = (0..length).map(|_| state.initial + 0.5 * number(random));
            parameters.push(values.collect());
        }
        let inputs =
            Array2::from_shape_simple_fn((samples, equations.input_length()), || number(random));
        let length = equations.output_length();
        let targets = match objective.target_kind {
            TargetKind::Class => {
                Targets::Classes((0..samples).map(|_| random.below(length)).collect())
            }
            TargetKind::Vector => {
                let values = TargetValues::of(&objective.name);
                let mut targets = Array2::zeros((samples, length));
                for mut row in targets.rows_mut() {
                    row.assign(&ndarray::Array1::from(values.row(length, random)));
                }
                Targets::Vectors(targets)
            }
        };
        Self {
            parameters,
            inputs,
            targets,
        }
    }

    /// What the equations say here.
    pub(super) fn evaluate(
        &self,
        equations: &Equations,
        extent: Extent,
    ) -> Result<Evaluation<f64>, EvaluationError> {
        evaluate(
            equations,
            &self.parameters,
            self.inputs.view(),
            Some(&self.targets),
            extent,
        )
    }

    /// The nearest point whose numbers the precision of a model has.
    pub(super) fn rounded(mut self, precision: Precision) -> Self {
        if precision == Precision::F32 {
            self.change(|number| f64::from(number as f32));
            if let Targets::Vectors(targets) = &mut self.targets {
                targets.mapv_inplace(|number| f64::from(number as f32));
            }
        }
        self
    }

    /// A point nearby: every parameter and input is larger or smaller by the fraction `distance` of itself.
    pub(super) fn neighbour(&self, distance: f64, random: &mut Random) -> Self {
        let mut point = self.clone();
        point.change(|number| number * (1.0 + distance * random.sign()));
        point
    }

    fn change(&mut self, mut change: impl FnMut(f64) -> f64) {
        let parameters = self.parameters.iter_mut().flatten();
        for number in parameters.chain(&mut self.inputs) {
            *number = change(*number);
        }
    }

    /// The point as a batch for an evaluator.
    pub(super) fn batch(&self) -> Batch<'_> {
        Batch {
            parameters: &self.parameters,
            inputs: self.inputs.view(),
            targets: Some(&self.targets),
        }
    }

    /// The mean loss here, not a number where there is none.
    pub(super) fn loss(&self, equations: &Equations) -> Result<f64, EvaluationError> {
        Ok(self
            .evaluate(equations, Extent::Loss)?
            .loss
            .unwrap_or(f64::NAN))
    }
}
