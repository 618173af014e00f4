//! Number plates of vehicles: 浙B12345, 浙B·12345, 沪AD12345 (eight letters for new energy).

use std::ops::Range;

use super::letters::Letters;

/// The provinces' letters.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// A plate without spaces and dot, in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plate {
    pub(crate) span: Range<usize>,
    pub(crate) number: String,
}

/// All plates of a text.
pub(crate) fn plates(letters: &Letters) -> Vec<Plate> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < letters.len() {
        match plate(letters, place) {
            Some(plate) => {
                place = plate.span.end;
                found.push(plate);
            }
            None => place += 1,
        }
    }
    found
}

fn plate(letters: &Letters, start: usize) -> Option<Plate> {
    let province = letters.at(start);
    if !PROVINCES.contains(province) {
        return None;
    }
    let office = past_gap(letters, start + 1);
    if !letters.at(office).is_ascii_alphabetic() {
        return None;
    }
    let mut number = String::from(province);
    number.push(letters.at(office).to_ascii_uppercase());
    let (mut place, mut end, mut digits) = (office + 1, office + 1, 0);
    while number.chars().count() < 8 {
        place = past_gap(letters, place);
        let letter = letters.at(place);
        if !letter.is_ascii_alphanumeric() {
            break;
        }
        digits += usize::from(letter.is_ascii_digit());
        number.push(letter.to_ascii_uppercase());
        place += 1;
        end = place;
    }
    let long_enough = number.chars().count() >= 7 && digits >= 3;
    (long_enough && !letters.at(end).is_ascii_alphanumeric())
        .then_some(Plate { span: start..end, number })
}

fn past_gap(letters: &Letters, mut place: usize) -> usize {
    while matches!(letters.at(place), ' ' | '·' | '.' | '•' | '-' | '・') {
        place += 1;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        plates(&Letters::new(text)).into_iter().map(|plate| plate.number).collect()
    }

    #[test]
    fn with_gaps_and_without() {
        for text in ["浙B12345", "浙b·12345", "浙 B 12345", "车牌浙B.12345，解放", "浙Ｂ１２３４５"]
        {
            assert_eq!(read(text), ["浙B12345"], "{text}");
        }
        assert_eq!(read("沪AD12345和粤B6T829"), ["沪AD12345", "粤B6T829"]);
        for text in ["新A", "云B12", "京东A级12345", "浙BABCDE", "浙B123456789"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
