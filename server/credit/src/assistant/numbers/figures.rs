//! Numbers in figures, with a unit or without: 3.5w, 1万6, 1,200.50.

use super::english::english_unit;
use super::hanzi::{digit, of_each, unit};
use super::{Number, large};
use crate::assistant::letters::Letters;

/// In figures, with a unit or without.
pub(super) fn figures(letters: &Letters, start: usize) -> Option<Number> {
    let before = letters.before(start);
    let (value, digits, fraction, mut place) = plain(letters, start);
    if before.is_ascii_alphanumeric() || before == '.' || digits > 12 {
        return None;
    }
    let (mut total, mut unit) = (value, 1.0);
    let rough = match letters.at(place) {
        '多' | '来' | '余' | '几' => place + 1,
        _ => place,
    };
    if let Some((of, past)) = scale(letters, rough) {
        (total, unit, place) = (value * of, of, past);
        if let Some((more, past)) = remainder(letters, place, of) {
            (total, place) = (total + more, past);
        }
    } else if letters.at(place).is_ascii_alphabetic() && !measure_follows(letters, place) {
        return None;
    }
    let unit = if unit > 1.0 { unit } else { 1.0 };
    let span = start..place;
    Some(Number { span, next: place, low: total, high: total, unit, digits, fraction })
}

/// Whether the Latin letters right behind figures are a measure and no name of a model.
fn measure_follows(letters: &Letters, place: usize) -> bool {
    matches!(
        letters.latin(place).as_str(),
        "sqm" | "m" | "m2" | "t" | "kg" | "yuan" | "rmb" | "cny" | "pcs" | "mu" | "ha" | "g" | "l"
    )
}

/// Digits with commas between thousands and decimals: value, digits before the point, whether there
/// is a point, and where the text goes on.
fn plain(letters: &Letters, start: usize) -> (f64, usize, bool, usize) {
    let (mut value, mut digits, mut place) = (0.0, 0, start);
    loop {
        if let Some(next) = letters.at(place).to_digit(10) {
            value = value * 10.0 + f64::from(next);
            digits += 1;
            place += 1;
        } else if matches!(letters.at(place), ',' | '，')
            && (1..=3).all(|offset| letters.at(place + offset).is_ascii_digit())
            && !letters.at(place + 4).is_ascii_digit()
        {
            place += 1;
        } else {
            break;
        }
    }
    if letters.at(place) != '.' || !letters.at(place + 1).is_ascii_digit() {
        return (value, digits, false, place);
    }
    place += 1;
    let mut of = 0.1;
    while let Some(next) = letters.at(place).to_digit(10) {
        value += f64::from(next) * of;
        of /= 10.0;
        place += 1;
    }
    (value, digits, true, place)
}

/// The unit behind figures.
fn scale(letters: &Letters, place: usize) -> Option<(f64, usize)> {
    if let Some(of) = unit(letters.at(place)).filter(|of| *of > 10.0) {
        return match large(letters, place + 1) {
            Some((more, past)) => Some((of * more, past)),
            None => Some((of, place + 1)),
        };
    }
    if let Some(found) = large(letters, place) {
        return Some(found);
    }
    let at = letters.past_spaces(place);
    let word = letters.latin(at);
    let of = english_unit(&word).or(match word.as_str() {
        "k" => Some(1e3),
        // 1.8m is money, 100 m is a length.
        "m" if at == place && letters.at(at + 1) != '²' => Some(1e6),
        _ => None,
    })?;
    Some((of, at + word.chars().count()))
}

/// What is said behind a unit in short: 1万6, 2万5千, 3千2.
fn remainder(letters: &Letters, place: usize, of: f64) -> Option<(f64, usize)> {
    if !matches!(letters.before(place), '万' | '千' | '百' | 'w') {
        return None;
    }
    if letters.at(place).is_ascii_digit() {
        let (value, digits, fraction, past) = plain(letters, place);
        if let Some(smaller) = unit(letters.at(past)).filter(|smaller| *smaller < of) {
            return Some((value * smaller, past + 1));
        }
        let whole = 10_f64.powi(i32::try_from(digits).ok()?) == of;
        let value = if digits == 1 { value * of / 10.0 } else { value };
        return (!fraction && (digits == 1 || whole)).then_some((value, past));
    }
    let value = digit(letters.at(place)).filter(|value| *value > 0.0)?;
    match unit(letters.at(place + 1)) {
        Some(smaller) if smaller < of => Some((value * smaller, place + 2)),
        Some(_) => None,
        None => {
            let follows = digit(letters.at(place + 1)).is_some();
            let each = value == 1.0 && of_each(letters, place + 1);
            (!follows && !each).then_some((value * of / 10.0, place + 1))
        }
    }
}
