//! The unified social credit code (GB 32100-2015): 18 characters, the last a check character.

use super::{look_alikes, organisation_code, region};

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether a code has the right length, alphabet and check character.
pub fn is_valid(code: &str) -> bool {
    let Some(values) = code.chars().map(value).collect::<Option<Vec<u32>>>() else {
        return false;
    };
    let Some((check, body)) = values.split_last() else { return false };
    if body.len() != 17 {
        return false;
    }
    // Weights are the powers of three modulo 31.
    let mut weight = 1;
    let mut sum = 0;
    for value in body {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == *check
}

/// A text read in the code's own alphabet, which lacks I, O, S, V and Z so that they need not be told from
/// 1, 0, 5 and 2. V looks like two letters and is kept: such a code is not valid.
pub fn in_alphabet(text: &str) -> String {
    text.chars()
        .map(|character| match character.to_ascii_uppercase() {
            'I' => '1',
            'O' => '0',
            'S' => '5',
            'Z' => '2',
            other => other,
        })
        .collect()
}

/// The one code that differs in a look-alike and is right in all that a code is checked by: its own check
/// character, that of the organisation code within it, and a province's number in the area's digits. See
/// [`look_alikes::only_correction`].
pub fn correction(code: &str) -> Option<String> {
    look_alikes::only_correction(code, |candidate| {
        let part = |range| candidate.get(range).unwrap_or_default();
        is_valid(candidate)
            && organisation_code::is_valid(part(8..17))
            && part(2..8).bytes().all(|digit| digit.is_ascii_digit())
            && region::is_known(part(2..8))
    })
}

fn value(character: char) -> Option<u32> {
    ALPHABET.chars().position(|known| known == character).and_then(|at| u32::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    // The standard's own example.
    const EXAMPLE: &str = "91350100M000100Y43";

    #[test]
    fn agrees_with_the_standard() {
        assert!(is_valid(EXAMPLE));
        assert!(!is_valid("91350100M000100Y44"));
        assert!(!is_valid("91350100M000100Y4"));
        assert!(!is_valid(""));
        assert_eq!(in_alphabet("9I350IOOMOOOIOOY43"), EXAMPLE);
    }

    #[test]
    fn a_look_alike_is_proposed_where_both_check_characters_agree() {
        assert_eq!(correction("91350100M0001D0Y43").as_deref(), Some(EXAMPLE));
        assert_eq!(correction("91350100M000100V43").as_deref(), Some(EXAMPLE));
        // Something else was misread, or nothing.
        assert_eq!(correction("91350100M000700Y43"), None);
        assert_eq!(correction(EXAMPLE), None);
    }
}
