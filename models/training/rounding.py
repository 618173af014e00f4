"""Weights of a network as few whole numbers, each times its output's step, so that its outputs change little.

How fine a step is follows from how much the outputs depend on a weight (the Fisher information); each rounding's
error is made up for by the weights that are rounded after it (Frantar et al., GPTQ, ICLR 2023, after Hassibi and
Stork, 1993). The whole numbers are not packed: an entropy coder finds how few they are.
"""
import copy

import torch
from torch import nn

import networks

# Of an output that no calibration view reaches, as a share of its layer's mean importance.
LEAST_IMPORTANCE = 0.02
# Of a Hessian's diagonal, added to it: so many views do not know every direction.
DAMPING = 0.01
# The same where a layer is fitted anew to what reaches it; half way, as the fit knows these views alone.
REPAIR_DAMPING, REPAIR = 0.05, 0.5
# Zero is the cheapest number: what lies this much closer to one becomes zero, too.
DEAD_ZONE = 0.05
# Positions that a layer's Hessian is made of, more tell nothing new.
POSITIONS = 60_000
LARGEST = 127
BATCH = 16


def folded(network):
    """The network with its batch normalisations folded into the convolutions."""
    network = copy.deepcopy(network).eval()
    for module in network.modules():
        if isinstance(module, networks.Limited):
            module[0] = nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    return network.requires_grad_(False)


def layers(network):
    """Every convolution but the blur, by name, in the order of computation."""
    found = network.named_modules()
    return {name: module for name, module in found if isinstance(module, nn.Conv2d) and name != "smooth"}


def pixels(views):
    return torch.from_numpy(views).float() / 255


def importance(network, views, seed):
    """For each output of each layer, the mean square of the derivative of a view's logits by a weight:
    of their sum with random signs, whose square is on average the sum of their squares."""
    signs = torch.Generator().manual_seed(seed)
    found = layers(network)
    sums = {name: torch.zeros(layer.weight.shape[0]) for name, layer in found.items()}
    for layer in found.values():
        layer.weight.requires_grad_(True)
    for view in views:
        logits = network(pixels(view[None])).mean((2, 3))
        sign = torch.randint(0, 2, logits.shape, generator=signs) * 2 - 1
        gradients = torch.autograd.grad((sign * logits).sum(), [layer.weight for layer in found.values()])
        for name, gradient in zip(found, gradients, strict=True):
            sums[name] += gradient.square().mean((1, 2, 3))
    network.requires_grad_(False)
    return {name: total / len(views) for name, total in sums.items()}


def steps(layer, importances, error):
    """A step for each output that makes the logits' variance `error` (times twelve) by each of its weights. Two
    bits of mantissa are enough of it, and compress well."""
    known = importances.clamp_min(importances.mean() * LEAST_IMPORTANCE)
    largest = layer.weight.abs().amax((1, 2, 3)).clamp_min(1e-3)
    wanted = (error / known).sqrt().clamp(largest / LARGEST, largest)
    mantissa, exponent = torch.frexp(wanted)
    return torch.ldexp((mantissa * 8).round() / 8, exponent)


def compensated(weights, hessian, step):
    """Whole numbers [outputs, inputs] whose products with `step` [outputs] act like `weights` on inputs of that
    second moment [inputs, inputs]."""
    left, step = weights.double().clone(), step.double()
    hessian = hessian.clone()
    hessian.diagonal().add_(DAMPING * hessian.diagonal().mean())
    order = hessian.diagonal().argsort(descending=True)
    left, hessian = left[:, order], hessian[order][:, order]
    factor = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(hessian)), upper=True)
    numbers = torch.zeros_like(left)
    for column in range(left.shape[1]):
        exact = left[:, column] / step
        size = (exact.abs() + 0.5 - DEAD_ZONE * (exact.abs() < 1)).floor().clamp(0, LARGEST)
        numbers[:, column] = exact.sign() * size
        error = (left[:, column] - numbers[:, column] * step) / factor[column, column]
        left[:, column + 1 :] -= torch.outer(error, factor[column, column + 1 :])
    return numbers[:, order.argsort()].float()


class Nearest(torch.autograd.Function):
    """Rounds, and passes gradients on as if it did not."""

    @staticmethod
    def forward(context, values):
        return values.round()

    @staticmethod
    def backward(context, gradients):
        return gradients


