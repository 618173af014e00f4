//! Vouchers as a phone's camera stores them, and what a forger makes of each: decoded, edited,
//! stored again.

use clap::ValueEnum;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::chance;
use super::series::Recipe;
use crate::camera::{Blur, Camera, Chroma, Photograph};
use crate::canvas::{Canvas, Ink, Style};
use crate::document::{self, content};
use crate::error::SimulatorError;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::raster::Raster;
use crate::scene::{Corners, Line, Truth};
use crate::stock::{Stock, pick};

/// What a forger changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Edit {
    /// A digit becomes another one.
    Digit,
    /// A part of this or another page is laid over.
    Region,
    /// A seal is put where none was.
    Seal,
    /// A line is wiped out and another set in its place.
    Name,
}

/// A forgery, as its truth tells it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Forgery {
    pub(super) edit: Edit,
    /// Where, in pixels.
    pub(super) quad: Corners,
    /// Where the new pixels come from: `page`, `other_page` or `drawn`.
    pub(super) source: &'static str,
    /// The quality that the camera stored with.
    pub(super) first_quality: u8,
    /// Pixels over which the border is blended.
    pub(super) feather: f32,
    /// How much larger it was made.
    pub(super) enlarged: f32,
    /// Whether light, blur and noise were made to fit.
    pub(super) matched: bool,
}

/// A stored capture and what it shows.
pub(super) struct Capture<'c> {
    pub(super) picture: RgbImage,
    pub(super) truth: &'c Truth,
    pub(super) quality: u8,
}

/// One capture; the kinds take turns. Sharp enough that the phone would let it pass.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let blur = if random.random_bool(0.3) {
        Blur::Defocus(random.random_range(0.4..1.2))
    } else {
        Blur::None
    };
    let camera = Camera { blur, zoom: 1.0, ..chance::camera(true, random) };
    let long = (long as f32 / camera.stored).round();
    let kind = index as usize % document::kinds().len();
    let coverage: f32 = random.random_range(0.6..0.9);
    let scale = 1.2 * long / 297.0 * document::enlargement(kind);
    let sheet = document::voucher(&stock.fonts, kind, random.random(), scale);
    let desk = chance::from_near(stock, sheet, long as usize, coverage, random);
    Recipe::new(Box::new(desk), camera, random.random_range(80..=97))
}

/// A capture edited and stored again, at its own or another quality; `other` lends pixels. `None`
/// where the page has no place for it.
pub(super) fn forge(
    edit: Edit,
    capture: &Capture<'_>,
    other: &Capture<'_>,
    fonts: &Fonts,
    random: &mut ChaCha8Rng,
) -> Result<Option<(Vec<u8>, u8, Forgery)>, SimulatorError> {
    let mut image = capture.picture.clone();
    let care = Care {
        feather: if random.random_bool(0.6) { random.random_range(0.5..4.0) } else { 0.0 },
        matched: random.random_bool(0.5),
        enlarged: if random.random_bool(0.4) { random.random_range(0.85..1.18) } else { 1.0 },
    };
    let edited = match edit {
        Edit::Digit => digit(&mut image, capture, &care, fonts, random),
        Edit::Region => region(&mut image, capture, other, &care, random),
        Edit::Seal => seal(&mut image, capture, other, &care, fonts, random),
        Edit::Name => name(&mut image, capture, &care, fonts, random),
    };
    let Some((area, source)) = edited else { return Ok(None) };
    // One in seven knows what the camera stored with.
    let quality =
        if random.random_bool(0.15) { capture.quality } else { random.random_range(70..=98) };
    let chroma = if random.random_bool(0.2) { Chroma::Full } else { Chroma::Quarter };
    let stored = Photograph { image, truth: Truth::default() }.jpeg(quality, chroma)?;
    let [left, top, right, bottom] = area.map(|edge| edge as f32);
    let forgery = Forgery {
        edit,
        quad: [[left, top], [right, top], [right, bottom], [left, bottom]],
        source,
        first_quality: capture.quality,
        feather: care.feather,
        enlarged: care.enlarged,
        matched: care.matched,
    };
    Ok(Some((stored, quality, forgery)))
}

/// How much trouble a forger takes.
struct Care {
    feather: f32,
    matched: bool,
    enlarged: f32,
}

/// Left, top, right, bottom in pixels.
type Area = [u32; 4];

