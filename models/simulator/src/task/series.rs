//! Rendering a series to a folder: pictures, masks, and one line of truth a picture.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use image::{Rgb, RgbImage, imageops};
use imageproc::drawing::draw_line_segment_mut;
use rayon::prelude::*;
use serde::Serialize;

use super::condition::{self, Condition};
use super::photo::Attack;
use super::tamper::{self, Capture, Edit, Forgery};
use super::{document, evidence, photo, recapture, scene, shelf, voucher};
use crate::camera::{Blur, Camera, Chroma, Filter, forwarded};
use crate::error::SimulatorError;
use crate::scene::{Scene, Truth};
use crate::stock::{Stock, stream};

/// What a series is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Whole views: where is the page, if there is one
    Document,
    /// Crops at the sensor's own pixels: screens and prints, their controls, things
    Recapture,
    /// Whole views of screens and of things
    View,
    /// Whole photos, fine enough for a display's raster, of screens and of things
    Photo,
    /// Whole views of documents, shop fronts, shelves, vehicles, other things
    Scene,
    /// Shelves, with the truth about what stands on them
    Shelf,
    /// Vouchers from near with every line of text
    Voucher,
    /// Vouchers of every kind that the product asks for, with the truth about their fields, seals,
    /// signatures and tables
    Evidence,
    /// Vouchers as cameras store them, and of each what four kinds of forger make of it
    Tamper,
}

/// A series to render.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it is for.
    pub task: Task,
    /// Of documents: the one thing that is to be wrong with each. `None` leaves it to chance, and
    /// some pictures without a page.
    pub condition: Option<Condition>,
    /// Of photos: how all of them are passed off for the thing. `None` gives displays and things in turn.
    pub attack: Option<Attack>,
    /// How many pictures.
    pub count: u64,
    /// The same seed gives the same bytes on the same platform.
    pub seed: u64,
    /// Pixels of a picture's long side, at least 32.
    pub size: usize,
    /// Whether pictures went through a messenger.
    pub forwarded: bool,
}

/// A picture before it is taken.
pub(super) struct Recipe {
    pub(super) scene: Box<dyn Scene>,
    pub(super) camera: Camera,
    pub(super) quality: u8,
    /// What a recapture detector should say, and of which kind.
    pub(super) class: Option<&'static str>,
    /// Seed of the sensor's noise: a control has that of its picture.
    pub(super) noise: u64,
}

/// A line of `truth.jsonl`.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    file: String,
    width: u32,
    height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    #[serde(flatten)]
    truth: Truth,
    /// Whether a corner of the page lies outside of the frame.
    cut_off: bool,
    /// Shares of the page in the frame that are blinded and covered.
    glare: f32,
    occlusion: f32,
    blur: Blur,
    exposure: f32,
    filter: Filter,
    frames: u8,
    quality: u8,
    /// What was done to it after it was taken.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    forgery: Option<Forgery>,
    /// Always true: nothing here is a photograph of a real thing.
    synthetic: bool,
}

impl Recipe {
    pub(super) fn new(scene: Box<dyn Scene>, camera: Camera, quality: u8) -> Self {
        Self { scene, camera, quality, class: None, noise: 0 }
    }

    pub(super) fn labelled(self, class: &'static str) -> Self {
        Self { class: Some(class), ..self }
    }
}

/// Name of the list of truths in a series' folder.
const TRUTH: &str = "truth.jsonl";
/// Pictures taken at once before their truth is written down; those of a batch share sheets and
/// displays. A multiple of the twelve after which recapture's classes begin again.
const BATCH: u64 = 96;
/// Long side of a mask, at most.
const MASK: u32 = 512;

