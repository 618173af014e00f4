//! What a bundle came to, as it is stored.

use bailing_credit::Decision;
use bailing_recognition::{Contradiction, Recognition};
use bailing_vision::{Analysis, Severity, Signal, Verdict};
use serde::{Deserialize, Serialize};

use super::review::{Review, Ruling};

/// What a bundle came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundleDecision {
    /// The merge of everything below.
    pub verdict: Verdict,
    /// One a picture.
    pub images: Vec<PictureDecision>,
    /// What concerns the bundle as a whole.
    pub findings: Vec<Signal>,
    /// Where its vouchers contradict each other or what the merchant proved before. A document is named by its
    /// bundle's hash and the picture's place in it.
    #[serde(default)]
    pub contradictions: Vec<Contradiction>,
    /// The merchant's quota before this bundle, yuan.
    pub quota_before: u64,
    /// The merchant's quota with it, and the reasons.
    pub quota: Decision,
    /// Why the checks were given up, where they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
    /// What a person has decided, where the verdict is `review`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

impl BundleDecision {
    /// Every signal that objects to something.
    pub(crate) fn objections(&self) -> impl Iterator<Item = &Signal> {
        let of_pictures = self.images.iter().flat_map(PictureDecision::signals);
        let contradictions = self.contradictions.iter().map(|found| &found.signal);
        let all = of_pictures.chain(&self.findings).chain(contradictions);
        all.filter(|signal| signal.severity > Severity::Pass)
    }

    /// What it comes to: a person's ruling, where there is one, else the verdict's name.
    pub fn outcome(&self) -> &'static str {
        match self.review.as_ref().map(|review| review.ruling) {
            Some(Ruling::Accepted) => "accepted",
            Some(Ruling::Rejected | Ruling::Forged) => "rejected",
            None => self.verdict.name(),
        }
    }
}

/// What one picture came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PictureDecision {
    /// The kind that the merchant was asked for.
    pub kind: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// The merge of the picture's signals.
    pub verdict: Verdict,
    /// What the pixels show, measured here.
    pub analysis: Analysis,
    /// What was read. Nothing where the picture should be taken again or is refused.
    pub recognition: Option<Recognition>,
    /// How the phone's claims compare, what the kind asks of the paper, what speaks for an edit.
    pub findings: Vec<Signal>,
}

/// Why the checks of a bundle were given up, and a person looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The step that kept failing, as jobs name it.
    pub step: String,
    /// Its last failure: `killed` where the process ended without a word.
    pub failure: String,
    /// How often it was tried.
    pub attempts: i64,
}

impl PictureDecision {
    /// Every signal about the picture.
    pub(super) fn signals(&self) -> impl Iterator<Item = &Signal> {
        let read = self.recognition.iter().flat_map(|recognition| &recognition.signals);
        self.analysis.signals().chain(read).chain(&self.findings)
    }

    pub(super) fn merged(&self) -> Verdict {
        Verdict::merge(self.signals())
    }
}
