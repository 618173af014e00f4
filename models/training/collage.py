"""Views made into other views: pages get other designs and colours, desks other grounds, sheets below
the page, things beside it and across it. The simulator draws a dozen kinds of paper and of desk; what a
page is on a real desk has no list, and a network that has seen only the list takes a blue magazine for
none.

All work on batches on one device: pictures [n,3,s,s] 0..1, page and cover [n,1,s,s] 0..1 (the page with
what lies on it, and that alone), quads [n,4,2] in shares of the view, photos [m,3,s,s] 0..255 of
anything but pages.
"""
import torch
from torch.nn import functional

# Sheets, things, pens and cords that one view gets at most.
SHEETS, THINGS, PENS, CORDS = 3, 6, 3, 2


# Views that are remade at once on a CPU: so few stay in its caches.
TOGETHER = 16


def collage(x, page, cover, quads, photos, random):
    """The same views, most of them with their pages, grounds or desks remade."""
    if x.device.type == "cpu" and len(x) > TOGETHER:
        parts = zip(*(whole.split(TOGETHER) for whole in (x, page, cover, quads)))
        return torch.cat([collage(*part, photos, random) for part in parts])
    # The camera's blur reaches across the mask's edge.
    page, cover = smoothed(page, 1), smoothed(cover, 1)
    there = page.mean((1, 2, 3)) > 0
    # A hand that comes in from the side would end at the page's edge.
    bare = (cover.mean((1, 2, 3)) < 0.02) & there
    plane = Plane(quads, there, x.shape[-1])
    often = lambda share: torch.rand(len(x), generator=random, device=x.device) < share
    remade = often(0.7)
    x = changed(x, remade & often(0.3) & ~there, emptied, page, plane, photos, random)
    x = changed(x, remade & often(0.6) & there, repainted, page * (1 - cover), plane, photos, random)
    x = changed(x, remade & often(0.5) & bare, grounded, page, plane, photos, random)
    x = changed(x, remade & often(0.25) & bare, stacked, page, plane, photos, random)
    x = changed(x, remade & often(0.6), littered, page, plane, photos, random)
    return changed(x, remade & often(0.4), crossed, page, plane, photos, random)


def changed(x, chosen, change, mask, plane, photos, random):
    """The same, the chosen views changed."""
    chosen = chosen.nonzero()[:, 0]
    if not len(chosen):
        return x
    x = x.clone()
    photos = photos[torch.randint(len(photos), (len(chosen),), generator=random, device=x.device)].float() / 255
    x[chosen] = change(x[chosen], mask[chosen], plane.of(chosen), photos, Draw(len(chosen), random, x.device))
    return x


class Plane:
    """Where the pixels of views lie on the desk: `across` and `down` [n,1,s,s] from the page's middle in
    shares of the view, as they would be seen from straight above; `size` [n,2] is the page's there."""

    def __init__(self, quads, there, side):
        whole = quads.new_tensor([[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]])
        quads = torch.where(there[:, None, None], quads, whole)
        sides = (quads - quads.roll(-1, 1)).norm(dim=-1)
        self.size = torch.stack([(sides[:, 0] + sides[:, 2]) / 2, (sides[:, 1] + sides[:, 3]) / 2], 1)
        line = (torch.arange(side, device=quads.device) + 0.5) / side
        ones = torch.ones(side * side, device=quads.device)
        pixels = torch.stack([line.repeat(side), line.repeat_interleave(side), ones])
        placed = torch.linalg.inv_ex(from_square(quads))[0] @ pixels
        # What is at the horizon or behind is far away.
        depth = placed[:, 2] / placed[:, 2].mean(1, keepdim=True)
        placed = placed[:, :2] / placed[:, 2:].abs().clamp(min=1e-6) * placed[:, 2:].sign() - 0.5
        placed = torch.where(depth[:, None] > 0.1, placed, 99.0).clamp(-99, 99) * self.size[..., None]
        self.across, self.down = (part.view(-1, 1, side, side) for part in placed.unbind(1))

    def of(self, chosen):
        """Of these views."""
        part = object.__new__(Plane)
        part.size, part.across, part.down = self.size[chosen], self.across[chosen], self.down[chosen]
        return part

    def page(self):
        """The pixels in shares of the page [n,1,s,s] each, 0..1 on it."""
        return (axis / self.size[:, index].view(-1, 1, 1, 1) + 0.5 for index, axis in enumerate((self.across, self.down)))

    def turned(self, x, y, angle):
        """Distances along and across a line through a point of the desk."""
        u, v = self.across - x, self.down - y
        return u * angle.cos() + v * angle.sin(), v * angle.cos() - u * angle.sin()