/// Renders a series below `folder`: `000000.jpg`…, `masks/000000.png`… (red the page, green glare,
/// blue what covers it) where there are pages, and `truth.jsonl`. `done` is told how many pictures
/// are written.
///
/// # Errors
/// Where a file cannot be written or a picture cannot be stored.
pub fn render(
    order: &Order,
    stock: &Stock,
    folder: &Path,
    done: &(dyn Fn(u64) + Sync),
) -> Result<(), SimulatorError> {
    let masked = matches!(order.task, Task::Document | Task::Voucher | Task::Evidence);
    let masks = folder.join("masks");
    let created = if masked { masks.clone() } else { folder.to_owned() };
    fs::create_dir_all(&created)
        .map_err(|source| SimulatorError::File { path: created, source })?;
    let path = folder.join(TRUTH);
    let failed = |source| SimulatorError::File { path: path.clone(), source };
    let mut list = fs::File::create(&path).map_err(failed)?;
    for batch in 0..order.count.div_ceil(BATCH) {
        let furnished = match order.task {
            Task::Recapture | Task::Photo => Some(stock.furnished(true, order.seed, batch)),
            Task::View => Some(stock.furnished(false, order.seed, batch)),
            Task::Document
            | Task::Scene
            | Task::Shelf
            | Task::Voucher
            | Task::Evidence
            | Task::Tamper => None,
        };
        let stock = furnished.as_ref().unwrap_or(stock);
        let (first, last) = (batch * BATCH, ((batch + 1) * BATCH).min(order.count));
        let entries = (first..last)
            .into_par_iter()
            .map(|index| {
                let name = format!("{index:06}");
                let mask = masked.then(|| masks.join(format!("{name}.png")));
                let entry = take(order, stock, index, folder, &name, mask)?;
                done(1);
                Ok(entry)
            })
            .collect::<Result<Vec<Entry>, SimulatorError>>()?;
        let forged = match order.task {
            Task::Tamper => forge(order, stock, folder, first, &entries)?,
            _ => Vec::new(),
        };
        for entry in entries.into_iter().chain(forged) {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            list.write_all(&line).map_err(failed)?;
        }
    }
    Ok(())
}

fn take(
    order: &Order,
    stock: &Stock,
    index: u64,
    folder: &Path,
    name: &str,
    mask: Option<PathBuf>,
) -> Result<Entry, SimulatorError> {
    let Order { seed, size, .. } = *order;
    let random = &mut stream(seed, index);
    let recipe = match order.task {
        Task::Document => match order.condition {
            Some(condition) => condition::recipe(condition, stock, size, random),
            None => document::recipe(stock, size, random),
        },
        Task::Scene => scene::recipe(stock, size, index, random),
        Task::Shelf => shelf::recipe(stock, size, random),
        Task::Voucher => voucher::recipe(stock, size, index, random),
        Task::Evidence => evidence::recipe(stock, size, index, random),
        Task::Tamper => tamper::recipe(stock, size, index, random),
        Task::Recapture => recapture::crop(stock, size, seed, index),
        Task::View => recapture::view(stock, size, seed, index),
        Task::Photo => photo::recipe(order.attack, stock, size, seed, index),
    };
    let noise = if recipe.class.is_some() { recipe.noise } else { index };
    let photograph = recipe.camera.photograph(&*recipe.scene, seed ^ noise.rotate_left(32));
    let mut jpeg = photograph.jpeg(recipe.quality, Chroma::Quarter)?;
    if order.forwarded {
        jpeg = forwarded(&jpeg, 1600, 50 + (index % 26) as u8)?;
    }
    let file = format!("{name}.jpg");
    let path = folder.join(&file);
    fs::write(&path, jpeg).map_err(|source| SimulatorError::File { path, source })?;
    let layers = layers(&*recipe.scene);
    if let Some(path) = mask {
        layers.save(path)?;
    }
    let (width, height) = photograph.image.dimensions();
    let corners = photograph.truth.corners;
    let inside =
        |[x, y]: [f32; 2]| (0.0..=width as f32).contains(&x) && (0.0..=height as f32).contains(&y);
    let (page, glare, covered) = layers.pixels().fold((0u32, 0u32, 0u32), |sum, pixel| {
        let [page, glare, covered] = pixel.0.map(|level| u32::from(level > 0));
        (sum.0 + page, sum.1 + glare, sum.2 + covered)
    });
    let share = |part: u32| part as f32 / page.max(1) as f32;
    Ok(Entry {
        file,
        width,
        height,
        class: recipe.class,
        cut_off: corners.is_some_and(|corners| !corners.into_iter().all(inside)),
        truth: photograph.truth,
        glare: share(glare),
        occlusion: share(covered),
        blur: recipe.camera.blur,
        exposure: recipe.camera.exposure,
        filter: recipe.camera.filter,
        frames: recipe.camera.frames,
        quality: recipe.quality,
        forgery: None,
        synthetic: true,
    })
}

