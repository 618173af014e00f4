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
const TABLE: Rgb888 = Rgb888::new(0, 190, 200);
const MARK: Rgb888 = Rgb888::new(255, 0, 160);
const OBJECT: Rgb888 = Rgb888::new(255, 220, 0);
const OBJECTION: Rgb888 = Rgb888::new(255, 120, 0);

/// Draws lines of text in thin blue, cells of tables in thin turquoise, fields in green or, where they fail
/// their check, in red, seals and signatures in magenta, objects in yellow, and places that a signal objects to
/// in orange, each with its name.
pub(crate) fn draw(still: &Still, recognition: &Recognition) -> RgbImage {
    let mut canvas = Canvas::new(still);
    let lines = recognition.text_lines.iter().map(|line| (&line.region, TEXT));
    let cells = recognition.tables.iter().flat_map(|table| &table.cells);
    for (region, colour) in lines.chain(cells.map(|cell| (&cell.region, TABLE))) {
        let region = region.scaled(canvas.scale);
        canvas.frame(&region, colour, 1);
    }
    for (name, field) in &recognition.fields {
        let colour = if field.passed == Some(false) { FAILED } else { FIELD };
        if let Some(region) = &field.region {
            named(&mut canvas, region, name, colour);
        }
    }
    for seal in &recognition.seals {
        named(&mut canvas, &seal.region, &seal.label, MARK);
    }
    for signature in recognition.signatures.iter().filter(|signature| signature.present) {
        named(&mut canvas, &signature.region, "signature", MARK);
    }
    for object in &recognition.objects {
        if let Some(region) = &object.region {
            named(&mut canvas, region, &object.class, OBJECT);
        }
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
