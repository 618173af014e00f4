//! Unified social credit codes, GB 32100-2015.

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3 to the power of the place, modulo 31 (GB 32100-2015, 5.2).
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714, for the organisation's own number at places 9 to 17.
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code of 18 characters for a company: `91`, an administrative region of 6 digits, an
/// organisation of 8 characters, and both check characters. `None` where a part has another length
/// or a character that such codes do not use.
#[must_use]
pub fn company(region: &str, organisation: &str) -> Option<String> {
    if region.len() != 6 || organisation.len() != 8 {
        return None;
    }
    let organisation_check = organisation_check(organisation)?;
    let body = format!("91{region}{organisation}{organisation_check}");
    let check = check(&body)?;
    Some(format!("{body}{check}"))
}

/// Whether the last character is the check character of the others.
#[must_use]
pub fn is_valid(code: &str) -> bool {
    code.len() == 18
        && code.is_ascii()
        && check(&code[..17]).is_some_and(|expected| code.ends_with(expected))
}

fn check(body: &str) -> Option<char> {
    let mut sum = 0;
    for (letter, weight) in body.bytes().zip(WEIGHTS) {
        sum += ALPHABET.iter().position(|known| *known == letter)? * weight;
    }
    ALPHABET.get((31 - sum % 31) % 31).map(|letter| char::from(*letter))
}

fn organisation_check(organisation: &str) -> Option<char> {
    let mut sum = 0;
    for (letter, weight) in organisation.chars().zip(ORGANISATION_WEIGHTS) {
        // GB 11714 counts letters on from ten, all 26 of them.
        sum += usize::try_from(letter.to_digit(36)?).ok()? * weight;
    }
    Some(match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(u32::try_from(digit).ok()?, 10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_codes_are_valid_and_one_changed_digit_is_not() {
        let code = company("330399", "MA7KX4Q2").unwrap();
        assert_eq!(code.len(), 18);
        assert!(is_valid(&code), "{code}");
        let mut changed = code.into_bytes();
        changed[5] = if changed[5] == b'1' { b'2' } else { b'1' };
        assert!(!is_valid(std::str::from_utf8(&changed).unwrap()));
    }

    #[test]
    fn the_standard_s_own_example_is_valid() {
        // GB 32100-2015, appendix.
        assert!(is_valid("91350100M000100Y43"));
    }

    #[test]
    fn letters_that_codes_do_not_use_are_refused() {
        assert_eq!(company("330399", "MAOKX4Q2"), None);
        assert_eq!(company("3303", "MA7KX4Q2"), None);
    }
}
