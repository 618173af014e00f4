#!/usr/bin/env python3
"""Learns what tells writing from print in what the recognition model makes of a line, and writes its weights.

usage: handwriting.py OUT.bin --train SERIES --test SERIES --fonts FOLDER [--real READ.jsonl] [--lines N] [--seed N]

The recognition model of models/ocr has seen more hands than could be drawn here; what it knows of a line before it names
its letters (`TAP`) says how it was written. Of that, the mean and the spread along the line are weighed (logistic
regression).

SERIES are folders of `bailing-simulator render --task evidence`, whose truth says what was written by hand, with
read.jsonl of `vouchers.py read`, whose boxes are those that the weights will meet. FOLDER holds the handwriting fonts of
npm's packages @fontsource/long-cang, liu-jian-mao-cao, ma-shan-zheng and zhi-mang-xing, each unpacked to a folder that ends
with its name and version (`*/*.woff2`); the others are Debian's fonts-seto, -yozvox-yozfont, -kiloji, -klee, -lxgw-wenkai,
-breip and -nanum-extra. All may be used so (SIL Open Font License and alike). Fonts of `UNSEEN` are only measured with, as
READ.jsonl is, what `bailing recognize --json` said of printed pages.
"""
import argparse
import functools
import glob
import json
import math
import pathlib

import cv2
import numpy as np
import onnx
import onnxruntime
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

import export
import vouchers

MODEL = "models/ocr/PP-OCRv6_rec_small.onnx"
# After the convolutions, before the attention: [1,384,1,w], a column for eight pixels of the line.
TAP = "p2o.pd_op.pool2d.1.0"
# What weights are held back with.
RIDGE = 20.0

HEIGHT = 48
# Letters are drawn as high, and then photographed smaller.
DRAWN = 96

DEBIAN = "/usr/share/fonts"
PRINT = [
    "opentype/noto/NotoSansCJK-Regular.ttc:2", "opentype/noto/NotoSansCJK-Bold.ttc:2",
    "opentype/noto/NotoSerifCJK-Regular.ttc:2", "opentype/noto/NotoSerifCJK-Bold.ttc:2",
    "truetype/arphic/uming.ttc", "truetype/arphic/ukai.ttc", "truetype/wqy/wqy-zenhei.ttc",
    "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", "truetype/lxgw-wenkai/LXGWWenKai-Bold.ttf",
    "truetype/liberation/LiberationSans-Regular.ttf", "truetype/liberation/LiberationSerif-Regular.ttf",
    "truetype/liberation/LiberationMono-Regular.ttf", "truetype/liberation/LiberationSans-Bold.ttf",
]
# Written by people, and the faces nearest to writing, which are made to dance and bend below.
HANDS = [
    "truetype/seto/setofont.ttf", "truetype/yozvox-yozfont/YOzRE_M.ttf", "truetype/yozvox-yozfont/YOzRAP.ttf",
    "truetype/nanum/NanumPen.ttf", "truetype/breip/Breip.ttf", "zhi-mang-xing", "liu-jian-mao-cao", "ma-shan-zheng",
]
NEAR_HANDS = ["truetype/arphic/ukai.ttc", "truetype/lxgw-wenkai/LXGWWenKai-Light.ttf", "truetype/klee/KleeOne-Regular.ttf"]
UNSEEN = ["long-cang", "truetype/kiloji/kiloji.ttf"]


class Face:
    """A font, maybe in slices, at the drawn size."""

    def __init__(self, name, folder):
        self.name = name
        path, _, index = name.partition(":")
        files = [f"{DEBIAN}/{path}"] if "/" in path else sorted(glob.glob(f"{folder}/*{path}*/*.woff2"))
        if not files or not pathlib.Path(files[0]).exists():
            raise SystemExit(f"no font {path}: see the packages' names in this file")
        self.slices = {}
        for file in files:
            font = ImageFont.truetype(file, DRAWN, index=int(index or 0))
            for code in TTFont(file, fontNumber=int(index or 0), lazy=True).getBestCmap():
                self.slices[code] = font

    def has(self, text):
        return all(ord(letter) in self.slices for letter in text)

    @functools.lru_cache(4000)
    def glyph(self, letter):
        """Ink 0..255 of [192, width], the baseline in the same row for all, and how far the pen moves on."""
        font = self.slices[ord(letter)]
        advance = font.getlength(letter)
        picture = Image.new("L", (math.ceil(advance) + DRAWN, 2 * DRAWN))
        ImageDraw.Draw(picture).text((DRAWN / 2, 1.4 * DRAWN), letter, font=font, fill=255, anchor="ls")
        return np.asarray(picture), advance


