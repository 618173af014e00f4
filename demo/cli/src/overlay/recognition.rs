//! What the server reads of a photo.

use bailing_recognition::Recognition;
use bailing_vision::still::Still;
use bailing_vision::{Quad, Severity};
use embedded_graphics::geometry::Point as Place;
use embedded_graphics::pixelcolor::Rgb888;
use image::RgbImage;

use super::canvas::{Canvas, LINE};

const TEXT: Rgb888 = Rgb888::new(110, 150, 255);
const FIELD: Rgb888 = Rgb888::new(0, 200, 80);
const FAILED: Rgb888 = Rgb888::new(255, 40, 40);
const SEAL: Rgb888 = Rgb888::new(255, 0, 160);
const OBJECTION: Rgb888 = Rgb888::new(255, 120, 0);

/// Draws lines of text in thin blue, fields in green or, where they fail their check, in red, seals in
/// magenta, and places that a signal objects to in orange, each with its name.
pub(crate) fn draw(still: &Still, recognition: &Recognition) -> RgbImage {
    let mut canvas = Canvas::new(still);
    for line in &recognition.text_lines {
        let region = line.region.scaled(canvas.scale);
        canvas.frame(&region, TEXT, 1);
    }
    for (name, field) in &recognition.fields {
        let colour = if field.passed == Some(false) { FAILED } else { FIELD };
        if let Some(region) = &field.region {
            named(&mut canvas, region, name, colour);
        }
    }
    for seal in &recognition.seals {
        named(&mut canvas, &seal.region, &seal.label, SEAL);
    }
    let objections = recognition.signals.iter().filter(|signal| signal.severity > Severity::Pass);
    for signal in objections.clone() {
        if let Some(region) = &signal.region {
            named(&mut canvas, region, &signal.code, OBJECTION);
        }
    }
    let mut heading = vec![format!(
        "{}  {} {:.2}  {} lines",
        recognition.verdict.name(),
        recognition.kind,
        recognition.kind_score,
        recognition.text_lines.len(),
    )];
    heading.extend(objections.map(|signal| signal.code.to_string()));
    canvas.heading(&heading);
    canvas.picture
}

fn named(canvas: &mut Canvas, region: &Quad, name: &str, colour: Rgb888) {
    let region = region.scaled(canvas.scale);
    canvas.frame(&region, colour, 3);
    let [left, top, ..] = region.bounds();
    canvas.label(name, Place::new(left as i32, top as i32 - LINE), colour);
}