/// Another digit over a digit: cut out of the page, else drawn.
fn digit(
    image: &mut RgbImage,
    capture: &Capture<'_>,
    care: &Care,
    fonts: &Fonts,
    random: &mut ChaCha8Rng,
) -> Option<(Area, &'static str)> {
    let lines = usable(capture, 9.0);
    let digits: Vec<(&Line, usize)> = lines
        .iter()
        .flat_map(|line| {
            let places = line.text.chars().enumerate().filter(|(_, sign)| sign.is_ascii_digit());
            places.map(move |(place, _)| (*line, place))
        })
        .collect();
    if digits.is_empty() {
        return None;
    }
    let (line, place) = *pick(&digits, random);
    let cell = cell(line, place);
    let area = area_of(&cell, image)?;
    let sign = |line: &Line, place: usize| line.text.chars().nth(place);
    let tall = |line: &Line| size_of(&line.corners)[1];
    let like = |(from, at): &&(&Line, usize)| {
        sign(from, *at) != sign(line, place) && (tall(from) / tall(line) - 1.0).abs() < 0.15
    };
    let others: Vec<_> = digits.iter().filter(like).collect();
    if !others.is_empty() && random.random_bool(0.5) {
        let (from, at) = **pick(&others, random);
        let source = area_of(&self::cell(from, at), image)?;
        let patch = cut(&capture.picture, source);
        lay(image, area, &patch, care);
        return Some((area, "page"));
    }
    let other = char::from(b'0' + random.random_range(0..10u8));
    let text = other.to_string();
    set(image, &cell, &text, care, fonts, random);
    Some((area, "drawn"))
}

/// Another line over a line, its background wiped.
fn name(
    image: &mut RgbImage,
    capture: &Capture<'_>,
    care: &Care,
    fonts: &Fonts,
    random: &mut ChaCha8Rng,
) -> Option<(Area, &'static str)> {
    let chinese = |line: &Line| {
        let count = line.text.chars().filter(|sign| !sign.is_ascii()).count();
        (3..30).contains(&count)
    };
    let lines = usable(capture, 9.0);
    let lines: Vec<&&Line> = lines.iter().filter(|line| chinese(line)).collect();
    if lines.is_empty() {
        return None;
    }
    let line = pick(&lines, random);
    let count = line.text.chars().count();
    let text = if count > 7 {
        content::company(random).chars().take(count).collect()
    } else {
        content::running(count, random)
    };
    let area = area_of(&line.corners, image)?;
    set(image, &line.corners, &text, care, fonts, random);
    Some((area, "drawn"))
}

/// A rectangle of this or another page over this one.
fn region(
    image: &mut RgbImage,
    capture: &Capture<'_>,
    other: &Capture<'_>,
    care: &Care,
    random: &mut ChaCha8Rng,
) -> Option<(Area, &'static str)> {
    let long = image.width().max(image.height()) as f32;
    let width = (long * random.random_range(0.07..0.25)) as u32;
    let height = (long * random.random_range(0.025..0.1)) as u32;
    let area = somewhere(capture, [width, height], random)?;
    let (from, source) =
        if random.random_bool(0.5) { (capture, "page") } else { (other, "other_page") };
    let cut_from = somewhere(from, [width, height], random)?;
    let patch = cut(&from.picture, cut_from);
    lay(image, area, &patch, care);
    Some((area, source))
}

/// A seal of another page or a drawn one, its ink laid over the print.
fn seal(
    image: &mut RgbImage,
    capture: &Capture<'_>,
    other: &Capture<'_>,
    care: &Care,
    fonts: &Fonts,
    random: &mut ChaCha8Rng,
) -> Option<(Area, &'static str)> {
    let dots = capture.truth.dpi? / 25.4;
    let side = (random.random_range(30.0..42.0) * dots) as u32;
    let side = side.min(image.width().min(image.height()) * 2 / 5).max(24);
    let area = somewhere(capture, [side, side], random)?;
    let taken = random.random_bool(0.5).then(|| reddest(other, side)).flatten();
    let source = if taken.is_some() { "other_page" } else { "drawn" };
    let ink = taken.unwrap_or_else(|| {
        let size = 40.0;
        let scale = side as f32 / size;
        let mut canvas = Canvas::new(fonts, [size; 2], scale, [1.0; 3]);
        let (name, turn) = (content::company(random), random.random_range(-0.5..0.5));
        let (centre, ink) = ([size / 2.0; 2], marks::red_stamp());
        marks::round_seal(&mut canvas, centre, size - 1.0, &name, "合同专用章", turn, ink);
        let ink = drawn(&canvas.into_raster());
        if care.matched { imageops::blur(&ink, 0.8) } else { ink }
    });
    let [left, top, ..] = area;
    for (x, y, pixel) in ink.enumerate_pixels() {
        let Some(under) = image.get_pixel_mut_checked(left + x, top + y) else { continue };
        for (below, above) in under.0.iter_mut().zip(pixel.0) {
            *below = (u32::from(*below) * u32::from(above) / 255) as u8;
        }
    }
    if care.matched {
        grain(image, area, random);
    }
    Some((area, source))
}

