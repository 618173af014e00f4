#!/usr/bin/env python3
"""Measures an exported model alone on real photos (never trained on): no edge search, no fusion.

usage: measure.py document FILE.onnx QUADS.json [--worst N]
       measure.py recapture-crop FILE.onnx LABELS.csv [--tier A] [--worst N] [--scores OUT.json]
       measure.py recapture-view FILE.onnx LABELS.csv [--tier A] [--worst N]
       measure.py scene FILE.onnx QUADS.json

QUADS.json: [{file,w,h,quad}], quad null where there is no page. LABELS.csv: file,label,source,tier
with label screen, genuine or hard_negative. --worst writes a contact sheet of the worst beside the
model's file, as NAME.worst.png.
"""
import argparse
import csv
import json
import pathlib

import numpy as np
import onnxruntime
from PIL import Image, ImageDraw, ImageOps
from tqdm import tqdm

import export
import series

# Crops that a photo is judged by.
ACROSS, DOWN = 6, 5


class Model:
    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.side = self.session.get_inputs()[0].shape[-1]

    def __call__(self, picture):
        """Outputs for an RGB picture of the model's size."""
        pixels = np.asarray(picture, np.float32).transpose(2, 0, 1)[None] / 255
        return [output[0] for output in self.session.run(None, {"picture": pixels})]

    def of_view(self, picture):
        return self(picture.resize((self.side, self.side), Image.Resampling.BOX))


def opened(path):
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def document(args):
    model, root = Model(args.model), pathlib.Path(args.truth).parent
    rows = [row for row in json.load(open(args.truth)) if (root / row["file"]).exists()]
    values, pages, bare = [], [], []
    for row in tqdm(rows):
        picture = opened(root / row["file"])
        maps, rough, page = model.of_view(picture)
        (bare if row["quad"] is None else pages).append(float(page[0]))
        if row["quad"] is None:
            continue
        found = export.quad(maps, rough)
        truth = np.array(row["quad"], np.float32) / [row["w"], row["h"]]
        values.append((export.overlap(found, truth), row["file"], picture, found, truth))
    ious = np.array([value[0] for value in values])
    print(f"document: {len(ious)} pages, mean IoU {ious.mean():.3f}, median {np.median(ious):.3f}, "
          f">0.9: {(ious > 0.9).mean():.2f}, >0.8: {(ious > 0.8).mean():.2f}, <0.5: {(ious < 0.5).sum()}")
    print(f"page or none: AUC {export.auc(np.array(pages), np.array(bare)):.3f}, none taken for a page "
          f"{sum(score > 0 for score in bare)} of {len(bare)}, pages missed {sum(score <= 0 for score in pages)}")
    worst = sorted(values, key=lambda value: value[0])[: args.worst]
    for value, name, *_ in worst:
        print(f"  {value:.3f} {name}")
    if worst:
        sheet([(outlined(picture, [(truth, (0, 255, 0)), (found, (255, 0, 0))]), f"{value:.2f}")
               for value, _, picture, found, truth in worst], args.model)


def labelled(args):
    root = pathlib.Path(args.truth).parent
    rows = [row for row in csv.DictReader(open(args.truth)) if args.tier in (None, row["tier"])]
    return [(row, root / row["file"]) for row in rows if (root / row["file"]).exists()]


def crop_scores(model, picture):
    """Logits of crops on a grid, at the photo's own pixels."""
    side, (width, height) = model.side, picture.size
    places = lambda length, count: np.linspace(0, max(length - side, 0), count).astype(int)
    scores = []
    for top in places(height, DOWN if width >= height else ACROSS):
        for left in places(width, ACROSS if width >= height else DOWN):
            crop = picture.crop((left, top, left + side, top + side))
            scores.append(float(model(crop)[0][0]))
    return scores


def pooled(scores):
    """The mean: a display's raster is faint but everywhere, a cloth's strong but somewhere."""
    return float(np.mean(scores))


