"""The results as a chart: how many times our time each peer takes, on a logarithmic axis."""

import io

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "results"})

from matplotlib import pyplot

from tables import duration, times
from workloads import WORKLOADS

COLOURS = ["#c8553d", "#f28f3b", "#3d7ea6", "#5fb49c", "#8e6c8a", "#9a9a9a", "#d9b44a"]


def chart(results, peers) -> str:
    """An SVG, whose text stays text."""
    workloads = [w for w in WORKLOADS if w.name in results]
    figure, axes = pyplot.subplots(figsize=(9, 0.4 + 1.05 * len(workloads)), layout="constrained")
    labels, positions, y = [], [], 0.0
    for workload in workloads:
        engines = results[workload.name]
        ours, top = engines["ours"][0], y
        for peer, colour in zip(peers, COLOURS):
            if peer not in engines:
                continue
            ratio = engines[peer][0] / ours
            axes.barh(y, ratio - 1, left=1, height=0.9, color=colour)
            axes.text(max(ratio, 1) * 1.03, y, times(ratio), va="center", fontsize=7)
            y += 1
        labels.append(f"{workload.name}: {workload.title}\nours {duration(ours)}")
        positions.append((top + y - 1) / 2)
        y += 0.8
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.axvline(1, color="black", linewidth=1)
    axes.margins(x=0.12, y=0.02)
    axes.invert_yaxis()
    axes.set_yticks(positions, labels, fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("times our time (logarithmic; right of 1 is slower than ours)", fontsize=8)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    handles = [pyplot.Rectangle((0, 0), 1, 1, color=c) for _, c in zip(peers, COLOURS)]
    figure.legend(
        handles, peers, loc="outside upper center", ncols=len(peers), fontsize=8, frameon=False
    )
    content = io.StringIO()
    figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()