/// The ink of a page's reddest square, white elsewhere; `None` where nothing is red.
fn reddest(capture: &Capture<'_>, side: u32) -> Option<RgbImage> {
    let picture = &capture.picture;
    let excess = |pixel: &Rgb<u8>| u32::from(pixel.0[0].saturating_sub(pixel.0[1].max(pixel.0[2])));
    let step = (side / 4).max(1);
    let [columns, rows] =
        [picture.width(), picture.height()].map(|length| length.saturating_sub(side) / step);
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let redness = |(column, row): (u32, u32)| -> u32 {
        let (left, top) = (column * step, row * step);
        let along = |from: u32| (from..from + side).step_by(8);
        along(top)
            .flat_map(|y| along(left).map(move |x| (x, y)))
            .map(|(x, y)| u32::from(excess(picture.get_pixel(x, y)) > 50))
            .sum()
    };
    let (count, (column, row)) = places.map(|place| (redness(place), place)).max()?;
    if count < (side / 8).pow(2) / 10 {
        return None;
    }
    let mut ink =
        cut(picture, [column * step, row * step, column * step + side, row * step + side]);
    let paper = paper(&ink, [side / 2, side / 2], side / 2);
    for pixel in ink.pixels_mut() {
        let red = excess(pixel) > 30;
        for (level, white) in pixel.0.iter_mut().zip(paper) {
            let share = (f32::from(*level) / white.max(1.0) * 255.0).min(255.0);
            *level = if red { share as u8 } else { 255 };
        }
    }
    Some(ink)
}

/// Lines inside of the picture that are so many pixels high.
fn usable<'c>(capture: &Capture<'c>, height: f32) -> Vec<&'c Line> {
    let [width, tall] = [capture.picture.width(), capture.picture.height()].map(|side| side as f32);
    let inside = |[x, y]: [f32; 2]| x > 24.0 && y > 24.0 && x < width - 24.0 && y < tall - 24.0;
    let fits =
        |line: &&Line| line.corners.into_iter().all(inside) && size_of(&line.corners)[1] >= height;
    capture.truth.lines.iter().filter(fits).collect()
}

/// A place for so many pixels on the page.
fn somewhere(
    capture: &Capture<'_>,
    [width, height]: [u32; 2],
    random: &mut ChaCha8Rng,
) -> Option<Area> {
    let corners = capture.truth.corners?;
    let [x, y] = [0, 1].map(|axis| corners.map(|corner| corner[axis]));
    let inner = |values: [f32; 4], limit: u32| {
        let mut sorted = values;
        sorted.sort_by(f32::total_cmp);
        [sorted[1].max(0.0) as u32, (sorted[2].max(0.0) as u32).min(limit)]
    };
    let [left, right] = inner(x, capture.picture.width());
    let [top, bottom] = inner(y, capture.picture.height());
    if left + width >= right || top + height >= bottom {
        return None;
    }
    let left = random.random_range(left..right - width);
    let top = random.random_range(top..bottom - height);
    Some([left, top, left + width, top + height])
}

/// Width and height of a line.
fn size_of(corners: &Corners) -> [f32; 2] {
    let apart = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    [apart(corners[0], corners[1]), apart(corners[0], corners[3])]
}

/// About where a character of a line stands: Latin ones are half as wide as Chinese ones.
fn cell(line: &Line, place: usize) -> Corners {
    let wide = |sign: char| if sign.is_ascii() { 0.55 } else { 1.0 };
    let total: f32 = line.text.chars().map(wide).sum();
    let before: f32 = line.text.chars().take(place).map(wide).sum();
    let own = line.text.chars().nth(place).map_or(0.0, wide);
    let [from, to] = [before, before + own].map(|along| along / total.max(0.1));
    let [a, b, c, d] = line.corners;
    let along = |a: [f32; 2], b: [f32; 2], share: f32| {
        [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * share)
    };
    [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)]
}

