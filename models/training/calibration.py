"""Views that the view network is made smaller on: what its layers see decides which errors count.

Displays are simulated, things are photographed. What lies between them, parts of one in the other and
both at once, keeps what is learnt from them from being about either.
"""
import pathlib
import random

import numpy as np
from PIL import Image, ImageOps

SIDE = 224


def views(displays, photos, count, seed):
    """[n,3,224,224] of bytes, shuffled: the first `count` pictures of a series of task `view`, two
    thirds as many parts of photos, and two thirds as many of both. Paths are sorted, so the same
    folders give the same bytes."""
    draw = random.Random(seed)
    series = sorted(pathlib.Path(displays).glob("*.jpg"))[:count]
    if len(series) < count:
        raise SystemExit(f"{displays} has {len(series)} pictures, {count} are needed")
    paths = sorted(pathlib.Path(photos).rglob("*.jpg"))
    if not paths:
        raise SystemExit(f"{photos} has no photos (*.jpg)")
    simulated = [planes(opened(path).resize((SIDE, SIDE), Image.Resampling.BOX)) for path in series]
    things = [relit(thing(paths, draw), draw) for _ in range(count * 2 // 3)]
    between = []
    for _ in range(count * 2 // 3):
        below = draw.choice(simulated) if draw.random() < 0.5 else draw.choice(things)
        both = mixed(draw.choice(simulated), below, draw, 0.4)
        between.append(relit(both[:, :, ::-1] if draw.random() < 0.5 else both, draw))
    every = np.stack([*simulated, *things, *between])
    return every[np.random.default_rng(seed).permutation(len(every))]


def thing(paths, draw):
    """A part of a photo, one time in two with another over it."""
    first = part(opened(draw.choice(paths)), draw)
    return mixed(part(opened(draw.choice(paths)), draw), first, draw, 0.5) if draw.random() < 0.5 else first


def part(picture, draw):
    """More than a third of a picture, stretched to a view."""
    width, height = picture.size
    share, shape = draw.uniform(0.6, 1), draw.uniform(0.8, 1.25) ** 0.5
    across, down = min(width, width * share * shape), min(height, height * share / shape)
    left, top = draw.uniform(0, width - across), draw.uniform(0, height - down)
    box = (left, top, left + across, top + down)
    smooth = Image.Resampling.BOX if min(across, down) > SIDE else Image.Resampling.BICUBIC
    view = picture.resize((SIDE, SIDE), smooth, box=box)
    return planes(ImageOps.mirror(view) if draw.random() < 0.5 else view)


def mixed(above, below, draw, faint):
    """Both at once in a share of the cases, else one made smaller and laid on the other."""
    if draw.random() < faint:
        share = draw.uniform(0.15, 0.85)
        return (above * np.float32(share) + below * np.float32(1 - share)).round().astype(np.uint8)
    width, height = draw.randrange(70, 180), draw.randrange(70, 180)
    left, top = draw.randrange(SIDE - width), draw.randrange(SIDE - height)
    small = Image.fromarray(above.transpose(1, 2, 0)).resize((width, height), Image.Resampling.BOX)
    both = below.copy()
    both[:, top : top + height, left : left + width] = planes(small)
    return both


def relit(view, draw):
    """With another gamma, one time in two."""
    if draw.random() < 0.5:
        return view
    return (255 * (view / np.float32(255)) ** draw.uniform(0.6, 1.6)).round().astype(np.uint8)


def opened(path):
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def planes(picture):
    return np.ascontiguousarray(np.asarray(picture).transpose(2, 0, 1))
