#!/usr/bin/env python3
"""Trains a model on series of the simulator and writes it as ONNX.

usage: train.py MODEL --train FOLDER... --test FOLDER --out FILE.onnx [--epochs N] [--seed N]
                [--photos FOLDER] [--start WEIGHTS.pt] [--rate RATE]

MODEL is document, recapture-crop or scene. The series are rendered by
`bailing-simulator render`; ../README.md has the commands of the weights that are kept.
"""
import argparse
import copy
import math
import time

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

import export
import networks
import series
from collage import collage


class DocumentTask:
    """Corners as the expectation over a map, which is exact to a part of its cells; a region and a
    rough regression hold it where a corner is hidden or outside."""

    network = networks.Document
    rate, batch, epochs = 4e-3, 128, 19
    masks, together = True, 1
    photos = None

    def labels(self, rows, covers):
        quads, there = series.corners(rows)
        # The page, other pages, what covers the page.
        covers[..., 1] = series.others(rows, covers.shape[1])
        return [torch.from_numpy(quads), torch.from_numpy(there), torch.from_numpy(covers)]

    def augment(self, x, labels, random):
        quads, there, masks = labels
        page, others, cover = (masks.permute(0, 3, 1, 2).float() / 255).split(1, 1)
        known = torch.ones_like(page)
        if self.photos is not None:
            remade = collage(x, page, cover, quads, self.photos, random)
            # Other pages may have gone, and what came may look like one.
            known = (remade == x).all(1, keepdim=True).float()
            x = remade
        masks = functional.avg_pool2d(torch.cat([page, others * (1 - page), known], 1), 4)
        if heads(random):
            x, masks = x.flip(3), masks.flip(3)
            quads = torch.stack([1 - quads[..., 0], quads[..., 1]], -1)
        turn = 2 * heads(random) + heads(random)
        x, masks = torch.rot90(x, turn, (2, 3)), torch.rot90(masks, turn, (2, 3))
        for _ in range(turn):
            quads = torch.stack([quads[..., 1], 1 - quads[..., 0]], -1)
        x, masks, quads = moved(x, masks, quads, random)
        return recoloured(x, random), [ordered(quads), there, masks]

    def loss(self, model, x, labels):
        quads, there, masks = labels
        maps, rough, page = (output.float() for output in model(x))
        page_mask, others, known = masks.unbind(1)
        region = functional.binary_cross_entropy_with_logits(maps[:, 0], page_mask)
        region = region + functional.binary_cross_entropy_with_logits(maps[:, 5], others, known)
        # Which corner of a page on its tip is the top left one is a matter of taste: either will do.
        misplaced = torch.minimum(self.misplaced(maps, rough, quads), self.misplaced(maps, rough, otherwise(quads)))
        present = functional.binary_cross_entropy_with_logits(page[:, 0], there)
        return region + (there * misplaced).sum() / there.sum().clamp(min=1) + 0.5 * present

    def misplaced(self, maps, rough, quads):
        """How far the corners found are from true ones [n]."""
        inside = ((quads > 0) & (quads < 1)).all(-1).float()
        found, spread = expected(maps[:, 1:5])
        off = (found - quads).abs().sum(-1)
        # Also the map's mass has to sit at the corner, not around it.
        peaks = functional.cross_entropy(
            maps[:, 1:5].flatten(2).flatten(0, 1), targets(quads).flatten(0, 1), reduction="none"
        ).view_as(inside)
        # Distances count near zero more than far away: a corner that is covered must not rule.
        placed = (inside * (torch.log1p(20 * off) + spread + 0.3 * peaks)).sum(1) / inside.sum(1).clamp(min=1)
        return placed + (rough.view(-1, 4, 2) - quads).abs().sum((1, 2))

    def measure(self, model, x, rows, covers):
        maps, rough, page = run(model, x)
        quads, there = series.corners(rows)
        values = []
        for index in np.flatnonzero(there):
            found = export.quad(maps[index], rough[index])
            values.append(export.overlap(found, quads[index]))
        score = page[:, 0]
        return {
            "mean_iou": float(np.mean(values)),
            "above_0.9": float(np.mean(np.array(values) > 0.9)),
            "auc_page": export.auc(score[there > 0], score[there == 0]),
        }


