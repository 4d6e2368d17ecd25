//! What goes on beside a run: the bar that shows it, its checkpoints, and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mlp_runtime::Scalar;
use mlp_runtime::train::{Checkpoint, Control, Epoch, FitError, Moment, Observer, Progress};

use super::Run;

/// Who shows a run, keeps its checkpoints and listens for Ctrl-C.
pub(super) struct Watch<'a, S: Scalar> {
    pub(super) run: &'a Run<'a, S>,
    pub(super) progress: Progress,
    pub(super) stop: Arc<AtomicBool>,
}

impl<S: Scalar> Watch<'_, S> {
    fn control(&self) -> Control {
        match self.stop.load(Ordering::Relaxed) {
            true => Control::Stop,
            false => Control::Continue,
        }
    }
}

impl<S: Scalar> Observer<S> for Watch<'_, S> {
    fn begin(&mut self, epoch: usize, used: usize) {
        self.progress.begin(epoch, used);
    }

    fn advance(&mut self, samples: usize) -> Control {
        self.progress.advance(samples);
        self.control()
    }

    fn epoch(&mut self, epoch: &Epoch) -> Control {
        self.progress.epoch(epoch);
        self.control()
    }

    fn checkpoint(
        &mut self,
        moment: Moment,
        make: &mut dyn FnMut() -> Result<Checkpoint<S>, FitError>,
    ) -> Result<(), FitError> {
        let Some(path) = &self.run.arguments.save else {
            return Ok(());
        };
        let due = match moment {
            Moment::Epoch(number) => {
                (number as u64).is_multiple_of(self.run.arguments.checkpoint_every)
            }
            Moment::End => true,
        };
        if !due {
            return Ok(());
        }
        let saved = self.run.stored(make()?).save(path);
        saved.map_err(|error| FitError::Checkpoint(error.to_string()))
    }
}

/// Becomes true at Ctrl-C.
pub(super) fn interrupted() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&stop);
    // Without a handler Ctrl-C ends the process at once; the checkpoint of the last epoch is there all the same.
    let _ = ctrlc::set_handler(move || shared.store(true, Ordering::Relaxed));
    stop
}
