//! Numbers and lists in sentences.

use crate::knowledge::Language;

/// An amount with its thousands apart: 1,234,567.
pub(super) fn yuan(amount: u64) -> String {
    let digits = amount.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Things one after another.
pub(super) fn list(items: &[String], language: Language) -> String {
    items.join(match language {
        Language::Zh => "；",
        Language::En => "; ",
    })
}

/// Sentences one after another.
pub(super) fn sentences(parts: &[String], language: Language) -> String {
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(match language {
        Language::Zh => "",
        Language::En => " ",
    })
}

/// The numbers in a text, sorted: digits with what stands between their groups left out, and those of them that are written
/// in full width.
pub(super) fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut number = String::new();
    let mut letters = text.chars().map(narrow).peekable();
    while let Some(letter) = letters.next() {
        let goes_on = letters.peek().is_some_and(char::is_ascii_digit);
        match letter {
            digit if digit.is_ascii_digit() => number.push(digit),
            ',' | '，' if !number.is_empty() && goes_on => {}
            '.' if !number.is_empty() && goes_on => number.push('.'),
            _ if !number.is_empty() => found.push(std::mem::take(&mut number)),
            // A numeral is a number too.
            '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百'
            | '千' | '万' | '亿'
                if letters.peek().is_some_and(|next| "十百千万亿元块".contains(*next)) =>
            {
                found.push(letter.to_string());
            }
            _ => {}
        }
    }
    if !number.is_empty() {
        found.push(number);
    }
    found.sort();
    found.dedup();
    found
}

fn narrow(letter: char) -> char {
    match letter {
        '０'..='９' => {
            char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')).unwrap_or(letter)
        }
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 999, 1_000, 123_456, 1_234_567].map(yuan);
        assert_eq!(written, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        assert_eq!(numbers("额度 200,000 元，约4分钟"), ["200000", "4"]);
        assert_eq!(numbers("２００,000 at 3.65 %."), ["200000", "3.65"]);
        assert!(!numbers("二十万元").is_empty());
        assert!(numbers("一份合同").is_empty());
    }
}
