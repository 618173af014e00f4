//! Seals and signatures on pages drawn here, held against the kind's own description.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use bailing_recognition::ocr::{OcrEngine, OcrError, TextLine};
use bailing_recognition::{Agreement, CODES, Kinds, Recogniser, Recognition, Shape};
use bailing_vision::document::Document;
use bailing_vision::{Frame, PixelFormat, Quad};
use image::{Rgb, RgbImage};
use imageproc::drawing::{
    draw_antialiased_line_segment_mut, draw_filled_circle_mut, draw_filled_rect_mut,
};
use imageproc::pixelops::interpolate;
use imageproc::rect::Rect;
use proptest::prelude::*;

const PAPER: Rgb<u8> = Rgb([246, 244, 238]);
const RED: Rgb<u8> = Rgb([205, 40, 50]);
const BLACK: Rgb<u8> = Rgb([34, 34, 36]);
const PEN: Rgb<u8> = Rgb([24, 32, 92]);

const BUYER: &str = "浙江岭川建材有限公司";
const HAULIER: &str = "云溪市顺远货运有限公司";

/// An engine that has read the page, and reads the same on every ring.
struct Reads {
    lines: Vec<TextLine>,
    ring: &'static str,
}

impl OcrEngine for Reads {
    fn name(&self) -> &str {
        "reads/1"
    }

    fn find(&self, _: &RgbImage) -> Result<Vec<Quad>, OcrError> {
        Ok(self.lines.iter().map(|line| line.region).collect())
    }

    fn read(&self, picture: &RgbImage, lines: &[Quad]) -> Result<Vec<TextLine>, OcrError> {
        let known = |place: &Quad| {
            let line = self.lines.iter().find(|line| line.region == *place).cloned();
            // What is no line of the page is a ring laid out.
            let ring = line_of(self.ring, *place);
            line.or_else(|| (picture.height() == 48).then_some(ring))
        };
        Ok(lines.iter().filter_map(known).collect())
    }
}

fn line_of(text: &str, region: Quad) -> TextLine {
    TextLine { text: text.to_owned(), confidence: 0.97, region, characters: Vec::new() }
}

/// The places where a contract is sealed and signed.
const PARTIES: [(u32, &str); 2] = [(60, "甲方（盖章）："), (360, "乙方（盖章）：")];

fn line(text: &str, [left, top, right, bottom]: [u32; 4]) -> TextLine {
    let [left, top, right, bottom] = [left, top, right, bottom].map(|value| value as f32);
    line_of(text, Quad::rectangle(left, top, right, bottom))
}

/// A contract's page with its text as bars, and what an engine reads of it.
fn contract() -> (RgbImage, Vec<TextLine>) {
    let mut lines = vec![
        line("货物运输合同", [200, 40, 420, 70]),
        line(&format!("甲方：{BUYER}"), [60, 100, 380, 120]),
        line(&format!("乙方：{HAULIER}"), [60, 130, 400, 150]),
        line("合同总金额：¥486,000.00元", [60, 200, 360, 220]),
        line("签订日期：2026年06月28日", [60, 240, 330, 260]),
    ];
    for (left, label) in PARTIES {
        lines.push(line(label, [left, 600, left + 140, 620]));
        lines.push(line("授权代表：", [left, 640, left + 100, 660]));
    }
    let mut page = RgbImage::from_pixel(640, 880, PAPER);
    for line in &lines {
        let [left, top, right, bottom] = line.region.bounds().map(|value| value as i32);
        for x in (left..right).step_by(20) {
            let letter = Rect::at(x + 2, top + 2).of_size(5, (bottom - top - 4) as u32);
            draw_filled_rect_mut(&mut page, letter, BLACK);
            draw_filled_rect_mut(&mut page, Rect::at(x + 10, top + 6).of_size(4, 8), BLACK);
        }
    }
    (page, lines)
}