class CropTask:
    """Screens against everything else: controls, things, fine patterns, prints. A screen and its
    control are learned from together: what they share teaches nothing."""

    network = networks.RecaptureCrop
    rate, batch, epochs = 2e-3, 48, 10
    masks, together = False, 2

    def labels(self, rows, covers):
        """Whether each is a screen, a control of one, an ordinary thing."""
        classes = np.array([row["class"] for row in rows])
        return [torch.from_numpy((classes == name).astype(np.float32)) for name in ("screen", "screen_control", "genuine")]

    def augment(self, x, labels, random):
        if heads(random):
            x = x.flip(3)
        if heads(random):
            x = x.flip(2)
        if heads(random):
            x = x.transpose(2, 3)
        return recoloured(x, random, gently=True), labels

    def loss(self, model, x, labels):
        screen, control, genuine = labels
        logit, drawn = (output.float() for output in model.with_spectrum(x))
        known = functional.binary_cross_entropy_with_logits(logit[:, 0], screen, pos_weight=x.new_tensor(2.0))
        # What a display shows must not count: controls have to look as ordinary as ordinary things.
        apart = distance(logit[control > 0, 0], logit[genuine > 0, 0])
        return known + apart + 0.3 * functional.mse_loss(drawn, spectrum(x, drawn.shape[-1]))

    def measure(self, model, x, rows, covers):
        (logit,) = run(model, x)
        return by_class(logit[:, 0], rows)


class SceneTask:
    """Which of five kinds of scene it is."""

    network = networks.Scene
    rate, batch, epochs = 3e-3, 64, 16
    masks, together = False, 1

    def labels(self, rows, covers):
        return [torch.tensor([kind(row) for row in rows])]

    def augment(self, x, labels, random):
        if heads(random):
            x = x.flip(3)
        return recoloured(x, random), labels

    def loss(self, model, x, labels):
        return functional.cross_entropy(model(x).float(), labels[0], label_smoothing=0.05)

    def measure(self, model, x, rows, covers):
        (logits,) = run(model, x)
        truth = np.array([kind(row) for row in rows])
        return {"accuracy": float((logits.argmax(1) == truth).mean())}


TASKS = {"document": DocumentTask, "recapture-crop": CropTask, "scene": SceneTask}


def kind(row):
    return 0 if row["corners"] else series.KINDS.index(row["kind"])


def by_class(scores, rows):
    """How well screens are told from each class of things that are none, and whether controls are
    taken for ordinary pictures, as they should be (AUC 0.5)."""
    classes = np.array([row["class"] for row in rows])
    screen, rest = scores[classes == "screen"], scores[classes != "screen"]
    figures = {"auc": export.auc(screen, rest)}
    for name in sorted(set(classes) - {"screen"}):
        figures[f"auc_against_{name}"] = export.auc(screen, scores[classes == name])
    if "screen_control" in classes:
        figures["auc_control_against_genuine"] = export.auc(scores[classes == "screen_control"], scores[classes == "genuine"])
    return figures


def distance(a, b):
    """How far two sets of numbers lie apart: the mean square between their quantiles, 0 where either
    is empty."""
    if not len(a) or not len(b):
        return a.new_zeros(())
    shares = torch.linspace(0, 1, 9, device=a.device)
    return ((torch.quantile(a, shares) - torch.quantile(b, shares)) ** 2).mean()


def otherwise(quads, near=0.12):
    """The same corners beginning with a neighbour of the first that is nearly as near to the top left;
    where there is none, as they are."""
    sums = quads.sum(-1)
    following, before = quads.roll(-1, 1), quads.roll(1, 1)
    quads = torch.where((sums[:, 3] - sums[:, 0] < near)[:, None, None], before, quads)
    return torch.where((sums[:, 1] - sums[:, 0] < near)[:, None, None], following, quads)


def heads(random):
    """0 or 1."""
    return int(torch.randint(2, (), generator=random, device=random.device))


def ordered(quads):
    """The corners of convex quadrilaterals [n,4,2], clockwise from the one nearest to the top left."""
    away = quads - quads.mean(1, keepdim=True)
    clockwise = torch.atan2(away[..., 1], away[..., 0]).argsort(1)
    quads = quads.gather(1, clockwise[..., None].expand_as(quads))
    following = quads.sum(-1).argmin(1, keepdim=True) + torch.arange(4, device=quads.device)
    return quads.gather(1, (following % 4)[..., None].expand_as(quads))


