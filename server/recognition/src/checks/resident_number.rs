//! The number of a resident's identity card (GB 11643-1999): 17 digits and a check character.

use super::{date, region};

/// Whether a number of 18 characters names a province and a day, and has the right check character
/// (ISO 7064, MOD 11-2).
pub fn is_valid(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut characters = number.chars();
    let mut sum = 0;
    for weight in WEIGHTS {
        let Some(value) = characters.next().and_then(|digit| digit.to_digit(10)) else {
            return false;
        };
        sum += value * weight;
    }
    let check = match (12 - sum % 11) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    };
    characters.next() == check
        && characters.next().is_none()
        && region::is_known(number)
        && number.get(6..14).and_then(date::compact_date).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard() {
        // The standard's own examples.
        assert!(is_valid("11010519491231002X"));
        assert!(is_valid("440524188001010014"));
        for wrong in [
            "",
            "110105194912310021",
            "11010519491231002",
            "11010519491231002X0",
            "11010519490231002X",
            "1101051949123100ＸX",
        ] {
            assert!(!is_valid(wrong), "{wrong}");
        }
    }
}
