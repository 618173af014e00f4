"""Series of the simulator as arrays."""
import json
import pathlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

KINDS = ["document", "storefront", "shelf", "vehicle", "other"]


def load(folder, side, masks=False):
    """Pictures as uint8 [n,side,side,3], stretched to a square (crops are taken as they are), their
    lines of truth, and, where asked for, masks [n,side,side,3] as 0..255."""
    folder = pathlib.Path(folder)
    rows = [json.loads(line) for line in open(folder / "truth.jsonl", encoding="utf-8")]
    pictures = np.empty((len(rows), side, side, 3), np.uint8)
    covers = np.empty((len(rows) if masks else 0, side, side, 3), np.uint8)

    def read(index):
        row = rows[index]
        picture = Image.open(folder / row["file"]).convert("RGB")
        if picture.size != (side, side):
            picture = picture.resize((side, side), Image.Resampling.BOX if max(picture.size) > 2 * side else Image.Resampling.BILINEAR)
        pictures[index] = np.asarray(picture)
        if masks:
            mask = Image.open(folder / "masks" / (row["file"][:-4] + ".png"))
            covers[index] = np.asarray(mask.resize((side, side), Image.Resampling.BOX))

    with ThreadPoolExecutor(2) as pool:
        list(tqdm(pool.map(read, range(len(rows))), total=len(rows), desc=f"read {folder.name}"))
    return pictures, rows, covers


def photos(folder, side):
    """Every photo below a folder as uint8 [n,side,side,3], stretched to a square."""
    paths = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    pictures = np.empty((len(paths), side, side, 3), np.uint8)

    def read(index):
        picture = Image.open(paths[index]).convert("RGB")
        pictures[index] = np.asarray(picture.resize((side, side), Image.Resampling.BOX))

    with ThreadPoolExecutor(2) as pool:
        list(tqdm(pool.map(read, range(len(paths))), total=len(paths), desc="read photos"))
    return pictures


def others(rows, side):
    """Where pages lie beside the page, uint8 [n,side,side] as 0 or 255."""
    masks = np.zeros((len(rows), side, side), np.uint8)
    for mask, row in zip(masks, rows):
        picture = Image.new("L", (side, side))
        for quad in row.get("others", []):
            points = np.array(quad) * [side / row["width"], side / row["height"]]
            ImageDraw.Draw(picture).polygon([tuple(point) for point in points], fill=255)
        mask[:] = np.asarray(picture)
    return masks


def corners(rows):
    """Corners [n,4,2] in shares of the picture, clockwise from the one nearest to the top left, and
    whether there are any [n]."""
    quads = np.zeros((len(rows), 4, 2), np.float32)
    there = np.zeros(len(rows), np.float32)
    for index, row in enumerate(rows):
        if row["corners"]:
            quad = np.array(row["corners"], np.float32) / [row["width"], row["height"]]
            quads[index], there[index] = ordered(quad), 1
    return quads, there


def ordered(quad):
    """The corners of a convex quadrilateral, clockwise from the one nearest to the top left."""
    middle = quad.mean(0)
    angle = np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0])
    quad = quad[np.argsort(angle)]
    return np.roll(quad, -int(quad.sum(1).argmin()), 0)
