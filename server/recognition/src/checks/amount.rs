//! Amounts of money, exact.

use std::fmt;

/// An amount in fen, the hundredth of a yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    /// Hundredths of a yuan, never negative.
    pub fen: u64,
}

/// Largest amount taken: a million million yuan. More is a misread number.
pub(super) const LARGEST_FEN: u64 = 100_000_000_000_000;

impl Money {
    /// Reads digits with or without thousands separators, currency sign and up to two decimals:
    /// `¥1,234.5`, `1234.50元`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text
            .trim_matches(|c: char| "¥￥元圆 RMBCNY".contains(c))
            .chars()
            .filter(|c| !matches!(c, ',' | '，' | ' '))
            .collect();
        let (yuan, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        let whole = !yuan.is_empty() && yuan.bytes().all(|digit| digit.is_ascii_digit());
        let parts = decimals.len() <= 2 && decimals.bytes().all(|digit| digit.is_ascii_digit());
        if !whole || !parts {
            return None;
        }
        let cents: u64 = format!("{decimals:0<2}").parse().ok()?;
        let fen = yuan.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)?;
        (fen <= LARGEST_FEN).then_some(Self { fen })
    }
}

impl fmt::Display for Money {
    /// Yuan with two decimals: `1234.50`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:02}", self.fen / 100, self.fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_invoices_print() {
        for (text, fen) in
            [("¥1,234.50", 123_450), ("8600元", 860_000), ("0.07", 7), ("￥ 12 000.5", 1_200_050)]
        {
            assert_eq!(Money::parse(text), Some(Money { fen }), "{text}");
        }
        for text in ["", "¥", "1.234", "-5", "1e5", "１２", "99999999999999999999", ".5"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(fen in 0..=LARGEST_FEN) {
            let money = Money { fen };
            prop_assert_eq!(Money::parse(&money.to_string()), Some(money));
        }
    }
}
