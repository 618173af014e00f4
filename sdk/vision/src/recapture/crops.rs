//! What the crop network says of parts of a frame, at the frame's own pixels.

use super::tiles::spread;
use crate::model::{ModelError, Models};
use crate::pixels::{read_luma, read_rgb};
use crate::{Frame, Quad};

/// Parts along the frame's longer and its shorter side among which the best are chosen.
const ALONG: u32 = 6;
const ACROSS: u32 = 5;

/// Parts that are looked at. On 63 camera originals 4, 6, 8, and 12 give AUC 0.84, 0.83, 0.81, 0.80, all
/// 30 give 0.79.
pub(super) const LOOKS: usize = 4;

/// Mean luma from which on a part is taken for clipped, and shows nothing.
const CLIPPED: f32 = 235.0;

/// Rows and pixels of which one is read to judge a part's brightness.
const APART: usize = 8;

/// The brightest parts of one frame: a display shows its raster where it is lit. Parts chosen by
/// contrast instead give AUC 0.67 on the same originals, by fine detail 0.72: what is drawn has
/// both, on displays and on paper.
#[derive(Debug, Default)]
pub(super) struct Crops {
    /// Size of the frame last chosen from, and left and top of its parts, brightest first.
    size: [u32; 2],
    chosen: Vec<([u32; 2], f32)>,
    line: Vec<u8>,
    planes: Vec<f32>,
}

impl Crops {
    /// Chooses the parts of a frame; none where it is smaller than one.
    pub(super) fn choose(&mut self, frame: &Frame<'_>) {
        const SIDE: u32 = Models::CROP_SIDE as u32;
        self.size = [frame.width(), frame.height()];
        self.chosen.clear();
        let (columns, rows) =
            if frame.width() >= frame.height() { (ALONG, ACROSS) } else { (ACROSS, ALONG) };
        // They lie over each other by half at most.
        let places = |length: u32, most: u32| {
            spread(length, SIDE, (SIDE / 2).max(length.saturating_sub(SIDE) / (most - 1)))
        };
        for top in places(frame.height(), rows) {
            for left in places(frame.width(), columns) {
                let brightness = self.brightness(frame, [left, top]);
                if brightness < CLIPPED {
                    self.chosen.push(([left, top], brightness));
                }
            }
        }
        self.chosen.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        self.chosen.truncate(LOOKS);
    }

    /// The network's logit for one of the parts chosen, and where it lies; none of a frame of another
    /// size.
    pub(super) fn look(
        &mut self,
        models: &mut Models,
        frame: &Frame<'_>,
        index: usize,
    ) -> Result<Option<(f32, Quad)>, ModelError> {
        const SIDE: usize = Models::CROP_SIDE;
        let chosen =
            self.chosen.get(index).filter(|_| self.size == [frame.width(), frame.height()]);
        let Some(&([left, top], _)) = chosen else { return Ok(None) };
        self.planes.resize(3 * SIDE * SIDE, 0.0);
        self.line.resize(3 * SIDE, 0);
        let (red, rest) = self.planes.split_at_mut(SIDE * SIDE);
        let (green, blue) = rest.split_at_mut(SIDE * SIDE);
        let planes = red.chunks_exact_mut(SIDE).zip(green.chunks_exact_mut(SIDE));
        for (y, ((red, green), blue)) in (top..).zip(planes.zip(blue.chunks_exact_mut(SIDE))) {
            read_rgb(frame, left, y, &mut self.line);
            let pixels = red.iter_mut().zip(green).zip(blue).zip(self.line.as_chunks::<3>().0);
            for (((red, green), blue), pixel) in pixels {
                [*red, *green, *blue] = pixel.map(|value| f32::from(value) / 255.0);
            }
        }
        let logit = models.recapture_crop(&self.planes)?;
        Ok(Some((logit, Quad::square(left, top, SIDE as u32))))
    }

    fn brightness(&mut self, frame: &Frame<'_>, [left, top]: [u32; 2]) -> f32 {
        self.line.resize(Models::CROP_SIDE, 0);
        let (mut sum, mut count) = (0u32, 0u32);
        for y in (top..top + Models::CROP_SIDE as u32).step_by(APART) {
            read_luma(frame, left, y, &mut self.line);
            for value in self.line.iter().step_by(APART) {
                sum += u32::from(*value);
                count += 1;
            }
        }
        sum as f32 / count.max(1) as f32
    }
}