def recapture(args, score):
    scored = []
    for row, path in tqdm(labelled(args)):
        picture = opened(path)
        value, detail = score(picture)
        picture.thumbnail((400, 400))
        scored.append((value, row, picture, detail))
    screens = np.array([value for value, row, *_ in scored if row["label"] == "screen"])
    rest = np.array([value for value, row, *_ in scored if row["label"] != "screen"])
    print(f"recapture: {len(screens)} screens, {len(rest)} others, AUC {export.auc(screens, rest):.3f}, "
          f"TPR at 5 % FPR {(screens > np.quantile(rest, 0.95)).mean():.2f}")
    hard = np.array([value for value, row, *_ in scored if row["label"] == "hard_negative"])
    if len(hard):
        print(f"  against {len(hard)} hard negatives alone: AUC {export.auc(screens, hard):.3f}")
    for source in sorted({row["source"] for _, row, *_ in scored}):
        parts = [[v for v, row, *_ in scored if row["source"] == source and (row["label"] == "screen") == screen]
                 for screen in (True, False)]
        if min(map(len, parts)) >= 5:
            print(f"  {export.auc(*map(np.array, parts)):.3f} {source} ({len(parts[0])}/{len(parts[1])})")
    ordered = sorted(scored, key=lambda entry: entry[0])
    missed = [entry for entry in ordered if entry[1]["label"] == "screen"][: args.worst]
    alarms = [entry for entry in reversed(ordered) if entry[1]["label"] != "screen"][: args.worst]
    for value, row, *_ in missed + alarms:
        print(f"  {value:7.2f} {row['label']:13} {row['file']}")
    if missed:
        sheet([(picture, f"{row['label']} {value:.1f}") for value, row, picture, _ in missed + alarms], args.model)
    if args.scores:
        json.dump([[row["file"], row["label"], detail] for _, row, _, detail in scored], open(args.scores, "w"))


def scene(args):
    model, root = Model(args.model), pathlib.Path(args.truth).parent
    rows = [row for row in json.load(open(args.truth)) if (root / row["file"]).exists()]
    for pages in (True, False):
        named = [series.KINDS[int(model.of_view(opened(root / row["file"]))[0].argmax())]
                 for row in rows if (row["quad"] is not None) == pages]
        print("with a page:" if pages else "without:", {name: named.count(name) for name in sorted(set(named))})


def outlined(picture, quads):
    picture = picture.copy()
    picture.thumbnail((400, 400))
    draw = ImageDraw.Draw(picture)
    for quad, colour in quads:
        points = [tuple(point * picture.size) for point in quad]
        draw.line(points + points[:1], fill=colour, width=3)
    return picture


def sheet(pictures, model, side=300, columns=6):
    paper = Image.new("RGB", (columns * side, -(-len(pictures) // columns) * (side + 14)))
    draw = ImageDraw.Draw(paper)
    for place, (picture, title) in enumerate(pictures):
        picture.thumbnail((side, side))
        x, y = place % columns * side, place // columns * (side + 14)
        paper.paste(picture, (x, y + 14))
        draw.text((x, y), title, fill=(255, 255, 0))
    paper.save(pathlib.Path(model).with_suffix(".worst.png"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["document", "recapture-crop", "recapture-view", "scene"])
    parser.add_argument("model")
    parser.add_argument("truth")
    parser.add_argument("--tier")
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--scores", help="write every crop's logit as JSON")
    args = parser.parse_args()
    if args.task == "document":
        document(args)
    elif args.task == "scene":
        scene(args)
    elif args.task == "recapture-crop":
        model = Model(args.model)

        def score(picture):
            scores = crop_scores(model, picture)
            return pooled(scores), scores

        recapture(args, score)
    else:
        model = Model(args.model)
        recapture(args, lambda picture: (export.evidence(model.of_view(picture)[0]), None))


if __name__ == "__main__":
    main()
