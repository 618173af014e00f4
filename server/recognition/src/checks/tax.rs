//! VAT: tax = net × rate.

use std::sync::LazyLock;

use regex::Regex;

use super::Money;

/// Rates that are or were in force, thousandths.
const RATES: &[u32] = &[0, 10, 15, 20, 30, 40, 50, 60, 90, 100, 110, 130, 160, 170];

/// What the tax bureaus' own software lets an invoice's tax differ from net × rate, fen: it rounds every line.
const MOST_OFF: u64 = 127;

/// The rate in a text such as `13%` or `1.5%`, thousandths. `None` where there is none that is or was in force.
pub fn tax_rate(text: &str) -> Option<u32> {
    static PERCENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^\d.])(\d{1,2})(?:\.(\d))?0?%").ok());
    let found = PERCENT.as_ref()?.captures(text)?;
    let part = |index| found.get(index).map_or(Ok(0), |part| part.as_str().parse::<u32>());
    let rate = part(1).ok()? * 10 + part(2).ok()?;
    RATES.contains(&rate).then_some(rate)
}

/// The tax on a net amount at a rate in thousandths, rounded to the fen, halves up; `None` beyond the
/// largest amount.
pub fn tax(net: Money, rate: u32) -> Option<Money> {
    let fen = net.fen.checked_mul(u64::from(rate))?.checked_add(500)? / 1_000;
    Some(Money { fen })
}

/// Whether an invoice's tax is what its net amount and its only rate come to, but for the rounding of its
/// lines.
pub fn tax_agrees(net: Money, rate: u32, stated: Money) -> bool {
    tax(net, rate).is_some_and(|tax| tax.fen.abs_diff(stated.fen) <= MOST_OFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rounds_halves_up_to_the_fen() {
        for (net, rate, expected) in
            [(4_700_855, 170, 799_145), (50, 10, 1), (49, 10, 0), (100_000, 130, 13_000)]
        {
            assert_eq!(tax(Money { fen: net }, rate), Some(Money { fen: expected }), "{net}");
        }
        assert_eq!(tax(Money { fen: u64::MAX }, 130), None);
    }

    #[test]
    fn reads_rates_in_force() {
        for (text, rate) in
            [("13%", 130), ("税率:9%", 90), ("1.5%", 15), ("3.0%", 30), ("6.00%", 60)]
        {
            assert_eq!(tax_rate(text), Some(rate), "{text}");
        }
        for text in ["", "%", "18%", "113%", "0.13", "13", "1.35%"] {
            assert_eq!(tax_rate(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_misread_digit_of_yuan_does_not_agree(
            fen in 0u64..100_000_000_000_000,
            rate in proptest::sample::select(RATES),
            place in 3u32..12,
            digit in 1u64..10,
        ) {
            let net = Money { fen };
            let right = tax(net, rate).expect("a tax");
            prop_assert!(tax_agrees(net, rate, right));
            let wrong = Money { fen: right.fen + digit * 10u64.pow(place) };
            prop_assert!(!tax_agrees(net, rate, wrong));
        }
    }
}
