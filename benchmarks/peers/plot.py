"""Draws results.json: a line of panels a row, a bar a contender, and red marks where the targets are.

    python3 plot.py results.json picture.png
"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend comes first)

COLOURS = {"ours": "#1b7f5c", "sharp": "#3b6fb6", "libvips": "#d08a2e"}
# Title, key, what to divide by, and how to write it. Bars begin at 0; dots do not, and show small differences.
BARS = (("wall, ms", "wall_ms", 1, "{:.3g}"), ("CPU, ms", "cpu_ms", 1, "{:.3g}"), ("peak memory, MiB", "peak_kib", 1024, "{:.3g}"),
        ("bytes, kB", "bytes", 1000, "{:.4g}"))
DOTS = (("PSNR, dB", "psnr", 1, "{:.2f}"), ("SSIM", "ssim", 1, "{:.4f}"))


def colour(entry):
    return COLOURS[entry["side"].split(",")[0]]


def draw_values(axes, entries, panel, bars):
    _, key, unit, form = panel
    values = [entry[key] / unit for entry in entries]
    places = range(len(entries))
    low, high = (0, max(values)) if bars else (min(values), max(values))
    span = (high - low) or 1.0
    if bars:
        axes.barh(places, values, color=[colour(entry) for entry in entries], height=0.7)
    else:
        axes.scatter(values, places, color=[colour(entry) for entry in entries], s=28)
    for place, value in zip(places, values):
        text = form.format(value) if value < 1000 or not bars else f"{value:.0f}"  # and not 1.2e+03
        axes.text(value + 0.04 * span, place, text, va="center", fontsize=7)
    axes.set_xlim(low - (0 if bars else 0.15 * span), high + 0.3 * span)
    axes.set_ylim(len(entries) - 0.4, -0.6)
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def draw_targets(axes, result, key, unit):
    """A mark across the bar of ours that a target is about."""
    places = {entry["name"]: place for place, entry in enumerate(result["entries"])}
    for target in result["targets"]:
        if target["measure"] == key:
            place, limit = places[target["ours"]], target["limit"] / unit
            axes.plot([limit, limit], [place - 0.48, place + 0.48], color="#c0392b", linewidth=1.6)


def draw(saved, path):
    results = saved["results"]
    panels = BARS + DOTS
    heights = [len(result["entries"]) + 1.6 for result in results]
    figure, grid = pyplot.subplots(len(results), len(panels), figsize=(17, 0.24 * sum(heights) + 1.2), squeeze=False,
                                   gridspec_kw={"height_ratios": heights}, layout="constrained")
    for line, result in zip(grid, results):
        for axes, panel in zip(line, panels):
            axes.set_yticks([])
            if panel[1] == "bytes" and result["format"] == "ppm":  # there is no file
                axes.axis("off")
                continue
            draw_values(axes, result["entries"], panel, panel in BARS)
            draw_targets(axes, result, panel[1], panel[2])
            axes.set_xlabel(panel[0], fontsize=7, color="#555555", loc="left")
        line[0].set_yticks(range(len(result["entries"])), [entry["name"] for entry in result["entries"]], fontsize=8)
        line[0].set_title(f"{result['title']}; files: {result['files']}", fontsize=9, loc="left", fontweight="bold")
    found = saved["machine"]
    figure.suptitle(f"{found['cpu']}, {found['cores']} cores; commit {found['commit']}; medians of {saved['rounds']}; "
                    "red: at most what ours may need", fontsize=9)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
