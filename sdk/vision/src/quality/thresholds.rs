//! When a check objects.

use serde::{Deserialize, Serialize};

/// How much is asked of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "three levels, as merchants' apps offer them")]
pub enum Strictness {
    /// Whatever a person can still read.
    Lenient,
    /// What a text recogniser reads without loss.
    #[default]
    Standard,
    /// What would also do for an archive.
    Strict,
}

/// For each check, the score from which on it objects, in the unit of the code of the same name in
/// `CODES.md`.
///
/// Standard values lie where the recogniser begins to misread a tenth of the characters of 18 simulated
/// vouchers, degraded step by step, or, where nothing makes it do so, beyond the strongest step: what
/// looks worse but reads as well is not asked for again. Counts are in `QUALITY.md` beside this crate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "a caller sets what it wants and takes the rest")]
pub struct Thresholds {
    /// Share of the page outside of the frame, 0..1, at most.
    pub cut_off: f32,
    /// Distance of a corner from the frame's border as a share of the frame's shorter side, at least.
    /// Zero lets through pages that fill the frame.
    pub near_edge: f32,
    /// Share of the frame that the page covers, at least.
    pub too_far: f32,
    /// Pixels along the page's longest side, at least.
    pub low_resolution: f32,
    /// Dots an inch, at least, where the page's size is known.
    pub low_dpi: f32,
    /// Height of a row of print in pixels, at least. Print of 10 pixels is misread in a tenth of its
    /// characters, of 7 pixels in half; untouched vouchers have 10.3 and more.
    pub small_print: f32,
    /// Angle between the camera's axis and the page's normal, degrees, at most.
    pub tilted: f32,
    /// How far a side bends away from its straight line, as a share of its length, at most.
    pub curled: f32,
    /// Luma 0..255 of the brightest twentieth, at least. A tenth of the light leaves 75, and 6 % of the
    /// characters are misread; a twentieth leaves 54, and 30 % are. Untouched vouchers have 113 and more,
    /// photos 148.
    pub too_dark: f32,
    /// Share of the page that is clipped white, times how far its ink is on the way from black to
    /// white, at most. Photos and untouched vouchers have 0.01 at most; the lower this is, the sooner a
    /// scan with pale print passes for washed out.
    pub too_bright: f32,
    /// Width of an edge as a share of the height of a row of print, at most. What it objects to is
    /// the width in pixels; see `blurred_pixels`. 0.175 objects to 52 of 54 pictures so
    /// blurred that a tenth of their characters is misread, and to 5 of 45 less blurred; 0.19 misses 5
    /// more of 40 vouchers that are 3 pixels out of focus.
    pub blurred: f32,
    /// Width of an edge in pixels below which nothing counts as blurred, however small the print.
    pub blurred_pixels: f32,
    /// Widest over narrowest edge, by direction, from which on a blur is one by motion.
    pub motion_blurred: f32,
    /// Share of the page under reflections, at most, whatever lies under them.
    pub glare: f32,
    /// Share of the print under reflections, at most. 0.07 objects to 26 of 35 pictures of which so more
    /// than a tenth is misread, and to 8 of 29 others; the rest are of paper that is nearly clipped, on
    /// which no reflection is seen.
    pub glare_on_text: f32,
    /// Share of the light that a shadow takes, at most. Under one of 0.8 no more than 4 % of the characters
    /// are misread: lower values object for the eye's sake. Vouchers without a shadow have 0.22 at
    /// most, photos 0.43.
    pub shadow: f32,
    /// Share of the page that things cover, at most. A thumb that holds the page covers 0.01 and no
    /// print; one that reaches into it 0.03.
    pub occluded: f32,
    /// Deviation of noise as a share of the contrast between ink and paper, at most. Noise of 32 luma
    /// comes to 0.24, and a fifth of the characters are misread; of 16 luma to 0.13, and 2 to 6 % are.
    /// Untouched vouchers have 0.03 at most.
    pub noisy: f32,
    /// Saturation of the paper, 0..1, at most. Coloured paper is none the worse for it, and up to 0.9
    /// no more is misread. Printed covers have up to 0.83.
    pub colour_cast: f32,
    /// Deviation of the paper's light from its surroundings, as a share of it, at most. Untouched
    /// vouchers have 0.028 at most, crumpled photos 0.029. Waves of light alone make nothing
    /// unreadable; what bends the lines was not measured.
    pub wrinkled: f32,
    /// Documents in the frame, at most.
    pub several_documents: f32,
    /// Roll of the camera against a scene, degrees, at most.
    pub not_level: f32,
    /// Share of a scene that shows more than a bare surface, at least.
    pub featureless: f32,
}

impl Thresholds {
    /// The values of one level.
    pub const fn of(strictness: Strictness) -> Self {
        match strictness {
            Strictness::Lenient => Self::LENIENT,
            Strictness::Standard => Self::STANDARD,
            Strictness::Strict => Self::STRICT,
        }
    }

