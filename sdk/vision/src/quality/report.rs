//! Signals as they are made.

use super::Thresholds;
use crate::{Action, Class, Quad, Severity, Signal};

/// Name and version of these checks, as signals carry it.
const MODEL: &str = "quality/4";

/// Writes one signal a check.
pub(super) struct Report<'a> {
    pub(super) thresholds: &'a Thresholds,
    signals: &'a mut Vec<Signal>,
}

impl<'a> Report<'a> {
    pub(super) fn new(thresholds: &'a Thresholds, signals: &'a mut Vec<Signal>) -> Self {
        Self { thresholds, signals }
    }

    /// A check that asks for another photo below its threshold.
    pub(super) fn below(
        &mut self,
        code: &'static str,
        score: f32,
        threshold: f32,
        action: Action,
    ) -> &mut Self {
        let severity = if score < threshold { Severity::Retake } else { Severity::Pass };
        self.push(code, score, threshold, severity, action)
    }

    /// A check that asks for another photo above its threshold.
    pub(super) fn above(
        &mut self,
        code: &'static str,
        score: f32,
        threshold: f32,
        action: Action,
    ) -> &mut Self {
        let severity = if score > threshold { Severity::Retake } else { Severity::Pass };
        self.push(code, score, threshold, severity, action)
    }

    /// A check that asks for a person above its threshold, since the merchant may be right.
    pub(super) fn doubt(
        &mut self,
        code: &'static str,
        score: f32,
        threshold: f32,
        action: Action,
    ) -> &mut Self {
        let severity = if score > threshold { Severity::Review } else { Severity::Pass };
        self.push(code, score, threshold, severity, action)
    }

    /// Says where the last check found what it found.
    pub(super) fn at(&mut self, region: Option<Quad>) {
        if let Some(signal) = self.signals.last_mut() {
            signal.region = region;
        }
    }

    fn push(
        &mut self,
        code: &'static str,
        score: f32,
        threshold: f32,
        severity: Severity,
        action: Action,
    ) -> &mut Self {
        self.signals.push(Signal {
            code: code.into(),
            class: Class::Content,
            // Whoever sets corners and thresholds by hand gets numbers back all the same.
            score: if score.is_finite() { score } else { 0.0 },
            threshold: if threshold.is_finite() { threshold } else { 0.0 },
            severity,
            region: None,
            action: (severity > Severity::Pass).then_some(action),
            model: MODEL.into(),
        });
        self
    }
}
