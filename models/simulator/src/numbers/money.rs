//! Amounts of money as vouchers print them.

use std::fmt::Write as _;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// `12345.67`: how this project writes an amount given in fen.
#[must_use]
pub fn decimal(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// `12,345.67`: how an amount given in fen is printed for people.
#[must_use]
pub fn grouped(fen: u64) -> String {
    let whole = (fen / 100).to_string();
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let _ = write!(text, ".{:02}", fen % 100);
    text
}

/// The amount in fen in the words of a bank form: 壹万贰仟叁佰肆拾伍元陆角柒分 (Regulations on the
/// Payment and Settlement, appendix 1).
#[must_use]
pub fn words(fen: u64) -> String {
    let (yuan, cents) = (fen / 100, fen % 100);
    let mut text = whole_yuan(yuan);
    if yuan > 0 {
        text.push('元');
    }
    let (jiao, fen) = ((cents / 10) as usize, (cents % 10) as usize);
    match (jiao, fen) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (0, fen) => {
            if yuan > 0 {
                text.push('零');
            }
            text.extend([DIGITS[fen], '分']);
        }
        (jiao, 0) => text.extend([DIGITS[jiao], '角', '整']),
        (jiao, fen) => text.extend([DIGITS[jiao], '角', DIGITS[fen], '分']),
    }
    text
}

fn whole_yuan(yuan: u64) -> String {
    let mut text = String::new();
    let mut gap = false;
    for group in (0..GROUPS.len()).rev() {
        let four = yuan / 10_000u64.pow(group as u32) % 10_000;
        if four == 0 {
            gap |= !text.is_empty();
            continue;
        }
        for place in (0..PLACES.len()).rev() {
            let digit = (four / 10u64.pow(place as u32) % 10) as usize;
            if digit == 0 {
                gap |= !text.is_empty();
                continue;
            }
            if std::mem::take(&mut gap) {
                text.push('零');
            }
            text.push(DIGITS[digit]);
            text.push_str(PLACES[place]);
        }
        // Zeros that close a group are not spoken before the next group's first digit.
        gap = false;
        text.push_str(GROUPS[group]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_bank_form() {
        for (fen, expected) in [
            (0, "零元整"),
            (1_234_567, "壹万贰仟叁佰肆拾伍元陆角柒分"),
            (10_000_000, "壹拾万元整"),
            (48_600_000, "肆拾捌万陆仟元整"),
            (100_500, "壹仟零伍元整"),
            (100_000_500, "壹佰万零伍元整"),
            (105, "壹元零伍分"),
            (250, "贰元伍角整"),
            (1_020_300_400, "壹仟零贰拾万叁仟零肆元整"),
        ] {
            assert_eq!(words(fen), expected, "{fen}");
        }
    }

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(123_456_789), "1,234,567.89");
        assert_eq!(grouped(99_900), "999.00");
        assert_eq!(decimal(1_234_567), "12345.67");
    }
}
