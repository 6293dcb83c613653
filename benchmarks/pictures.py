"""The pictures of the reference page, from results.json: `.venv-bench/bin/python -m benchmarks.pictures`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")  # no screen is needed

from matplotlib import pyplot as plt

HERE: Final = Path(__file__).resolve().parent
PICTURES: Final = HERE.parent / "docs" / "reference" / "pictures"
OURS: Final = "#0b6e4f"
THEIRS: Final = "#8a94a0"
CURVES: Final = (7.5, 3.6)  # inches
STYLE: Final = {
    "axes.spines.top": False, "axes.spines.right": False, "font.size": 10, "figure.dpi": 110, "svg.hashsalt": "sijill"
}  # fmt: skip


def draw(results: Mapping[str, Any]) -> None:
    """Draw what there is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    plt.rcParams.update(STYLE)
    if "peers" in results:
        _bars(results["peers"]["merge"], "merge", "the merge job, events/s")
        _bars(results["peers"]["count"], "count", "a count per key, events/s")
    if "latency" in results:
        _latency(results["latency"]["percentiles_ms"])
    if "sizes" in results:
        _sizes(results["sizes"]["companies"])
    if "backlog" in results:
        _backlog(results["backlog"])
    if "rebalance" in results:
        _rebalance(results["rebalance"])


def _bars(runs: Mapping[str, Any], name: str, title: str) -> None:
    """The median of each contender, and a line from its lowest to its highest round."""
    order = sorted(runs, key=lambda one: float(runs[one]["events_per_s"]["median"]))
    figure, axes = plt.subplots(figsize=(7.5, 0.6 + 0.42 * len(order)))
    for place, who in enumerate(order):
        rate = runs[who]["events_per_s"]
        axes.barh(place, rate["median"], color=OURS if who == "ours" else THEIRS)
        axes.plot([rate["lowest"], rate["highest"]], [place, place], color="black", linewidth=1)
        axes.text(rate["highest"], place, f"  {rate['median']:,}", va="center")
    axes.set_yticks(range(len(order)), [who.replace("_", " ") for who in order])
    axes.set_title(title, loc="left")
    axes.margins(x=0.12)
    _save(figure, name)


def _latency(percentiles: Mapping[str, list[float]]) -> None:
    figure, axes = plt.subplots(figsize=CURVES)
    for rate, points in percentiles.items():
        axes.plot(range(1, 100), points, label=f"{int(rate):,} events/s")
    axes.set_yscale("log")
    _save_curves(figure, "latency", across="percentile of the notices", up="ms from event to notice")


def _sizes(found: Mapping[str, Any]) -> None:
    figure, axes = plt.subplots(figsize=CURVES)
    sizes = sorted(found, key=int)
    for stage in ("admit", "unify"):
        rates = [found[size][stage]["events_per_s"]["median"] for size in sizes]
        axes.plot([int(size) for size in sizes], rates, marker="o", label=stage)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    _save_curves(figure, "sizes", across="companies in the register", up="events/s")


def _backlog(found: Mapping[str, Any]) -> None:
    figure, axes = plt.subplots(figsize=CURVES)
    step, runs = found["step_s"], found["runs"]
    for name, label, colour in (("backlog", "a backlog", OURS), ("slow_broker", "with a slow broker", THEIRS)):
        curve = runs[name]["curve_mb"]
        axes.plot([step * number for number in range(len(curve))], curve, label=label, color=colour)
    slow = runs["slow_broker"]
    axes.axvspan(
        slow["ready_s"], slow["ready_s"] + slow["slow_s"], color=THEIRS, alpha=0.15, label="the broker is slow"
    )
    axes.set_ylim(bottom=0)
    _save_curves(figure, "backlog", across="seconds since the worker was started", up="MB of memory")


def _rebalance(found: Mapping[str, Any]) -> None:
    figure, axes = plt.subplots(figsize=CURVES)
    rates, step = found["events_per_s"], found["bucket_s"]
    axes.step([step * number for number in range(len(rates))], rates, where="post", color=OURS, linewidth=1)
    for number, (name, moment) in enumerate(found["marks_s"].items()):
        axes.axvline(moment, color="black", linewidth=1, linestyle=":")
        axes.text(
            moment, 1.0 + 0.07 * (number % 2), f" {name}", transform=axes.get_xaxis_transform(), va="bottom", fontsize=9
        )
    axes.set_ylim(bottom=0)
    _save_curves(figure, "rebalance", across="seconds", up="events/s")


def _save_curves(figure: Any, name: str, *, across: str, up: str) -> None:
    """Finish a picture of one pair of axes; a legend is drawn when its curves have names."""
    (axes,) = figure.axes
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(axis="y", alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    _save(figure, name)


def _save(figure: Any, name: str) -> None:
    figure.tight_layout()
    figure.savefig(PICTURES / f"benchmarks-{name}.png", metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    draw(json.loads((HERE / "results.json").read_text(encoding="utf-8")))