/// A round seal whose ink has a stamp's grain, or none.
fn stamp(page: &mut RgbImage, [x, y]: [i32; 2], grain: bool, turn: f32) {
    let mut seal = RgbImage::from_pixel(page.width(), page.height(), Rgb([255; 3]));
    draw_filled_circle_mut(&mut seal, (x, y), 60, RED);
    draw_filled_circle_mut(&mut seal, (x, y), 56, Rgb([255; 3]));
    draw_filled_circle_mut(&mut seal, (x, y), 16, RED);
    for letter in 0..9 {
        let (sine, cosine) = (turn + letter as f32 * 0.5 + 2.4).sin_cos();
        let at = [x as f32 + 44.0 * cosine, y as f32 + 44.0 * sine];
        draw_filled_rect_mut(
            &mut seal,
            Rect::at(at[0] as i32 - 4, at[1] as i32 - 5).of_size(8, 10),
            RED,
        );
    }
    for (column, row, ink) in seal.enumerate_pixels().filter(|(.., ink)| ink.0 != [255; 3]) {
        let wave = (column as f32 * 0.31 + turn).sin() * (row as f32 * 0.23 - turn).cos();
        let share = if grain { 0.7 + 0.25 * wave } else { 0.8 };
        let on = page.get_pixel_mut(column, row);
        *on = interpolate(*ink, *on, share);
    }
}

fn sign(page: &mut RgbImage, [x, y]: [i32; 2]) {
    let path = [[0, 10], [14, -12], [10, 16], [34, -16], [28, 18], [52, -10], [60, 14], [84, -6]];
    for pair in path.windows(2) {
        for thick in 0..3 {
            draw_antialiased_line_segment_mut(
                page,
                (x + pair[0][0], y + pair[0][1] + thick),
                (x + pair[1][0], y + pair[1][1] + thick),
                PEN,
                interpolate,
            );
        }
    }
}

fn recognise(page: &RgbImage, lines: &[TextLine], ring: &'static str) -> Recognition {
    let (width, height) = page.dimensions();
    let frame = Frame::new(page.as_raw(), width, height, 3 * width as usize, PixelFormat::Rgb8);
    let engine = Reads { lines: lines.to_vec(), ring };
    let kinds = Kinds::built_in().expect("the files");
    let recogniser = Recogniser::new(Some(Box::new(engine)), kinds);
    recogniser.recognise(&frame.expect("a frame"), &Document::NONE, Some("contract"))
}

fn codes(read: &Recognition) -> Vec<&str> {
    read.signals.iter().map(|signal| signal.code.as_ref()).collect()
}

#[test]
fn a_contract_sealed_and_signed_has_nothing_missing() {
    let (mut page, lines) = contract();
    for (index, (left, _)) in PARTIES.into_iter().enumerate() {
        stamp(&mut page, [left.cast_signed() + 120, 700], true, index as f32);
        sign(&mut page, [left.cast_signed() + 110, 650]);
    }
    let read = recognise(&page, &lines, BUYER);
    assert_eq!(read.verdict.reasons(), [""; 0], "{:?}", read.signals);
    assert_eq!(read.seals.len(), 2);
    for seal in &read.seals {
        assert_eq!((seal.shape, seal.label.as_str()), (Shape::Round, "seal_round_red"));
        assert_eq!(seal.text.as_deref(), Some(BUYER));
        assert_eq!(seal.name_agrees.agreement, Agreement::Consistent);
        assert_eq!(seal.name_agrees.field.as_deref(), Some("party_a"));
    }
    let beside: Vec<_> = read.seals.iter().filter_map(|seal| seal.beside.as_deref()).collect();
    assert!(beside.contains(&"甲方(盖章") && beside.contains(&"乙方(盖章"), "{beside:?}");
    assert_eq!(read.signatures.len(), 2);
    assert!(read.signatures.iter().all(|signature| signature.present), "{:?}", read.signatures);
}

#[test]
fn another_companys_seal_is_said_so() {
    let (mut page, lines) = contract();
    stamp(&mut page, [180, 700], true, 0.0);
    stamp(&mut page, [480, 700], true, 1.0);
    let read = recognise(&page, &lines, "杭州博大机械有限公司");
    assert!(codes(&read).contains(&"seal_name_mismatch"));
    let signal = read.signals.iter().find(|signal| signal.code == "seal_name_mismatch");
    assert!(signal.expect("there").region.is_some());
    let read = recognise(&page, &lines, "");
    assert_eq!(read.verdict.reasons(), [""; 0], "what cannot be read says nothing");
    assert_eq!(read.seals[0].name_agrees.agreement, Agreement::Unreadable);
}

