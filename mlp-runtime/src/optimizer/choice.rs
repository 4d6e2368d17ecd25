use super::kinds::KINDS;
use super::{
    Adadelta, Adagrad, Adam, AdamW, Lion, Momentum, NAdam, Optimizer, Parameters, RAdam, RmsProp,
    Sgd, StateMut, StateRef,
};
use crate::setting::{Given, SettingError};

/// An optimizer that is chosen while the program runs.
///
/// It is as large as the largest of them, three times the parameters: where several of its kinds will do, the type of
/// the one that is needed is smaller.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice<P> {
    /// `sgd`
    Sgd(Sgd),
    /// `sgd` with `momentum`
    Momentum(Momentum<P>),
    /// `adam`
    Adam(Adam<P>),
    /// `adam` with `amsgrad`
    AmsGrad(Adam<P, 1>),
    /// `adamw`
    AdamW(AdamW<P>),
    /// `adamw` with `amsgrad`
    AmsGradW(AdamW<P, 1>),
    /// `nadam`
    NAdam(NAdam<P>),
    /// `radam`
    RAdam(RAdam<P>),
    /// `rmsprop`
    RmsProp(RmsProp<P>),
    /// `rmsprop` with `momentum`
    RmsPropMomentum(RmsProp<P, 1>),
    /// `rmsprop`, `centered`
    RmsPropCentred(RmsProp<P, 0, 1>),
    /// `rmsprop` with `momentum`, `centered`
    RmsPropCentredMomentum(RmsProp<P, 1, 1>),
    /// `adagrad`
    Adagrad(Adagrad<P>),
    /// `adadelta`
    Adadelta(Adadelta<P>),
    /// `lion`
    Lion(Lion<P>),
}

