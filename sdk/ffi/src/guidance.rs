//! Hints, as the platforms see them.

use bailing_capture as capture;

/// One hint for the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each is documented at bailing_capture::Guidance")]
pub enum Guidance {
    NoDocument,
    CutOff { side: Side },
    MoveCloser,
    MoveAway,
    TooTilted,
    NotLevel,
    Covered,
    NotFlat,
    TooDark,
    TooBright,
    ColouredLight,
    Shadow,
    Glare { place: Place },
    Blurred,
    HoldStill,
    LooksLikeAScreen,
    ChangeDistance,
    Ready,
}

/// A side of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each says what it is")]
pub enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// A ninth of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
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

/// Which language a hint is said in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each says what it is")]
pub enum Language {
    Chinese,
    English,
}

/// The hint as the merchant reads or hears it.
#[uniffi::export]
pub fn guidance_text(guidance: Guidance, language: Language) -> String {
    let language = match language {
        Language::Chinese => capture::Language::Chinese,
        Language::English => capture::Language::English,
    };
    capture::Guidance::from(guidance).text(language).to_owned()
}

/// The hint's stable name, for logs.
#[uniffi::export]
pub fn guidance_code(guidance: Guidance) -> String {
    capture::Guidance::from(guidance).code().to_owned()
}

/// Every hint, in the order of the numbers that the frame path gives: one of each kind, and of a hint
/// with a side or a place one for each of those.
#[uniffi::export]
pub fn all_guidance() -> Vec<GuidanceNumber> {
    let mut all: Vec<GuidanceNumber> = Vec::new();
    let mut add = |guidance: capture::Guidance| {
        let (kind, detail) = places(guidance);
        all.push(GuidanceNumber { kind, detail, guidance: guidance.into() });
    };
    for kind in capture::Guidance::KINDS {
        match kind {
            capture::Guidance::CutOff { .. } => {
                SIDES.iter().for_each(|side| add(capture::Guidance::CutOff { side: *side }));
            }
            capture::Guidance::Glare { .. } => {
                PLACES.iter().for_each(|place| add(capture::Guidance::Glare { place: *place }));
            }
            kind => add(kind),
        }
    }
    all
}

/// A hint and the numbers by which the frame path names it.
#[derive(Clone, Copy, Debug, uniffi::Record)]
pub struct GuidanceNumber {
    /// Its kind's.
    pub kind: i32,
    /// Its side's or place's; 0 where it has none.
    pub detail: i32,
    /// The hint.
    pub guidance: Guidance,
}

const SIDES: [capture::Side; 4] =
    [capture::Side::Top, capture::Side::Right, capture::Side::Bottom, capture::Side::Left];

const PLACES: [capture::Place; 9] = [
    capture::Place::TopLeft,
    capture::Place::Top,
    capture::Place::TopRight,
    capture::Place::Left,
    capture::Place::Middle,
    capture::Place::Right,
    capture::Place::BottomLeft,
    capture::Place::Bottom,
    capture::Place::BottomRight,
];

/// A hint's place among all, and its side's or ninth's.
pub(crate) fn places(guidance: capture::Guidance) -> (i32, i32) {
    let kind = capture::Guidance::KINDS
        .iter()
        .position(|kind| std::mem::discriminant(kind) == std::mem::discriminant(&guidance));
    let detail = match guidance {
        capture::Guidance::CutOff { side } => side as i32,
        capture::Guidance::Glare { place } => place as i32,
        _ => 0,
    };
    (kind.and_then(|kind| i32::try_from(kind).ok()).unwrap_or_default(), detail)
}

impl From<capture::Guidance> for Guidance {
    fn from(value: capture::Guidance) -> Self {
        match value {
            capture::Guidance::NoDocument => Self::NoDocument,
            capture::Guidance::MoveCloser => Self::MoveCloser,
            capture::Guidance::MoveAway => Self::MoveAway,
            capture::Guidance::TooTilted => Self::TooTilted,
            capture::Guidance::NotLevel => Self::NotLevel,
            capture::Guidance::Covered => Self::Covered,
            capture::Guidance::NotFlat => Self::NotFlat,
            capture::Guidance::TooDark => Self::TooDark,
            capture::Guidance::TooBright => Self::TooBright,
            capture::Guidance::ColouredLight => Self::ColouredLight,
            capture::Guidance::Shadow => Self::Shadow,
            capture::Guidance::Blurred => Self::Blurred,
            capture::Guidance::HoldStill => Self::HoldStill,
            capture::Guidance::LooksLikeAScreen => Self::LooksLikeAScreen,
            capture::Guidance::ChangeDistance => Self::ChangeDistance,
            capture::Guidance::Ready => Self::Ready,
            capture::Guidance::CutOff { side } => Self::CutOff { side: side.into() },
            capture::Guidance::Glare { place } => Self::Glare { place: place.into() },
        }
    }
}

impl From<capture::Side> for Side {
    fn from(value: capture::Side) -> Self {
        match value {
            capture::Side::Top => Self::Top,
            capture::Side::Right => Self::Right,
            capture::Side::Bottom => Self::Bottom,
            capture::Side::Left => Self::Left,
        }
    }
}

impl From<capture::Place> for Place {
    fn from(value: capture::Place) -> Self {
        match value {
            capture::Place::TopLeft => Self::TopLeft,
            capture::Place::Top => Self::Top,
            capture::Place::TopRight => Self::TopRight,
            capture::Place::Left => Self::Left,
            capture::Place::Middle => Self::Middle,
            capture::Place::Right => Self::Right,
            capture::Place::BottomLeft => Self::BottomLeft,
            capture::Place::Bottom => Self::Bottom,
            capture::Place::BottomRight => Self::BottomRight,
        }
    }
}

impl From<Guidance> for capture::Guidance {
    fn from(value: Guidance) -> Self {
        match value {
            Guidance::NoDocument => Self::NoDocument,
            Guidance::MoveCloser => Self::MoveCloser,
            Guidance::MoveAway => Self::MoveAway,
            Guidance::TooTilted => Self::TooTilted,
            Guidance::NotLevel => Self::NotLevel,
            Guidance::Covered => Self::Covered,
            Guidance::NotFlat => Self::NotFlat,
            Guidance::TooDark => Self::TooDark,
            Guidance::TooBright => Self::TooBright,
            Guidance::ColouredLight => Self::ColouredLight,
            Guidance::Shadow => Self::Shadow,
            Guidance::Blurred => Self::Blurred,
            Guidance::HoldStill => Self::HoldStill,
            Guidance::LooksLikeAScreen => Self::LooksLikeAScreen,
            Guidance::ChangeDistance => Self::ChangeDistance,
            Guidance::Ready => Self::Ready,
            Guidance::CutOff { side } => Self::CutOff { side: side.into() },
            Guidance::Glare { place } => Self::Glare { place: place.into() },
        }
    }
}

impl From<Side> for capture::Side {
    fn from(value: Side) -> Self {
        match value {
            Side::Top => Self::Top,
            Side::Right => Self::Right,
            Side::Bottom => Self::Bottom,
            Side::Left => Self::Left,
        }
    }
}

impl From<Place> for capture::Place {
    fn from(value: Place) -> Self {
        match value {
            Place::TopLeft => Self::TopLeft,
            Place::Top => Self::Top,
            Place::TopRight => Self::TopRight,
            Place::Left => Self::Left,
            Place::Middle => Self::Middle,
            Place::Right => Self::Right,
            Place::BottomLeft => Self::BottomLeft,
            Place::Bottom => Self::Bottom,
            Place::BottomRight => Self::BottomRight,
        }
    }
}
