//! What scenes are composed of: fonts, photographs, sheets, displays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::colour::decode;
use crate::document::{self, Sheet};
use crate::error::SimulatorError;
use crate::fonts::Fonts;
use crate::place::interface;
use crate::raster::Raster;

/// Fonts, photographs, sheets and displays that pictures draw from.
#[derive(Debug)]
pub struct Stock {
    /// The typefaces.
    pub fonts: Arc<Fonts>,
    /// Photographs that may be shown, printed or lain about; possibly none.
    pub photographs: Arc<[Arc<Raster>]>,
    /// Sheets fine enough to be photographed from near.
    pub(crate) sheets: Vec<Arc<Sheet>>,
    /// What displays show, in display pixels.
    pub(crate) displays: Vec<Arc<Raster>>,
}

/// Pixels of a sheet that is photographed from near; about six a millimetre on A4.
const SHEET_PIXELS: f32 = 2.2e6;
/// Pixels that displays have.
const DISPLAYS: [[usize; 2]; 6] =
    [[1366, 768], [1920, 1080], [1536, 960], [1280, 800], [1080, 1920], [720, 1600]];
/// Photographs kept in memory; a folder with more gives every n-th.
const PHOTOGRAPHS: usize = 1500;
/// Sheets and displays that a batch of pictures shares; so few pictures see the same that nothing
/// learns them by heart.
const FURNITURE: u64 = 12;

impl Stock {
    /// Fonts, and photographs of a folder if one is given.
    ///
    /// # Errors
    /// As [`Fonts::load`]; [`SimulatorError::NoPhotographs`] and those of reading a picture.
    pub fn new(fonts: &Path, photographs: Option<&Path>) -> Result<Self, SimulatorError> {
        let photographs = photographs.map(load).transpose()?.unwrap_or_default().into();
        let fonts = Arc::new(Fonts::load(fonts)?);
        Ok(Self { fonts, photographs, sheets: Vec::new(), displays: Vec::new() })
    }

    /// With sheets for near pictures and with what displays show: photographs about pixel by pixel
    /// where displays are seen from `near`, larger otherwise. Each batch has its own.
    pub(crate) fn furnished(&self, near: bool, seed: u64, batch: u64) -> Self {
        let indices = batch * FURNITURE..(batch + 1) * FURNITURE;
        let sheets: Vec<Arc<Sheet>> = indices
            .clone()
            .into_par_iter()
            .map(|index| Arc::new(self.sheet(SHEET_PIXELS, &mut stream(seed ^ 0x5eed, index))))
            .collect();
        let displays = indices
            .into_par_iter()
            .map(|index| {
                let random = &mut stream(seed ^ 0xd15b, index);
                let size = *pick(&DISPLAYS, random);
                Arc::new(interface(&self.fonts, size, &sheets, &self.photographs, near, random))
            })
            .collect();
        let (fonts, photographs) = (Arc::clone(&self.fonts), Arc::clone(&self.photographs));
        Self { fonts, photographs, sheets, displays }
    }

    /// A sheet of any kind, of about so many pixels; half of them are vouchers.
    pub(crate) fn sheet(&self, pixels: f32, random: &mut impl Rng) -> Sheet {
        let seed = random.random();
        // Drawn as if it were A4, and made coarser where it turns out larger.
        let scale = (pixels / (210.0 * 297.0)).sqrt();
        if random.random_bool(0.6) {
            let kind = random.random_range(0..document::kinds().len());
            let scale = scale * document::enlargement(kind).min(2.2);
            document::voucher(&self.fonts, kind, seed, scale)
        } else {
            document::page(&self.fonts, seed, scale, self.photograph(random))
        }
    }

    pub(crate) fn photograph(&self, random: &mut impl Rng) -> Option<&Arc<Raster>> {
        any(&self.photographs, random)
    }
}

/// One of some things, of which there is at least one.
pub(crate) fn pick<'p, T>(from: &'p [T], random: &mut impl Rng) -> &'p T {
    &from[random.random_range(0..from.len())]
}

/// One of some things, if there is any.
pub(crate) fn any<'p, T>(from: &'p [T], random: &mut impl Rng) -> Option<&'p T> {
    (!from.is_empty()).then(|| pick(from, random))
}

/// The numbers of one picture of a series: they do not depend on who renders which.
pub(crate) fn stream(seed: u64, index: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index);
    random
}

fn load(folder: &Path) -> Result<Vec<Arc<Raster>>, SimulatorError> {
    let mut files = Vec::new();
    list(folder, 0, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(SimulatorError::NoPhotographs { path: folder.to_owned() });
    }
    let step = files.len().div_ceil(PHOTOGRAPHS);
    files.par_iter().step_by(step).map(|file| read(file)).collect()
}

/// Folders nested deeper are not looked into.
const DEPTH: usize = 6;

fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), SimulatorError> {
    let failed = |source| SimulatorError::File { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let picture = path.extension().is_some_and(|end| end == "jpg" || end == "png");
        if picture {
            files.push(path);
        } else if path.is_dir() && depth < DEPTH {
            list(&path, depth + 1, files)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Arc<Raster>, SimulatorError> {
    let picture = image::open(path)?.to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Ok(Arc::new(Raster::from_fn(width, height, |x, y| {
        picture.get_pixel(x as u32, y as u32).0.map(|level| decode(f32::from(level) / 255.0))
    })))
}