fn area_of(corners: &Corners, image: &RgbImage) -> Option<Area> {
    let reach = |axis: usize, limit: u32| {
        let values = corners.map(|corner| corner[axis]);
        let from = values.into_iter().fold(f32::INFINITY, f32::min).floor().max(0.0) as u32;
        let to = values.into_iter().fold(0.0, f32::max).ceil() as u32;
        (from + 2 < to && to <= limit).then_some([from, to])
    };
    let ([left, right], [top, bottom]) = (reach(0, image.width())?, reach(1, image.height())?);
    Some([left, top, right, bottom])
}

fn cut(image: &RgbImage, [left, top, right, bottom]: Area) -> RgbImage {
    imageops::crop_imm(image, left, top, right - left, bottom - top).to_image()
}

/// Lays a patch over an area, about its middle.
fn lay(image: &mut RgbImage, [left, top, right, bottom]: Area, patch: &RgbImage, care: &Care) {
    let side = |side: u32| ((side as f32 * care.enlarged).round() as u32).max(2);
    let patch = if care.enlarged == 1.0 {
        patch.clone()
    } else {
        imageops::resize(patch, side(patch.width()), side(patch.height()), FilterType::CatmullRom)
    };
    let [x, y] = [
        i64::from(left + right) / 2 - i64::from(patch.width()) / 2,
        i64::from(top + bottom) / 2 - i64::from(patch.height()) / 2,
    ];
    let gain = if care.matched {
        let middle = [(left + right) / 2, (top + bottom) / 2];
        let here = paper(image, middle, (right - left).max(bottom - top));
        let centre = [patch.width() / 2, patch.height() / 2];
        let there = paper(&patch, centre, patch.width().max(patch.height()));
        [0, 1, 2].map(|channel| here[channel] / there[channel].max(1.0))
    } else {
        [1.0; 3]
    };
    let [width, height] = [patch.width() as f32, patch.height() as f32];
    for (column, row, pixel) in patch.enumerate_pixels() {
        let at = [x + i64::from(column), y + i64::from(row)];
        let [Ok(across), Ok(down)] = at.map(u32::try_from) else { continue };
        let Some(under) = image.get_pixel_mut_checked(across, down) else { continue };
        let [u, v] = [column as f32 + 0.5, row as f32 + 0.5];
        let edge = u.min(width - u).min(v).min(height - v);
        let share = if care.feather > 0.0 { (edge / care.feather).min(1.0) } else { 1.0 };
        for ((below, above), gain) in under.0.iter_mut().zip(pixel.0).zip(gain) {
            let (under, over) = (f32::from(*below), f32::from(above) * gain);
            *below = (under + (over - under) * share).round().clamp(0.0, 255.0) as u8;
        }
    }
}

/// Wipes a line or a character and sets a text in its place, in the ink that was there.
fn set(
    image: &mut RgbImage,
    corners: &Corners,
    text: &str,
    care: &Care,
    fonts: &Fonts,
    random: &mut ChaCha8Rng,
) {
    let Some(area) = area_of(corners, image) else { return };
    let [width, height] = size_of(corners);
    let faces = [Face::Sans, Face::Serif, Face::Ming, Face::Hei];
    let style = Style::new(*pick(&faces, random), height, Ink::solid([0.0; 3]));
    let mut canvas = Canvas::new(fonts, [width, height], 2.0, [1.0; 3]);
    let wide = canvas.text_width(text, style);
    let condensed = (width / wide.max(1.0)).clamp(0.5, 1.6);
    canvas.text(0.0, height / 2.0, text, style.condensed(condensed));
    let print = canvas.into_raster();
    let ink = darkest(image, area);
    let before = image.clone();
    let [a, b, _, d] = *corners;
    let (across, down) = ([b[0] - a[0], b[1] - a[1]], [d[0] - a[0], d[1] - a[1]]);
    let turn = (across[0] * down[1] - across[1] * down[0]).abs().max(1e-3);
    let soft = if care.matched { 0.8 } else { 0.3 };
    let [left, top, right, bottom] = area;
    let reach = ((bottom - top) / 3).max(4);
    for y in top..bottom {
        for x in left..right {
            let [dx, dy] = [x as f32 + 0.5 - a[0], y as f32 + 0.5 - a[1]];
            let u = (dx * down[1] - dy * down[0]) / turn;
            let v = (dy * across[0] - dx * across[1]) / turn;
            let above = paper(&before, [x, top.saturating_sub(reach / 2)], reach / 2);
            let below =
                paper(&before, [x, (bottom + reach / 2).min(image.height() - 1)], reach / 2);
            let shade = taps(&print, u * 2.0 * width, v * 2.0 * height, 2.0 * soft);
            let pixel = image.get_pixel_mut(x, y);
            for channel in 0..3 {
                let ground = above[channel] + (below[channel] - above[channel]) * v.clamp(0.0, 1.0);
                let level = ink[channel] + (ground - ink[channel]) * shade;
                pixel.0[channel] = level.round().clamp(0.0, 255.0) as u8;
            }
        }
    }
    if care.matched {
        grain(image, area, random);
    }
}

