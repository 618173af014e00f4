//! Amounts as statements and other systems write them, in fen.

/// Largest amount, fen: that of one voucher, so that the sums of a statement stay within 64 bits.
const LARGEST: i64 = 10_000_000_000_000;

/// An amount as printed: a sign, a currency's mark, groups of three digits and up to two decimals are taken, nothing
/// else is. `12,50` is no amount: read as a group, it would be a hundred times what was meant.
pub(super) fn fen(text: &str) -> Option<i64> {
    let text = text.trim().trim_matches(['¥', '￥', '元', ' ', '\u{a0}']);
    let text = text.strip_suffix("CNY").or_else(|| text.strip_prefix("CNY")).unwrap_or(text).trim();
    let (sign, text) = match text.strip_prefix(['-', '−', '－']) {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix(['+', '＋']).unwrap_or(text)),
    };
    let text = text.trim_start_matches(['¥', '￥', ' ']);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && digits(first))?;
    let grouped = whole.contains(',');
    if grouped && first.len() > 3 || !groups.all(|group| group.len() == 3 && digits(group)) {
        return None;
    }
    if !digits(decimals) || decimals.len() > 2 || whole.len() > 20 {
        return None;
    }
    let whole: i64 = whole.replace(',', "").parse().ok()?;
    let cents: i64 = format!("{decimals:0<2}").parse().ok()?;
    let amount = whole.checked_mul(100)?.checked_add(cents)?;
    (amount <= LARGEST).then_some(sign * amount)
}

/// An amount as a spreadsheet holds it: what is more than a tenth of a fen off a whole fen is no amount of money.
pub(super) fn fen_of_number(number: f64) -> Option<i64> {
    let fen = (number * 100.0).round();
    let exact = (number * 100.0 - fen).abs() < 0.1;
    (exact && fen.abs() <= LARGEST as f64).then_some(fen as i64)
}

/// Yuan with two decimals, as facts have them.
pub(super) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_printed_or_not_at_all() {
        for (text, wanted) in [
            ("0", 0),
            ("1,234.5", 123_450),
            ("￥-12.00", -1_200),
            ("-¥12.00", -1_200),
            ("+1,000,000.01元", 100_000_001),
            ("100000000000", LARGEST),
        ] {
            assert_eq!(fen(text), Some(wanted), "{text}");
        }
        for text in [
            "",
            "-",
            "12,50",
            "1.234,56",
            "1,23,456",
            "1.005",
            "1e3",
            "12a",
            ".5",
            "100000000000.01",
            "1234,567",
        ] {
            assert_eq!(fen(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_fen() {
        assert_eq!(fen_of_number(0.1 + 0.2), Some(30));
        assert_eq!(fen_of_number(-1234.56), Some(-123_456));
        for number in [1.005, 1e12, f64::NAN, f64::INFINITY] {
            assert_eq!(fen_of_number(number), None, "{number}");
        }
        assert_eq!(yuan(-5), "-0.05");
    }
}