def from_square(quads):
    """The homographies [n,3,3] that take the unit square to quadrilaterals (Heckbert 1989, section 2.2)."""
    a, b, c, d = quads.unbind(1)
    e, f, g = b - c, d - c, a - b + c - d
    cross = lambda p, q: p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    base = cross(e, f)
    base = torch.where(base.abs() < 1e-6, torch.full_like(base, 1e-6), base)
    right, below = (cross(g, f) / base)[:, None], (cross(e, g) / base)[:, None]
    rows = torch.stack([b - a + right * b, d - a + below * d, a], -1)
    return torch.cat([rows, torch.stack([right[:, 0], below[:, 0], torch.ones_like(base)], -1)[:, None]], 1)


class Draw:
    """Random numbers, one a picture."""

    def __init__(self, count, random, device):
        self.count, self.random, self.device = count, random, device

    def uniform(self, low=0.0, high=1.0, channels=1):
        numbers = torch.rand(self.count, channels, 1, 1, generator=self.random, device=self.device)
        return low + (high - low) * numbers

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
        shift = self.uniform(-0.4, 0.4, 2)[:, :, 0, 0]
        rows = [scale * angle.cos(), -scale * angle.sin(), shift[:, 0], scale * angle.sin(), scale * angle.cos(), shift[:, 1]]
        grid = functional.affine_grid(torch.stack(rows, -1).view(-1, 2, 3), [self.count, 3, side, side], align_corners=False)
        return functional.grid_sample(photos, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def noise(self, side):
        """Strokes and blotches: noise of few cells, stretched any way."""
        cells = [6, 12, 24, 48]
        down, across = (cells[int(torch.randint(4, (), generator=self.random, device=self.device))] for _ in range(2))
        values = torch.rand(self.count, 3, down, across, generator=self.random, device=self.device)
        values = torch.lerp(values.mean(1, keepdim=True).expand_as(values), values, self.uniform())
        return functional.interpolate(values, size=(side, side), mode="bilinear", align_corners=False)


def inside(distance, side):
    """Shares of pixels that lie inside of an outline, of signed distances to it in shares of the view,
    positive outside."""
    return (0.5 - distance * side).clamp(0, 1)


def rectangle(u, v, a, b):
    """Distances from a rectangle around the origin of half sides a and b."""
    return torch.maximum(u.abs() - a, v.abs() - b)


def emptied(x, page, plane, photos, draw):
    """Photos of anything but pages."""
    return (draw.part(photos) * torch.exp(draw.uniform(-0.9, 0.3))).clamp(0, 1)


def repainted(x, paper, plane, photos, draw):
    """Pages of another colour, of two colours, with bands, frames and pictures; the light on them
    stays."""
    side = x.shape[-1]
    u, v = plane.page()
    reach = plane.size.mean(1).view(-1, 1, 1, 1)
    # Half of them pale, as paper mostly is.
    ink = draw.colour()
    ink = torch.where(draw.often(0.5), 1 - (1 - ink) * draw.uniform(0, 0.35), ink)
    for _ in range(2):
        # One side of a line, mostly along the page's sides.
        angle = torch.where(draw.often(0.7), (draw.uniform(0, 4)).floor() * 1.5708, draw.uniform(-3.15, 3.15))
        away = (u - 0.5) * angle.cos() + (v - 0.5) * angle.sin() + draw.uniform(-0.45, 0.45)
        ink = torch.lerp(ink, draw.colour(), inside(away * reach, side) * draw.often(0.3))
    frame = rectangle(u - 0.5, v - 0.5, 0.5 - draw.uniform(0.02, 0.12), 0.5 - draw.uniform(0.02, 0.12)) * reach
    line = torch.where(draw.often(0.6), frame.abs() - draw.uniform(0.001, 0.012), -frame)
    ink = torch.lerp(ink, draw.colour(0.02), inside(line, side) * draw.often(0.2))
    # A picture, of a part of the page or of all of it.
    a, b = (torch.where(draw.often(0.3), 0.5, draw.uniform(0.08, 0.45)) for _ in range(2))
    p, q = u - 0.5 - (0.5 - a) * draw.uniform(-1, 1), v - 0.5 - (0.5 - b) * draw.uniform(-1, 1)
    grid = torch.cat([p / a, q / b], 1).permute(0, 2, 3, 1).clamp(-2, 2)
    picture = functional.grid_sample(photos, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    ink = torch.lerp(ink, picture, inside(rectangle(p, q, a, b) * reach, side) * draw.often(0.35) * draw.uniform(0.4, 1))
    ink = torch.where(draw.often(0.25), ink * (draw.uniform(0.2, 0.9) + draw.noise(side)).clamp(max=1), ink)
    # The light, without the print: the brightest near each place, smoothed.
    light = (x * paper).mean(1, keepdim=True)
    light = functional.max_pool2d(functional.max_pool2d(light, (1, 9), 1, (0, 4)), (9, 1), 1, (4, 0))
    light = smoothed(light, 6) + 0.02
    print_ = (x / light).clamp(0, 1.2)
    # Pale print on a dark ground, where it is turned round.
    print_ = torch.where(draw.often(0.2), 1.15 - print_.clamp(max=1), print_)
    print_ = torch.lerp(torch.ones_like(print_), print_, draw.uniform(0.2, 1))
    return torch.lerp(x, (light * ink * print_).clamp(0, 1), paper)


def grounded(x, page, plane, photos, draw):
    """Pages on another ground: a part of a photo or a smooth colour, with a soft shadow."""
    side = x.shape[-1]
    smooth = draw.colour(0.02) * (1 - draw.uniform(0, 0.25) * draw.noise(side))
    ground = torch.where(draw.often(0.65), draw.part(photos) * torch.exp(draw.uniform(-0.9, 0.3)), smooth)
    # White on white: the ground takes the paper's own colour.
    alike = (mean(x, page) * draw.uniform(0.85, 1.1) * draw.uniform(0.97, 1.03, 3)).clamp(0, 1) * (1 - 0.1 * draw.noise(side))
    ground = torch.where(draw.often(0.2), alike, ground)
    return torch.lerp((ground * shaded(page, draw)).clamp(0, 1), x, page)


def stacked(x, page, plane, photos, draw):
    """Sheets below the page that look out from under it, most of the same paper."""
    side = x.shape[-1]
    paper = mean(x, page)
    long = plane.size.amax(1).view(-1, 1, 1, 1)
    beneath = x
    for index in range(SHEETS):
        u, v = plane.turned(*(draw.uniform(-0.12, 0.12) * long for _ in range(2)), draw.uniform(-0.3, 0.3))
        a, b = (plane.size[:, axis].view(-1, 1, 1, 1) * draw.uniform(0.42, 0.6) for axis in range(2))
        sheet = inside(rectangle(u, v, a, b), side) * draw.often(1.0 if index == 0 else 0.4)
        colour = torch.where(draw.often(0.8), paper * draw.uniform(0.85, 1.1), draw.colour())
        # Each lies in the light of the desk there, and darkens what is under it.
        colour = colour * (1 - draw.uniform(0, 0.15) * draw.noise(side))
        beneath = torch.lerp(beneath * shaded(sheet, draw), colour.clamp(0, 1), sheet)
    return torch.lerp(beneath * shaded(page, draw), x, page)


def littered(x, page, plane, photos, draw):
    """More things beside the page and under it: books, cups, boxes, a screen's edge."""
    side = x.shape[-1]
    for _ in range(THINGS):
        # Near the page as often as anywhere.
        near = torch.where(draw.often(0.5), 1.0, 2.5) * (plane.size.amax(1).view(-1, 1, 1, 1) * 0.6 + 0.1)
        u, v = plane.turned(draw.uniform(-1, 1) * near, draw.uniform(-1, 1) * near, draw.uniform(-3.15, 3.15))
        a, b = (torch.exp(draw.uniform(-3.4, -1.2)) for _ in range(2))
        large = draw.often(0.06)
        a, b = torch.where(large, 0.6, a), torch.where(large, 0.4, b)
        round_ = ((u / a) ** 2 + (v / b) ** 2).sqrt()
        thing = torch.where(draw.often(0.5), rectangle(u, v, a, b), (round_ - 1) * torch.minimum(a, b))
        shade = 1 - draw.uniform(0, 0.5) * (round_.clamp(0, 1.2) - 0.2)
        colour = torch.where(draw.often(0.35), draw.part(photos), draw.colour(0.02)) * torch.where(large, 0.3, 1.0)
        colour = colour * shade * (1 - draw.uniform(0, 0.5) * draw.noise(side))
        covered = inside(thing, side) * draw.often(0.6)
        x = torch.lerp(x * (1 - (1 - shaded(covered, draw)) * (1 - page)), colour, covered * (1 - page))
    return x


def crossed(x, page, plane, photos, draw):
    """Pens and cords, across the page too."""
    side = x.shape[-1]
    place = lambda: plane.size.mean(1).view(-1, 1, 1, 1) * draw.uniform(-0.9, 0.9)
    for _ in range(PENS):
        long = torch.exp(draw.uniform(-3.0, -1.6))
        u, v = plane.turned(place(), place(), draw.uniform(-3.15, 3.15))
        thick = long * draw.uniform(0.06, 0.16)
        pen = ((u.abs() - long).clamp(min=0) ** 2 + v**2).sqrt() - thick
        # The cap, and light along one side.
        colour = torch.where(u > long * draw.uniform(-0.2, 0.9), draw.colour(0.02), draw.colour(0.02))
        colour = colour * (1 - 0.5 * (v / thick).clamp(-1, 1) ** 2)
        lying = inside(pen, side) * draw.often(0.5)
        x = torch.lerp(x * shaded(lying, draw), colour, lying)
    for _ in range(CORDS):
        # A bow, of which every point is as far from the middle as the bow's radius.
        radius, turn = torch.exp(draw.uniform(-1.8, 1.2)), draw.uniform(-3.15, 3.15)
        centre = place() + radius * turn.cos(), place() + radius * turn.sin()
        away = ((plane.across - centre[0]) ** 2 + (plane.down - centre[1]) ** 2).sqrt() - radius
        lying = inside(away.abs() - torch.exp(draw.uniform(-6.0, -4.3)), side) * draw.often(0.5)
        x = torch.lerp(x * shaded(lying, draw), draw.colour(0.01).expand_as(x), lying)
    return x


def mean(x, page):
    """The page's colour [n,3,1,1]."""
    return (x * page).sum((2, 3), keepdim=True) / page.sum((2, 3), keepdim=True).clamp(min=1)


def shaded(mask, draw):
    """What light is left [n,1,s,s] beside something that lies there, and under it."""
    reach = int(torch.randint(1, 5, (), generator=draw.random, device=draw.device))
    shift = [int(torch.randint(-reach, reach + 1, (), generator=draw.random, device=draw.device)) for _ in range(2)]
    return 1 - draw.uniform(0, 0.6) * smoothed(torch.roll(mask, shift, (2, 3)), reach)


def smoothed(x, reach):
    """Means of squares, one axis after the other, which reads each pixel less often."""
    across = functional.avg_pool2d(x, (1, 2 * reach + 1), 1, (0, reach), count_include_pad=False)
    return functional.avg_pool2d(across, (2 * reach + 1, 1), 1, (reach, 0), count_include_pad=False)
