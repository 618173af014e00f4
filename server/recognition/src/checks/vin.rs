//! The vehicle identification number (GB 16735-2019): 17 characters, the ninth a check digit.

use super::look_alikes;

/// First characters of the countries that demand the check digit: China, the United States, Canada and
/// Mexico. European makers put anything there.
const CHECKED: &[char] = &['L', '1', '4', '5', '2', '3'];

/// Whether a number has the right length, alphabet and check digit.
pub fn is_valid(vin: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if vin.len() != WEIGHTS.len() {
        return false;
    }
    let mut sum = 0;
    for (character, weight) in vin.chars().zip(WEIGHTS) {
        let Some(value) = value(character) else { return false };
        sum += value * weight;
    }
    let check = match sum % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    };
    vin.chars().nth(8) == check
}

/// Whether a number is right; `None` of an import from where no check digit is demanded.
pub fn check(vin: &str) -> Option<bool> {
    let is_valid = is_valid(vin);
    (is_valid || vin.len() != 17 || vin.starts_with(CHECKED)).then_some(is_valid)
}

/// A text read in the number's own alphabet, which lacks I, O and Q so that they need not be told from 1
/// and 0.
pub fn in_alphabet(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            'I' => '1',
            'O' | 'Q' => '0',
            other => other,
        })
        .collect()
}

/// The one valid number that differs in a look-alike, ends in the four digits that the standard asks for and
/// has a model year in the tenth place; see [`look_alikes::only_correction`].
pub fn correction(vin: &str) -> Option<String> {
    look_alikes::only_correction(vin, |candidate| {
        let part = |range| candidate.get(range).unwrap_or_default();
        is_valid(candidate)
            && part(13..17).bytes().all(|digit| digit.is_ascii_digit())
            && !part(9..10).contains(['U', 'Z', '0'])
    })
}

fn value(character: char) -> Option<u32> {
    Some(match character {
        '0'..='9' => u32::from(character) - u32::from('0'),
        'A'..='H' => u32::from(character) - u32::from('A') + 1,
        'J'..='N' => u32::from(character) - u32::from('J') + 1,
        'P' => 7,
        'R' => 9,
        'S'..='Z' => u32::from(character) - u32::from('S') + 2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_numbers() {
        assert!(is_valid("1M8GDM9AXKP042788"));
        assert!(is_valid("11111111111111111"));
        assert!(!is_valid("1M8GDM9AXKP042789"));
        assert!(!is_valid("1M8GDM9AXKP04278"));
        assert!(!is_valid("1M8GDM9AXKP0427O8"));
        assert!(!is_valid(""));
        assert_eq!(in_alphabet("IM8GDM9AXKPO42788"), "1M8GDM9AXKP042788");
    }

    #[test]
    fn an_import_is_held_to_no_check_digit() {
        assert_eq!(check("1M8GDM9AXKP042788"), Some(true));
        assert_eq!(check("1M8GDM9AXKP042789"), Some(false));
        assert_eq!(check("WDB9634031L738594"), None);
        assert_eq!(check("WDB9634031L73859"), Some(false));
    }

    #[test]
    fn a_look_alike_is_proposed() {
        assert_eq!(correction("1M8GDM9AXKP0427B8").as_deref(), Some("1M8GDM9AXKP042788"));
        assert_eq!(correction("1M8GDM9AXKP042738"), None);
    }
}