#[test]
fn what_neither_seal_nor_hand_confirms_is_noted() {
    let (mut page, lines) = contract();
    stamp(&mut page, [180, 700], true, 0.0);
    let read = recognise(&page, &lines, BUYER);
    assert_eq!((read.verdict.name(), &codes(&read)[..]), ("accepted", &["seal_missing"][..]));
    let place = read.signals.iter().find(|signal| signal.code == "seal_missing");
    let place = place.and_then(|signal| signal.region).expect("a place");
    assert_eq!(place.bounds()[0], 360.0, "the second party's");
    assert!(read.signatures.iter().all(|signature| !signature.present));
    sign(&mut page, [470, 650]);
    let read = recognise(&page, &lines, BUYER);
    assert_eq!(codes(&read), [""; 0], "a signature does as well");
}

#[test]
fn a_seal_that_was_not_stamped_is_told() {
    let (mut page, lines) = contract();
    stamp(&mut page, [180, 700], false, 0.0);
    stamp(&mut page, [480, 700], true, 1.0);
    let read = recognise(&page, &lines, BUYER);
    assert_eq!(codes(&read), ["seal_flat"]);

    let (mut page, lines) = contract();
    stamp(&mut page, [180, 700], true, 0.0);
    let copy = image::imageops::crop_imm(&page, 110, 630, 140, 140).to_image();
    image::imageops::replace(&mut page, &copy, 410, 630);
    let read = recognise(&page, &lines, BUYER);
    assert_eq!(read.seals.len(), 2);
    assert_eq!(codes(&read), ["seal_copied"]);
}

#[test]
fn what_a_pen_wrote_is_trusted_less() {
    let (mut page, lines) = contract();
    let [left, top, right, bottom] = lines[4].region.bounds().map(|value| value as u32);
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        if *page.get_pixel(x, y) == BLACK {
            page.put_pixel(x, y, PEN);
        }
    }
    let read = recognise(&page, &lines, "");
    let date = &read.fields["date"];
    assert!(date.handwritten && date.confidence <= 0.6, "{date:?}");
    let parts: Vec<_> = read.facts.iter().filter_map(|fact| fact.parts.get("date")).collect();
    assert!(!parts.is_empty() && parts.iter().all(|part| part.confidence <= 0.6), "{parts:?}");
    let amount = &read.fields["amount"];
    assert!(!amount.handwritten && amount.confidence > 0.9, "{amount:?}");
}

#[test]
fn marks_are_written_so() {
    let (mut page, lines) = contract();
    stamp(&mut page, [180, 700], true, 0.0);
    let read = recognise(&page, &lines, BUYER);
    insta::assert_json_snapshot!((&read.seals, &read.signatures));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_pixels_are_answered(
        size in (1u32..90, 1u32..90),
        seed in any::<u32>(),
        level in 0u32..3,
        lines in proptest::collection::vec((0u32..90, 0u32..90), 0..4),
    ) {
        let page = RgbImage::from_fn(size.0, size.1, |x, y| {
            let mixed = (x ^ seed).wrapping_mul(2_654_435_761) ^ (y + seed).wrapping_mul(40_503);
            match level {
                0 => Rgb([(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8]),
                1 => if (x / 7 + y / 5 + seed) % 3 == 0 { RED } else { PAPER },
                _ => Rgb([seed as u8; 3]),
            }
        });
        let mut read: Vec<TextLine> = contract().1;
        read.extend(lines.into_iter().map(|(x, y)| line("授权代表：", [x, y, x + 30, y + 9])));
        let read = recognise(&page, &read, BUYER);
        prop_assert!(read.seals.len() <= 8);
        for signal in &read.signals {
            prop_assert!(CODES.contains(&signal.code.as_ref()), "{}", signal.code);
        }
        for signature in &read.signatures {
            prop_assert!((0.0..=1.0).contains(&signature.confidence));
        }
    }
}
