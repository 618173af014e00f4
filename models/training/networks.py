"""The networks. All are small stacks of separable convolutions, which run fast on one core.

Every network takes NCHW float32 RGB, 0..1, and returns logits; normalisation is its first layer, so
that whoever runs it feeds plain pixels.
"""
import torch
from torch import nn
from torch.nn import functional


def convolution(inputs, outputs, size=3, stride=1, groups=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Separable(nn.Module):
    """A depthwise and a pointwise convolution, with a shortcut where the shape stays."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.depthwise = convolution(inputs, inputs, stride=stride, groups=inputs)
        self.pointwise = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.pointwise(self.depthwise(x))
        return functional.relu(x + y if self.shortcut else y)


def stage(inputs, outputs, blocks):
    """Halves the resolution."""
    return nn.Sequential(Separable(inputs, outputs, 2), *[Separable(outputs, outputs) for _ in range(blocks)])


class Document(nn.Module):
    """Where the page is: four corner maps and a region at a quarter of the resolution, and from the
    whole view whether there is a page and, roughly, its corners.

    Input 192x192 (the view, stretched). Outputs: `maps` [n,6,48,48], the region's logits first, then
    those of the corners top left, top right, bottom right, bottom left, then those of the region of
    any other pages; `corners` [n,8], x and y of the same corners in shares of the view, which may lie
    outside of 0..1; `page` [n,1], a logit.
    """

    SIDE = 192

    def __init__(self):
        super().__init__()
        self.normalise = nn.BatchNorm2d(3)
        self.stem = convolution(3, 12, stride=2)
        self.fine = stage(12, 24, 1)
        self.middle = stage(24, 48, 2)
        self.coarse = stage(48, 112, 6)
        self.whole = stage(112, 160, 3)
        self.context = nn.Linear(160, 160)
        self.head = nn.Sequential(nn.Linear(160, 64), nn.ReLU(inplace=True), nn.Linear(64, 9))
        self.from_whole = nn.Conv2d(160, 64, 1)
        self.from_coarse = nn.Conv2d(112, 64, 1)
        self.up_coarse = Separable(64, 64)
        self.down_coarse = nn.Conv2d(64, 48, 1)
        self.from_middle = nn.Conv2d(48, 48, 1)
        self.up_middle = Separable(48, 48)
        self.down_middle = nn.Conv2d(48, 32, 1)
        self.from_fine = nn.Conv2d(24, 32, 1)
        self.up_fine = nn.Sequential(Separable(32, 32), Separable(32, 32))
        self.maps = nn.Conv2d(32, 6, 1)

    def forward(self, x):
        fine = self.fine(self.stem(self.normalise(x)))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        whole = self.whole(coarse)
        pooled = whole.mean((2, 3))
        whole = functional.relu(whole + self.context(pooled)[:, :, None, None])
        numbers = self.head(pooled)
        y = self.up_coarse(functional.relu(double(self.from_whole(whole)) + self.from_coarse(coarse)))
        y = self.up_middle(functional.relu(double(self.down_coarse(y)) + self.from_middle(middle)))
        y = self.up_fine(functional.relu(double(self.down_middle(y)) + self.from_fine(fine)))
        return self.maps(y), numbers[:, :8], numbers[:, 8:]


def double(x):
    return functional.interpolate(x, scale_factor=2, mode="nearest")


class Classifier(nn.Module):
    """A stack of halving stages, pooled by mean and maximum: what is everywhere and what is somewhere."""

    def __init__(self, stem, widths, blocks, outputs):
        super().__init__()
        self.normalise = nn.BatchNorm2d(3)
        size, stride, width = stem
        self.stem = convolution(3, width, size=size, stride=stride)
        stages = []
        for outputs_of_stage, count in zip(widths, blocks):
            stages.append(stage(width, outputs_of_stage, count))
            width = outputs_of_stage
        self.stages = nn.Sequential(*stages)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, outputs))

    def features(self, x):
        return self.stages(self.stem(self.normalise(x)))

    def forward(self, x):
        y = self.features(x)
        return self.head(torch.cat([y.mean((2, 3)), y.amax((2, 3))], 1))


class Spectrum(nn.Module):
    """Logarithm of the power spectrum of luma in Hann tiles of 112 pixels, the quarters and the middle:
    its mean and its maximum over the tiles, and how far the mean stands out of its surroundings.

    [n,3,224,224] to [n,3,112,57]: rows are frequencies down, -56..55 cycles a tile, columns those
    across, 0..56. The transform is two products with constant matrices, which every engine runs.
    """

    TILE = 112
    TILES = [(0, 0), (0, 112), (112, 0), (112, 112), (56, 56)]
    FLOOR = 1e-3

    def __init__(self):
        super().__init__()
        places = torch.arange(self.TILE, dtype=torch.float64)
        window = torch.hann_window(self.TILE, dtype=torch.float64)
        down = torch.outer(places - self.TILE // 2, places) * (2 * torch.pi / self.TILE)
        across = torch.outer(places, places[: self.TILE // 2 + 1]) * (2 * torch.pi / self.TILE)
        for name, values in [
            ("down_cosine", down.cos() * window),
            ("down_sine", down.sin() * window),
            ("across_cosine", across.cos() * window[:, None]),
            ("across_sine", across.sin() * window[:, None]),
        ]:
            self.register_buffer(name, values.float(), persistent=False)

    def forward(self, x):
        luma = 0.299 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2]
        luma = luma - luma.mean((1, 2), keepdim=True)
        tiles = torch.stack(
            [luma[:, top : top + self.TILE, left : left + self.TILE] for top, left in self.TILES], 1
        )
        even, odd = tiles @ self.across_cosine, tiles @ self.across_sine
        real = self.down_cosine @ even - self.down_sine @ odd
        imaginary = self.down_sine @ even + self.down_cosine @ odd
        power = torch.log(real * real + imaginary * imaginary + self.FLOOR)
        mean, loudest = power.mean(1, keepdim=True), power.amax(1, keepdim=True)
        around = functional.avg_pool2d(mean, 9, 1, 4)
        return torch.cat([mean, loudest, mean - around], 1)


class RecaptureCrop(Classifier):
    """Whether a crop of a photo's own pixels, 224x224, shows a display. Output [n,1], a logit.

    It looks at the pixels and at their spectrum. While it trains, the first branch also has to draw
    the crop's spectrum (after the auxiliary supervision of Silent-Face-Anti-Spoofing), which keeps
    features that see rasters; this part is not exported.
    """

    SIDE = 224

    def __init__(self):
        super().__init__((5, 2, 16), (32, 48, 96), (1, 1, 2), 1)
        self.power = Spectrum()
        self.peaks = nn.Sequential(
            nn.BatchNorm2d(3), convolution(3, 16, stride=2), stage(16, 32, 1), stage(32, 64, 1)
        )
        self.drawn = nn.Sequential(convolution(96, 64), nn.Conv2d(64, 4, 1), nn.PixelShuffle(2))
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * (96 + 64), 1))

    def forward(self, x):
        return self.with_spectrum(x)[0]

    def with_spectrum(self, x):
        """The logit and the spectrum [n,1,28,28] as the first branch draws it."""
        pixels, peaks = self.features(x), self.peaks(self.power(x))
        pooled = [y for part in (pixels, peaks) for y in (part.mean((2, 3)), part.amax((2, 3)))]
        return self.head(torch.cat(pooled, 1)), self.drawn(pixels)


class Limited(nn.Sequential):
    """A convolution, its normalisation, and what cuts it off at 6 where asked for. TensorFlow pads the odd
    pixel of a stride of two at the right and at the bottom: so does a kernel with a row and a column
    more, left empty."""

    def __init__(self, inputs, outputs, size, stride=1, groups=1, cut=True):
        super().__init__(
            nn.Conv2d(inputs, outputs, size + stride - 1, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3),
            *([nn.ReLU6()] if cut else []),
        )


class Inverted(nn.Sequential):
    """Widens, looks around, narrows, with a shortcut where the shape stays."""

    def __init__(self, inputs, outputs, size, stride, expansion):
        width = inputs * expansion
        widen = [Limited(inputs, width, 1)] if expansion > 1 else []
        super().__init__(*widen, Limited(width, width, size, stride, width), Limited(width, outputs, 1, cut=False))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = super().forward(x)
        return x + y if self.shortcut else y


class RecaptureView(nn.Module):
    """Whether a view, stretched to 224x224, shows a device with a display, and where.

    EfficientNet-Lite0 as its authors published it (Tan and Le, ICML 2019; without squeezing, cut off at
    6), trained on ImageNet-1k. Of its thousand classes those of displays are kept, and the mean over
    the view is left to whoever runs it. Output `displays` [n,7,7,7]: for each part of 32 pixels the
    logits of DISPLAYS, whose means are the published network's.
    """

    SIDE = 224

    # Index in ImageNet-1k.
    DISPLAYS = {
        "cellular telephone": 487,
        "desktop computer": 527,
        "laptop": 620,
        "monitor": 664,
        "notebook": 681,
        "screen": 782,
        "television": 851,
    }

    # Kernel, stride, expansion, outputs and blocks of each stage.
    STAGES = [
        (3, 1, 1, 16, 1),
        (3, 2, 6, 24, 2),
        (5, 2, 6, 40, 2),
        (3, 2, 6, 80, 3),
        (5, 1, 6, 112, 3),
        (5, 2, 6, 192, 4),
        (3, 1, 6, 320, 1),
    ]

    def __init__(self):
        super().__init__()
        blocks, width = [], 32
        for size, stride, expansion, outputs, count in self.STAGES:
            for index in range(count):
                blocks.append(Inverted(width, outputs, size, 1 if index else stride, expansion))
                width = outputs
        # Views are means over boxes; what it was trained on had been made smaller more smoothly.
        line = torch.tensor([0.107, 0.786, 0.107])
        self.smooth = nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False)
        self.smooth.weight.data = torch.outer(line, line).expand(3, 1, 3, 3).clone()
        self.stem = Limited(3, 32, 3, 2)
        self.blocks = nn.Sequential(*blocks)
        self.head = Limited(width, 1280, 1)
        self.displays = nn.Conv2d(1280, len(self.DISPLAYS), 1)

    def forward(self, x):
        return self.displays(self.head(self.blocks(self.stem(self.smooth((x * 255 - 127) / 128)))))

    def published(self, weights):
        """The same with the published weights, which come in the order of stem, blocks, head, classes."""
        values = [value for name, value in weights.items() if "num_batches" not in name]
        classes = list(self.DISPLAYS.values())
        values[-2:] = values[-2][classes, :, None, None], values[-1][classes]
        own = [value for name, value in self.state_dict().items() if "num_batches" not in name and "smooth" not in name]
        for mine, value in zip(own, values, strict=True):
            odd = mine.shape[-1] - value.shape[-1] if mine.ndim == 4 else 0
            mine.copy_(functional.pad(value, (odd, 0, odd, 0)) if odd else value)
        return self


class Goods(nn.Module):
    """Which goods a view, stretched to 192x192, shows.

    EfficientNet-Lite0 without its last block and its head: the stem and 15 blocks, 192 features pooled by
    their mean. Outputs: `goods` [n,classes], logits; `features` [n,192], the pooled features, each less
    its mean over what it was trained on and in units of its spread.
    """

    SIDE, BLOCKS, FEATURES = 192, 15, 192

    def __init__(self):
        super().__init__()
        whole = RecaptureView()
        self.stem = whole.stem
        self.blocks = whole.blocks[: self.BLOCKS]
        self.spread = nn.BatchNorm2d(self.FEATURES, affine=False)
        self.drop = nn.Dropout(0.2)
        self.classes(81)

    def classes(self, count):
        self.head = nn.Linear(self.FEATURES, count)

    def early(self, x, kept):
        """What the first blocks make of pixels."""
        return self.blocks[:kept](self.stem((x * 255 - 127) / 128))

    def late(self, y, kept):
        y = self.blocks[kept:](y)
        features = self.spread(y.mean((2, 3), keepdim=True)).flatten(1)
        return self.head(self.drop(features)), features

    def forward(self, x):
        return self.late(self.early(x, self.BLOCKS), self.BLOCKS)

    def published(self, weights):
        """The same with the published weights."""
        whole = RecaptureView().published(weights)
        self.stem.load_state_dict(whole.stem.state_dict())
        self.blocks.load_state_dict(whole.blocks[: self.BLOCKS].state_dict())
        return self


class Scene(Classifier):
    """What a whole view, stretched to 160x160, shows: logits [n,5] of document, storefront, shelf,
    vehicle, other."""

    SIDE = 160

    def __init__(self):
        super().__init__((3, 2, 12), (24, 48, 80, 112), (1, 1, 2, 1), 5)
