//! How much coloured ink lies on a page, held against the paper around it: lamps tint paper more than a pale
//! stamp does, and no two corners of a photo alike.

use image::{GrayImage, Luma, Rgb, RgbImage};

use super::Colour;

/// Side of the squares of a page that have one paper each, pixels: less than a seal's width, more than text.
const SQUARE: u32 = 24;

/// The pixels of a square that are its paper: above the text and below the noise, shares of all by their light.
const PAPER: std::ops::Range<f32> = 0.6..0.95;

/// Squares on either side whose paper is the same: fills what a photo or an emblem covers.
const AROUND: u32 = 2;

/// Darker paper than this, of 255, is told from none by its noise alone.
const DARKEST: f32 = 8.0;

/// Levels of a picture of ink for one by which all light of the paper is taken away.
const LEVELS: f32 = 400.0;

/// What colour the paper has, one for every [`SQUARE`].
pub(super) struct Paper {
    tints: Vec<[f32; 3]>,
    columns: u32,
    rows: u32,
}

impl Paper {
    pub(super) fn of(page: &RgbImage) -> Self {
        let [columns, rows] = [page.width(), page.height()].map(|side| side.div_ceil(SQUARE));
        let seen: Vec<[f32; 3]> = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| [column, row]))
            .map(|square| lightest(page, square))
            .collect();
        let at = |column: u32, row: u32| {
            seen.get((row * columns + column) as usize).copied().unwrap_or([255.0; 3])
        };
        let tints = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| [column, row]))
            .map(|[column, row]| {
                let near = |at: u32, most: u32| {
                    at.saturating_sub(AROUND)..=(at + AROUND).min(most.saturating_sub(1))
                };
                let around: Vec<[f32; 3]> = near(row, rows)
                    .flat_map(|row| near(column, columns).map(move |column| at(column, row)))
                    .collect();
                [0, 1, 2].map(|channel| median(&around, channel))
            })
            .collect();
        Self { tints, columns, rows }
    }

    /// The paper at a pixel, between the middles of the squares around it.
    fn at(&self, x: u32, y: u32) -> [f32; 3] {
        let place = |at: u32| ((at as f32 + 0.5) / SQUARE as f32 - 0.5).max(0.0);
        let (across, down) = (place(x), place(y));
        let tint = |column: u32, row: u32| {
            let (column, row) =
                (column.min(self.columns.saturating_sub(1)), row.min(self.rows.saturating_sub(1)));
            self.tints.get((row * self.columns + column) as usize).copied().unwrap_or([255.0; 3])
        };
        let (column, row) = (across as u32, down as u32);
        let (right, below) = (across.fract(), down.fract());
        let [a, b, c, d] = [[0, 0], [1, 0], [0, 1], [1, 1]]
            .map(|[right, below]| tint(column + right, row + below));
        let mut tint = [0.0; 3];
        for (channel, into) in tint.iter_mut().enumerate() {
            let of = |tint: [f32; 3]| tint.get(channel).copied().unwrap_or(255.0);
            let upper = of(a) * (1.0 - right) + of(b) * right;
            let lower = of(c) * (1.0 - right) + of(d) * right;
            *into = upper * (1.0 - below) + lower * below;
        }
        tint
    }

    /// How much of the paper's other light than its own the ink of a colour takes away. Gold, which is as far
    /// from red as from blue, counts for an emblem and not for a seal.
    pub(super) fn ink(&self, page: &RgbImage, colour: Colour, gold: bool) -> GrayImage {
        GrayImage::from_fn(page.width(), page.height(), |x, y| {
            let Some(Rgb(pixel)) = page.get_pixel_checked(x, y) else { return Luma([0]) };
            let paper = self.at(x, y);
            let mut share = [0.0; 3];
            for ((share, value), paper) in share.iter_mut().zip(pixel).zip(paper) {
                *share = (f32::from(*value) / paper.max(DARKEST)).min(1.1);
            }
            let [red, green, blue] = share;
            let (own, others) = match colour {
                Colour::Red => (red, [green, blue]),
                Colour::Blue => (blue, [red, green]),
            };
            // Of the two others the stronger: yellow paper is no red ink.
            let [most, least] = [others[0].max(others[1]), others[0].min(others[1])];
            let excess = own - most;
            let excess = if !gold && most - least > excess { 0.0 } else { excess };
            Luma([(excess * LEVELS).clamp(0.0, 255.0) as u8])
        })
    }
}

