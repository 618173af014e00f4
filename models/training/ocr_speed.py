"""How fast pages are read, beside the same models under onnxruntime in the package that they come from.

    python models/training/ocr_speed.py PAGE.jpg… [--bailing target/release/bailing] [--rounds 3]

Needs `rapidocr==3.10.0` and `onnxruntime` (requirements.txt). Each picture is scaled to 2,000 pixels on its longer
side. The two take turns, round by round, on the same cores; the first round only warms up. Times are of the page once
it is decoded: finding the page, laying it flat, reading it, its kind and its fields here; finding and reading lines
there (without its line orientation, which is not asked of either).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image, ImageOps
from rapidocr import RapidOCR
from tqdm import tqdm

LONGER_SIDE = 2000


def scaled(path: str, folder: str) -> str:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    picture.thumbnail((LONGER_SIDE, LONGER_SIDE))
    out = os.path.join(folder, f"{len(os.listdir(folder)):04}.jpg")
    picture.save(out, quality=92)
    return out


def bailing(binary: str, pages: list[str]) -> list[dict]:
    answer = subprocess.run([binary, "recognize", "--json", *pages], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--bailing", default="target/release/bailing")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    peer = RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})
    with tempfile.TemporaryDirectory() as folder:
        pages = [scaled(path, folder) for path in tqdm(arguments.pages, desc="scaling")]
        ours, lines, theirs, their_lines = [], 0, [], 0
        for turn in tqdm(range(arguments.rounds + 1), desc="rounds"):
            read = bailing(arguments.bailing, pages)
            pictures = [numpy.asarray(Image.open(page))[:, :, ::-1] for page in pages]
            for page, picture in zip(read, pictures):
                began = time.perf_counter()
                found = peer(picture)
                took = (time.perf_counter() - began) * 1e3
                if turn > 0:
                    ours.append(page["timing_ms"]["total"] - page["timing_ms"]["decode"])
                    theirs.append(took)
                    lines += len(page["text_lines"])
                    their_lines += len(found.txts or ())
    pairs = sorted(a / b for a, b in zip(ours, theirs))
    print(f"{len(pages)} pages of {LONGER_SIDE} px, {arguments.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for name, times, count in [("bailing", ours, lines), ("rapidocr, onnxruntime", theirs, their_lines)]:
        times = sorted(times)
        print(f"{name:<22} p50 {statistics.median(times):6.0f} ms  p95 {times[len(times) * 95 // 100]:6.0f} ms  {count} lines")
    print(f"ratio, page by page: median {statistics.median(pairs):.2f}, worst {pairs[-1]:.2f}")


if __name__ == "__main__":
    sys.exit(main())
