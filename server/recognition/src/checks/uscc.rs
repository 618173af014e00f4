//! The unified social credit code (GB 32100-2015): 18 characters, the last a check character.

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

/// The code, if it is valid once the letters that the alphabet lacks are read as the digits they look
/// like (I as 1, O as 0, S as 5, Z as 2).
pub fn repaired(text: &str) -> Option<String> {
    let mended: String = text
        .chars()
        .map(|character| match character.to_ascii_uppercase() {
            'I' => '1',
            'O' => '0',
            'S' => '5',
            'Z' => '2',
            other => other,
        })
        .collect();
    is_valid(&mended).then_some(mended)
}

fn value(character: char) -> Option<u32> {
    ALPHABET.chars().position(|known| known == character).and_then(|at| u32::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The standard's own example.
    const EXAMPLE: &str = "91350100M000100Y43";

    #[test]
    fn agrees_with_the_standard() {
        assert!(is_valid(EXAMPLE));
        assert!(!is_valid("91350100M000100Y44"));
        assert!(!is_valid("91350100M000100Y4"));
        assert!(!is_valid(""));
        assert_eq!(repaired("9I350IOOMOOOIOOY43").as_deref(), Some(EXAMPLE));
        assert_eq!(repaired("91350100M000100Y44"), None);
    }

    proptest! {
        #[test]
        fn one_wrong_character_never_passes(at in 0usize..18, other in 0usize..31) {
            let mut code: Vec<char> = EXAMPLE.chars().collect();
            let replacement = ALPHABET.chars().nth(other).expect("31 characters");
            prop_assume!(code[at] != replacement);
            code[at] = replacement;
            prop_assert!(!is_valid(&code.into_iter().collect::<String>()));
        }
    }
}