/// A raster's level at a point, the mean of nine taps.
fn taps(print: &Raster, x: f32, y: f32, reach: f32) -> f32 {
    let at = [-reach, 0.0, reach];
    let inside = x >= 0.0 && y >= 0.0 && x < print.width() as f32 && y < print.height() as f32;
    if !inside {
        return 1.0;
    }
    at.iter().flat_map(|dy| at.map(|dx| print.sample(x + dx, y + dy)[1])).sum::<f32>() / 9.0
}

/// Noise as a forger adds it: soft, the same everywhere.
fn grain(image: &mut RgbImage, [left, top, right, bottom]: Area, random: &mut ChaCha8Rng) {
    let strength = random.random_range(1.0..4.0);
    let width = (right - left + 1) as usize;
    let mut before = vec![0.0f32; width];
    for y in top..bottom.min(image.height()) {
        for x in left..right.min(image.width()) {
            let fresh: f32 = (0..3).map(|_| random.random_range(-1.0..1.0f32)).sum();
            let slot = &mut before[(x - left) as usize];
            *slot = 0.4 * *slot + 0.8 * fresh;
            let added = *slot * strength;
            for level in &mut image.get_pixel_mut(x, y).0 {
                *level = (f32::from(*level) + added).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// The paper's colour around a point: the mean of the brighter half of what lies within `reach`.
fn paper(image: &RgbImage, [x, y]: [u32; 2], reach: u32) -> [f32; 3] {
    let step = (reach / 4).max(1) as usize;
    let span = |middle: u32, limit: u32| {
        (middle.saturating_sub(reach)..(middle + reach + 1).min(limit)).step_by(step)
    };
    let mut pixels: Vec<[u8; 3]> = span(y, image.height())
        .flat_map(|row| span(x, image.width()).map(move |column| (column, row)))
        .map(|(column, row)| image.get_pixel(column, row).0)
        .collect();
    pixels.sort_by_key(|pixel| {
        std::cmp::Reverse(pixel.iter().map(|level| u32::from(*level)).sum::<u32>())
    });
    pixels.truncate(pixels.len().div_ceil(2));
    mean(&pixels)
}

/// The ink's colour in an area: the mean of its darkest tenth.
fn darkest(image: &RgbImage, area: Area) -> [f32; 3] {
    let mut pixels: Vec<[u8; 3]> = cut(image, area).pixels().map(|pixel| pixel.0).collect();
    pixels.sort_by_key(|pixel| pixel.iter().map(|level| u32::from(*level)).sum::<u32>());
    pixels.truncate(pixels.len().div_ceil(10));
    mean(&pixels)
}

fn mean(pixels: &[[u8; 3]]) -> [f32; 3] {
    let count = pixels.len().max(1) as f32;
    [0, 1, 2]
        .map(|channel| pixels.iter().map(|pixel| f32::from(pixel[channel])).sum::<f32>() / count)
}

/// A raster in the colours of a display.
fn drawn(raster: &Raster) -> RgbImage {
    RgbImage::from_fn(raster.width() as u32, raster.height() as u32, |x, y| {
        let level = |linear: f32| (crate::colour::encode(linear).clamp(0.0, 1.0) * 255.0) as u8;
        Rgb(raster.at(x as usize, y as usize).map(level))
    })
}