def moved(x, masks, quads, random):
    """A part of each picture enlarged to the picture: any of at least six tenths of each side, or what
    lies around the page, as the detector looks a second time; pictures whose page would lie mostly
    outside stay whole."""
    count = x.shape[0]
    uniform = lambda *shape: torch.rand(*shape, generator=random, device=x.device)
    share = 1 - 0.4 * uniform(count, 2) * (uniform(count, 1) < 0.5)
    shift = (uniform(count, 2) * 2 - 1) * (1 - share)
    # A point p of the new picture shows share*p + shift of the old one, in -1..1.
    corners = 2 * quads - 1
    least, most = corners.amin(1), corners.amax(1)
    size = most - least
    least, most = ((least - size * 0.3 * uniform(count, 2)).clamp(min=-1), (most + size * 0.3 * uniform(count, 2)).clamp(max=1))
    closer = ((uniform(count) < 0.25) & (size.amin(1) > 0.2))[:, None]
    share, shift = torch.where(closer, (most - least) / 2, share), torch.where(closer, (most + least) / 2, shift)
    placed = (corners - shift[:, None]) / share[:, None]
    whole = (placed.abs() > 1.3).any(-1).any(-1)[:, None]
    share, shift = torch.where(whole, 1.0, share), torch.where(whole, 0.0, shift)
    placed = (corners - shift[:, None]) / share[:, None]
    theta = torch.zeros(count, 2, 3, device=x.device)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = share[:, 0], share[:, 1], shift

    def seen(y):
        grid = functional.affine_grid(theta, list(y.shape), align_corners=False)
        return functional.grid_sample(y, grid, mode="bilinear", padding_mode="border", align_corners=False)

    return seen(x), seen(masks), (placed + 1) / 2


def recoloured(x, random, gently=False):
    """Other exposure, contrast, colour; sometimes grey; sometimes noise."""
    count, reach = x.shape[0], 0.15 if gently else 0.4
    uniform = lambda *shape: torch.rand(*shape, generator=random, device=x.device) * 2 - 1
    gain = torch.exp(reach * uniform(count, 1, 1, 1) + 0.3 * reach * uniform(count, 3, 1, 1))
    x = x * gain + 0.1 * reach * uniform(count, 1, 1, 1)
    grey = x.mean(1, keepdim=True)
    colourful = torch.clamp(1 + 0.8 * uniform(count, 1, 1, 1), min=0)
    x = grey + (x - grey) * colourful
    if not gently:
        x = x.clamp(1e-4, 1) ** torch.exp(0.5 * uniform(count, 1, 1, 1))
        noise = torch.randn(x.shape, generator=random, device=x.device)
        x = x + 0.015 * (1 + uniform(count, 1, 1, 1)) * noise
    return x.clamp(0, 1)


def expected(maps):
    """Expectation [n,4,2] in 0..1 of each map's distribution, and its variance [n,4]."""
    count, channels, height, width = maps.shape
    share = maps.flatten(2).softmax(-1).view(count, channels, height, width)
    xs = (torch.arange(width, device=maps.device) + 0.5) / width
    ys = (torch.arange(height, device=maps.device) + 0.5) / height
    x, y = (share.sum(2) * xs).sum(-1), (share.sum(3) * ys).sum(-1)
    variance = (share.sum(2) * (xs - x[..., None]) ** 2).sum(-1) + (share.sum(3) * (ys - y[..., None]) ** 2).sum(-1)
    return torch.stack([x, y], -1), variance


def targets(quads, side=48, sigma=1.0):
    """Distributions [n,4,side*side] around the corners."""
    places = torch.arange(side, device=quads.device) + 0.5
    x, y = quads[..., 0:1] * side, quads[..., 1:2] * side
    across, down = torch.exp(-((places - x) ** 2) / (2 * sigma**2)), torch.exp(-((places - y) ** 2) / (2 * sigma**2))
    mass = (down[..., :, None] * across[..., None, :]).flatten(2)
    return mass / mass.sum(-1, keepdim=True).clamp(min=1e-9)


