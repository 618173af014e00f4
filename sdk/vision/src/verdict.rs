//! The one place where signals become a verdict.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Severity, Signal};

/// What follows from a set of signals. An error is a different thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "sealed on purpose: a caller must handle every outcome")]
pub enum Verdict {
    /// Nothing objects.
    Accepted,
    /// A person should look, for these codes.
    Review {
        /// Codes of the signals of the deciding severity, in the order they were measured.
        reasons: Vec<Cow<'static, str>>,
    },
    /// The photo should be taken again, for these codes.
    Retake {
        /// Codes of the signals of the deciding severity, in the order they were measured.
        reasons: Vec<Cow<'static, str>>,
    },
    /// Not acceptable, for these codes.
    Rejected {
        /// Codes of the signals of the deciding severity, in the order they were measured.
        reasons: Vec<Cow<'static, str>>,
    },
}

impl Verdict {
    /// Highest severity wins; its signals, and only its, are the reasons.
    pub fn merge<'a>(signals: impl IntoIterator<Item = &'a Signal>) -> Self {
        let mut highest = Severity::Pass;
        let mut reasons: Vec<Cow<'static, str>> = Vec::new();
        for signal in signals {
            if signal.severity > highest {
                highest = signal.severity;
                reasons.clear();
            }
            if signal.severity == highest
                && highest != Severity::Pass
                && !reasons.contains(&signal.code)
            {
                reasons.push(signal.code.clone());
            }
        }
        match highest {
            Severity::Pass => Self::Accepted,
            Severity::Review => Self::Review { reasons },
            Severity::Retake => Self::Retake { reasons },
            Severity::Reject => Self::Rejected { reasons },
        }
    }

    /// The codes that decided it; empty when accepted.
    pub fn reasons(&self) -> &[Cow<'static, str>] {
        match self {
            Self::Accepted => &[],
            Self::Review { reasons } | Self::Retake { reasons } | Self::Rejected { reasons } => {
                reasons
            }
        }
    }

    /// The severity that decided it.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Accepted => Severity::Pass,
            Self::Review { .. } => Severity::Review,
            Self::Retake { .. } => Severity::Retake,
            Self::Rejected { .. } => Severity::Reject,
        }
    }

    /// Stable lower-case name, as in JSON: `accepted`, `review`, `retake`, `rejected`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Review { .. } => "review",
            Self::Retake { .. } => "retake",
            Self::Rejected { .. } => "rejected",
        }
    }
}
