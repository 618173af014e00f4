//! The taxpayer's number (纳税人识别号), whose length says what it is made of.

use super::{date, look_alikes, organisation_code, region, resident_number, uscc};

/// Whether a number is one of those in use:
///
/// * 18: a unified social credit code, or a resident's number;
/// * 15: the area's six digits and an organisation code, before credit codes;
/// * 20: a resident's number and two digits, for a second business;
/// * 17: a resident's old number of 15 digits and two digits.
///
/// All but the last have a check character; of the last only area and birthday can be wrong.
pub fn is_valid(number: &str) -> bool {
    let split = |at: usize| number.split_at_checked(at).unwrap_or_default();
    match number.len() {
        15 => is_area(split(6).0) && organisation_code::is_valid(split(6).1),
        17 => is_old_resident_number(split(15).0) && is_digits(split(15).1),
        18 => uscc::is_valid(number) || resident_number::is_valid(number),
        20 => resident_number::is_valid(split(18).0) && is_digits(split(18).1),
        _ => false,
    }
}

/// The one valid number that differs in a look-alike; see [`look_alikes::only_correction`]. Of one that
/// is a credit code both check characters must agree.
pub fn correction(number: &str) -> Option<String> {
    match number.len() {
        18 => uscc::correction(number),
        15 => look_alikes::only_correction(number, is_valid),
        _ => None,
    }
}

fn is_area(code: &str) -> bool {
    is_digits(code) && region::is_known(code)
}

/// Of before 1999: the area, a day of the last century, three digits.
fn is_old_resident_number(number: &str) -> bool {
    let born = number.get(6..12).map(|day| format!("19{day}"));
    is_digits(number)
        && region::is_known(number)
        && born.as_deref().and_then(date::compact_date).is_some()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_is_checked_by_its_own_rule() {
        for number in [
            "91350100M000100Y43",
            "11010519491231002X",
            "110105D2143569X",
            "11010519491231002X01",
            "11010549123100201",
        ] {
            assert!(is_valid(number), "{number}");
        }
        for number in [
            "",
            "91350100M000100Y44",
            "110105D21435690",
            "990105D2143569X",
            "11010519491231002X0A",
            "11010549133100201",
            "11010519491231002X012",
            "纳税人识别",
        ] {
            assert!(!is_valid(number), "{number}");
        }
        assert_eq!(correction("11O105D2143569X"), Some("110105D2143569X".to_owned()));
    }
}
