#!/usr/bin/env python3
"""Measures the quality checks against known truth: what sdk/vision/QUALITY.md holds.

usage: quality.py scripts --out FOLDER            pages of four scripts, equally defocused
       quality.py ladder SERIES --out FOLDER      simulated vouchers, degraded step by step
       quality.py ladder QUADS.json --only shadow --out FOLDER
                                                  the same with photos whose corners are known
       quality.py table TRUTH.jsonl MEASURED.jsonl
       quality.py table QUALITY.json MEASURED.jsonl
       quality.py read TRUTH.jsonl MEASURED.jsonl READ.jsonl
                                                  what the objections say about reading errors

SERIES is a folder that the simulator wrote (task voucher), QUADS.json a list of {file, quad} beside
its photos. MEASURED.jsonl is what `cargo run --release -p bailing-vision --example quality -- TRUTH`
prints for a list of pictures, READ.jsonl what `bailing recognize --json` prints for some of them;
QUALITY.json holds hand labels of real photos, [{file, blur, glare_on_document, dark, ...}].
"""
import argparse
import collections
import json
import math
import pathlib
import unicodedata

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

# The check that should see a degradation, and from which step on it should: where the recogniser misreads a tenth of
# the characters (`read`), or the strongest where it never does.
LADDER = {
    # name: (check, steps, least step that counts)
    "defocus": ("blurred", [0, 1, 1.5, 2, 3, 4, 6], 3),
    "motion": ("motion_blurred", [0, 4, 8, 12, 18], 8),
    "glare": ("glare_on_text", [0, 0.02, 0.05, 0.1, 0.2], 0.05),
    "shadow": ("shadow", [0, 0.2, 0.4, 0.6, 0.8], 0.8),
    "cast": ("colour_cast", [0, 0.3, 0.6, 0.9], 0.9),
    "noise": ("noisy", [0, 4, 8, 16, 32], 32),
    "dark": ("too_dark", [0, 0.5, 0.8, 0.9, 0.95], 0.9),
    "bright": ("too_bright", [0, 1, 3, 8, 20], 8),
    "finger": ("occluded", [0, 0.1, 0.2, 0.3], 0.1),
    "wrinkles": ("wrinkled", [0, 0.1, 0.2, 0.4], 0.2),
    "small": ("small_print", [0, 0.5, 0.65, 0.75, 0.85], 0.5),
}
# Height of rows, pixels, below which the recogniser misreads a tenth of the characters.
SMALL_PRINT = 10
# Checks whose score falls as things get worse.
FALLING = {"too_dark", "small_print", "low_resolution", "near_edge", "too_far"}
FONTS = "/usr/share/fonts/"


def linear(picture):
    return (np.asarray(picture, np.float32) / 255) ** 2.2


