"""Views made into other views: pages get other designs and colours, desks other grounds and more
things on them. The simulator draws a dozen kinds of paper and of desk; what a page is on a real desk
has no list, and a network that has seen only the list takes a blue magazine for none.

All work on batches: pictures [n,3,s,s] 0..1, page and cover [n,1,s,s] 0..1 (the page with what lies on
it, and that alone), photos [m,3,s,s] 0..1 of anything but pages.
"""
import torch
from torch.nn import functional


def collage(x, page, cover, photos, random):
    """The same views, half of them with their pages, grounds or desks remade."""
    # The camera's blur reaches across the mask's edge.
    page, cover = (functional.avg_pool2d(mask, 3, 1, 1, count_include_pad=False) for mask in (page, cover))
    # A hand that comes in from the side would end at the page's edge.
    bare = (cover.mean((1, 2, 3)) < 0.02) & (page.mean((1, 2, 3)) > 0)
    often = lambda share: torch.rand(len(x), generator=random) < share
    remade = often(0.6)
    x = changed(x, remade & often(0.6), repainted, page * (1 - cover), photos, random)
    x = changed(x, remade & often(0.5) & bare, grounded, page, photos, random)
    return changed(x, remade & often(0.5), littered, page, photos, random)


def changed(x, chosen, change, mask, photos, random):
    """The same, the chosen views changed."""
    if not chosen.any():
        return x
    x = x.clone()
    photos = photos[torch.randperm(len(photos), generator=random)[: int(chosen.sum())]]
    x[chosen] = change(x[chosen], mask[chosen], photos, Draw(len(photos), random))
    return x


