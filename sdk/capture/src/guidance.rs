//! What the merchant is told while the camera runs.

mod text;

use bailing_vision::{Analysis, Point, Quad, Severity, Signal, Subject};

pub use text::Language;

/// One hint, the most useful one, for what was just seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "sealed on purpose: an app must be able to show every hint"
)]
pub enum Guidance {
    /// Nothing that looks like a document.
    NoDocument,
    /// The page leaves the frame, or is about to, on this side.
    CutOff {
        /// The side of the upright frame.
        side: Side,
    },
    /// Too far away to read.
    MoveCloser,
    /// The page is larger than the frame.
    MoveAway,
    /// The camera looks at the page too much from the side.
    TooTilted,
    /// The camera is held askew before a scene.
    NotLevel,
    /// Fingers or things lie over the page.
    Covered,
    /// The page is crumpled or bends.
    NotFlat,
    /// Too little light.
    TooDark,
    /// Too much light.
    TooBright,
    /// The light is coloured.
    ColouredLight,
    /// A shadow falls on the page.
    Shadow,
    /// A reflection lies on the page, here.
    Glare {
        /// In the upright frame.
        place: Place,
    },
    /// The lens is out of focus.
    Blurred,
    /// The picture is blurred by movement, or the page still moves.
    HoldStill,
    /// This looks like a screen.
    LooksLikeAScreen,
    /// The same once more, from a third nearer or farther: so is settled what the first photo left open.
    ChangeDistance,
    /// Good and steady: the photo is taken now.
    Ready,
}

/// A side of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are four")]
#[allow(missing_docs, reason = "each says what it is")]
pub enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// A ninth of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are nine")]
#[allow(missing_docs, reason = "each says what it is")]
pub enum Place {
    TopLeft,
    Top,
    TopRight,
    Left,
    Middle,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}

impl Guidance {
    /// Every hint, one of each kind: what an app must have a picture or a sound for.
    pub const KINDS: [Self; 18] = [
        Self::NoDocument,
        Self::CutOff { side: Side::Top },
        Self::MoveCloser,
        Self::MoveAway,
        Self::TooTilted,
        Self::NotLevel,
        Self::Covered,
        Self::NotFlat,
        Self::TooDark,
        Self::TooBright,
        Self::ColouredLight,
        Self::Shadow,
        Self::Glare { place: Place::TopLeft },
        Self::Blurred,
        Self::HoldStill,
        Self::LooksLikeAScreen,
        Self::ChangeDistance,
        Self::Ready,
    ];