def turned(glyph, angle, size, shear):
    height, width = glyph.shape
    centre = np.array([width / 2, 1.05 * DRAWN])
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    matrix = np.array([[cos, -sin + shear], [sin, cos]])
    shift = centre - matrix @ centre
    return cv2.warpAffine(glyph, np.column_stack([matrix, shift]), (width, height))


def bent(ink, random, strength):
    """Moves everything a little, as no stroke is drawn twice alike."""
    field = random.standard_normal((2, *ink.shape)).astype(np.float32)
    field = np.stack([cv2.GaussianBlur(plane, (0, 0), DRAWN * random.uniform(0.08, 0.25)) for plane in field])
    field *= strength * DRAWN / field.std()
    y, x = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]].astype(np.float32)
    return cv2.remap(ink, x + field[0], y + field[1], cv2.INTER_LINEAR)


def lay(face, text, random, dance, spacing, shear):
    """A line of letters, which dance by a share of their size."""
    pen, letters = 0.0, []
    for letter in text:
        glyph, advance = face.glyph(letter)
        if dance:
            size = 1 + dance * random.uniform(-1.5, 1.5)
            glyph = turned(glyph, dance * random.uniform(-1.6, 1.6), size, shear + dance * random.uniform(-1, 1))
        elif shear:
            glyph = turned(glyph, 0.0, 1.0, shear)
        letters.append((pen, DRAWN * dance * random.uniform(-1, 1), glyph))
        pen += advance * spacing * (1 + dance * random.uniform(-1, 1))
    line = np.zeros((2 * DRAWN, int(pen) + 2 * DRAWN), np.uint8)
    for left, lift, glyph in letters:
        glyph = np.roll(glyph, round(lift), 0)
        left = round(left) + DRAWN // 4
        part = line[:, left : left + glyph.shape[1]]
        np.maximum(part, glyph[:, : part.shape[1]], out=part)
    return line


