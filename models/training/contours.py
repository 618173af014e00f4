#!/usr/bin/env python3
"""Compares the document detector with what OpenCV's contours find, on the same pictures in one run.

usage: contours.py SERIES

    bailing-simulator render --task document --count 60 --seed 90003 --size 640 --out series
    python3 models/training/contours.py series

SERIES is a folder that the simulator wrote (task document); at 640 pixels contours are sought where
the detector seeks edges, too. Everything runs on one core: the last that this process may use. Times
are without decoding the picture; overlaps are of what lies in the frame, zero where nothing is found.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

import cv2
import numpy as np
from shapely.geometry import Polygon, box

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = "cargo run --release --quiet -p bailing-vision --example document -- --json".split()
# Shares of the frame that a page covers; all of it is the frame's own border.
LEAST, MOST = 0.02, 0.98


def largest(contours, area):
    """The largest convex quad among contours."""
    quads = (cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True) for contour in contours)
    pages = [quad for quad in quads if len(quad) == 4 and cv2.isContourConvex(quad) and LEAST * area < cv2.contourArea(quad) < MOST * area]
    return max(pages, key=cv2.contourArea, default=None)


def contours_of(edges):
    return cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]


def grey(picture):
    """The tutorials' way: grey, blurred, one Canny."""
    smooth = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    return largest(contours_of(cv2.Canny(smooth, 75, 200)), smooth.size)


def channels(picture, levels=11):
    """OpenCV's sample squares.cpp: each channel by itself, Canny and ten thresholds. Its condition that
    corners be nearly square is left out: it finds fewer pages with it."""
    height, width = picture.shape[:2]
    smooth = cv2.pyrUp(cv2.pyrDown(picture), dstsize=(width, height))
    contours = []
    for channel in cv2.split(smooth):
        contours += contours_of(cv2.dilate(cv2.Canny(channel, 0, 50, apertureSize=5), None))
        for level in range(1, levels):
            contours += contours_of(np.uint8(channel >= (level + 1) * 255 // levels) * 255)
    return largest(contours, width * height)


def searched(search, pictures):
    """What a search finds in each picture, and how many milliseconds it takes."""
    search(pictures[0])
    for picture in pictures:
        start = time.perf_counter()
        quad = search(picture)
        yield quad if quad is None else quad.reshape(4, 2), 1e3 * (time.perf_counter() - start)


def detected(series):
    run = subprocess.run([*EXAMPLE, series.resolve()], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [(line["quad"], line["ms"]) for line in map(json.loads, run.stdout.splitlines())]


def overlap(quad, row):
    """Intersection over union inside of the frame."""
    if quad is None:
        return 0.0
    frame = box(0, 0, row["width"], row["height"])
    found, truth = (Polygon(corners).buffer(0) & frame for corners in (quad, row["corners"]))
    return (found & truth).area / (found | truth).area


def line(name, results, rows):
    times = [milliseconds for _, milliseconds in results]
    overlaps = [overlap(quad, row) for (quad, _), row in zip(results, rows) if row["corners"]]
    bare = [quad is not None for (quad, _), row in zip(results, rows) if not row["corners"]]
    p50, p95 = np.percentile(times, [50, 95])
    good = np.mean(np.array(overlaps) > 0.9)
    return f"| {name} | {p50:.1f} | {p95:.1f} | {np.mean(overlaps):.3f} | {good:.2f} | {sum(bare)} of {len(bare)} |"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    series = pathlib.Path(sys.argv[1])
    rows = [json.loads(text) for text in open(series / "truth.jsonl", encoding="utf-8")]
    pictures = [cv2.imread(str(series / row["file"])) for row in rows]
    # What this process starts stays on its core.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    print(f"{len(rows)} pictures, OpenCV {cv2.__version__}\n")
    print("| search | ms p50 | p95 | IoU mean | > 0.9 | found without a page |\n|---|---|---|---|---|---|")
    print(line("grey, Canny, contours", list(searched(grey, pictures)), rows))
    print(line("each channel, levels, contours", list(searched(channels, pictures)), rows))
    print(line("bailing-vision", detected(series), rows))


if __name__ == "__main__":
    main()
