//! The vehicle identification number (GB 16735-2019): 17 characters, the ninth a check digit.

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
    }
}
