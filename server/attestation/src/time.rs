//! Times in certificates (RFC 5280 §4.1.2.5).

use time::{Date, Month};

use crate::der::{Element, Tag};
use crate::reject::Malformed;

/// Seconds since 1970 of a UTCTime (`YYMMDDHHMMSSZ`, 1950 to 2049) or a GeneralizedTime
/// (`YYYYMMDDHHMMSSZ`).
pub(crate) fn seconds(element: &Element<'_>) -> Result<i64, Malformed> {
    parse(element).ok_or(Malformed("a time that is none"))
}

fn parse(element: &Element<'_>) -> Option<i64> {
    let digits = element.value.strip_suffix(b"Z")?;
    let (year, rest) = match element.tag {
        Tag::UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year = number(year)?;
            (if year < 50 { 2_000 + year } else { 1_900 + year }, rest)
        }
        Tag::GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (number(year)?, rest)
        }
        _ => return None,
    };
    let mut parts = rest.chunks(2).map(number);
    let mut next = || parts.next().flatten().and_then(|part| u8::try_from(part).ok());
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let time = Date::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, day)
        .ok()?
        .with_hms(hour, minute, second)
        .ok()?;
    (rest.len() == 10).then(|| time.assume_utc().unix_timestamp())
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0u16, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u16::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let of =
            |tag, text: &str| seconds(&Element { tag, value: text.as_bytes(), whole: &[] }).ok();
        assert_eq!(of(Tag::UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(of(Tag::UTC_TIME, "491231235959Z"), Some(2_524_607_999));
        assert_eq!(of(Tag::GENERALIZED_TIME, "20500101000000Z"), Some(2_524_608_000));
        for text in ["700101000000", "7001010000Z", "701301000000Z", "70010100000xZ", "", "Z"] {
            assert_eq!(of(Tag::UTC_TIME, text), None, "{text}");
        }
        assert_eq!(of(Tag::OCTET_STRING, "700101000000Z"), None);
        assert_eq!(of(Tag::GENERALIZED_TIME, "20500101000000.5Z"), None);
    }
}
