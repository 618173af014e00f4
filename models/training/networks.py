"""The networks. All are small stacks of separable convolutions, which tract runs fast on one core.

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


class RecaptureView(Classifier):
    """Whether a whole view, stretched to 256x256, shows a display. Output [n,1], a logit."""

    SIDE = 256

    def __init__(self):
        super().__init__((7, 4, 24), (48, 96, 144), (2, 2, 2), 1)


class Scene(Classifier):
    """What a whole view, stretched to 160x160, shows: logits [n,5] of document, storefront, shelf,
    vehicle, other."""

    SIDE = 160

    def __init__(self):
        super().__init__((3, 2, 12), (24, 48, 80, 112), (1, 1, 2, 1), 5)
