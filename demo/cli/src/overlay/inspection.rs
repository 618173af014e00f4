//! What the phone finds in a photo.

use bailing_vision::document::Document;
use bailing_vision::quality::Grid;
use bailing_vision::recapture::{MoireTrace, SpectrumPicture};
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Analysis, Homography, Point, Quad, Severity};
use embedded_graphics::geometry::Point as Place;
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, PrimitiveStyle};
use image::{DynamicImage, GrayImage, Rgb, RgbImage, imageops};

use super::canvas::{Canvas, LINE};

/// Evidence of moiré from which a tile is drawn: with less there is nothing to see.
const SHOWN: f32 = 3.0;

/// Diameter of the ring around a spectrum's peak.
const RING: u32 = 15;

const GLARE: [u8; 3] = [0, 200, 255];
const BLURRED: [u8; 3] = [255, 0, 160];
const SHARP: [u8; 3] = [0, 200, 80];
const TRACE: Rgb888 = Rgb888::new(255, 220, 0);
const DISPLAY: Rgb888 = Rgb888::new(255, 120, 0);

/// Draws the page's sides from red (unsupported) to green (supported), glare in blue, focus from
/// green (sharp) to magenta (as wide as what counts as blurred, or wider), what speaks for a screen
/// (tiles with moiré in yellow, the first one's spectrum in a corner; where a display is seen in
/// orange), and the reasons.
pub(crate) fn draw(still: &Still, analysis: &Analysis, analyser: &mut Analyser) -> RgbImage {
    let mut canvas = Canvas::new(still);
    let scale = canvas.scale;
    let whole = Quad::rectangle(0.0, 0.0, still.width() as f32, still.height() as f32);
    let page = analysis.document.quad.unwrap_or(whole).scaled(scale);
    let widest = analysis
        .quality
        .signals
        .iter()
        .find(|signal| signal.code == "blurred")
        .map_or(f32::INFINITY, |signal| signal.threshold);
    let assessor = analyser.quality_assessor();
    canvas.tint(&page, assessor.focus_map(), |width| {
        let share = (width / widest).clamp(0.0, 1.0);
        (width > 0.0).then_some((mixed(SHARP, BLURRED, share), 0.25))
    });
    canvas.tint(&page, assessor.glare_mask(), |share| {
        (share > 0.05).then_some((GLARE, 0.3 + 0.5 * share.min(1.0)))
    });
    if analysis.document.found {
        canvas.outline(&page, &analysis.document);
    }
    let seen = analysis.signals().find(|signal| signal.code == "screen_in_view");
    if let Some(region) = seen.and_then(|signal| signal.region) {
        canvas.frame(&region.scaled(scale), DISPLAY, 3);
    }
    let traces = &analysis.recapture.moire.traces;
    for trace in traces.iter().filter(|trace| trace.evidence > SHOWN) {
        canvas.frame(&trace.region().scaled(scale), TRACE, 3);
    }
    canvas.reasons(analysis);
    if let Some(trace) = traces.first() {
        canvas.spectrum(trace, &analyser.spectrum_picture(&still.frame(), trace));
    }
    canvas.picture
}

fn mixed(from: [u8; 3], to: [u8; 3], share: f32) -> [u8; 3] {
    let [a, b, c] = from;
    let [d, e, f] = to;
    [(a, d), (b, e), (c, f)]
        .map(|(from, to)| (f32::from(from) * (1.0 - share) + f32::from(to) * share) as u8)
}

impl Canvas {
    /// Mixes a colour into each pixel of the page, by the grid's cell that it lies in.
    fn tint(&mut self, page: &Quad, grid: &Grid, colour: impl Fn(f32) -> Option<([u8; 3], f32)>) {
        let cells = Quad::rectangle(0.0, 0.0, grid.width() as f32, grid.height() as f32);
        let Some(to_cells) = Homography::between(page, &cells) else { return };
        for (x, y, pixel) in self.picture.enumerate_pixels_mut() {
            let place = Point { x: x as f32 + 0.5, y: y as f32 + 0.5 };
            if !page.contains(place) {
                continue;
            }
            let cell = to_cells.map(place);
            let value = grid.at(cell.x.max(0.0) as usize, cell.y.max(0.0) as usize);
            if let Some((colour, share)) = value.and_then(&colour) {
                *pixel = Rgb(mixed(pixel.0, colour, share));
            }
        }
    }

    fn outline(&mut self, page: &Quad, document: &Document) {
        for ((from, to), support) in page.sides().into_iter().zip(document.support) {
            let [r, g, b] = mixed([255, 40, 40], [40, 230, 40], support);
            self.line(from, to, Rgb888::new(r, g, b), 5);
        }
    }

    /// A tile's spectrum in the corner at the lower right, zero in its middle, a ring around the peak
    /// and its mirror image.
    fn spectrum(&mut self, trace: &MoireTrace, picture: &SpectrumPicture) {
        let Some(grey) = GrayImage::from_raw(picture.side, picture.side, picture.grey.clone())
        else {
            return;
        };
        let left = i64::from(self.picture.width()) - i64::from(picture.side);
        let top = i64::from(self.picture.height()) - i64::from(picture.side);
        imageops::replace(&mut self.picture, &DynamicImage::from(grey).to_rgb8(), left, top);
        let [across, down] = trace.frequency;
        // Half the scale shows frequencies to a quarter cycle a pixel of the frame.
        let cycles = (picture.side * trace.scale) as f32;
        let middle = picture.side as f32 / 2.0;
        for sign in [-1.0, 1.0] {
            let place = |from: i64, frequency: f32| {
                (from as f32 + middle + sign * frequency * cycles - RING as f32 / 2.0) as i32
            };
            let corner = Place::new(place(left, across), place(top, down));
            let ring = Circle::new(corner, RING);
            let Ok(()) = ring.into_styled(PrimitiveStyle::with_stroke(TRACE, 1)).draw(self);
        }
        let text = format!("{across:+.3} {down:+.3}  {:.1}", trace.evidence);
        self.label(&text, Place::new(left as i32, top as i32 - LINE), TRACE);
    }

    /// The verdict, and every signal that objects, with its measure.
    fn reasons(&mut self, analysis: &Analysis) {
        let mut lines = vec![format!(
            "{}  page {:.2}  sides {:.2} {:.2} {:.2} {:.2}  recapture {:.2}",
            analysis.verdict.name(),
            analysis.document.confidence,
            analysis.document.support[0],
            analysis.document.support[1],
            analysis.document.support[2],
            analysis.document.support[3],
            analysis.recapture.score,
        )];
        lines.extend(
            analysis
                .signals()
                .filter(|signal| signal.severity > Severity::Pass)
                .map(|s| format!("{}  {:.3}, threshold {:.3}", s.code, s.score, s.threshold)),
        );
        self.heading(&lines);
    }
}
