//! The blocks that the encoder cut the picture into, in frequencies.

use bailing_vision::{Frame, PixelFormat};
use rayon::prelude::*;

use super::container::Container;

/// Pixels a side of a block.
pub(super) const SIDE: usize = 8;

/// Frequencies that are kept of a block, by row and column: the others are zero in most pictures.
pub(super) const KEPT: [(usize, usize); KEPT_COUNT] = kept();

/// Levels that are not zero, from which rounding a block's pixels is noise rather than a change of its levels.
const BUSY: usize = 5;

/// How many those are.
pub(super) const KEPT_COUNT: usize = 35;

const fn kept() -> [(usize, usize); KEPT_COUNT] {
    let mut kept = [(0, 0); KEPT_COUNT];
    let (mut count, mut sum) = (0, 1);
    while sum <= 7 {
        let mut row = 0;
        while row <= sum {
            if count < KEPT_COUNT {
                #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
                {
                    kept[count] = (row, sum - row);
                }
                count += 1;
            }
            row += 1;
        }
        sum += 1;
    }
    kept
}

/// A block: what the encoder wrote down of it, and how it looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// Multiples of the quantisation at [`KEPT`], held to a byte.
    pub(super) levels: [i8; KEPT_COUNT],
    /// Whether a channel of a pixel lies at an end of the scale.
    pub(super) clipped: bool,
    /// Whether it is not so even that rounding its pixels took what little there was.
    pub(super) busy: bool,
}

/// The blocks of a picture as it is stored, row by row.
pub(super) struct Blocks {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) blocks: Vec<Block>,
    /// Quantisation at [`KEPT`].
    pub(super) steps: [u16; KEPT_COUNT],
    turned: Turned,
}

impl Blocks {
    /// The blocks of an upright frame that was decoded from `container`'s picture; `None` where the two do
    /// not fit.
    pub(super) fn of(frame: &Frame<'_>, container: &Container) -> Option<Self> {
        let table = container.luma?;
        let [width, height] = container.size?;
        let turned = Turned { orientation: container.orientation, width, height };
        let upright = if turned.is_across() { [height, width] } else { [width, height] };
        if upright != [frame.width(), frame.height()] {
            return None;
        }
        let (columns, rows) = (width as usize / SIDE, height as usize / SIDE);
        let steps = KEPT.map(|(row, column)| table.get(row * SIDE + column).copied().unwrap_or(1));
        let inverse = steps.map(|step| 1.0 / f32::from(step));
        let blocks = (0..rows)
            .into_par_iter()
            .flat_map_iter(|row| {
                let strip = strip(frame, &turned, row, columns * SIDE);
                let block = move |column: usize| block(&strip, column * SIDE, &inverse);
                (0..columns).map(block)
            })
            .collect();
        Some(Self { columns, rows, blocks, steps, turned })
    }

    /// How the stored picture lies to the upright one.
    pub(super) fn turned(&self) -> Turned {
        self.turned
    }

    /// The luma of a row of blocks of the same frame, eight lines of 0..255; negative where a channel lies at an end
    /// of the scale.
    pub(super) fn strip(&self, frame: &Frame<'_>, row: usize) -> [Vec<f32>; SIDE] {
        strip(frame, &self.turned, row, self.columns * SIDE)
    }
}

/// How the stored picture lies to the upright one (Exif 2.32 §4.6.4.A, tag 274).
#[derive(Clone, Copy, Debug)]
pub(super) struct Turned {
    orientation: u8,
    width: u32,
    height: u32,
}

impl Turned {
    /// A rectangle of stored blocks, `[left, top, right, bottom]`, in pixels of the upright frame.
    pub(super) fn area(self, [left, top, right, bottom]: [usize; 4]) -> [f32; 4] {
        let corner = |x: usize, y: usize| self.upright([x * SIDE, y * SIDE].map(|at| at as f32));
        let ([ax, ay], [bx, by]) = (corner(left, top), corner(right, bottom));
        [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]
    }

    /// The stored block, column and row, in which a place of the upright frame lies.
    pub(super) fn block(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [width, height] = [self.width, self.height].map(|side| side as f32);
        let stored = match self.orientation {
            2 => [width - x, y],
            3 => [width - x, height - y],
            4 => [x, height - y],
            5 => [y, x],
            6 => [y, height - x],
            7 => [width - y, height - x],
            8 => [width - y, x],
            _ => [x, y],
        };
        stored.map(|along| (along / SIDE as f32).max(0.0))
    }

    /// Width and height as stored.
    pub(super) fn stored(self) -> [u32; 2] {
        [self.width, self.height]
    }

