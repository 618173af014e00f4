//! A photo to draw on.

use std::convert::Infallible;

use bailing_vision::still::Still;
use bailing_vision::{Point, Quad};
use embedded_graphics::geometry::Point as Place;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_10X20;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use image::{Rgb, RgbImage, imageops};

/// Longer side of the drawing, pixels.
const SIDE: u32 = 1_600;

/// Height of a line of text.
pub(super) const LINE: i32 = 24;

/// The picture as a surface to draw on; what lies outside is left out.
pub(super) struct Canvas {
    pub(super) picture: RgbImage,
    /// Pixels of the drawing for one of the photo.
    pub(super) scale: f32,
}

impl Canvas {
    pub(super) fn new(still: &Still) -> Self {
        let longer = still.width().max(still.height());
        let scale = (SIDE as f32 / longer as f32).min(1.0);
        let size = |length: u32| ((length as f32 * scale).round() as u32).max(1);
        let photo = RgbImage::from_raw(still.width(), still.height(), still.rgb().to_vec());
        let photo = photo.unwrap_or_else(|| RgbImage::new(still.width(), still.height()));
        let picture = imageops::thumbnail(&photo, size(still.width()), size(still.height()));
        Self { picture, scale }
    }

    /// The sides of a region of the drawing.
    pub(super) fn frame(&mut self, region: &Quad, colour: Rgb888, width: u32) {
        for (from, to) in region.sides() {
            self.line(from, to, colour, width);
        }
    }

    pub(super) fn line(&mut self, from: Point, to: Point, colour: Rgb888, width: u32) {
        let end = |point: Point| Place::new(point.x as i32, point.y as i32);
        let style = PrimitiveStyle::with_stroke(colour, width);
        let Ok(()) = Line::new(end(from), end(to)).into_styled(style).draw(self);
    }

    /// Text on a black ground, its upper left corner at `place`.
    pub(super) fn label(&mut self, text: &str, place: Place, colour: Rgb888) {
        let style = MonoTextStyle::new(&FONT_10X20, colour);
        let text = Text::with_baseline(text, place, style, Baseline::Top);
        let ground = text.bounding_box().into_styled(PrimitiveStyle::with_fill(Rgb888::BLACK));
        let Ok(()) = ground.draw(self);
        let Ok(_) = text.draw(self);
    }

    /// Lines of text over the upper border.
    pub(super) fn heading(&mut self, lines: &[String]) {
        let height = lines.len() as u32 * LINE as u32 + 8;
        let band = Rectangle::new(Place::zero(), Size::new(self.picture.width(), height));
        let Ok(()) = band.into_styled(PrimitiveStyle::with_fill(Rgb888::BLACK)).draw(self);
        for (line, y) in lines.iter().zip((4..).step_by(LINE as usize)) {
            self.label(line, Place::new(8, y), Rgb888::WHITE);
        }
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.picture.width(), self.picture.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(place, colour) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(place.x), u32::try_from(place.y))
                && let Some(pixel) = self.picture.get_pixel_mut_checked(x, y)
            {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}
