"""The results as Markdown."""

from workloads import STEPS, WORKLOADS

OURS_ALONE = "ours, one thread"  # beside ours with several


def duration(nanoseconds: float) -> str:
    """Three digits and a unit."""
    for unit in ["ns", "µs", "ms"]:
        if nanoseconds < 999.5:
            digits = 2 if nanoseconds < 9.995 else 1 if nanoseconds < 99.95 else 0
            return f"{nanoseconds:.{digits}f} {unit}"
        nanoseconds /= 1000
    return f"{nanoseconds:.2f} s"


def times(ratio: float) -> str:
    digits = 2 if ratio < 9.995 else 1 if ratio < 99.95 else 0
    return f"{ratio:,.{digits}f}×"


def table(head: list[str], rows: list[list[str]]) -> str:
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def of_times(results, peers, which: int) -> str:
    """A row per workload: our time, and each peer's with how many times ours it is."""
    rows = []
    for workload in WORKLOADS:
        if (engines := results.get(workload.name)) is None:
            continue
        ours = engines["ours"][which]
        row = [f"{workload.name}: {workload.title}", f"**{duration(ours)}**"]
        others = [peer for peer in peers if peer != OURS_ALONE]
        present = [engines[peer][which] for peer in others if peer in engines]
        for peer in peers:
            value = engines[peer][which] if peer in engines else None
            row.append(f"{duration(value)}, {times(value / ours)}" if value else "–")
        row.append(f"**{times(min(present) / ours)}**" if present else "–")
        rows.append(row)
    return table(["workload", "ours", *peers, "fastest peer"], rows)


def of_notes(results, peers, training: bool) -> str:
    """A row per workload: each engine's losses, or how far its outputs are from ours."""
    engines = ["ours", *peers] if training else [peer for peer in peers if peer != OURS_ALONE]
    rows = [
        [workload.name, *(measured[engine][2] if engine in measured else "–" for engine in engines)]
        for workload in WORKLOADS
        if (measured := results.get(workload.name)) and bool(workload.loss) == training
    ]
    return table(["workload", *engines], rows)


def page(results, peers, facts: list[str], chart: str) -> str:
    facts = "\n".join(f"- {fact}" for fact in facts)
    return f"""# Ours and its peers, side by side

Written by `compare.py`; [what was run, and how to run it](README.md).

{facts}

T is one training step, I one call for the outputs. Each time is followed by how many times ours it
is.

## Fastest block of all passes

{of_times(results, peers, 0)}

![How many times our time each peer takes]({chart})

## Median

{of_times(results, peers, 1)}

## Equal arithmetic

All start from the same weights, samples and targets, in f32. Training: the loss before the first
step and after {STEPS}.

{of_notes(results, peers, True)}

Inference: the largest difference of an output from ours.

{of_notes(results, peers, False)}
"""