    fn is_across(self) -> bool {
        self.orientation >= 5
    }

    /// Where a stored place, in pixels from the outer corner, lies upright.
    pub(super) fn upright(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [width, height] = [self.width, self.height].map(|side| side as f32);
        match self.orientation {
            2 => [width - x, y],
            3 => [width - x, height - y],
            4 => [x, height - y],
            5 => [y, x],
            6 => [height - y, x],
            7 => [height - y, width - x],
            8 => [y, width - x],
            _ => [x, y],
        }
    }
}

/// Eight stored rows of luma (ITU-R BT.601), 0..255; minus that where [`is_cut`].
fn strip(frame: &Frame<'_>, turned: &Turned, row: usize, width: usize) -> [Vec<f32>; SIDE] {
    let bytes = frame.format().bytes_per_pixel();
    let colour = frame.format() != PixelFormat::Luma8;
    let luma = |pixel: &[u8]| {
        let (luma, cut) = match pixel {
            [red, green, blue, ..] if colour => {
                let weighed =
                    0.299 * f32::from(*red) + 0.587 * f32::from(*green) + 0.114 * f32::from(*blue);
                (weighed, [red, green, blue].into_iter().any(|level| is_cut(*level)))
            }
            [level, ..] => (f32::from(*level), is_cut(*level)),
            [] => (0.0, true),
        };
        if cut { -luma } else { luma }
    };
    std::array::from_fn(|line| {
        let y = row * SIDE + line;
        if turned.orientation <= 1 {
            return frame.row(y as u32).chunks_exact(bytes).take(width).map(luma).collect();
        }
        let pixel = |x: usize| {
            let [x, y] = turned.upright([x as f32 + 0.5, y as f32 + 0.5]);
            let start = x as usize * bytes;
            luma(frame.row(y as u32).get(start..start + bytes).unwrap_or_default())
        };
        (0..width).map(pixel).collect()
    })
}

fn block(strip: &[Vec<f32>; SIDE], left: usize, inverse: &[f32; KEPT_COUNT]) -> Block {
    let signed = strip.each_ref().map(|row| {
        let cut = row.get(left..).and_then(|rest| rest.first_chunk::<SIDE>());
        cut.copied().unwrap_or_default()
    });
    let clipped = signed.iter().flatten().any(|level| *level <= 0.0);
    let pixels = signed.map(|row| row.map(f32::abs));
    let mut levels = [0i8; KEPT_COUNT];
    let frequencies = frequencies(&pixels);
    let places = KEPT.iter().zip(inverse).zip(&mut levels);
    for (((row, column), inverse), level) in places {
        let value = frequencies.get(*row).and_then(|row| row.get(*column)).copied();
        // A cast saturates.
        *level = (value.unwrap_or_default() * inverse).round() as i8;
    }
    let busy = levels.iter().filter(|level| **level != 0).count();
    Block { levels, clipped, busy: busy >= BUSY }
}

/// Whether a channel may have been cut off at an end of the scale when it was first decoded: the second round
/// moved it from there by a few levels, by more where dark colours lie out of gamut.
fn is_cut(level: u8) -> bool {
    matches!(level, 0..=16 | 249..=255)
}

/// The discrete cosine transform of a block, orthonormal (T.81 §A.3.3): rows of vertical frequency.
pub(super) fn frequencies(pixels: &[[f32; SIDE]; SIDE]) -> [[f32; SIDE]; SIDE] {
    let across = pixels.map(|row| {
        BASIS.map(|wave| wave.iter().zip(row).map(|(share, level)| share * level).sum::<f32>())
    });
    BASIS.map(|wave| {
        wave.iter().zip(&across).fold([0.0; SIDE], |mut sum, (share, row)| {
            for (total, value) in sum.iter_mut().zip(row) {
                *total += share * value;
            }
            sum
        })
    })
}

const A: f32 = 0.353_553_4;
const B: f32 = 0.490_392_64;
const C: f32 = 0.461_939_77;
const D: f32 = 0.415_734_8;
const E: f32 = 0.277_785_12;
const F: f32 = 0.191_341_72;
const G: f32 = 0.097_545_16;
const BASIS: [[f32; SIDE]; SIDE] = [
    [A, A, A, A, A, A, A, A],
    [B, D, E, G, -G, -E, -D, -B],
    [C, F, -F, -C, -C, -F, F, C],
    [D, -G, -B, -E, E, B, G, -D],
    [A, -A, -A, A, A, -A, -A, A],
    [E, -B, G, D, -D, -G, B, -E],
    [F, -C, C, -F, -F, C, -C, F],
    [G, -E, D, -B, B, -D, E, -G],
];
