//! Vehicle identification numbers, GB 16735-2019 (the check digit of ISO 3779 as used in China).

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// The number of 17 characters: 8, the check digit, 8. `None` where a part has another length or a
/// character that such numbers do not use (I, O, Q).
#[must_use]
pub fn number(before: &str, after: &str) -> Option<String> {
    if before.len() != 8 || after.len() != 8 {
        return None;
    }
    let check = check(&format!("{before}0{after}"))?;
    Some(format!("{before}{check}{after}"))
}

/// Whether the ninth character is the check digit of the others.
#[must_use]
pub fn is_valid(number: &str) -> bool {
    number.len() == 17 && check(number).is_some_and(|digit| number.chars().nth(8) == Some(digit))
}

fn check(number: &str) -> Option<char> {
    let mut sum = 0;
    for (letter, weight) in number.chars().zip(WEIGHTS) {
        sum += value(letter)? * weight;
    }
    match sum % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

fn value(letter: char) -> Option<u32> {
    match letter {
        '0'..='9' => letter.to_digit(10),
        'A'..='H' => Some(letter as u32 - 'A' as u32 + 1),
        'J'..='N' => Some(letter as u32 - 'J' as u32 + 1),
        'P' => Some(7),
        'R' => Some(9),
        'S'..='Z' => Some(letter as u32 - 'S' as u32 + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_number_is_valid() {
        assert!(is_valid("11111111111111111"));
        assert!(is_valid("1M8GDM9AXKP042788"));
        assert!(!is_valid("1M8GDM9AXKP042789"));
    }

    #[test]
    fn made_numbers_are_valid() {
        let made = number("LX0TRK8H", "RN026417").unwrap();
        assert!(is_valid(&made), "{made}");
        assert_eq!(number("LX0TRK8I", "RN026417"), None);
    }
}
