//! Numbers as tables print them, exact: quantities, unit prices, amounts with a sign.

use std::fmt;

/// Most digits of a number: two such multiply without overflow. Tax software prints prices with up to 15.
const MOST_DIGITS: usize = 18;

/// A decimal number with as many places as are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The number without its point.
    pub units: i64,
    /// Digits behind the point, at most 18.
    pub places: u32,
}

impl Decimal {
    /// Reads digits with or without thousands separators, sign and currency sign: `-1,234.50`, `¥12`, `37990.566038`,
    /// `1,000.00元`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['元', '圆']);
        let (text, negative) = match text.strip_prefix(['-', '−', '－']) {
            Some(rest) => (rest, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        };
        let text = text.trim_start_matches(['¥', '￥']);
        let (text, negative) = match text.strip_prefix('-') {
            Some(rest) if !negative => (rest, true),
            _ => (text, negative),
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        // Separators stand before groups of three.
        let mut groups = whole.split([',', '，']);
        let first = groups.next().unwrap_or_default();
        let grouped = groups.clone().count() > 0;
        let right = !first.is_empty()
            && is_number(first)
            && (!grouped || first.len() <= 3)
            && groups.all(|group| group.len() == 3 && is_number(group))
            && is_number(decimals)
            && text.contains('.') != decimals.is_empty();
        let digits: String =
            whole.chars().filter(char::is_ascii_digit).chain(decimals.chars()).collect();
        if !right || digits.len() > MOST_DIGITS {
            return None;
        }
        let units: i64 = digits.parse().ok()?;
        Some(Self {
            units: if negative { -units } else { units },
            places: u32::try_from(decimals.len()).ok()?,
        })
    }

    /// The same number of fen, the hundredth of a yuan; `None` where parts of one are printed.
    pub fn fen(self) -> Option<i64> {
        match self.places {
            0 | 1 => self.units.checked_mul(10i64.pow(2 - self.places)),
            2 => Some(self.units),
            more => {
                let unit = 10i64.checked_pow(more - 2)?;
                (self.units % unit == 0).then_some(self.units / unit)
            }
        }
    }

    /// The number in units of 10^-`places`; `None` where it does not fit.
    pub(crate) fn scaled(self, places: u32) -> Option<i128> {
        let power = places.checked_sub(self.places)?;
        i128::from(self.units).checked_mul(10i128.checked_pow(power)?)
    }
}

impl fmt::Display for Decimal {
    /// With its places, without separators: `-1234.50`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.places as usize;
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        let sign = if self.units < 0 { "-" } else { "" };
        let point = if places == 0 { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_tables_print() {
        for (text, written) in [
            ("1,234.50", "1234.50"),
            ("-1,234.5", "-1234.5"),
            ("¥-0.07", "-0.07"),
            ("-¥12", "-12"),
            ("+5.00元", "5.00"),
            ("37990.566038", "37990.566038"),
            ("0", "0"),
        ] {
            assert_eq!(Decimal::parse(text).map(|of| of.to_string()).as_deref(), Some(written));
        }
        for text in [
            "",
            "-",
            "¥",
            ".5",
            "1.",
            "1.2.3",
            "12,34.00",
            "1234,567",
            "--1",
            "1e5",
            "1234567890123456789",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn fen_are_exact_or_none() {
        let fen = |text: &str| Decimal::parse(text).and_then(Decimal::fen);
        assert_eq!(fen("12"), Some(1_200));
        assert_eq!(fen("-1.5"), Some(-150));
        assert_eq!(fen("1.2300"), Some(123));
        assert_eq!(fen("1.234"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(units in -999_999_999_999_999_999i64..=999_999_999_999_999_999, places in 0u32..=17) {
            let number = Decimal { units, places };
            let read = Decimal::parse(&number.to_string());
            prop_assert_eq!(read.and_then(|read| read.scaled(20)), number.scaled(20));
        }

        #[test]
        fn any_text_is_answered(text in "[-+¥0-9.,元]{0,24}") {
            let _ = Decimal::parse(&text).map(|number| (number.fen(), number.scaled(u32::MAX)));
        }
    }
}
