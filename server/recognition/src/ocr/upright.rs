//! A page that may lie on its side or its head.

use bailing_vision::Quad;
use image::RgbImage;

use super::{OcrEngine, OcrError, TextLine};

/// So many lines are read first, to tell which way up a page is.
const SAMPLE: usize = 6;

/// A sample reads like an upright page from this mean confidence. Upright pages of the simulator read at
/// 0.93 and more, the same pages on their heads below 0.75.
const UPRIGHT: f32 = 0.88;

/// Lines of the sample are so many times as long as they are high: shorter ones say little, and longer ones
/// cost much.
const SAMPLE_LENGTH: std::ops::Range<f32> = 3.0..16.0;

/// What was seen of a page.
#[derive(Debug)]
pub(crate) enum Sight {
    /// Its lines, in pixels of the picture.
    Lines(Vec<TextLine>),
    /// It has to be turned to the left by so many quarters before it is read.
    Turned(usize),
}

/// Reads a page, or says how it lies.
pub(crate) fn read_page(engine: &dyn OcrEngine, picture: &RgbImage) -> Result<Sight, OcrError> {
    let found = engine.find(picture)?;
    let length_down: f32 = found.iter().filter(|line| runs_down(line)).map(length).sum();
    let length_in_all: f32 = found.iter().map(length).sum();
    let sideways = length_down * 2.0 > length_in_all;
    let (mut sample, mut rest): (Vec<Quad>, Vec<Quad>) = found.into_iter().partition(|line| {
        runs_down(line) == sideways && SAMPLE_LENGTH.contains(&slenderness(line))
    });
    sample.sort_by(|a, b| length(b).total_cmp(&length(a)));
    rest.extend(sample.drain(SAMPLE.min(sample.len())..));
    let mut lines = engine.read(picture, &sample)?;
    let confidence = |lines: &[TextLine]| {
        lines.iter().map(|line| line.confidence).sum::<f32>() / sample.len().max(1) as f32
    };
    let forwards = confidence(&lines);
    let backwards = if forwards >= UPRIGHT || sample.is_empty() {
        0.0
    } else {
        let turned: Vec<Quad> = sample.iter().copied().map(turned_around).collect();
        confidence(&engine.read(picture, &turned)?)
    };
    match (sideways, backwards > forwards) {
        (false, false) => {}
        (true, false) => return Ok(Sight::Turned(1)),
        (false, true) => return Ok(Sight::Turned(2)),
        (true, true) => return Ok(Sight::Turned(3)),
    }
    lines.extend(engine.read(picture, &rest)?);
    Ok(Sight::Lines(lines))
}

/// The same line, read from its other end.
pub(super) fn turned_around(mut line: Quad) -> Quad {
    line.corners.rotate_left(2);
    line
}

fn runs_down(line: &Quad) -> bool {
    let [from, to, ..] = line.corners;
    (to.x - from.x).abs() < (to.y - from.y).abs()
}

fn length(line: &Quad) -> f32 {
    let [(from, to), ..] = line.sides();
    from.distance(to)
}

fn slenderness(line: &Quad) -> f32 {
    let [_, (from, to), ..] = line.sides();
    length(line) / from.distance(to).max(1.0)
}

#[cfg(test)]
mod tests {
    use bailing_vision::Point;
    use image::RgbImage;

    use super::*;

    /// Ten lines on a page of 100 × 200 that stands upright once it is turned left by so many quarters: it
    /// reads what lies that way, and whatever else with doubts.
    struct Lying(usize);

    impl Lying {
        fn place(&self, at: usize) -> Quad {
            let (top, bottom) = (at as f32 * 10.0 + 2.0, at as f32 * 10.0 + 10.0);
            let across = Quad::rectangle(10.0, top, 90.0, bottom);
            let down = Quad::rectangle(top, 10.0, bottom, 90.0);
            if self.0.is_multiple_of(2) {
                return across;
            }
            let mut down = down;
            down.corners.rotate_left(1);
            down
        }
    }

    impl OcrEngine for Lying {
        fn name(&self) -> &str {
            "lying/1"
        }

        fn find(&self, _: &RgbImage) -> Result<Vec<Quad>, OcrError> {
            Ok((0..10).map(|at| self.place(at)).collect())
        }

        fn read(&self, _: &RgbImage, lines: &[Quad]) -> Result<Vec<TextLine>, OcrError> {
            let start =
                |line: &Quad| line.corners.first().copied().unwrap_or(Point { x: 0.0, y: 0.0 });
            let right = |line: &Quad| match self.0 {
                0 => start(line).x < 50.0,
                1 => start(line).y < 50.0,
                2 => start(line).x > 50.0,
                _ => start(line).y > 50.0,
            };
            Ok(lines
                .iter()
                .map(|line| TextLine {
                    text: "一二三".to_owned(),
                    confidence: if right(line) { 0.97 } else { 0.6 },
                    region: *line,
                    characters: Vec::new(),
                })
                .collect())
        }
    }

    #[test]
    fn a_page_is_read_upright_only() {
        let picture = RgbImage::new(100, 200);
        for quarters in 1..4 {
            let seen = read_page(&Lying(quarters), &picture).expect("read");
            assert!(matches!(seen, Sight::Turned(turns) if turns == quarters), "{seen:?}");
        }
        let seen = read_page(&Lying(0), &picture).expect("read");
        assert!(matches!(seen, Sight::Lines(lines) if lines.len() == 10));
    }
}