    /// These, with those of the given names replaced, each within what the lenient and the strict level have: nobody can
    /// tune a check away, or so that nothing passes. What has another name, or is no number, changes nothing.
    pub fn tuned<'a>(mut self, values: impl IntoIterator<Item = (&'a str, f32)>) -> Self {
        for (name, value) in values {
            let Some([least, most]) = Self::bounds(name) else { continue };
            let field = self.fields().into_iter().find(|(field, _)| *field == name);
            if let Some((_, field)) = field.filter(|_| !value.is_nan()) {
                *field = value.clamp(least, most);
            }
        }
        self
    }

    /// The least and the most that one of them can be tuned to; none where no check has that name.
    pub fn bounds(name: &str) -> Option<[f32; 2]> {
        let [lenient, strict] = [Self::LENIENT, Self::STRICT].map(|mut level| {
            let field = level.fields().into_iter().find(|(field, _)| *field == name);
            field.map(|(_, value)| *value)
        });
        let (lenient, strict) = (lenient?, strict?);
        Some([lenient.min(strict), lenient.max(strict)])
    }

    /// All of them by name.
    fn fields(&mut self) -> [(&'static str, &mut f32); 23] {
        [
            ("cut_off", &mut self.cut_off),
            ("near_edge", &mut self.near_edge),
            ("too_far", &mut self.too_far),
            ("low_resolution", &mut self.low_resolution),
            ("low_dpi", &mut self.low_dpi),
            ("small_print", &mut self.small_print),
            ("tilted", &mut self.tilted),
            ("curled", &mut self.curled),
            ("too_dark", &mut self.too_dark),
            ("too_bright", &mut self.too_bright),
            ("blurred", &mut self.blurred),
            ("blurred_pixels", &mut self.blurred_pixels),
            ("motion_blurred", &mut self.motion_blurred),
            ("glare", &mut self.glare),
            ("glare_on_text", &mut self.glare_on_text),
            ("shadow", &mut self.shadow),
            ("occluded", &mut self.occluded),
            ("noisy", &mut self.noisy),
            ("colour_cast", &mut self.colour_cast),
            ("wrinkled", &mut self.wrinkled),
            ("several_documents", &mut self.several_documents),
            ("not_level", &mut self.not_level),
            ("featureless", &mut self.featureless),
        ]
    }

    const STANDARD: Self = Self {
        cut_off: 0.02,
        near_edge: -0.02,
        too_far: 0.06,
        low_resolution: 600.0,
        low_dpi: 120.0,
        small_print: 10.0,
        tilted: 40.0,
        curled: 0.06,
        too_dark: 80.0,
        too_bright: 0.6,
        blurred: 0.175,
        blurred_pixels: 3.0,
        motion_blurred: 1.6,
        glare: 0.1,
        glare_on_text: 0.07,
        shadow: 0.85,
        occluded: 0.02,
        noisy: 0.16,
        colour_cast: 0.95,
        wrinkled: 0.06,
        several_documents: 3.0,
        not_level: 10.0,
        featureless: 0.1,
    };

    const LENIENT: Self = Self {
        cut_off: 0.05,
        near_edge: -0.05,
        too_far: 0.04,
        low_resolution: 450.0,
        low_dpi: 90.0,
        small_print: 8.0,
        tilted: 50.0,
        curled: 0.1,
        too_dark: 65.0,
        too_bright: 0.8,
        blurred: 0.25,
        blurred_pixels: 4.2,
        motion_blurred: 1.6,
        glare: 0.3,
        glare_on_text: 0.15,
        shadow: 0.93,
        occluded: 0.05,
        noisy: 0.2,
        colour_cast: 0.98,
        wrinkled: 0.1,
        several_documents: 8.0,
        not_level: 20.0,
        featureless: 0.05,
    };

    const STRICT: Self = Self {
        cut_off: 0.0,
        near_edge: 0.01,
        too_far: 0.2,
        low_resolution: 1_000.0,
        low_dpi: 200.0,
        small_print: 14.0,
        tilted: 25.0,
        curled: 0.03,
        too_dark: 110.0,
        too_bright: 0.4,
        blurred: 0.13,
        blurred_pixels: 2.6,
        motion_blurred: 1.6,
        glare: 0.02,
        glare_on_text: 0.02,
        shadow: 0.5,
        occluded: 0.003,
        noisy: 0.08,
        colour_cast: 0.7,
        wrinkled: 0.02,
        several_documents: 1.0,
        not_level: 5.0,
        featureless: 0.2,
    };
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuning_stays_within_the_levels() {
        let standard = Thresholds::default();
        let tuned = standard.tuned([("glare", 0.2), ("small_print", 12.0)]);
        assert_eq!((tuned.glare, tuned.small_print), (0.2, 12.0));
        assert_eq!(Thresholds { glare: 0.1, small_print: 10.0, ..tuned }, standard);
        let beyond = standard.tuned([("glare", 9.0), ("small_print", -1.0), ("too_dark", 255.0)]);
        assert_eq!((beyond.glare, beyond.small_print, beyond.too_dark), (0.3, 8.0, 110.0));
        let nothing = [("glare", f32::NAN), ("screen_moire", 1.0), ("", 0.0)];
        assert_eq!(standard.tuned(nothing), standard);
        let endless = standard.tuned([("glare", f32::INFINITY), ("shadow", f32::NEG_INFINITY)]);
        assert_eq!((endless.glare, endless.shadow), (0.3, 0.5));
    }

    #[test]
    fn every_check_has_a_name_and_bounds() {
        let named = serde_json::to_value(Thresholds::default()).expect("an object");
        let named: Vec<&String> = named.as_object().expect("an object").keys().collect();
        let mut standard = Thresholds::default();
        for (name, value) in standard.fields() {
            assert!(named.iter().any(|known| *known == name), "{name}");
            let [least, most] = Thresholds::bounds(name).expect(name);
            assert!((least..=most).contains(value), "{name}");
        }
        assert_eq!(named.len(), standard.fields().len());
        assert_eq!(Thresholds::bounds("screen_moire"), None);
    }
}
