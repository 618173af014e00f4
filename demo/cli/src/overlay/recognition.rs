//! What the server reads of a photo.

use bailing_recognition::{Recognition, Shelf};
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
/// Neighbouring goods have different ones.
const GOODS: [Rgb888; 6] = [
    Rgb888::new(255, 220, 0),
    Rgb888::new(90, 255, 90),
    Rgb888::new(255, 90, 220),
    Rgb888::new(80, 160, 255),
    Rgb888::new(255, 140, 40),
    Rgb888::new(240, 240, 240),
];
const OBJECTION: Rgb888 = Rgb888::new(255, 120, 0);

/// Draws lines of text in thin blue, cells of tables in thin turquoise, fields in green or, where they fail
/// their check, in red, seals and signatures in magenta, objects in yellow, and places that a signal objects to
/// in orange, each with its name. Of shelves, rows in turquoise with how full they are, each facing in its good's
/// colour, and gaps crossed out in red.
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
    if let Some(shelf) = &recognition.shelf {
        stock(&mut canvas, shelf);
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
    if let Some(shelf) = &recognition.shelf {
        heading.push(format!(
            "{} rows  {} facings  {} goods  {:.0} % full",
            shelf.rows.len(),
            shelf.facings,
            shelf.breadth,
            100.0 * shelf.fullness
        ));
    }
    heading.extend(objections.map(|signal| signal.code.to_string()));
    canvas.heading(&heading);
    canvas.picture
}

fn stock(canvas: &mut Canvas, shelf: &Shelf) {
    for row in &shelf.rows {
        named(canvas, &row.region, &format!("{:.0} %", 100.0 * row.fullness), TABLE);
        for facing in &row.facings {
            let colour = GOODS.get(facing.good % GOODS.len()).copied().unwrap_or(OBJECT);
            canvas.frame(&facing.region.scaled(canvas.scale), colour, 2);
        }
        for gap in &row.gaps {
            let [top_left, top_right, bottom_right, bottom_left] = gap.scaled(canvas.scale).corners;
            canvas.line(top_left, bottom_right, FAILED, 1);
            canvas.line(top_right, bottom_left, FAILED, 1);
        }
    }
}

fn named(canvas: &mut Canvas, region: &Quad, name: &str, colour: Rgb888) {
    let region = region.scaled(canvas.scale);
    canvas.frame(&region, colour, 3);
    let [left, top, ..] = region.bounds();
    canvas.label(name, Place::new(left as i32, top as i32 - LINE), colour);
}