/// The mean colour of a square's paper.
fn lightest(page: &RgbImage, [column, row]: [u32; 2]) -> [f32; 3] {
    let (left, top) = (column * SQUARE, row * SQUARE);
    let (right, bottom) = ((left + SQUARE).min(page.width()), (top + SQUARE).min(page.height()));
    let mut pixels: Vec<[u8; 3]> = (top..bottom)
        .flat_map(|y| (left..right).map(move |x| (x, y)))
        .filter_map(|(x, y)| page.get_pixel_checked(x, y).map(|pixel| pixel.0))
        .collect();
    pixels.sort_unstable_by_key(|[red, green, blue]| {
        u32::from(*red) + u32::from(*green) + u32::from(*blue)
    });
    let place = |share: f32| (pixels.len() as f32 * share) as usize;
    let paper = pixels.get(place(PAPER.start)..=place(PAPER.end)).unwrap_or(&pixels);
    let mut sums = [0.0; 3];
    for pixel in paper {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += f32::from(*value);
        }
    }
    sums.map(|sum| sum / paper.len().max(1) as f32)
}

fn median(tints: &[[f32; 3]], channel: usize) -> f32 {
    let mut values: Vec<f32> = tints.iter().filter_map(|tint| tint.get(channel).copied()).collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page under a lamp that is a colour's on the left and another's on the right, with ink on both sides.
    fn page(left: [f32; 3], right: [f32; 3], ink: [f32; 3]) -> RgbImage {
        RgbImage::from_fn(240, 96, |x, y| {
            let share = x as f32 / 239.0;
            let is_inked = (40..56).contains(&y) && (x % 120) / 8 == 7;
            let mut pixel = [0; 3];
            for (channel, into) in pixel.iter_mut().enumerate() {
                let light = left[channel] * (1.0 - share) + right[channel] * share;
                *into = (light * if is_inked { ink[channel] } else { 1.0 }) as u8;
            }
            Rgb(pixel)
        })
    }

    #[test]
    fn ink_is_as_red_in_any_light() {
        let (warm, cold) = ([250.0, 215.0, 180.0], [140.0, 150.0, 165.0]);
        let page = page(warm, cold, [0.95, 0.7, 0.72]);
        let ink = Paper::of(&page).ink(&page, Colour::Red, false);
        let at = |x: u32| i32::from(ink.get_pixel(x, 48).0[0]);
        assert!(
            (80..105).contains(&at(60)) && (at(60) - at(180)).abs() < 12,
            "{} {}",
            at(60),
            at(180)
        );
        // Neither paper nor the lamp's own colour is ink.
        assert!(ink.enumerate_pixels().all(|(_, y, ink)| (40..56).contains(&y) || ink.0[0] < 8));
        let blue = Paper::of(&page).ink(&page, Colour::Blue, false);
        let most = blue.pixels().map(|ink| ink.0[0]).max();
        assert!(most < Some(40), "{most:?}");
    }

    #[test]
    fn gold_and_black_are_no_red_ink() {
        let white = [240.0; 3];
        for (name, ink) in [("gold", [0.9, 0.7, 0.3]), ("black", [0.2, 0.19, 0.2])] {
            let page = page(white, white, ink);
            let found = Paper::of(&page).ink(&page, Colour::Red, false);
            assert!(found.pixels().all(|ink| ink.0[0] < 12), "{name}");
        }
    }
}