def stored(light):
    return Image.fromarray((np.clip(light, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8))


def spread(light, kernel):
    """Convolution by FFT, the border's light beyond it."""
    reach = kernel.shape[0] // 2
    padded = np.pad(light, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    spectrum = np.fft.rfft2(kernel, padded.shape[:2])
    out = np.fft.irfft2(np.fft.rfft2(padded, axes=(0, 1)) * spectrum[..., None], padded.shape[:2], axes=(0, 1))
    return out[2 * reach :, 2 * reach :]


def disc(radius):
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return kernel / kernel.sum()


def gauss(sigma):
    y, x = np.mgrid[-4:5, -4:5]
    kernel = np.exp(-(x * x + y * y) / (2 * sigma * sigma))
    return kernel / kernel.sum()


def line(length, degrees):
    reach = math.ceil(length / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for along in np.linspace(-length / 2, length / 2, int(8 * length)):
        x, y = along * math.cos(math.radians(degrees)) + reach, along * math.sin(math.radians(degrees)) + reach
        left, top = int(x), int(y)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            kernel[top + dy, left + dx] += (1 - abs(x - left - dx)) * (1 - abs(y - top - dy))
    return kernel / kernel.sum()


def degraded(light, corners, name, step, random):
    """The picture at one step, and its corners."""
    height, width = light.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    corners = np.array(corners)
    # Places on the page: shares of its sides, by the parallelogram nearest to it.
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    inverse = np.linalg.inv(np.stack([across, down], 1))
    u, v = np.einsum("ij,jyx->iyx", inverse, np.stack([x - corners[0][0], y - corners[0][1]]))
    a, b, turn = random.uniform(0.25, 0.75), random.uniform(0.25, 0.75), random.uniform(0, math.pi)
    side = math.cos(turn) * (u - a) + math.sin(turn) * (v - b)
    if step == 0:
        pass
    elif name == "defocus":
        light = spread(light, disc(step))
    elif name == "motion":
        light = spread(light, line(step, random.uniform(0, 180)))
    elif name == "glare":
        # An ellipse of this share of the page, blinding, its skirt a tenth of its size.
        reach = math.sqrt(step / math.pi / 0.6)
        away = np.hypot((u - a) / reach, (v - b) / reach / 0.6)
        light = light + (3 / (1 + away**8))[..., None]
    elif name == "shadow":
        light = light * (1 - step / (1 + np.exp(-side / 0.01)))[..., None]
    elif name == "cast":
        light = light * np.array([1, 1 - 0.7 * step, 1 - step])
    elif name == "noise":
        coded = np.clip(light, 0, 1) ** (1 / 2.2) * 255 + random.normal(0, step, light.shape)
        light = (np.clip(coded, 0, 255) / 255) ** 2.2
    elif name == "dark":
        light = light * (1 - step)
    elif name == "bright":
        light = light * (1 + step)
    elif name == "finger":
        # A thumb from the right, this deep.
        inside = (u > 1 - step) & (abs(v - b) < 0.04)
        tip = np.hypot((u - 1 + step) / 0.06, (v - b) / 0.04) < 1
        light = np.where((inside | tip)[..., None], linear(np.array([[[224, 172, 134]]])), light)
    elif name == "wrinkles":
        waves = sum(np.sin(2 * math.pi * (math.cos(t) * u + math.sin(t) * v) * f + p) for t, f, p in
                    random.uniform([0, 6, 0], [math.pi, 14, 6], (5, 3)))
        light = light * (1 + step * waves / 3)[..., None]
    elif name == "small":
        size = [int(width * (1 - step)), int(height * (1 - step))]
        corners = corners * [size[0] / width, size[1] / height]
        return stored(light).resize(size, Image.Resampling.BOX), corners.tolist()
    return stored(light), corners.tolist()


def originals(path):
    """Folder and entries of what is good to begin with: {file, corners, and what else is known}."""
    if path.suffix == ".json":
        return path.parent, [{"file": e["file"], "corners": e["quad"]} for e in json.load(open(path)) if e["quad"]]
    entries = lines(path / "truth.jsonl")
    return path, [e for e in entries if e["blur"] == "none" and e["exposure"] > 0.5 and not e["cut_off"]]


def ladder(args):
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    folder, entries = originals(pathlib.Path(args.series))
    names = args.only or list(LADDER)
    with open(out / "truth.jsonl", "w") as truth:
        for index, entry in enumerate(tqdm(entries[: args.count])):
            light = linear(Image.open(folder / entry["file"]).convert("RGB"))
            for name in names:
                for step in LADDER[name][1]:
                    # The same place on the page at each step; untouched once only.
                    if step == 0 and name != names[0]:
                        continue
                    picture, corners = degraded(light, entry["corners"], name, step, np.random.default_rng(index))
                    file = f"{index:03}-{name}-{step}.jpg"
                    picture.save(out / file, quality=90)
                    scale = picture.width / light.shape[1]
                    printed = [{"text": line["text"], "corners": (scale * np.array(line["corners"])).tolist()}
                               for line in entry.get("lines", [])]
                    truth.write(json.dumps({"file": file, "corners": corners, "name": name, "step": step,
                                            "of": entry["file"], "shadow": entry.get("shadow"), "lines": printed},
                                           ensure_ascii=False) + "\n")


TEXTS = {
    "chinese": ("opentype/noto/NotoSerifCJK-Regular.ttc", "道路货物运输经营许可证业户名称地址经济类型普通货运有效期核发机关年月日"),
    "latin": ("truetype/liberation/LiberationSerif-Regular.ttf", "The quick brown fox jumps over the lazy dog and carries goods by road "),
    "handwriting": ("truetype/arphic/ukai.ttc", "今收到货款人民币叁仟元整此据王小明"),
}


def page(script, size, random):
    picture = Image.new("L", (1200, 1600), 225)
    draw = ImageDraw.Draw(picture)
    if script == "table":
        for y in range(100, 1520, int(1.8 * size)):
            draw.line([(80, y), (1120, y)], fill=45, width=2)
        for x in range(80, 1121, 130):
            draw.line([(x, 100), (x, 1510)], fill=45, width=2)
        return picture
    face, text = TEXTS[script]
    font = ImageFont.truetype(FONTS + face, size)
    for y in range(100, 1500, int(1.7 * size)):
        start = random.integers(len(text))
        row = (text[start:] + text * 6)[: int(1000 / size * (2 if script == "latin" else 1))]
        draw.text((90 + random.integers(20), y), row, font=font, fill=45)
    # Drawn twice as fine would be finer still; a pen's stroke is no finer than this.
    return picture


def scripts(args):
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    corners = [[0, 0], [1200, 0], [1200, 1600], [0, 1600]]
    with open(out / "truth.jsonl", "w") as truth:
        for script in [*TEXTS, "table"]:
            for size in (28, 40):
                # A phone's lens is never sharper than this.
                sheet = spread(linear(page(script, size, random).convert("RGB")), gauss(0.8))
                for radius in (0, 1, 1.5, 2, 3, 4, 5):
                    file = f"{script}-{size}-{radius}.jpg"
                    light = spread(sheet, disc(radius)) if radius else sheet
                    noisy = np.asarray(stored(light), np.float32) + random.normal(0, 2, sheet.shape)
                    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(out / file, quality=92)
                    truth.write(json.dumps({"file": file, "corners": corners, "script": script, "size": size,
                                            "radius": radius}) + "\n")


def auc(bad, good):
    bad, good = np.array(bad)[:, None], np.array(good)[None]
    return float(((bad > good).mean() + 0.5 * (bad == good).mean())) if bad.size and good.size else math.nan


def score(measured, code):
    value = measured["scores"].get(code, [0, 0])[0]
    return -value if code in FALLING else value


def objects(measured, code):
    return code in measured["reasons"]


def lines(path):
    return [json.loads(text) for text in open(path)]


def table_of_scripts(rows):
    widths = collections.defaultdict(dict)
    for truth, measured in rows:
        blur = measured["blur"]
        width = math.sqrt(blur["widest"] * blur["narrowest"]) if blur else math.nan
        widths[truth["size"], truth["radius"]][truth["script"]] = width
    names = list(next(iter(widths.values())))
    print("| letters, px | defocus radius, px | " + " | ".join(names) + " | farthest from mean |")
    print("|" + "---|" * (len(names) + 3))
    for (size, radius), by in sorted(widths.items()):
        values = np.array([by[name] for name in names])
        off = abs(values / values.mean() - 1).max()
        print(f"| {size} | {radius} | " + " | ".join(f"{value:.2f}" for value in values) + f" | {100 * off:.0f} % |")


def table_of_ladder(rows):
    untouched = [(truth, measured) for truth, measured in rows if truth["step"] == 0]
    print("| degraded by | check | counts from | AUC | found | false | score, step by step: median |")
    print("|---|---|---|---|---|---|---|")
    for name, (code, steps, least) in LADDER.items():
        of = [(truth["step"], measured) for truth, measured in rows if truth["name"] == name and truth["step"]]
        if not of:
            continue
        # A series' vouchers have shadows of their own.
        good = [m for t, m in untouched if name != "shadow" or (t.get("shadow") or 0) < 0.2]
        bad = [measured for step, measured in of if step >= least]
        if name == "small":
            bad = [m for t, m in rows if t["name"] == name and row_height(t) < SMALL_PRINT]
        medians = [np.median([measured["scores"].get(code, [0])[0] for measured in good])] + [
            np.median([measured["scores"].get(code, [0])[0] for at, measured in of if at == step]) for step in steps[1:]]
        counts = f"rows below {SMALL_PRINT} px" if name == "small" else least
        print(f"| {name} | `{code}` | {counts} | {auc([score(m, code) for m in bad], [score(m, code) for m in good]):.3f} "
              f"| {sum(objects(m, code) for m in bad)} of {len(bad)} | {sum(objects(m, code) for m in good)} of {len(good)} | "
              + ", ".join(f"{step}: {value:.2f}" for step, value in zip(steps, medians)) + " |")
    good = [measured for _, measured in untouched]
    codes = collections.Counter(code for measured in good for code in measured["reasons"])
    print(f"\nOf {len(good)} untouched pages {sum(m['verdict'] != 'accepted' for m in good)} are objected to: {dict(codes)}")


def row_height(truth):
    """Median height of its lines of text, pixels."""
    return float(np.median([math.dist(line["corners"][0], line["corners"][3]) for line in truth["lines"]]))


def table_of_series(rows):
    print("| truth | check | AUC | bad | good | found | false |")
    print("|---|---|---|---|---|---|---|")
    pages = [(truth, measured) for truth, measured in rows if truth["corners"]]
    for name, code, is_bad, is_good in [
        ("glare over 1 %", "glare", lambda t: t["glare"] > 0.01, lambda t: t["glare"] == 0),
        ("cover over 1 %", "occluded", lambda t: t["occlusion"] > 0.01, lambda t: t["occlusion"] == 0),
        ("cut off", "cut_off", lambda t: t["cut_off"], lambda t: not t["cut_off"]),
        ("shadow over 60 %", "shadow", lambda t: t["shadow"] > 0.6, lambda t: t["shadow"] < 0.2),
    ]:
        bad = [m for t, m in pages if is_bad(t)]
        good = [m for t, m in pages if is_good(t)]
        print(f"| {name} | `{code}` | {auc([score(m, code) for m in bad], [score(m, code) for m in good]):.3f} | {len(bad)} "
              f"| {len(good)} | {sum(objects(m, code) for m in bad)} | {sum(objects(m, code) for m in good)} |")


def table_of_photos(labels, measured):
    by_file = {row["file"]: row for row in measured}
    print("| label | check | AUC | bad | good | found | false |")
    print("|---|---|---|---|---|---|---|")
    for name, code in [("blur", "blurred"), ("glare_on_document", "glare"), ("dark", "too_dark"), ("shadow", "shadow"),
                       ("occluded", "occluded"), ("low_resolution", "low_resolution"), ("touches_frame", "near_edge")]:
        is_bad = lambda row: row[name] not in (False, "none")
        bad = [by_file[row["file"]] for row in labels if row["file"] in by_file and is_bad(row)]
        good = [by_file[row["file"]] for row in labels if row["file"] in by_file and not is_bad(row)]
        print(f"| {name} | `{code}` | {auc([score(m, code) for m in bad], [score(m, code) for m in good]):.3f} | {len(bad)} "
              f"| {len(good)} | {sum(objects(m, code) for m in bad)} | {sum(objects(m, code) for m in good)} |")


def plain(text):
    """What counts of a text: no spaces, one form of each character."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def errors(wanted, got):
    """Characters to change, add and leave out to find what is wanted somewhere in what was got."""
    before = [0] * (len(got) + 1)
    for row, letter in enumerate(wanted, 1):
        here = [row]
        for column, other in enumerate(got, 1):
            here.append(min(before[column] + 1, here[-1] + 1, before[column - 1] + (letter != other)))
        before = here
    return min(before)


def box(corners):
    corners = np.array(corners)
    return [*corners.min(0), *corners.max(0)]


def error_rate(truth, read):
    """Errors a character of what is printed, line by line: lines may be read as one or in parts, and what is written or
    stamped beside them is not known."""
    found = [(plain(line["text"]), box(line["region"])) for line in read["text_lines"]]
    wrong = count = 0
    for line in truth["lines"]:
        wanted, a = plain(line["text"]), box(line["corners"])
        # The simulator's own mark, paler and smaller than a voucher's print.
        if "SPECIMEN" in wanted:
            continue
        over = []
        for text, b in found:
            across, down = (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis]) for axis in (0, 1))
            if down > 0.5 * min(a[3] - a[1], b[3] - b[1]) and across > 0.2 * min(a[2] - a[0], b[2] - b[0]):
                over.append((b[0], text))
        wrong += errors(wanted, "".join(text for _, text in sorted(over)))
        count += len(wanted)
    return wrong / count


def reading(args):
    measured = {row["file"]: row for row in lines(args.measured)}
    truths = {truth["file"]: truth for truth in lines(args.truth)}
    rates = {pathlib.Path(row["file"]).name: row for row in lines(args.read)}
    rates = {file: error_rate(truths[file], row) for file, row in rates.items()}
    # What is misread untouched says nothing about the picture.
    hopeless = {truths[file]["of"] for file in rates if truths[file]["step"] == 0 and rates[file] > 0.1}
    rates = {file: rate for file, rate in rates.items() if truths[file]["of"] not in hopeless}
    print(f"{len({truths[file]['of'] for file in rates})} vouchers; {len(hopeless)} left out, misread untouched")
    print("| degraded by | pictures | error rate, step by step: median | over 10 % | of them retaken | retaken below 10 % |")
    print("|---|---|---|---|---|---|")
    totals = np.zeros(4, int)
    # Untouched pages once only: with the first.
    for name in LADDER:
        files = [file for file in rates if truths[file]["name"] == name]
        if not files:
            continue
        steps = sorted({truths[file]["step"] for file in files})
        medians = [np.median([rates[file] for file in files if truths[file]["step"] == step]) for step in steps]
        retaken = lambda file: measured[file]["verdict"] == "retake"
        bad = [file for file in files if rates[file] > 0.1]
        good = [file for file in files if rates[file] <= 0.1]
        counts = [len(bad), sum(map(retaken, bad)), len(good), sum(map(retaken, good))]
        totals += counts
        print(f"| {name} | {len(files)} | " + ", ".join(f"{step}: {100 * value:.1f} %" for step, value in zip(steps, medians))
              + f" | {counts[0]} | {counts[1]} | {counts[3]} of {counts[2]} |")
    print(f"| all | {totals[0] + totals[2]} | | {totals[0]} | {totals[1]} | {totals[3]} of {totals[2]} |")


def table(args):
    if args.truth.endswith(".json"):
        return table_of_photos(json.load(open(args.truth)), lines(args.measured))
    by_file = {row["file"]: row for row in lines(args.measured)}
    rows = [(truth, by_file[truth["file"]]) for truth in lines(args.truth)]
    if "script" in rows[0][0]:
        table_of_scripts(rows)
    elif "step" in rows[0][0]:
        table_of_ladder(rows)
    else:
        table_of_series(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("scripts")
    command.add_argument("--out", required=True)
    command.set_defaults(run=scripts)
    command = commands.add_parser("ladder")
    command.add_argument("series")
    command.add_argument("--out", required=True)
    command.add_argument("--count", type=int, default=40)
    command.add_argument("--only", nargs="*", choices=LADDER)
    command.set_defaults(run=ladder)
    command = commands.add_parser("table")
    command.add_argument("truth")
    command.add_argument("measured")
    command.set_defaults(run=table)
    command = commands.add_parser("read")
    command.add_argument("truth")
    command.add_argument("measured")
    command.add_argument("read")
    command.set_defaults(run=reading)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