def spectrum(x, side):
    """Logarithm of the magnitudes of the luma's spectrum, the strongest of each cell, mean 0 and
    deviation 1."""
    luma = 0.299 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2]
    window = torch.hann_window(x.shape[-1], device=x.device)
    magnitude = torch.fft.fftshift(torch.fft.fft2((luma - luma.mean((1, 2), keepdim=True)) * window[:, None] * window).abs(), (1, 2))
    cells = functional.adaptive_max_pool2d(torch.log(magnitude + 1e-2)[:, None], side)
    return (cells - cells.mean((2, 3), keepdim=True)) / (cells.std((2, 3), keepdim=True) + 1e-3)


def shuffled(count, together, random):
    """The numbers below `count` in any order, so many neighbours staying together."""
    starts = torch.randperm(-(-count // together), generator=random, device=random.device) * together
    order = (starts[:, None] + torch.arange(together, device=random.device)).flatten()
    return order[order < count]


def run(model, pictures, batch=64):
    """Outputs over uint8 pictures, as arrays."""
    model.eval()
    device = next(model.parameters()).device
    parts = []
    with torch.no_grad():
        for first in range(0, len(pictures), batch):
            x = torch.from_numpy(pictures[first : first + batch]).permute(0, 3, 1, 2).float() / 255
            outputs = model(x.to(device))
            parts.append([output.cpu().numpy() for output in (outputs if isinstance(outputs, tuple) else (outputs,))])
    return [np.concatenate(part) for part in zip(*parts)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=TASKS)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", help="go on from these weights, which a training writes beside its network")
    parser.add_argument("--rate", type=float, help="highest learning rate [default: the task's]")
    parser.add_argument("--photos", help="document: photos of anything but pages, to remake pages and grounds of")
    parser.add_argument("--limit", type=int, help="use only so many pictures")
    parser.add_argument("--threads", type=int, default=1, help="with one, on a CPU, the same seed gives the same weights")
    parser.add_argument("--bfloat16", action="store_true", help="convolve in bfloat16, twice as fast where the processor can")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    random = torch.Generator(args.device).manual_seed(args.seed)
    task = TASKS[args.model]()
    model = task.network().to(args.device, memory_format=torch.channels_last)
    if args.start:
        model.load_state_dict(torch.load(args.start, map_location=args.device, weights_only=True))
    side = model.SIDE
    if args.photos:
        photos = torch.from_numpy(series.photos(args.photos, side)).to(args.device)
        task.photos = photos.permute(0, 3, 1, 2)
    loaded = [series.load(folder, side, task.masks) for folder in args.train]
    pictures = np.concatenate([part[0] for part in loaded])[: args.limit]
    rows = [row for part in loaded for row in part[1]][: args.limit]
    labels = task.labels(rows, np.concatenate([part[2] for part in loaded])[: args.limit])
    # A batch is drawn, remade and learned from where the network is.
    pictures, labels = torch.from_numpy(pictures).to(args.device), [label.to(args.device) for label in labels]
    del loaded
    test, test_rows, test_covers = series.load(args.test, side, task.masks)
    epochs = args.epochs or task.epochs
    steps = epochs * math.ceil(len(pictures) / task.batch)
    rate = args.rate or task.rate
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-2)
    # A warm-up of a tenth needs steps to warm up in.
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=max(steps, 20), pct_start=0.1)
    print(f"{args.model}: {sum(p.numel() for p in model.parameters())} weights, {len(pictures)} pictures, {epochs} epochs")
    for epoch in range(epochs):
        started, total = time.time(), 0.0
        model.train()
        order = shuffled(len(pictures), task.together, random)
        bar = tqdm(range(0, len(order), task.batch), desc=f"epoch {epoch + 1}/{epochs}", mininterval=30)
        for first in bar:
            chosen = order[first : first + task.batch]
            x = pictures[chosen].permute(0, 3, 1, 2).float() / 255
            x, batch = task.augment(x, [label[chosen] for label in labels], random)
            with torch.autocast(torch.device(args.device).type, torch.bfloat16, enabled=args.bfloat16):
                loss = task.loss(model, x.contiguous(memory_format=torch.channels_last), batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
        figures = task.measure(model, test, test_rows, test_covers)
        shown = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(f"epoch {epoch + 1}: loss {total / len(order):.4f} {shown} ({time.time() - started:.0f} s)", flush=True)
        torch.save(model.state_dict(), args.out + ".pt")
        export.write(copy.deepcopy(model).cpu(), args.out)
    print(f"{args.out}: sha256 {export.digest(args.out)}")


if __name__ == "__main__":
    main()