def drawn(face, text, random, by_hand, near):
    """One line in the light of a phone, grey 0..255, and its box."""
    if by_hand:
        dance = random.uniform(0.04, 0.1) if near else random.uniform(0.0, 0.06)
        line = lay(face, text, random, dance, random.uniform(0.85, 1.15), random.uniform(-0.25, 0.15))
        line = bent(line, random, random.uniform(0.015, 0.035) if near else random.uniform(0.0, 0.02))
    else:
        line = lay(face, text, random, 0.0, random.choice([1.0, 1.0, random.uniform(0.95, 1.5)]), random.choice([0.0] * 9 + [-0.2]))
    if random.random() < 0.3:
        kernel = np.ones((random.integers(2, 5),) * 2, np.uint8)
        line = cv2.dilate(line, kernel) if random.random() < 0.6 else cv2.erode(line, kernel)
    if not by_hand and random.random() < 0.1:
        # A needle printer's dots.
        step = random.integers(5, 9)
        rows, columns = np.arange(line.shape[0]) % step < step - 2, np.arange(line.shape[1]) % step < step - 1
        line = line * (rows[:, None] & columns)
    ink = np.flatnonzero(line.max(1)), np.flatnonzero(line.max(0))
    if not len(ink[0]):
        return None
    box = np.array([ink[1][0], ink[0][0], ink[1][-1] + 1, ink[0][-1] + 1], np.float32)
    page = 1 - line.astype(np.float32) / 255 * random.uniform(0.55, 0.95)
    if random.random() < 0.35:  # A form's rule under or around it.
        for row in {round(box[3] + DRAWN * random.uniform(0, 0.2)), round(box[1] - DRAWN * random.uniform(0, 0.3)) * random.integers(0, 2)}:
            page[max(row, 0) : row + random.integers(2, 6)] = random.uniform(0.2, 0.6)
    if random.random() < 0.12:  # A seal over it.
        centre = int(random.uniform(0, page.shape[1])), int(random.uniform(-1, 3) * DRAWN)
        seal = np.zeros_like(page)
        cv2.circle(seal, centre, int(random.uniform(1.5, 3) * DRAWN), 1.0, random.integers(4, 12))
        page *= 1 - seal * random.uniform(0.2, 0.5)
    # How large the phone saw it, and how sharply.
    scale = random.uniform(13, 46) / DRAWN
    shape = random.uniform(0.85, 1.1) if by_hand else random.choice([1.0, random.uniform(0.7, 1.2)])
    page = cv2.resize(page, None, fx=scale * shape, fy=scale, interpolation=cv2.INTER_AREA)
    box *= np.tile([scale * shape, scale], 2).astype(np.float32)
    page = cv2.GaussianBlur(page, (0, 0), random.uniform(0.3, 1.1))
    if random.random() < 0.4:  # Phones sharpen.
        page = page + random.uniform(0.3, 1.5) * (page - cv2.GaussianBlur(page, (0, 0), random.uniform(0.8, 2)))
    light = random.uniform(70, 245) * (1 + random.uniform(-0.2, 0.2) * np.linspace(-1, 1, page.shape[1]))
    page = (page * 0.92 + 0.06) * light + random.normal(0, random.uniform(0.5, 5), page.shape)
    coded = cv2.imencode(".jpg", page.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(60, 97))])[1]
    left, top, right, bottom = box
    return cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def strip(page, quad, random=None):
    """The line inside the quad as the reader has it: HEIGHT rows; with a detector's inaccuracy where `random` is given."""
    quad = np.asarray(quad, np.float32)
    along, across = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    if min(along, across) < 2:
        return None
    if random is not None:
        grown = across * random.uniform([-0.05, -0.05], [0.3, 0.25])
        x, y = (quad[1] - quad[0]) / along, (quad[3] - quad[0]) / across
        quad = quad + np.stack([-x * grown[0] - y * grown[1], x * grown[0] - y * grown[1], x * grown[0] + y * grown[1], y * grown[1] - x * grown[0]])
        quad = (quad + random.normal(0, 0.02 * across, (4, 2))).astype(np.float32)
        along, across = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    width = int(np.clip(along / max(across, 1) * HEIGHT, 8, 1280))
    to = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(quad - 0.5, to)
    return cv2.warpPerspective(page, matrix, (width, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def texts(rows, random):
    """What forms are filled in with, without end."""
    said = [line["text"].strip() for row in rows for line in row.get("lines", []) + row.get("handwriting", [])]
    said = [text for text in said if text]
    while True:
        sort = random.random()
        if sort < 0.15:
            yield f"{random.integers(2018, 2030)}年{random.integers(1, 13)}月{random.integers(1, 32)}日"
        elif sort < 0.25:
            yield f"{random.integers(2018, 2030)}{random.choice(['-', '.', '/'])}{random.integers(1, 13)}.{random.integers(1, 32)}"
        elif sort < 0.45:
            yield f"{10 ** random.uniform(0, 6.5):,.2f}" if random.random() < 0.3 else f"{10 ** random.uniform(0, 6.5):.{random.choice([0, 2])}f}"
        else:
            yield said[random.integers(len(said))][:16]


def drawn_lines(count, faces, random, source, by_hand, near=False):
    made, bar = [], tqdm(total=count, desc="written" if by_hand else "printed")
    for text in source:
        face = faces[random.integers(len(faces))]
        text = "".join(letter for letter in text if ord(letter) in face.slices)
        if len(text.strip()) < 3:
            continue
        line = drawn(face, text, random, by_hand, near)
        cut = line and strip(*line, random)
        if cut is not None:
            made.append(cut)
            bar.update()
        if len(made) == count:
            return made


def behind_label(quad, raw):
    """What stands behind a line's label."""
    width = lambda text: sum(0.5 if ord(letter) < 128 else 1 for letter in text)
    label = max(raw.rfind(":"), raw.rfind("："))
    share = width(raw[: label + 1]) / max(width(raw), 0.5)
    top_left, top_right, bottom_right, bottom_left = quad
    if share >= 1:
        return quad
    return np.array([top_left + (top_right - top_left) * share, top_right, bottom_right, bottom_left + (bottom_right - bottom_left) * share])


def simulated_lines(folder, random=None):
    """Strips of a series, printed and written: values where they were read, and, where `random` is given, lines of the
    truth as well, those that a pen wrote four times."""
    printed, written = [], []
    truths = {row["file"]: row for row in vouchers.rows(pathlib.Path(folder) / "truth.jsonl")}
    for row in tqdm(vouchers.rows(pathlib.Path(folder) / "read.jsonl"), desc=str(folder)):
        truth = truths[row["file"]]
        page = cv2.imread(f"{folder}/{row['file']}", cv2.IMREAD_GRAYSCALE)
        hand = {vouchers.normal(line["text"]) for line in truth.get("handwriting", [])}
        for name, value in truth["fields"].items():
            said = row["fields"].get(name)
            if said and said.get("region") and "\n" not in said["raw"]:
                cut = strip(page, behind_label(np.array(said["region"]), said["raw"]))
                if cut is not None:
                    (written if vouchers.normal(value) in hand else printed).append(cut)
        if random is None:
            continue
        for lines, into, times in ((truth.get("lines", []), printed, 1), (truth.get("handwriting", []), written, 4)):
            for line in lines * times:
                cut = strip(page, line["corners"], random) if len(line["text"].strip()) >= 3 else None
                if cut is not None and cut.std() > 6:
                    into.append(cut)
    return printed, written


def read_lines(path):
    for row in vouchers.rows(pathlib.Path(path)):
        page = cv2.imread(row["file"], cv2.IMREAD_GRAYSCALE)
        for line in row["text_lines"]:
            cut = strip(page, line["region"]) if len(line["text"]) >= 3 else None
            if cut is not None:
                yield cut


class Reader:
    """The recognition model up to the tap."""

    def __init__(self):
        graph = onnx.load(MODEL)
        del graph.graph.output[:]
        graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(TAP))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self.session = onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def seen(self, cut):
        """Mean and spread of each channel along a line, of its own columns."""
        width = cut.shape[1]
        picture = np.zeros((1, 3, HEIGHT, max(64, -(-width // 8) * 8)), np.float32)
        picture[..., :width] = cut.astype(np.float32) / 127.5 - 1
        (columns,) = self.session.run(None, {"x": picture})
        columns = columns[0].reshape(columns.shape[1], -1)
        columns = columns[:, : max(1, math.ceil(columns.shape[1] * width / picture.shape[3]))]
        return np.concatenate([columns.mean(1), columns.std(1)])

    def all(self, cuts, name):
        return np.stack([self.seen(cut) for cut in tqdm(cuts, desc=name)])


def fit(x, truth, weights):
    """Logistic regression by Newton's method."""
    mean, spread = x.mean(0), x.std(0) + 1e-3
    z = np.column_stack([(x - mean) / spread, np.ones(len(x))]).astype(np.float64)
    held = np.diag([RIDGE] * x.shape[1] + [0.0])
    found = np.zeros(z.shape[1])
    for _ in range(12):
        share = 1 / (1 + np.exp(-np.clip(z @ found, -30, 30)))
        slope = z.T @ (weights * (share - truth)) + held @ found
        curve = (z * (weights * share * (1 - share))[:, None]).T @ z + held
        found -= np.linalg.solve(curve, slope)
    own = found[:-1] / spread
    return own.astype(np.float32), np.float32(found[-1] - own @ mean)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    for name in ("train", "test", "fonts"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--real")
    parser.add_argument("--lines", type=int, default=3_000, help="drawn of either sort, and printed of the series")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    faces = {name: Face(name, options.fonts) for name in sorted({*PRINT, *HANDS, *NEAR_HANDS, *UNSEEN})}
    source = texts(vouchers.rows(pathlib.Path(options.train) / "truth.jsonl"), random)
    chosen = lambda names: [faces[name] for name in names]
    count, reader = options.lines, Reader()
    printed, written = simulated_lines(options.train, random)
    printed = [printed[index] for index in random.permutation(len(printed))[:count]]
    # Lines, whether a pen wrote them, and their share of what is learnt.
    lessons = [
        (drawn_lines(count, chosen(PRINT), random, source, False), False, 0.25),
        (drawn_lines(count // 2, chosen(HANDS), random, source, True), True, 0.2),
        (drawn_lines(count // 2, chosen(NEAR_HANDS), random, source, True, True), True, 0.1),
        (printed, False, 0.35),
        (written, True, 0.1),
    ]
    x = np.concatenate([reader.all(cuts, "learn") for cuts, *_ in lessons])
    truth = np.concatenate([np.full(len(cuts), float(written)) for cuts, written, _ in lessons])
    weights = np.concatenate([np.full(len(cuts), share / len(cuts)) for cuts, _, share in lessons]) * len(x)
    own, bias = fit(x, truth, weights)
    printed, written = simulated_lines(options.test)
    tests = {
        "values in print, simulated": (printed, False),
        "values of a pen, simulated": (written, True),
        "print, drawn": (drawn_lines(1_000, chosen(PRINT), random, source, False), False),
        **{name: (drawn_lines(500, chosen([name]), random, source, True), True) for name in UNSEEN},
    }
    if options.real:
        tests["lines of printed pages"] = (list(read_lines(options.real)), False)
    found = {name: reader.all(cuts, "measure") @ own + bias for name, (cuts, _) in tests.items()}
    for name, values in found.items():
        others = found["values in print, simulated" if "simulated" in name else "print, drawn"]
        area = f", AUC {export.auc(values, others):.3f}" if tests[name][1] else ""
        taken = " ".join(f"{(values > bar).mean():.3f}" for bar in range(6))
        print(f"{name}: {len(values)}, taken for a pen's from 0 1 2 3 4 5: {taken}{area}")
    np.concatenate([[bias], own]).astype("<f4").tofile(options.out)
    print(pathlib.Path(options.out).stat().st_size, "bytes", export.digest(options.out))


if __name__ == "__main__":
    main()
