//! The organisation code (GB 11714-1997): eight digits or capitals and a check character.
//!
//! Every unified social credit code holds one in places 9 to 17.

/// Whether a code of nine characters, without its dash, has the right alphabet and check character.
pub fn is_valid(code: &str) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut characters = code.chars();
    let mut sum = 0;
    for weight in WEIGHTS {
        let Some(value) = characters.next().and_then(value) else { return false };
        sum += value * weight;
    }
    let check = match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    };
    characters.next() == check && characters.next().is_none()
}

/// 0 to 9, A to Z as 10 to 35.
fn value(character: char) -> Option<u32> {
    character.to_digit(36).filter(|_| !character.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standards() {
        // GB 11714-1997's own example, and the code within GB 32100-2015's.
        assert!(is_valid("D2143569X"));
        assert!(is_valid("M000100Y4"));
        for wrong in ["", "D21435690", "d2143569X", "D2143569", "D2143569X0", "D214356-9X"] {
            assert!(!is_valid(wrong), "{wrong}");
        }
    }
}
