//! Values that are larger than a stack. Needs `std` for a thread with a larger one.

use std::boxed::Box;
use std::panic::resume_unwind;
use std::thread;

/// Bytes that fit any thread's stack several times over.
const SMALL: usize = 64 << 10;

/// A value on the heap: a network of a million parameters, its workspace, or an optimizer that remembers as much.
///
/// `Box::new(Network::init(7))` makes the network on the stack, where a program that is not optimised copies it several times
/// on its way. A main thread has 8 MB of stack, others 2 MB. Here a large value is made by a thread whose stack is large
/// enough for that; what it does not touch costs nothing.
///
/// ```
/// let numbers = mlp_runtime::boxed(|| [0.5_f32; 1 << 20]);
/// assert_eq!(numbers[7], 0.5);
/// ```
///
/// # Panics
/// Where `make` does.
pub fn boxed<T: Send>(make: impl FnOnce() -> T + Send) -> Box<T> {
    if size_of::<T>() <= SMALL {
        return here(make);
    }
    let stack = (1 << 20) + 16 * size_of::<T>();
    let mut make = Some(make);
    let made = thread::scope(|scope| {
        let work = || make.take().map(here);
        let thread = thread::Builder::new().stack_size(stack);
        let thread = thread.spawn_scoped(scope, work).ok()?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    });
    // Where no thread can be started, this one's stack has to do.
    match (made, make) {
        (Some(made), _) => made,
        (None, Some(make)) => here(make),
        (None, None) => unreachable!("the thread that takes it returns what it makes"),
    }
}

/// A value that is made on this thread's stack. Never a part of its caller, whose frame would have to hold the value.
#[inline(never)]
fn here<T>(make: impl FnOnce() -> T) -> Box<T> {
    Box::new(make())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn a_value_may_be_larger_than_the_stack() {
        let small = thread::Builder::new().stack_size(128 << 10);
        let sum = small.spawn(|| {
            let numbers = boxed(|| [1_u64; 1 << 20]);
            let few = boxed(|| [2_u64; 4]);
            numbers.iter().chain(few.iter()).sum::<u64>()
        });
        let sum = sum.expect("a thread").join().expect("no panic");
        assert_eq!(sum, (1 << 20) + 8);
    }

    #[test]
    fn a_panic_goes_on() {
        let panic = catch_unwind(|| boxed(|| -> [u8; 1 << 20] { panic!("no value") }));
        let panic = panic.expect_err("a panic");
        assert_eq!(panic.downcast_ref(), Some(&"no value"));
    }
}
