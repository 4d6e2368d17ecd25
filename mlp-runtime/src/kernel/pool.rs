//! Threads that stay from call to call: starting one, and giving it the pages of a fresh stack, costs as much as a batch of a
//! small network. Needs `std` for them and nothing else.
//!
//! Safe Rust lends threads what belongs to a call through `std::thread::scope` alone, which ends them with the call. Here
//! they go on, so that the loan is this file's to keep short: [`share`] does not return, nor unwind, before all have
//! given back what they borrowed.

use std::any::Any;
use std::boxed::Box;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::vec::Vec;

/// How often a thread looks for what it waits for before it sleeps: some dozen microseconds. Waking it takes as long.
const LOOKS: usize = 2000;

/// The threads that wait for work.
static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

/// Calls `work` with each item, the first in this thread and each other in a thread of its own that has at least `stack`
/// bytes of stack, and returns when all are done. An item for which no thread can be started is this one's.
///
/// # Panics
/// Where a call of `work` does, after all are done.
pub fn share<T: Send>(items: impl IntoIterator<Item = T>, stack: usize, work: impl Fn(T) + Sync) {
    let items: Vec<Mutex<Option<T>>> = items
        .into_iter()
        .map(|item| Mutex::new(Some(item)))
        .collect();
    run(items.len(), stack, &|index| {
        let item = lock(&items[index]).take();
        if let Some(item) = item {
            work(item);
        }
    });
}

/// Calls `task` with each number below `count`, each in a thread of its own.
fn run(count: usize, stack: usize, task: &(dyn Fn(usize) + Sync)) {
    let call = Arc::new(Call {
        open: AtomicUsize::new(0),
        caller: thread::current(),
        panic: Mutex::new(None),
    });
    // Waits when it goes, whether `task` returns or unwinds.
    let waiting = Waiting(&call);
    // SAFETY: only the lifetime changes. Each thread that gets it counts as open before it does and until it has used it
    // for the last time, and `waiting` keeps this function from ending before none is open.
    let lent = unsafe {
        core::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(task)
    };
    let mut workers = Vec::new();
    let mut own = Vec::new();
    for index in 1..count {
        let job = Job {
            task: lent,
            index,
            call: Arc::clone(&call),
        };
        call.open.fetch_add(1, Ordering::Relaxed);
        match Worker::idle(stack).filter(|worker| worker.jobs.send(job).is_ok()) {
            Some(worker) => workers.push(worker),
            None => {
                call.open.fetch_sub(1, Ordering::Relaxed);
                own.push(index);
            }
        }
    }
    if count > 0 {
        task(0);
    }
    own.into_iter().for_each(task);
    drop(waiting);
    lock(&IDLE).append(&mut workers);
    let panic = lock(&call.panic).take();
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
}

/// A call whose tasks threads work at.
struct Call {
    /// How many tasks other threads have not done yet.
    open: AtomicUsize,
    caller: Thread,
    /// What one of them has panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// Waits for all threads of a call when it goes.
struct Waiting<'a>(&'a Call);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut looks = 0;
        while self.0.open.load(Ordering::Acquire) > 0 {
            looks += 1;
            if looks < LOOKS {
                spin_loop();
            } else {
                thread::park();
            }
        }
    }
}

/// One task of a call.
struct Job {
    task: &'static (dyn Fn(usize) + Sync),
    index: usize,
    call: Arc<Call>,
}

/// A thread that does what it is sent, until nobody can send it anything any more.
struct Worker {
    jobs: Sender<Job>,
    stack: usize,
}

impl Worker {
    /// One that waits, else a new one; `None` where none can be started.
    fn idle(stack: usize) -> Option<Self> {
        let mut idle = lock(&IDLE);
        let large = idle.iter().rposition(|worker| worker.stack >= stack);
        if let Some(large) = large {
            return Some(idle.swap_remove(large));
        }
        drop(idle);
        let (jobs, inbox) = channel();
        let thread = thread::Builder::new().stack_size(stack);
        thread.spawn(move || serve(&inbox)).ok()?;
        Some(Self { jobs, stack })
    }
}

fn serve(inbox: &Receiver<Job>) {
    while let Some(Job { task, index, call }) = next(inbox) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| task(index))) {
            *lock(&call.panic) = Some(panic);
        }
        let Call { open, caller, .. } = &*call;
        if open.fetch_sub(1, Ordering::Release) == 1 {
            caller.unpark();
        }
    }
}

/// The next job; `None` where there can be none.
fn next(inbox: &Receiver<Job>) -> Option<Job> {
    for _ in 0..LOOKS {
        match inbox.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Empty) => spin_loop(),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    inbox.recv().ok()
}

/// What a thread that has panicked left is as good as any: the panic goes on in the call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::ThreadId;
    use std::vec;

    const STACK: usize = 1 << 20;

    #[test]
    fn each_item_is_worked_at_once_in_a_thread_of_its_own() {
        for _ in 0..100 {
            let threads: Mutex<Vec<ThreadId>> = Mutex::default();
            let mut numbers = vec![1; 1000];
            share(numbers.chunks_mut(300), STACK, |chunk| {
                chunk.iter_mut().for_each(|number| *number += 1);
                lock(&threads).push(thread::current().id());
            });
            assert_eq!(numbers, vec![2; 1000]);
            let threads = threads.into_inner().expect("no panic");
            assert!(threads.contains(&thread::current().id()));
            assert_eq!(threads.len(), 4);
            for (index, thread) in threads.iter().enumerate() {
                assert!(!threads[..index].contains(thread));
            }
        }
    }

    #[test]
    fn no_item_is_no_work() {
        share([0; 0], STACK, |_| panic!("there is no item"));
    }

    #[test]
    fn calls_nest_and_overlap() {
        let total = AtomicUsize::new(0);
        share(0..3, STACK, |_| {
            for _ in 0..50 {
                share(0..3, STACK, |number| {
                    total.fetch_add(number, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(total.into_inner(), 3 * 50 * 3);
    }

    #[test]
    fn a_panic_goes_on_in_the_caller_when_all_are_done() {
        for bad in 0..3 {
            let done = AtomicUsize::new(0);
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                share(0..3, STACK, |number| {
                    assert!(number != bad, "the bad one");
                    thread::sleep(std::time::Duration::from_millis(5));
                    done.fetch_add(1, Ordering::Relaxed);
                });
            }));
            let panic = outcome.expect_err("a panic");
            assert_eq!(panic.downcast_ref(), Some(&"the bad one"));
            assert_eq!(done.into_inner(), 2);
            // What comes after it is not harmed.
            let sum = AtomicUsize::new(0);
            share(0..4, STACK, |number| {
                sum.fetch_add(number, Ordering::Relaxed);
            });
            assert_eq!(sum.into_inner(), 6);
        }
    }
}
