"""Makes text of results: what each contender cost, whether files are comparable, whether targets are met."""

from statistics import fmean, median

# All files of one size in a row are judged together, by the sum of their bytes and their mean SSIM. At most so many times
# the peer's bytes, and so much less SSIM; quality 89 instead of 90 costs 0.0004 to 0.0015 of it.
ALLOWED = (1.01, 0.0003)
# For fewer than three files. Where a crop begins at another fraction of a pixel, a single file's bytes move by up to 4 %
# either way with the same encoder and the same quality.
ALLOWED_FOR_FEW = (1.05, 0.002)

LOUD = 0.05  # of the machine's time, that other programs may have before it is said

MEASURES = {"wall_ms": "wall", "cpu_ms": "CPU", "peak_kib": "memory"}


def summary(row, timings, peaks, verdicts):
    """One entry a contender: medians, peak, and the totals of its side's files."""
    entries = []
    for contender in row.contenders:
        files = [verdict for verdict in verdicts if verdict["side"] == contender.makes]
        entry = {key: median(timing[key] for timing in timings[contender.name]) for key in ("wall_ms", "cpu_ms")}
        walls = [timing["wall_ms"] for timing in timings[contender.name]]
        entry |= {"name": contender.name, "side": contender.makes, "wall_range_ms": [min(walls), max(walls)],
                  "peak_kib": peaks[contender.name], "bytes": sum(file["bytes"] for file in files),
                  "psnr": fmean(file["psnr"] for file in files), "ssim": fmean(file["ssim"] for file in files)}
        entries.append(entry)
    return entries


def targets(row, entries):
    by_name = {entry["name"]: entry for entry in entries}
    for target in row.targets:
        found = by_name[target.ours.name][target.measure] / by_name[target.peer.name][target.measure]
        yield {"row": row.name, "what": f"{MEASURES[target.measure]}, {target.ours.name} / {target.peer.name}",
               "at_most": target.at_most, "found": found, "met": found <= target.at_most, "measure": target.measure,
               "ours": target.ours.name, "limit": target.at_most * by_name[target.peer.name][target.measure]}


def by_size(verdicts):
    """{(size, side): (bytes, mean SSIM, files)}; a file's name ends in its size."""
    groups = {}
    for verdict in verdicts:
        size = verdict["file"].rsplit("_", 1)[1].split(".")[0]
        groups.setdefault((size, verdict["side"]), []).append(verdict)
    return {key: (sum(file["bytes"] for file in files), fmean(file["ssim"] for file in files), len(files))
            for key, files in groups.items()}


def differences(row, verdicts):
    """(side, text) for sizes of which our files are larger than a peer's, or worse."""
    groups = by_size(verdicts)
    for (size, side), (peer_bytes, peer_ssim, count) in groups.items():
        our_bytes, our_ssim, _ = groups[size, "ours"]
        most_bytes, less_ssim = ALLOWED if count >= 3 else ALLOWED_FOR_FEW
        share = our_bytes / peer_bytes
        found = f"bytes {share:.3f} of {side}, at most {most_bytes} allowed; SSIM {our_ssim:.5f}, {side} {peer_ssim:.5f}, " \
                f"at most {less_ssim} less allowed"
        if (row.format != "ppm" and share > most_bytes) or our_ssim < peer_ssim - less_ssim:
            yield side, f"{row.name}, {size}: {found}"


def faults_and_notes(row, verdicts):
    """What is wrong with comparing times with a peer that a target names; and what is to be known about the others."""
    named = {target.peer.makes for target in row.targets}
    found = list(differences(row, verdicts))
    return [text for side, text in found if side in named], [text for side, text in found if side not in named]


def table(heads, lines):
    """Markdown with its columns aligned, so that it reads well in a terminal, too."""
    cells = [heads, *lines]
    widths = [max(len(line[i]) for line in cells) for i in range(len(heads))]
    def text(line):
        return "| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                 for i, (cell, width) in enumerate(zip(line, widths))) + " |"
    rule = "|" + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths)) + "|"
    return "\n".join([text(heads), rule, *map(text, lines)])


def row_table(result):
    ours = result["entries"][0]
    pixels_only = result["format"] == "ppm"  # no file, so nothing to say about its bytes
    lines = []
    for entry in result["entries"]:
        low, high = entry["wall_range_ms"]
        shares = ["", "", ""] if entry is ours else [f"{ours[key] / entry[key]:.2f}" for key in MEASURES]
        lines.append([entry["name"], f"{entry['wall_ms']:.1f}", f"{low:.0f}..{high:.0f}", f"{entry['cpu_ms']:.1f}",
                      f"{entry['peak_kib'] / 1024:.0f}", "" if pixels_only else f"{entry['bytes']}", f"{entry['psnr']:.2f}", f"{entry['ssim']:.5f}",
                      *shares])
    heads = [result["row"], "wall ms", "range", "CPU ms", "peak MiB", "bytes", "PSNR dB", "SSIM", "ours/it wall", "CPU", "memory"]
    busy = f"; other programs had {result['others']:.0%} of the machine" if result["others"] > LOUD else ""
    return f"{result['title']}; files: {result['files']}{busy}\n\n{table(heads, lines)}\n"


def files_table(result):
    """The files of all sides beside each other."""
    sides = list(dict.fromkeys(verdict["side"] for verdict in result["verdicts"]))
    by_key = {(verdict["side"], verdict["file"]): verdict for verdict in result["verdicts"]}
    columns = [("bytes", "bytes", "{}"), ("dB", "psnr", "{:.2f}"), ("SSIM", "ssim", "{:.5f}")]
    columns = columns[1:] if result["format"] == "ppm" else columns
    names = dict.fromkeys(verdict["file"] for verdict in result["verdicts"])
    lines = []
    for name in names:
        line = [name]
        for _, key, form in columns:
            line += [form.format(by_key[side, name][key]) for side in sides]
        lines.append(line)
    return table(["file"] + [f"{side} {head}" for head, _, _ in columns for side in sides], lines)


def targets_table(found):
    lines = [[f"{target['row']}: {target['what']}", f"{target['at_most']:.2f}", f"{target['found']:.2f}",
              "met" if target["met"] else "not met"] for target in found]
    return table(["target", "at most", "found", ""], lines)
