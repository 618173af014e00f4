//! One check's answer: never a bare boolean.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Quad;

/// What a check found, and what follows from it.
///
/// The same shape travels from the phone to the console, whichever part of the system made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Stable code, listed in `CODES.md`.
    pub code: Cow<'static, str>,
    /// Which question the check answers.
    pub class: Class,
    /// The measured value, in the unit that the code's entry in `CODES.md` gives.
    pub score: f32,
    /// The value at which the check starts to object, in the same unit as `score`.
    pub threshold: f32,
    /// What the score means for the verdict; [`Severity::Pass`] where the check has no objection.
    pub severity: Severity,
    /// Where, in pixels of the upright image; `None` for the whole image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Quad>,
    /// What the merchant can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Name and version of what measured it.
    pub model: Cow<'static, str>,
}

impl Signal {
    /// A finding that is there or not, and that a person should look at: score 1, threshold one half.
    pub fn review(code: &'static str, class: Class, model: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: code.into(),
            class,
            score: 1.0,
            threshold: 0.5,
            severity: Severity::Review,
            region: None,
            action: Some(Action::AwaitReview),
            model: model.into(),
        }
    }
}

/// The question that a signal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Where the picture comes from: device, attestation, live capture.
    Origin,
    /// Whether the picture shows the thing itself, untouched: recapture, tampering.
    Integrity,
    /// Whether it can be read and makes sense: sharpness, fields, arithmetic, dates, duplicates.
    Content,
}

/// What a signal asks of the verdict, mildest first.
///
/// `Retake` outranks `Review`: nobody is asked to judge a photo that the merchant can mend in a
/// second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// No objection.
    Pass,
    /// A person should look.
    Review,
    /// The merchant should take the photo again.
    Retake,
    /// Not acceptable as evidence.
    Reject,
}

/// What the merchant can do about a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Put the whole document into the frame.
    FrameDocument,
    /// Hold the phone still.
    HoldStill,
    /// Let the camera focus on the page: touch it on the screen, go a little back.
    Refocus,
    /// Tilt the phone or move the lamp so that the reflection leaves the page.
    AvoidGlare,
    /// Take away or step out of what throws a shadow on the page.
    AvoidShadow,
    /// Find more light, or less.
    AdjustLight,
    /// Go nearer.
    MoveCloser,
    /// Hold the phone parallel to the page.
    HoldParallel,
    /// Hold the phone level.
    HoldLevel,
    /// Take fingers and things off the page.
    ClearPage,
    /// Smooth the page and press it flat.
    FlattenPage,
    /// Photograph the thing itself rather than a screen or a print of it.
    PhotographOriginal,
    /// Photograph the same once more, from a third nearer or farther.
    PhotographAgain,
    /// Send another proof of the same fact.
    ProvideAnother,
    /// Wait: a person will look at it.
    AwaitReview,
}
