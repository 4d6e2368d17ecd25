//! The published workloads in generated code: nanoseconds per step or per call, one line each.
//!
//! ```text
//! cargo run --release -p benches
//! ```

mod timing;
mod workloads;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    println!("workload\tmin ns\tmedian ns\tnote");
    for (name, run) in workloads::ALL {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            let (times, note) = run();
            println!("{name}\t{:.1}\t{:.1}\t{note}", times.min, times.median);
        }
    }
}