class Stepped(nn.Module):
    """A convolution whose weights are whole numbers times a step for each output."""

    def __init__(self, layer, step, numbers, exact, bias):
        super().__init__()
        self.like = {name: getattr(layer, name) for name in ("stride", "padding", "dilation", "groups")}
        # Not quite the whole numbers, but what would round to them and lies nearest to the exact weights.
        self.latent = nn.Parameter(numbers + (exact - numbers).clamp(-0.45, 0.45), requires_grad=False)
        self.register_buffer("step", step.view(-1, 1, 1, 1))
        self.bias = nn.Parameter(bias, requires_grad=False)

    def weight(self):
        return Nearest.apply(self.latent.clamp(-LARGEST, LARGEST)) * self.step

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight(), self.bias, **self.like)


@torch.no_grad()
def rounded(network, views, step, seed):
    """A copy of a folded network with every layer but the blur `Stepped`, from the first to the last: each is
    fitted to what the rounded layers before it hand on."""
    made = copy.deepcopy(network)
    draw = torch.Generator().manual_seed(seed)
    exact = [network.smooth((pixels(views[i : i + BATCH]) * 255 - 127) / 128) for i in range(0, len(views), BATCH)]
    seen = exact
    for name in ["stem", *(f"blocks.{index}" for index in range(len(network.blocks))), "head", "displays"]:
        unit, into = network.get_submodule(name), made.get_submodule(name)
        parts = [f"{name}.{index}" for index in range(len(unit))] if isinstance(unit, networks.Inverted) else [name]
        entered = exact, seen
        for part in parts:
            layer = part if part == "displays" else f"{part}.0"
            made.set_submodule(layer, fitted(network.get_submodule(layer), exact, seen, step[layer], draw))
            exact = [network.get_submodule(part)(features) for features in exact]
            seen = [made.get_submodule(part)(features) for features in seen]
        if getattr(unit, "shortcut", False):
            exact = [before + after for before, after in zip(entered[0], exact)]
            seen = [before + after for before, after in zip(entered[1], seen)]
    return made


def fitted(layer, exact, seen, step, draw):
    """The layer with whole numbers: on `seen` inputs it shall give what it gave on the `exact` ones."""
    weights = layer.weight
    if layer.kernel_size != (1, 1):
        wanted = weights / step.view(-1, 1, 1, 1)
        numbers = wanted.round().clamp(-LARGEST, LARGEST)
        made = Stepped(layer, step, numbers, wanted, layer.bias.clone())
        shifts = [(layer(a) - made(b)).mean((0, 2, 3)) * len(a) for a, b in zip(exact, seen)]
        made.bias += sum(shifts) / sum(map(len, seen))
        return made
    weights = weights[:, :, 0, 0].double()
    share = min(1, POSITIONS / sum(features[:, 0].numel() for features in seen))
    second, across, mean_exact, mean_seen, count = 0, 0, 0, 0, 0
    for a, b in zip(exact, seen):
        a, b = (features.permute(0, 2, 3, 1).flatten(0, 2) for features in (a, b))
        if share < 1:
            places = torch.randperm(len(a), generator=draw)[: max(1, int(len(a) * share))]
            a, b = a[places], b[places]
        second, across = second + (b.T @ b).double(), across + (a.T @ b).double()
        mean_exact, mean_seen = mean_exact + a.sum(0).double(), mean_seen + b.sum(0).double()
        count += len(a)
    mean_exact, mean_seen = mean_exact / count, mean_seen / count
    # Around the means: what is left of those the bias takes up.
    second = second / count - torch.outer(mean_seen, mean_seen)
    across = across / count - torch.outer(mean_exact, mean_seen)
    ridge = REPAIR_DAMPING * second.diagonal().mean()
    damped = second + ridge * torch.eye(len(second), dtype=torch.float64)
    repaired = torch.linalg.solve(damped, (weights @ across + ridge * weights).T).T
    wanted = weights + REPAIR * (repaired - weights)
    numbers = compensated(wanted, second, step)
    bias = layer.bias + (weights @ mean_exact - (numbers * step[:, None]).double() @ mean_seen).float()
    wanted = wanted.float() / step[:, None]
    return Stepped(layer, step, *(each[:, :, None, None] for each in (numbers, wanted)), bias)