class Draw:
    """Random numbers, one a picture."""

    def __init__(self, count, random):
        self.count, self.random = count, random

    def uniform(self, low=0.0, high=1.0, channels=1):
        return low + (high - low) * torch.rand(self.count, channels, 1, 1, generator=self.random)

    def often(self, share):
        return self.uniform() < share

    def colour(self, darkest=0.1):
        """Any colour, pale ones and strong ones."""
        return darkest + (1 - darkest) * self.uniform(channels=3) ** self.uniform(0.1, 2)

    def part(self, photos):
        """A part of each photo, turned, as large as the view."""
        side = photos.shape[-1]
        angle = self.uniform(-3.15, 3.15)[:, 0, 0, 0]
        scale = torch.exp(self.uniform(-1.6, 0.3))[:, 0, 0, 0]
        theta = torch.zeros(self.count, 2, 3)
        theta[:, 0, 0], theta[:, 0, 1] = scale * angle.cos(), -scale * angle.sin()
        theta[:, 1, 0], theta[:, 1, 1] = scale * angle.sin(), scale * angle.cos()
        theta[:, :, 2] = self.uniform(-0.4, 0.4, channels=2)[:, :, 0, 0]
        grid = functional.affine_grid(theta, [self.count, 3, side, side], align_corners=False)
        return functional.grid_sample(photos, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def noise(self, side):
        """Strokes and blotches: noise of few cells, stretched any way."""
        cells = [6, 12, 24, 48]
        down, across = (cells[int(torch.randint(4, (), generator=self.random))] for _ in range(2))
        values = torch.rand(self.count, 3, down, across, generator=self.random)
        values = torch.lerp(values.mean(1, keepdim=True).expand_as(values), values, self.uniform())
        return functional.interpolate(values, size=(side, side), mode="bilinear", align_corners=False)


def places(side):
    """x [1,1,1,s] and y [1,1,s,1] of pixels, -1..1."""
    line = (torch.arange(side) + 0.5) / side * 2 - 1
    return line.view(1, 1, 1, side), line.view(1, 1, side, 1)


def half(draw, side, centre):
    """One side of a straight line near a centre [n,2], 0..1."""
    x, y = places(side)
    angle = draw.uniform(-3.15, 3.15)
    away = (x - centre[:, 0].view(-1, 1, 1, 1)) * angle.cos() + (y - centre[:, 1].view(-1, 1, 1, 1)) * angle.sin()
    return (away * side * 0.5 + draw.uniform(-0.3, 0.3) * side * 0.5).clamp(0, 1)


def middle(mask):
    """Centre of mass [n,2] of masks, in -1..1."""
    x, y = places(mask.shape[-1])
    mass = mask.sum((1, 2, 3)).clamp(min=1e-3)
    return torch.stack([(mask * x).sum((1, 2, 3)) / mass, (mask * y).sum((1, 2, 3)) / mass], 1)


def repainted(x, paper, photos, draw):
    """Pages of another colour, of two colours, printed with a photo or a pattern to the edge; the
    light on them stays."""
    side = x.shape[-1]
    first, second = draw.colour(), draw.colour()
    parted = half(draw, side, middle(paper)) * draw.often(0.35)
    ink = torch.lerp(first, second, parted)
    ink = torch.where(draw.often(0.35), ink * draw.uniform(0.3, 1) + (1 - draw.uniform(0.3, 1)) * draw.part(photos), ink)
    ink = torch.where(draw.often(0.25), ink * (draw.uniform(0.2, 0.9) + draw.noise(side)).clamp(max=1), ink)
    # The light, without the print: the brightest near each place, smoothed.
    light = functional.max_pool2d((x * paper).mean(1, keepdim=True), 9, 1, 4)
    light = functional.avg_pool2d(light, 13, 1, 6, count_include_pad=False) + 0.02
    print_ = (x / light).clamp(0, 1.2)
    # Pale print on a dark ground, where it is turned round.
    print_ = torch.where(draw.often(0.2), 1.15 - print_.clamp(max=1), print_)
    print_ = torch.lerp(torch.ones_like(print_), print_, draw.uniform(0.2, 1))
    return torch.lerp(x, (light * ink * print_).clamp(0, 1), paper)


def grounded(x, page, photos, draw):
    """Pages on another ground: a part of a photo or a smooth colour, with a soft shadow."""
    side = x.shape[-1]
    smooth = draw.colour(0.02) * (1 - draw.uniform(0, 0.25) * draw.noise(side))
    ground = torch.where(draw.often(0.65), draw.part(photos) * torch.exp(draw.uniform(-0.9, 0.3)), smooth)
    # White on white: the ground takes the paper's own colour.
    mass = page.sum((2, 3), keepdim=True).clamp(min=1)
    colour = (x * page).sum((2, 3), keepdim=True) / mass
    alike = (colour * draw.uniform(0.85, 1.1) * draw.uniform(0.97, 1.03, 3)).clamp(0, 1) * (1 - 0.1 * draw.noise(side))
    ground = torch.where(draw.often(0.2), alike, ground)
    reach = int(torch.randint(1, 5, (), generator=draw.random))
    shift = [int(torch.randint(-reach, reach + 1, (), generator=draw.random)) for _ in range(2)]
    shadow = functional.avg_pool2d(torch.roll(page, shift, (2, 3)), 2 * reach + 1, 1, reach)
    ground = ground * (1 - draw.uniform(0, 0.6) * shadow)
    return torch.lerp(ground.clamp(0, 1), x, page)


def littered(x, page, photos, draw):
    """More things beside and below the page (books, cups, boxes), and cords over it."""
    side = x.shape[-1]
    across, down = places(side)
    size = page.mean((1, 2, 3), keepdim=True).sqrt().clamp(min=0.15)
    for _ in range(4):
        angle = draw.uniform(-3.15, 3.15)
        u, v = across - draw.uniform(-1.1, 1.1), down - draw.uniform(-1.1, 1.1)
        u, v = u * angle.cos() + v * angle.sin(), v * angle.cos() - u * angle.sin()
        a, b = (size * torch.exp(draw.uniform(-1.9, 0)) for _ in range(2))
        box = torch.maximum(u.abs() / a, v.abs() / b)
        thing = torch.where(draw.often(0.5), box, ((u / a) ** 2 + (v / b) ** 2).sqrt())
        inside = ((1 - thing) * torch.minimum(a, b) * side * 0.5).clamp(0, 1) * draw.often(0.7)
        shade = 1 - draw.uniform(0, 0.5) * (thing.clamp(0, 1.2) - 0.2)
        colour = draw.colour(0.02) * shade * (1 - draw.uniform(0, 0.5) * draw.noise(side))
        x = torch.lerp(x, colour, inside * (1 - page))
    # A cord: a bow, of which every point is as far from the middle as the bow's radius.
    radius, thick = torch.exp(draw.uniform(-1.5, 1.5)), torch.exp(draw.uniform(-5.0, -3.0))
    turn = draw.uniform(-3.15, 3.15)
    near = middle(page).view(-1, 2, 1, 1) + draw.uniform(-0.5, 0.5, 2)
    centre = [near[:, 0:1] + radius * turn.cos(), near[:, 1:2] + radius * turn.sin()]
    away = (((across - centre[0]) ** 2 + (down - centre[1]) ** 2).sqrt() - radius).abs()
    cord = ((thick - away) * side * 0.5).clamp(0, 1) * draw.often(0.4)
    return torch.lerp(x, draw.colour(0.01).expand_as(x), cord)
