//! Whether a contradiction is the paper's or the reader's.

use std::borrow::Cow;

use bailing_vision::{Class, Quad, Severity, Signal};

use crate::checks::Decimal;
use crate::page::normal;
use crate::recogniser::Field;

/// Name and version of these checks, as signals carry it.
const MODEL: &str = "line-items/1";

/// Below this confidence a number says nothing about the paper. Set by judgement, as the next: lower accuses for what
/// was misread, higher lets changed numbers pass.
const READ: f32 = 0.85;

/// From this confidence a number is not thought to be misread in one digit.
const SURE: f32 = 0.98;

/// Score of a contradiction that one misread digit would explain. It does not object; a person who looks sees it.
const EXPLAINED: f32 = 0.4;

/// A number of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) value: Decimal,
    /// Places behind the point as printed.
    pub(super) places: u32,
    pub(super) confidence: f32,
    pub(super) region: Option<Quad>,
}

impl Number {
    pub(super) fn of(field: &Field) -> Option<Self> {
        let value = Decimal::parse(field.value.trim_end_matches('%'))?;
        let printed = Decimal::parse(&normal(&field.raw));
        let places = printed.unwrap_or(value).places;
        Some(Self { value, places, confidence: field.confidence, region: field.region })
    }
}

/// The signal of a contradiction between numbers: none where one of them was read with doubt, and no objection
/// where another digit in one that is not sure would resolve it. `holds` tells whether numbers agree.
pub(super) fn contradiction(
    code: &'static str,
    region: Option<Quad>,
    numbers: &[Number],
    holds: impl Fn(&[Decimal]) -> bool,
) -> Option<Signal> {
    let mut values: Vec<Decimal> = numbers.iter().map(|number| number.value).collect();
    if holds(&values) || numbers.iter().any(|number| number.confidence < READ) {
        return None;
    }
    let mut explained = false;
    for (index, number) in numbers.iter().enumerate() {
        if number.confidence >= SURE {
            continue;
        }
        for value in misread(number.value) {
            if let Some(place) = values.get_mut(index) {
                *place = value;
            }
            explained |= holds(&values);
        }
        if let Some(place) = values.get_mut(index) {
            *place = number.value;
        }
    }
    let signal = Signal { region, ..Signal::review(code, Class::Content, Cow::Borrowed(MODEL)) };
    Some(if explained {
        Signal { score: EXPLAINED, severity: Severity::Pass, action: None, ..signal }
    } else {
        signal
    })
}

/// What a number may be if the engine misread one digit, lost the point or the sign.
fn misread(value: Decimal) -> Vec<Decimal> {
    let digits = value.units.unsigned_abs().to_string();
    let mut others = vec![Decimal { units: -value.units, ..value }];
    let mut weight = 1i64;
    for digit in digits.bytes().rev().map(|digit| i64::from(digit - b'0')) {
        let step = weight * value.units.signum();
        others.extend((0..10).filter(|other| *other != digit).filter_map(|other| {
            let units = value.units.checked_add((other - digit).checked_mul(step)?)?;
            Some(Decimal { units, ..value })
        }));
        let Some(next) = weight.checked_mul(10) else { break };
        weight = next;
    }
    if value.places == 0 {
        others.push(Decimal { places: 2, ..value });
    }
    others
}
