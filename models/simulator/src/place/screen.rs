//! A sheet shown on a liquid crystal display: what a forger photographs instead of the paper.

use crate::colour::{Rgb, add, mix, scale, smoothstep, srgb};
use crate::document::Sheet;
use crate::homography::Homography;
use crate::noise;
use crate::place::pose::Pose;
use crate::raster::Raster;
use crate::scene::{Scene, Truth};

/// A display with a sheet's picture on it, in a dim room.
#[derive(Clone, Debug)]
pub struct Screen {
    sheet: Sheet,
    frame: [usize; 2],
    /// Display pixels, column by row.
    content: Raster,
    /// Display pixels to the frame, and back.
    to_frame: Homography,
    to_display: Homography,
    /// Where the sheet's picture lies: display pixels of its top left corner, and display pixels a
    /// millimetre.
    window: ([f32; 2], f32),
}

/// Light that a closed cell lets through, as a share of white: 1 : 700.
const BLACK_LEVEL: f32 = 0.0014;
/// Backlights are bluer than paper in the same room.
const WHITE_POINT: Rgb = [0.88, 0.98, 1.16];
/// Share of a sub-pixel's width and of a pixel's height that lets light through.
const APERTURE: [f32; 2] = [0.78, 0.86];
/// Display pixels of the viewer's tool bar.
const BAR: f32 = 34.0;
/// Width of the display's frame in display pixels.
const BEZEL: f32 = 30.0;

impl Screen {
    /// A display of `pixels` columns that shows the sheet in a viewer's window. How many display
    /// pixels fall on one camera pixel, and with it the raster's frequency in the picture, follows
    /// from `pixels`, the pose and the frame.
    #[must_use]
    pub fn new(sheet: Sheet, frame: [usize; 2], pose: Pose, columns: usize) -> Self {
        let [width, height] = sheet.size;
        let rows = columns * 10 / 16;
        let display = [columns as f32, rows as f32];
        let scale = ((display[0] * 0.96) / width).min((display[1] - BAR) * 0.96 / height);
        let corner =
            [(display[0] - width * scale) / 2.0, BAR + (display[1] - BAR - height * scale) / 2.0];
        let picture =
            sheet.face.resized((width * scale).round() as usize, (height * scale).round() as usize);
        let content = compose(&picture, [columns, rows], corner);
        let to_frame = pose.homography(display, frame);
        Self {
            sheet,
            frame,
            content,
            to_frame,
            to_display: to_frame.inverse(),
            window: (corner, scale),
        }
    }

    /// Display pixels on one camera pixel, at the middle of the frame.
    #[must_use]
    pub fn pixels_a_pixel(&self) -> f32 {
        let middle = self.frame.map(|side| side as f32 / 2.0);
        let here = self.to_display.apply(middle);
        let there = self.to_display.apply([middle[0] + 1.0, middle[1]]);
        (there[0] - here[0]).hypot(there[1] - here[1])
    }

    /// Light of one point of one display pixel: three vertical stripes, dark between them.
    fn emit(&self, [x, y]: [f32; 2]) -> Rgb {
        let pixel = self.content.at(x as usize, y as usize);
        let (across, down) = (x.fract() * 3.0, y.fract());
        let [wide, high] = APERTURE;
        let mut light = [0.0; 3];
        if (down - 0.5).abs() < high / 2.0 && (across.fract() - 0.5).abs() < wide / 2.0 {
            let channel = (across as usize).min(2);
            // A third of the width carries the whole channel's light.
            let level = pixel[channel] * (1.0 - BLACK_LEVEL) + BLACK_LEVEL;
            light[channel] = level * WHITE_POINT[channel] * 3.0 / (wide * high);
        }
        light
    }
}

/// The viewer's window: a bar, a grey surface, the picture.
fn compose(picture: &Raster, [columns, rows]: [usize; 2], [left, top]: [f32; 2]) -> Raster {
    let [left, top] = [left as usize, top as usize];
    Raster::from_fn(columns, rows, |x, y| {
        let inside = (left..left + picture.width()).contains(&x)
            && (top..top + picture.height()).contains(&y);
        if inside {
            picture.at(x - left, y - top)
        } else if y < BAR as usize {
            let button = (12..22).contains(&y) && x % 46 > 20 && x % 46 < 34 && x < columns / 3;
            if button { srgb(0x6a7078) } else { srgb(0xd8dbdf) }
        } else {
            srgb(0x4b4f54)
        }
    })
}

impl Scene for Screen {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let [x, y] = self.to_display.apply(at);
        let (width, height) = (self.content.width() as f32, self.content.height() as f32);
        let beyond = (-x).max(x - width).max(-y).max(y - height);
        // The room is dim, but not dark; glass and plastic throw a little of it back.
        let room = 0.006 + 0.006 * noise::fractal(at[0] * 0.004, at[1] * 0.004, 2, 9);
        if beyond < 0.0 {
            // A display is darker from the side: the corners lose a little.
            let (u, v) = (x / width - 0.5, y / height - 0.5);
            let lit = scale(self.emit([x, y]), 0.9 * (1.0 - 0.35 * (u * u + v * v)));
            return add(lit, [room; 3]);
        }
        let edge = smoothstep(2.5, 0.0, (beyond - BEZEL).abs()) * 0.02;
        let bezel = add(srgb(0x141416), [edge + room; 3]);
        let glow = 0.05 * (-(beyond - BEZEL).max(0.0) / 60.0).exp();
        let wall =
            scale([0.035, 0.036, 0.042], 0.7 + 0.6 * noise::fractal(x * 0.01, y * 0.01, 3, 4));
        mix(bezel, add(wall, [glow; 3]), smoothstep(BEZEL - 1.0, BEZEL + 1.0, beyond))
    }

    fn truth(&self) -> Truth {
        let ([left, top], scale) = self.window;
        let placed = self.to_frame.after_scale(scale, [left, top]);
        Truth::of_sheet(&self.sheet, &placed)
    }
}
