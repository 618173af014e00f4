//! Vehicle registration plates of mainland China (GA 36-2018).

use std::sync::LazyLock;

use regex::Regex;

use super::look_alikes;

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// What closes the plates of trailers, training vehicles, the police, and vehicles from Hong Kong and Macao.
const ENDINGS: &str = "挂学警港澳";

/// First letters of a small new-energy vehicle's serial: electric ones, and others. The standard began with
/// D and F; the others were added when these ran out.
const SMALL_NEW_ENERGY: &str = "DABCEFGHJK";

/// Last letters of a large new-energy vehicle's serial.
const LARGE_NEW_ENERGY: &str = "DF";

/// The first plate in a text: province, letter, five characters; six for new energy, or four and a
/// trailer's 挂 or the like. O and I, which serials do not use so that they need not be told from 0 and 1,
/// are these.
pub fn plate(text: &str) -> Option<String> {
    static PLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(
            "([{PROVINCES}]){}([A-Z0-9]{{4}}[{ENDINGS}]|[A-Z0-9]{{5,6}}(?:[^A-Z0-9]|$))",
            r"\s*([A-Z])[\s·.•・\-]*",
        ))
        .ok()
    });
    // Engines read a simplified character as the traditional one that looks like it.
    let text = text.replace('粵', "粤").replace('蘇', "苏").replace('遼', "辽").replace('贛', "赣");
    let found = PLATE.as_ref()?.captures(&text)?;
    let part = |index: usize| found.get(index).map(|part| part.as_str());
    let serial: String = part(3)?
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || ENDINGS.contains(*c))
        .map(|character| match character {
            'O' => '0',
            'I' => '1',
            other => other,
        })
        .collect();
    // At least two digits: a word in capitals is no plate.
    let digits = serial.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 2).then(|| Some(format!("{}{}{serial}", part(1)?, part(2)?))).flatten()
}

/// Whether a plate is one that is given out: a province, a letter but I, and a serial
///
/// * of five, two digits among them (the standard has at most two letters, but one more is let pass: an
///   objection that is wrong costs an honest merchant days);
/// * of four and an ending such as 挂;
/// * of six, for new energy: a small vehicle's begins with its letter and ends in four digits, a large
///   one's is five digits and its letter.
pub fn is_valid(plate: &str) -> bool {
    let mut characters = plate.chars();
    let province = characters.next().is_some_and(|province| PROVINCES.contains(province));
    let office = characters.next().is_some_and(|office| is_letter(office) || office == 'O');
    let serial: Vec<char> = characters.collect();
    let is_serial = match serial.as_slice() {
        [front @ .., end] if ENDINGS.contains(*end) => front.len() == 4 && is_ordinary(front),
        five if five.len() == 5 => is_ordinary(five),
        six if six.len() == 6 => is_small_new_energy(six) || is_large_new_energy(six),
        _ => false,
    };
    province && office && is_serial
}

/// The one plate that is given out and differs in a look-alike, as a letter among the digits of a new-energy
/// plate; see [`look_alikes::only_correction`].
pub fn correction(plate: &str) -> Option<String> {
    look_alikes::only_correction(plate, is_valid)
}

fn is_ordinary(serial: &[char]) -> bool {
    let letters = serial.iter().filter(|character| is_letter(**character)).count();
    let digits = serial.iter().filter(|character| character.is_ascii_digit()).count();
    letters <= 3 && letters + digits == serial.len()
}

fn is_small_new_energy(serial: &[char]) -> bool {
    let [energy, second, digits @ ..] = serial else { return false };
    SMALL_NEW_ENERGY.contains(*energy)
        && (is_letter(*second) || second.is_ascii_digit())
        && digits.iter().all(char::is_ascii_digit)
}

fn is_large_new_energy(serial: &[char]) -> bool {
    let [digits @ .., energy] = serial else { return false };
    LARGE_NEW_ENERGY.contains(*energy) && digits.iter().all(char::is_ascii_digit)
}

/// The 24 letters of plates.
fn is_letter(character: char) -> bool {
    character.is_ascii_uppercase() && !matches!(character, 'I' | 'O')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plates_in_their_own_alphabet() {
        for (text, expected) in [
            ("浙B·8K652", "浙B8K652"),
            ("号牌号码 浙B 8K652", "浙B8K652"),
            ("粤CBOMQ5", "粤CB0MQ5"),
            ("粤E4H15G", "粤E4H15G"),
            ("沪AD12345", "沪AD12345"),
            ("浙B1234挂", "浙B1234挂"),
            ("浙B·I2O4挂车", "浙B1204挂"),
        ] {
            assert_eq!(plate(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "浙江", "浙B12", "AB12345", "浙BABCDE", "浙B1234567", "浙B1234车"] {
            assert_eq!(plate(text), None, "{text}");
        }
    }

    #[test]
    fn only_plates_that_are_given_out_are_valid() {
        for plate in [
            "浙B8K652",
            "粤CB0MQ5",
            "京A12345",
            "浙BD12345",
            "浙BFA2345",
            "沪AK12345",
            "浙B12345D",
            "浙B12345F",
            "浙B1234挂",
            "粤Z1234港",
            "浙O1234警",
        ] {
            assert!(is_valid(plate), "{plate}");
        }
        for plate in [
            "",
            "浙",
            "浙B",
            "英B8K652",
            "浙I12345",
            "浙b12345",
            "浙BABCD1",
            "浙BO1234",
            "浙BD1234A",
            "浙B12345A",
            "浙BL12345",
            "浙BDI2345",
            "浙B123456",
            "浙B123挂",
            "浙B12345挂",
            "浙B1234",
        ] {
            assert!(!is_valid(plate), "{plate}");
        }
    }

    #[test]
    fn a_look_alike_among_digits_is_proposed() {
        assert_eq!(correction("浙BD123S5").as_deref(), Some("浙BD12355"));
        assert_eq!(correction("浙B8K652"), None);
        assert_eq!(correction("浙BABCD1"), None);
    }
}