impl<P: Parameters> Choice<P> {
    /// The optimizer called `name` in [`KINDS`], with these settings and the defaults of the others; `zeros` gives what is
    /// as long as the parameters and 0 everywhere, such as `Network::zeros`.
    ///
    /// ```
    /// # #[cfg(feature = "std")] {
    /// use mlp_runtime::optimizer::Choice;
    ///
    /// let adam = Choice::named("adam", &[("lr", 0.01), ("amsgrad", 1.0)], || vec![0.0; 8]);
    /// assert!(matches!(adam, Ok(Choice::AmsGrad(_))));
    ///
    /// let error = Choice::named("adam", &[("beta1", 1.0)], || vec![0.0; 8]).unwrap_err();
    /// assert_eq!(error.to_string(), "`beta1` of `adam` must be a number from 0 to below 1, not 1");
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where a name is unknown or a number out of its range.
    pub fn named<'a>(
        name: &'a str,
        settings: &'a [(&'a str, f64)],
        zeros: impl Fn() -> P,
    ) -> Result<Self, SettingError<'a>> {
        let given = Given::new("optimizer", KINDS, name, settings)?;
        let rate = given.number("lr");
        let decay = given.number("weight_decay");
        let betas = || (given.number("beta1"), given.number("beta2"));
        let epsilon = || given.number("eps");
        Ok(match given.kind.name {
            "sgd" => sgd(&given, rate, decay, zeros)?,
            "adam" => {
                let (first, second) = betas();
                let adam = Adam::start(rate, &zeros).betas(first, second);
                let adam = adam.epsilon(epsilon()).weight_decay(decay);
                match given.flag("amsgrad") {
                    true => Self::AmsGrad(adam.remembering(zeros)),
                    false => Self::Adam(adam),
                }
            }
            "adamw" => {
                let (first, second) = betas();
                let adam = AdamW::start(rate, &zeros).betas(first, second);
                let adam = adam.epsilon(epsilon()).weight_decay(decay);
                match given.flag("amsgrad") {
                    true => Self::AmsGradW(adam.remembering(zeros)),
                    false => Self::AdamW(adam),
                }
            }
            "nadam" => {
                let (first, second) = betas();
                let adam = NAdam::start(rate, zeros).betas(first, second);
                let adam = adam.epsilon(epsilon()).weight_decay(decay);
                let adam = adam.momentum_decay(given.number("momentum_decay"));
                Self::NAdam(adam.decoupled_weight_decay(given.flag("decoupled_weight_decay")))
            }
            "radam" => {
                let (first, second) = betas();
                let adam = RAdam::start(rate, zeros).betas(first, second);
                let adam = adam.epsilon(epsilon()).weight_decay(decay);
                Self::RAdam(adam.decoupled_weight_decay(given.flag("decoupled_weight_decay")))
            }
            "rmsprop" => {
                let rms = RmsProp::start(rate, &zeros).alpha(given.number("alpha"));
                let rms = rms.epsilon(epsilon()).weight_decay(decay);
                let momentum = given.number("momentum");
                match (momentum > 0.0, given.flag("centered")) {
                    (false, false) => Self::RmsProp(rms),
                    (true, false) => Self::RmsPropMomentum(rms.gathering(momentum, zeros)),
                    (false, true) => Self::RmsPropCentred(rms.centring(zeros)),
                    (true, true) => {
                        let rms = rms.gathering(momentum, &zeros);
                        Self::RmsPropCentredMomentum(rms.centring(zeros))
                    }
                }
            }
            "adagrad" => {
                let adagrad = Adagrad::start(rate, zeros)
                    .learning_rate_decay(given.number("lr_decay"))
                    .initial_accumulator(given.number("initial_accumulator_value"));
                Self::Adagrad(adagrad.epsilon(epsilon()).weight_decay(decay))
            }
            "adadelta" => {
                let adadelta = Adadelta::start(rate, zeros).rho(given.number("rho"));
                Self::Adadelta(adadelta.epsilon(epsilon()).weight_decay(decay))
            }
            _ => {
                let (first, second) = betas();
                let lion = Lion::start(rate, zeros).betas(first, second);
                Self::Lion(lion.weight_decay(decay))
            }
        })
    }

    fn chosen(&self) -> &dyn Optimizer<P> {
        match self {
            Self::Sgd(optimizer) => optimizer,
            Self::Momentum(optimizer) => optimizer,
            Self::Adam(optimizer) => optimizer,
            Self::AmsGrad(optimizer) => optimizer,
            Self::AdamW(optimizer) => optimizer,
            Self::AmsGradW(optimizer) => optimizer,
            Self::NAdam(optimizer) => optimizer,
            Self::RAdam(optimizer) => optimizer,
            Self::RmsProp(optimizer) => optimizer,
            Self::RmsPropMomentum(optimizer) => optimizer,
            Self::RmsPropCentred(optimizer) => optimizer,
            Self::RmsPropCentredMomentum(optimizer) => optimizer,
            Self::Adagrad(optimizer) => optimizer,
            Self::Adadelta(optimizer) => optimizer,
            Self::Lion(optimizer) => optimizer,
        }
    }

    fn chosen_mut(&mut self) -> &mut dyn Optimizer<P> {
        match self {
            Self::Sgd(optimizer) => optimizer,
            Self::Momentum(optimizer) => optimizer,
            Self::Adam(optimizer) => optimizer,
            Self::AmsGrad(optimizer) => optimizer,
            Self::AdamW(optimizer) => optimizer,
            Self::AmsGradW(optimizer) => optimizer,
            Self::NAdam(optimizer) => optimizer,
            Self::RAdam(optimizer) => optimizer,
            Self::RmsProp(optimizer) => optimizer,
            Self::RmsPropMomentum(optimizer) => optimizer,
            Self::RmsPropCentred(optimizer) => optimizer,
            Self::RmsPropCentredMomentum(optimizer) => optimizer,
            Self::Adagrad(optimizer) => optimizer,
            Self::Adadelta(optimizer) => optimizer,
            Self::Lion(optimizer) => optimizer,
        }
    }
}

/// `sgd`, which needs memory only with momentum.
fn sgd<'a, P: Parameters>(
    given: &Given<'a>,
    rate: f64,
    decay: f64,
    zeros: impl Fn() -> P,
) -> Result<Choice<P>, SettingError<'a>> {
    let (momentum, dampening) = (given.number("momentum"), given.number("dampening"));
    let nesterov = given.flag("nesterov");
    if nesterov && (momentum == 0.0 || dampening > 0.0) {
        return Err(SettingError::Conflict {
            kind: given.kind.name,
            reason: "`nesterov` needs a `momentum` above 0 and no `dampening`",
        });
    }
    if momentum == 0.0 {
        return Ok(Choice::Sgd(Sgd::new(rate).weight_decay(decay)));
    }
    let descent = Momentum::start(rate, momentum, zeros).weight_decay(decay);
    Ok(Choice::Momentum(
        descent.dampening(dampening).nesterov(nesterov),
    ))
}

impl<P: Parameters> Optimizer<P> for Choice<P> {
    fn step_shared(&mut self, parameters: &mut P, gradient: &P, threads: usize) {
        self.chosen_mut().step_shared(parameters, gradient, threads);
    }

    fn descend(&mut self) -> Option<f64> {
        self.chosen_mut().descend()
    }

    fn learning_rate(&self) -> f64 {
        self.chosen().learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.chosen_mut().set_learning_rate(learning_rate);
    }

    fn state(&self) -> StateRef<'_, P::Scalar> {
        self.chosen().state()
    }

    fn state_mut(&mut self) -> StateMut<'_, P::Scalar> {
        self.chosen_mut().state_mut()
    }
}
