"""Teaches the last blocks of a rounded network what the exact one would have handed on."""
import math

import torch
from tqdm import tqdm

import rounding

# Per step of Adam: of whole numbers, whose roundings flip after half of one, and of biases.
RATE_NUMBERS, RATE_BIASES = 0.002, 1e-4
BATCH, WARM_UP = 12, 20
# What counts: the logits of the view, those of its parts, each block's outputs as shares of their variance.
WHOLE, PARTS, BLOCKS = 3, 0.3, 1.5


@torch.no_grad()
def inputs(network, views, first):
    """What reaches block `first`, [n,channels,rows,columns], as float16 to spare memory."""
    found = []
    for start in range(0, len(views), rounding.BATCH):
        x = network.smooth((rounding.pixels(views[start : start + rounding.BATCH]) * 255 - 127) / 128)
        found.append(network.blocks[:first](network.stem(x)).half())
    return torch.cat(found)


def outputs(network, x, first):
    """What each block from `first` on hands on, and the logits."""
    handed = []
    for block in network.blocks[first:]:
        x = block(x)
        handed.append(x)
    return handed, network.displays(network.head(x))


def taught(made, network, views, first, epochs, seed):
    """Changes the numbers and biases of the rounded network `made` from block `first` on."""
    reached, right = inputs(made, views, first), inputs(network, views, first)
    late = [m for name, m in made.named_modules() if isinstance(m, rounding.Stepped) and is_late(name, first)]
    numbers, biases = [layer.latent for layer in late], [layer.bias for layer in late]
    for parameter in [*numbers, *biases]:
        parameter.requires_grad_(True)
    groups = [{"params": numbers, "rate": RATE_NUMBERS}, {"params": biases, "rate": RATE_BIASES}]
    optimiser = torch.optim.Adam(groups, lr=0, betas=(0.9, 0.99))
    draw = torch.Generator().manual_seed(seed)
    batches = [
        batch for _ in range(epochs) for batch in torch.randperm(len(views), generator=draw).split(BATCH)
    ]
    progress = tqdm(batches)
    for index, batch in enumerate(progress):
        share = min(1, index / WARM_UP) * (1 + math.cos(math.pi * index / len(batches))) / 2
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * share
        with torch.no_grad():
            wanted, wanted_logits = outputs(network, right[batch].float(), first)
        handed, logits = outputs(made, reached[batch].float(), first)
        whole = (logits - wanted_logits).mean((2, 3)).square().mean()
        parts = (logits - wanted_logits).square().mean()
        blocks = sum((a - b).square().mean() / b.var((0, 2, 3)).mean() for a, b in zip(handed, wanted))
        loss = WHOLE * whole + PARTS * parts + BLOCKS * blocks / len(wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        progress.set_postfix(whole=f"{whole.item():.4f}", parts=f"{parts.item():.3f}")
    made.requires_grad_(False)


def is_late(name, first):
    return not name.startswith("stem") and not (name.startswith("blocks") and int(name.split(".")[1]) < first)
