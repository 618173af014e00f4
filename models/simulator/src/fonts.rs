//! The typefaces that the layouts are set in. They are read from where Debian installs them and are
//! never part of this project.

use std::path::Path;

use ab_glyph::FontVec;

use crate::error::SimulatorError;

/// A typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Even strokes: forms, screens, lettering on vehicles.
    Sans,
    /// The same, heavy.
    SansBold,
    /// Song: running text of contracts and licences.
    Serif,
    /// The same, heavy: titles.
    SerifBold,
    /// Kai, close to writing with a brush or pen: what clerks fill in by hand.
    Kai,
    /// Song of another foundry, lighter.
    Ming,
    /// Black of another foundry, narrower.
    Hei,
    /// Latin, with serifs.
    Roman,
    /// Latin, even strokes.
    Grotesque,
    /// Latin, every letter as wide as the next: receipts.
    Typewriter,
}

/// All typefaces, loaded.
#[derive(Debug)]
pub struct Fonts {
    sans: FontVec,
    sans_bold: FontVec,
    serif: FontVec,
    serif_bold: FontVec,
    kai: FontVec,
    ming: FontVec,
    hei: FontVec,
    roman: FontVec,
    grotesque: FontVec,
    typewriter: FontVec,
}

/// Where Debian keeps fonts.
pub const FONTS_FOLDER: &str = "/usr/share/fonts";

const NOTO: &str = "fonts-noto-cjk";
const ARPHIC_KAI: &str = "fonts-arphic-ukai";
const ARPHIC_MING: &str = "fonts-arphic-uming";
const ZENHEI: &str = "fonts-wqy-zenhei";
const LIBERATION: &str = "fonts-liberation";
/// Noto's collections hold JP, KR, SC, TC, HK in this order.
const SIMPLIFIED: u32 = 2;
/// The Kai and Ming collections begin with the mainland's letter forms.
const MAINLAND: u32 = 0;

impl Fonts {
    /// Reads them below `folder`, laid out as below [`FONTS_FOLDER`].
    ///
    /// # Errors
    /// [`SimulatorError::FontMissing`] and [`SimulatorError::FontInvalid`] name the package to
    /// install.
    pub fn load(folder: &Path) -> Result<Self, SimulatorError> {
        let noto =
            |name: &str| read(folder, &format!("opentype/noto/{name}.ttc"), SIMPLIFIED, NOTO);
        let liberation =
            |name: &str| read(folder, &format!("truetype/liberation/{name}.ttf"), 0, LIBERATION);
        Ok(Self {
            sans: noto("NotoSansCJK-Regular")?,
            sans_bold: noto("NotoSansCJK-Bold")?,
            serif: noto("NotoSerifCJK-Regular")?,
            serif_bold: noto("NotoSerifCJK-Bold")?,
            kai: read(folder, "truetype/arphic/ukai.ttc", MAINLAND, ARPHIC_KAI)?,
            ming: read(folder, "truetype/arphic/uming.ttc", MAINLAND, ARPHIC_MING)?,
            hei: read(folder, "truetype/wqy/wqy-zenhei.ttc", 0, ZENHEI)?,
            roman: liberation("LiberationSerif-Regular")?,
            grotesque: liberation("LiberationSans-Regular")?,
            typewriter: liberation("LiberationMono-Regular")?,
        })
    }

    pub(crate) fn face(&self, face: Face) -> &FontVec {
        match face {
            Face::Sans => &self.sans,
            Face::SansBold => &self.sans_bold,
            Face::Serif => &self.serif,
            Face::SerifBold => &self.serif_bold,
            Face::Kai => &self.kai,
            Face::Ming => &self.ming,
            Face::Hei => &self.hei,
            Face::Roman => &self.roman,
            Face::Grotesque => &self.grotesque,
            Face::Typewriter => &self.typewriter,
        }
    }
}

fn read(
    folder: &Path,
    below: &str,
    index: u32,
    package: &'static str,
) -> Result<FontVec, SimulatorError> {
    let path = folder.join(below);
    match std::fs::read(&path) {
        Ok(bytes) => FontVec::try_from_vec_and_index(bytes, index)
            .map_err(|_| SimulatorError::FontInvalid { path, package }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(SimulatorError::FontMissing { path, package })
        }
        Err(source) => Err(SimulatorError::File { path, source }),
    }
}

/// The installed fonts for a test, or `None` after a printed word that the test was skipped.
#[cfg(test)]
pub(crate) fn installed() -> Option<Fonts> {
    match Fonts::load(Path::new(FONTS_FOLDER)) {
        Ok(fonts) => Some(fonts),
        Err(error) => {
            println!("skipped: {error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_names_its_package() {
        let empty = tempfile::tempdir().unwrap();
        let error = Fonts::load(empty.path()).unwrap_err();
        assert_eq!(error.code(), "font_missing");
        assert!(error.to_string().contains("apt-get install fonts-noto-cjk"), "{error}");
    }

    #[test]
    fn a_broken_font_is_an_error_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let noto = folder.path().join("opentype/noto");
        std::fs::create_dir_all(&noto).unwrap();
        std::fs::write(noto.join("NotoSansCJK-Regular.ttc"), b"no font").unwrap();
        assert_eq!(Fonts::load(folder.path()).unwrap_err().code(), "font_invalid");
    }
}
