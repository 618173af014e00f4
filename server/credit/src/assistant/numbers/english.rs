//! Numbers in English words: half a million, twenty-five.

use super::Number;
use crate::assistant::letters::Letters;

/// In English words.
pub(super) fn english(letters: &Letters, start: usize) -> Option<Number> {
    let (mut place, mut total, mut current, mut last) = (start, 0.0, 0.0, 1.0);
    let mut end = start;
    loop {
        let word = letters.latin(place);
        let length = word.chars().count();
        if let Some(value) = small(&word) {
            if current % 100.0 != 0.0 && (current % 10.0 != 0.0 || value >= 10.0) {
                break;
            }
            current += value;
        } else if word == "half" && end == start {
            let article = letters.past_spaces(place + length);
            let scale = letters.past_spaces(article + 1);
            let of = english_unit(&letters.latin(scale))?;
            if letters.latin(article) != "a" {
                return None;
            }
            let past = scale + letters.latin(scale).chars().count();
            (total, last, end) = (of / 2.0, of, past);
            break;
        } else if word == "a" && end == start {
            let at = letters.past_spaces(place + 1);
            let word = letters.latin(at);
            let past = at + word.chars().count();
            match word.as_str() {
                "couple" if letters.has(past, " of") => (current, end) = (2.0, past + 3),
                "couple" => (current, end) = (2.0, past),
                "dozen" => (current, end) = (12.0, past),
                other => {
                    english_unit(other)?;
                    current = 1.0;
                    place = at;
                    continue;
                }
            }
            break;
        } else if let Some(of) = english_unit(&word) {
            if current == 0.0 {
                break;
            }
            if of == 100.0 {
                current *= of;
            } else {
                (total, current) = (total + current * of, 0.0);
            }
            last = of;
        } else if word == "dozen" && current > 0.0 {
            current *= 12.0;
        } else if word == "and" && end > start && last >= 100.0 {
            let at = letters.past_spaces(place + length);
            if small(&letters.latin(at)).is_none() {
                break;
            }
            place = at;
            continue;
        } else {
            break;
        }
        end = place + length;
        place = match letters.at(end) {
            '-' => end + 1,
            _ => letters.past_spaces(end),
        };
    }
    let value = total + current;
    (end > start && value > 0.0).then_some(Number {
        span: start..end,
        next: end,
        low: value,
        high: value,
        unit: last,
        digits: 0,
        fraction: false,
    })
}

fn small(word: &str) -> Option<f64> {
    const WORDS: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |words: &[&str]| words.iter().position(|known| *known == word);
    if let Some(place) = at(&WORDS) {
        return u8::try_from(place + 1).ok().map(f64::from);
    }
    at(&TENS).and_then(|place| u8::try_from(10 * (place + 3)).ok()).map(f64::from)
}

pub(super) fn english_unit(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" | "grand" => 1e3,
        "million" | "millions" | "mil" | "mio" => 1e6,
        _ => return None,
    })
}
