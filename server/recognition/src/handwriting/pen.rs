//! Whether a pen wrote a value: by how its line looks to the reader, and by ink that is bluer than the page's print.

use std::collections::BTreeMap;

use bailing_vision::{Point, Quad};
use image::{Luma, RgbImage};

use super::{Ink, ink, width};
use crate::ocr::OcrEngine;
use crate::page::{Line, Page};
use crate::recogniser::Field;

/// A value's confidence is no more where a pen wrote it: the reader was trained on print.
const TRUST: f32 = 0.6;

/// How much a value looks written that is taken for it, of 1: `models/handwriting.md`.
const WRITTEN: f32 = 0.88;

/// How much bluer than most of the page's lines ink is that is no print, of 255.
const BLUER: f32 = 14.0;

/// Marks the fields that a pen wrote, in pixels of the page, and trusts them less.
pub(crate) fn mark_written(
    picture: &RgbImage,
    page: &Page,
    engine: &dyn OcrEngine,
    fields: &mut BTreeMap<String, Field>,
) {
    let print = print_tint(picture, page.lines());
    let values: Vec<Vec<Quad>> = fields.values().map(|field| value(field, page)).collect();
    // An engine that fails here has read the page: what it read stays, and nothing is said of pens.
    let looks = engine.written(picture, &values.concat()).unwrap_or_default();
    let mut looks = looks.into_iter();
    for (field, lines) in fields.values_mut().zip(&values) {
        let looks: Vec<f32> = looks.by_ref().take(lines.len()).flatten().collect();
        let is_blue = |line: &Quad| tint(picture, line.bounds()) - print > BLUER;
        let looks_written = looks.iter().sum::<f32>() >= WRITTEN * looks.len().max(1) as f32;
        field.handwritten = looks_written || lines.iter().any(is_blue);
        if field.handwritten {
            field.confidence = field.confidence.min(TRUST);
        }
    }
}

/// The line that a value stands on, behind its label, or the lines of a paragraph.
fn value(field: &Field, page: &Page) -> Vec<Quad> {
    let Some(region) = field.region else { return Vec::new() };
    if !field.raw.contains('\n') {
        return vec![behind_label(&region, &field.raw)];
    }
    let [left, top, right, bottom] = region.bounds();
    let lines = page.lines().iter().map(|line| line.region);
    let is_inside = |line: &Quad| {
        let [from, above, to, below] = line.bounds();
        let [x, y] = [f32::midpoint(from, to), f32::midpoint(above, below)];
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    };
    lines.filter(is_inside).collect()
}

/// The tint of most of a page's lines.
fn print_tint(page: &RgbImage, lines: &[Line]) -> f32 {
    let mut tints: Vec<f32> =
        lines.iter().take(60).map(|line| tint(page, line.region.bounds())).collect();
    tints.sort_by(f32::total_cmp);
    tints.get(tints.len() / 2).copied().unwrap_or_default()
}

/// The part of a line behind its label.
fn behind_label(line: &Quad, text: &str) -> Quad {
    let label = text.char_indices().rev().find(|(_, c)| matches!(c, ':' | '：'));
    let share = label.map_or(0.0, |(at, c)| {
        width(text.get(..at + c.len_utf8()).unwrap_or_default()) / width(text)
    });
    let [top_left, top_right, bottom_right, bottom_left] = line.corners;
    let between = |from: Point, to: Point| Point {
        x: from.x + (to.x - from.x) * share,
        y: from.y + (to.y - from.y) * share,
    };
    let corners =
        [between(top_left, top_right), top_right, bottom_right, between(bottom_left, bottom_right)];
    if share < 1.0 { Quad { corners } } else { *line }
}

/// How much bluer than red the ink in a part of a page is, of 255; 0 where there is none.
fn tint(page: &RgbImage, area: [f32; 4]) -> f32 {
    let Some(Ink { mask, place: [left, top], paper: [red, _, blue] }) = ink(page, area, false)
    else {
        return 0.0;
    };
    let inked = mask.enumerate_pixels().filter(|(.., Luma([value]))| *value > 0);
    let (sum, count) = inked
        .filter_map(|(x, y, _)| page.get_pixel_checked(left + x, top + y))
        .fold((0.0, 0u32), |(sum, count), pixel| (sum + blueness(pixel), count + 1));
    if count == 0 { 0.0 } else { sum / count as f32 - 0.4 * (blue - red) }
}

fn blueness(pixel: &image::Rgb<u8>) -> f32 {
    let [red, _, blue] = pixel.0.map(f32::from);
    blue - red
}
