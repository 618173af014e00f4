//! Dates, as Chinese papers write them.

use std::sync::LazyLock;

use regex::Regex;

/// The first date in a text, as `YYYY-MM-DD`: 2026年3月9日, 2026-03-09, 2026/3/9, 2026.03.09, or in
/// Chinese numerals 二〇二六年三月九日. `None` where there is none or it does not exist.
pub fn iso_date(text: &str) -> Option<String> {
    static DIGITS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})").ok());
    let text: String = text.chars().map(|c| numeral(c).unwrap_or(c)).collect();
    // 十 within a month or day: 十二 is 12, 二十 is 20, 二十三 is 23.
    let text = tens(&text);
    let found = DIGITS.as_ref()?.captures(&text)?;
    let part = |index: usize| found.get(index)?.as_str().parse::<u32>().ok();
    let (year, month, day) = (part(1)?, part(2)?, part(3)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    ((1900..2200).contains(&year) && (1..=days).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn numeral(character: char) -> Option<char> {
    let digits = "〇一二三四五六七八九";
    let position = digits.chars().position(|digit| digit == character);
    match (position, character) {
        (Some(value), _) => char::from_digit(u32::try_from(value).ok()?, 10),
        (None, '零' | '○') => Some('0'),
        _ => None,
    }
}

fn tens(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (index, character) in characters.iter().enumerate() {
        if *character != '十' {
            out.push(*character);
            continue;
        }
        let digit = |index: Option<usize>| {
            index.and_then(|index| characters.get(index)).is_some_and(char::is_ascii_digit)
        };
        if !digit(index.checked_sub(1)) {
            out.push('1');
        }
        if !digit(Some(index + 1)) {
            out.push('0');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_forms() {
        for (text, date) in [
            ("2026年3月9日", "2026-03-09"),
            ("签订日期:2026-03-09", "2026-03-09"),
            ("有效期至 2029/12/31", "2029-12-31"),
            ("二〇二六年十一月二十三日", "2026-11-23"),
            ("二〇二四年二月二十九日", "2024-02-29"),
            ("二〇二六年十月十日", "2026-10-10"),
        ] {
            assert_eq!(iso_date(text).as_deref(), Some(date), "{text}");
        }
        for text in ["", "2026年13月1日", "2025年2月29日", "1.2.3", "12345678"] {
            assert_eq!(iso_date(text), None, "{text}");
        }
    }
}