    /// Stable name, the same on every platform.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoDocument => "no_document",
            Self::CutOff { .. } => "cut_off",
            Self::MoveCloser => "move_closer",
            Self::MoveAway => "move_away",
            Self::TooTilted => "too_tilted",
            Self::NotLevel => "not_level",
            Self::Covered => "covered",
            Self::NotFlat => "not_flat",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::ColouredLight => "coloured_light",
            Self::Shadow => "shadow",
            Self::Glare { .. } => "glare",
            Self::Blurred => "blurred",
            Self::HoldStill => "hold_still",
            Self::LooksLikeAScreen => "looks_like_a_screen",
            Self::ChangeDistance => "change_distance",
            Self::Ready => "ready",
        }
    }

    fn is_same_kind(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// How long a new hint must hold before it replaces the one shown, nanoseconds, and in how many
/// analyses at least. Longer makes hints lag, shorter makes them flicker: a merchant reads one in a
/// second.
const HOLD_NS: u64 = 250_000_000;
const HOLD_ANALYSES: u32 = 3;

/// Shows one hint at a time, and another only when it has held.
#[derive(Clone, Debug, Default)]
pub(crate) struct Debounce {
    shown: Option<Guidance>,
    candidate: Option<(Guidance, u64)>,
    analyses: u32,
}

impl Debounce {
    /// The hint to show, given what the last analysis asks for at a monotonic time.
    pub(crate) fn show(&mut self, hint: Guidance, now_ns: u64) -> Guidance {
        match &mut self.candidate {
            Some((candidate, _)) if candidate.is_same_kind(hint) => {
                *candidate = hint;
                self.analyses = self.analyses.saturating_add(1);
            }
            _ => {
                self.candidate = Some((hint, now_ns));
                self.analyses = 1;
            }
        }
        let since = self.candidate.map_or(now_ns, |(_, since)| since);
        let held = self.analyses >= HOLD_ANALYSES && now_ns.saturating_sub(since) >= HOLD_NS;
        let shown = match self.shown {
            // Where the same hint points elsewhere, it points there at once.
            Some(shown) if shown.is_same_kind(hint) => hint,
            Some(shown) if !held => shown,
            // The first analysis may ask for something, but never release the shutter.
            None if !held && hint == Guidance::Ready => Guidance::HoldStill,
            _ => hint,
        };
        self.shown = Some(shown);
        shown
    }
}

/// The first thing to mend, in a frame of this size once upright, whose quads are upright as well.
pub(crate) fn hint(
    analysis: &Analysis,
    subject: Subject,
    quad: Option<&Quad>,
    [width, height]: [u32; 2],
    upright: impl Fn(&Quad) -> Quad,
) -> Option<Guidance> {
    if subject == Subject::Page && quad.is_none() {
        return Some(Guidance::NoDocument);
    }
    let size = [width as f32, height as f32];
    // Signals come in the order in which mending them helps.
    let mut objecting = analysis.signals().filter(|signal| signal.severity > Severity::Pass);
    objecting.find_map(|signal| of_signal(signal, quad, size, &upright))
}

/// What to say about a code while the camera runs. Of too few pixels nothing is said: a preview has
/// fewer than the still, and `too_far` tells the same by the frame's share.
fn of_signal(
    signal: &Signal,
    quad: Option<&Quad>,
    size: [f32; 2],
    upright: impl Fn(&Quad) -> Quad,
) -> Option<Guidance> {
    Some(match signal.code.as_ref() {
        "cut_off" | "near_edge" => quad.map_or(Guidance::MoveAway, |quad| beyond(quad, size)),
        "too_far" | "featureless" => Guidance::MoveCloser,
        "tilted" => Guidance::TooTilted,
        "not_level" => Guidance::NotLevel,
        "occluded" => Guidance::Covered,
        "curled" | "wrinkled" => Guidance::NotFlat,
        "too_dark" | "noisy" => Guidance::TooDark,
        "too_bright" => Guidance::TooBright,
        "colour_cast" => Guidance::ColouredLight,
        "shadow" => Guidance::Shadow,
        "glare" | "glare_on_text" => {
            let region = signal.region.as_ref().map(upright);
            Guidance::Glare { place: place(region.as_ref().or(quad), size) }
        }
        "blurred" => Guidance::Blurred,
        "motion_blurred" => Guidance::HoldStill,
        "screen_moire" => Guidance::LooksLikeAScreen,
        _ => return None,
    })
}

/// The side over which a page reaches farthest, or that it is larger than the frame.
fn beyond(quad: &Quad, [width, height]: [f32; 2]) -> Guidance {
    let [left, top, right, bottom] = quad.bounds();
    let over = [
        (Side::Top, -top / height),
        (Side::Right, right / width - 1.0),
        (Side::Bottom, bottom / height - 1.0),
        (Side::Left, -left / width),
    ];
    let beyond = |side: Side| over.iter().any(|(which, by)| *which == side && *by > 0.0);
    let opposite = [(Side::Top, Side::Bottom), (Side::Left, Side::Right)];
    if opposite.iter().any(|(one, other)| beyond(*one) && beyond(*other)) {
        return Guidance::MoveAway;
    }
    let farthest = over.iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
    farthest.map_or(Guidance::MoveAway, |(side, _)| Guidance::CutOff { side: *side })
}

/// The ninth of the frame in which the middle of a region lies.
fn place(region: Option<&Quad>, [width, height]: [f32; 2]) -> Place {
    const PLACES: [[Place; 3]; 3] = [
        [Place::TopLeft, Place::Top, Place::TopRight],
        [Place::Left, Place::Middle, Place::Right],
        [Place::BottomLeft, Place::Bottom, Place::BottomRight],
    ];
    let Some(region) = region else { return Place::Middle };
    let [left, top, right, bottom] = region.bounds();
    // A cast saturates, and takes a NaN to 0.
    let third = |from: f32, to: f32, length: f32| (1.5 * (from + to) / length) as usize;
    let [row, column] = [third(top, bottom, height), third(left, right, width)];
    let row = PLACES.get(row.min(2));
    row.and_then(|row| row.get(column.min(2))).copied().unwrap_or(Place::Middle)
}

/// The largest movement of a corner, as a share of the page's longer side.
pub(crate) fn moved(before: &Quad, now: &Quad) -> f32 {
    let longer = now.sides().iter().map(|(a, b)| Point::distance(*a, *b)).fold(1.0, f32::max);
    let corners = before.corners.iter().zip(now.corners);
    corners.map(|(a, b)| a.distance(b)).fold(0.0, f32::max) / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = 100_000_000;

    #[test]
    fn a_hint_is_shown_when_it_has_held() {
        let mut debounce = Debounce::default();
        let shown: Vec<_> =
            (0..5).map(|step| debounce.show(Guidance::Ready, step * STEP)).collect();
        assert_eq!(shown[..3], [Guidance::HoldStill; 3]);
        assert_eq!(shown[3], Guidance::Ready);
    }

    #[test]
    fn one_odd_frame_changes_nothing() {
        let mut debounce = Debounce::default();
        for step in 0..5 {
            debounce.show(Guidance::Ready, step * STEP);
        }
        assert_eq!(debounce.show(Guidance::NoDocument, 5 * STEP), Guidance::Ready);
        assert_eq!(debounce.show(Guidance::Ready, 6 * STEP), Guidance::Ready);
        for step in 7..10 {
            debounce.show(Guidance::NoDocument, step * STEP);
        }
        assert_eq!(debounce.show(Guidance::NoDocument, 10 * STEP), Guidance::NoDocument);
    }

    #[test]
    fn frames_in_a_burst_are_not_time() {
        let mut debounce = Debounce::default();
        for _ in 0..50 {
            assert_eq!(debounce.show(Guidance::Ready, 7), Guidance::HoldStill);
        }
    }

    #[test]
    fn glare_that_moves_is_pointed_at() {
        let mut debounce = Debounce::default();
        let at = |place| Guidance::Glare { place };
        assert_eq!(debounce.show(at(Place::Top), 0), at(Place::Top));
        assert_eq!(debounce.show(at(Place::Left), STEP), at(Place::Left));
    }

    #[test]
    fn the_side_named_is_the_one_the_page_leaves_by() {
        let of = |left, top, right, bottom| {
            beyond(&Quad::rectangle(left, top, right, bottom), [100.0, 200.0])
        };
        assert_eq!(of(-5.0, 20.0, 80.0, 150.0), Guidance::CutOff { side: Side::Left });
        assert_eq!(of(5.0, 60.0, 80.0, 250.0), Guidance::CutOff { side: Side::Bottom });
        assert_eq!(of(-5.0, 60.0, 110.0, 150.0), Guidance::MoveAway);
        assert_eq!(
            place(Some(&Quad::rectangle(70.0, 10.0, 90.0, 30.0)), [100.0, 200.0]),
            Place::TopRight
        );
        assert_eq!(place(None, [100.0, 200.0]), Place::Middle);
    }
}