/// What forgers make of a batch's captures: `000000-digit.jpg` and the like, each with its truth.
fn forge(
    order: &Order,
    stock: &Stock,
    folder: &Path,
    first: u64,
    captures: &[Entry],
) -> Result<Vec<Entry>, SimulatorError> {
    let forged = (first..).zip(captures).zip(captures.iter().cycle().skip(1));
    let forged: Vec<_> = forged.collect();
    let made = forged.into_par_iter().map(|((index, entry), other)| {
        let (capture, other) = (stored(folder, entry)?, stored(folder, other)?);
        let mut entries = Vec::new();
        for edit in Edit::value_variants() {
            let random = &mut stream(order.seed ^ (0xed17 + *edit as u64), index);
            let made = tamper::forge(*edit, &capture, &other, &stock.fonts, random)?;
            let Some((jpeg, quality, forgery)) = made else { continue };
            let word = format!("{edit:?}").to_lowercase();
            let file = format!("{index:06}-{word}.jpg");
            let path = folder.join(&file);
            fs::write(&path, jpeg).map_err(|source| SimulatorError::File { path, source })?;
            entries.push(Entry { file, quality, forgery: Some(forgery), ..entry.clone() });
        }
        Ok(entries)
    });
    Ok(made.collect::<Result<Vec<Vec<Entry>>, SimulatorError>>()?.concat())
}

fn stored<'e>(folder: &Path, entry: &'e Entry) -> Result<Capture<'e>, SimulatorError> {
    let picture = image::open(folder.join(&entry.file))?.to_rgb8();
    Ok(Capture { picture, truth: &entry.truth, quality: entry.quality })
}

/// What lies where, at most [`MASK`] pixels a side: red the page, green glare, blue what covers it.
fn layers(scene: &dyn Scene) -> RgbImage {
    let [width, height] = scene.size().map(|side| side as u32);
    let share = (MASK as f32 / width.max(height) as f32).min(1.0);
    let side = |side: u32| ((side as f32 * share).round() as u32).max(1);
    RgbImage::from_fn(side(width), side(height), |x, y| {
        let at = [x, y].map(|along| (along as f32 + 0.5) / share);
        let layers = scene.layers(at);
        Rgb([layers.page, layers.glare, layers.covered].map(|set| if set { 255 } else { 0 }))
    })
}

/// Pictures a side of a contact sheet, and pixels of each.
const SHEET: (u32, u32) = (10, 200);

/// The first pictures of a series side by side, the page's outline drawn in: for looking at.
///
/// # Errors
/// Where the series cannot be read or the sheet not be written.
pub fn contact_sheet(folder: &Path, path: &Path) -> Result<(), SimulatorError> {
    let (columns, side) = SHEET;
    let list = folder.join(TRUTH);
    let text =
        fs::read_to_string(&list).map_err(|source| SimulatorError::File { path: list, source })?;
    let entries: Vec<serde_json::Value> = text
        .lines()
        .take((columns * columns) as usize)
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let rows = (entries.len() as u32).div_ceil(columns).max(1);
    let mut sheet = RgbImage::new(columns * side, rows * side);
    for (place, entry) in (0u32..).zip(&entries) {
        let file = entry["file"].as_str().unwrap_or_default();
        let mut picture = image::open(folder.join(file))?.to_rgb8();
        let share = side as f32 / picture.width().max(picture.height()) as f32;
        let scaled = |along: u32| ((along as f32 * share) as u32).max(1);
        picture = imageops::thumbnail(&picture, scaled(picture.width()), scaled(picture.height()));
        let corners: Vec<(f32, f32)> = entry["corners"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|corner| Some((corner[0].as_f64()? as f32, corner[1].as_f64()? as f32)))
            .map(|(x, y)| (x * share, y * share))
            .collect();
        let ends = corners.iter().zip(corners.iter().cycle().skip(1));
        for (from, to) in ends {
            draw_line_segment_mut(&mut picture, *from, *to, Rgb([0, 255, 0]));
        }
        let (column, row) = (place % columns, place / columns);
        let (x, y) = (i64::from(column * side), i64::from(row * side));
        imageops::replace(&mut sheet, &picture, x, y);
    }
    sheet.save(path)?;
    Ok(())
}
