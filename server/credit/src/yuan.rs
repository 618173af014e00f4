//! Exact amounts and dates out of a fact's texts.

use time::Date;
use time::macros::format_description;

/// Largest amount of one voucher, yuan.
const LARGEST: u64 = 100_000_000_000;

/// Whole yuan of a decimal text such as `128000.50`; the rest of a yuan does not count.
pub(crate) fn yuan(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 2 {
        return None;
    }
    whole.parse().ok().filter(|amount| *amount <= LARGEST)
}

/// A `YYYY-MM-DD` date. The length leaves no room for the sign that a year may have otherwise.
pub(crate) fn date(text: &str) -> Option<Date> {
    let format = format_description!("[year]-[month]-[day]");
    Date::parse(text, format).ok().filter(|_| text.len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_plain() {
        assert_eq!(yuan("128000.99"), Some(128_000));
        assert_eq!(yuan("7"), Some(7));
        for text in ["", "-1", "1e9", "1,000", "1.234", "1.", ".5", "999999999999"] {
            assert_eq!(yuan(text), None, "{text}");
        }
        assert!(date("2026-02-29").is_none() && date("2028-02-29").is_some());
    }
}
