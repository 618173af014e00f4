//! A picture as numbers, and the steps in it.

use image::RgbImage;

/// Level that the brightest fiftieth of a picture is brought to, so that thresholds hold in the dark, too; and
/// the most by which it is raised, beyond which noise would be.
const BRIGHT: f32 = 220.0;
const MOST_RAISED: f32 = 5.0;

/// An upright picture in which a step of so many levels means the same in the dark and in the light.
#[derive(Debug)]
pub(super) struct Plane {
    width: usize,
    height: usize,
    /// Levels 0..255, of red, green and blue.
    levels: Vec<[f32; 3]>,
    /// Whether the photo shows what lies there.
    shown: Vec<bool>,
}

impl Plane {
    pub(super) fn new(picture: &RgbImage, shown: impl Fn(usize, usize) -> bool) -> Self {
        let [width, height] = [picture.width(), picture.height()].map(|side| side as usize);
        let raise = raise(picture);
        let level = |level: u8| (f32::from(level) * raise).min(255.0);
        Self {
            width,
            height,
            levels: picture.pixels().map(|pixel| pixel.0.map(level)).collect(),
            shown: (0..width * height).map(|at| shown(at % width, at / width)).collect(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    fn place(&self, x: usize, y: usize) -> usize {
        y.min(self.height.saturating_sub(1)) * self.width + x.min(self.width.saturating_sub(1))
    }

    /// The level there, the border's beyond it.
    pub(super) fn at(&self, x: usize, y: usize) -> [f32; 3] {
        self.levels.get(self.place(x, y)).copied().unwrap_or_default()
    }

    pub(super) fn shown(&self, x: usize, y: usize) -> bool {
        x < self.width
            && y < self.height
            && self.shown.get(self.place(x, y)).copied().unwrap_or_default()
    }

    /// Mean over a rectangle of pixels.
    pub(super) fn mean(&self, columns: [usize; 2], rows: [usize; 2]) -> [f32; 3] {
        let mut sum = [0.0; 3];
        for y in rows[0]..rows[1].max(rows[0] + 1) {
            for x in columns[0]..columns[1].max(columns[0] + 1) {
                let level = self.at(x, y);
                sum = [sum[0] + level[0], sum[1] + level[1], sum[2] + level[2]];
            }
        }
        let area =
            rows[1].saturating_sub(rows[0]).max(1) * columns[1].saturating_sub(columns[0]).max(1);
        sum.map(|sum| sum / area as f32)
    }

    /// How much the levels differ above and below `y`, a row of pixels left out between.
    pub(super) fn step_down(&self, x: usize, y: usize) -> f32 {
        let columns = [x.saturating_sub(2), x + 3];
        let above = self.mean(columns, [y.saturating_sub(3), y.saturating_sub(1)]);
        apart(above, self.mean(columns, [y + 1, y + 3]))
    }

    /// How much the levels differ left and right of `x`.
    pub(super) fn step_across(&self, x: usize, y: usize) -> f32 {
        let rows = [y.saturating_sub(1), y + 2];
        let left = self.mean([x.saturating_sub(2), x], rows);
        apart(left, self.mean([x, x + 2], rows))
    }
}

/// The channel in which two levels differ most.
pub(super) fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn raise(picture: &RgbImage) -> f32 {
    let mut counts = [0usize; 256];
    for pixel in picture.pixels() {
        let brightest = pixel.0.into_iter().max().unwrap_or_default();
        if let Some(count) = counts.get_mut(usize::from(brightest)) {
            *count += 1;
        }
    }
    let mut left = picture.pixels().len() / 50;
    for (level, count) in counts.iter().enumerate().rev() {
        if *count > left {
            return (BRIGHT / (level.max(1) as f32)).clamp(1.0, MOST_RAISED);
        }
        left -= count;
    }
    1.0
}
