//! Vehicle registration plates of mainland China (GA 36-2018).

use std::sync::LazyLock;

use regex::Regex;

/// The first plate in a text: province, letter, five characters (six for new energy). O and I, which
/// plates do not use after the first two, become 0 and 1.
pub fn plate(text: &str) -> Option<String> {
    static PLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            "([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])",
            r"\s*([A-Z])[\s·.•・\-]*([A-Z0-9]{5,6})(?:[^A-Z0-9]|$)"
        ))
        .ok()
    });
    // Engines read a simplified character as the traditional one that looks like it.
    let text = text.replace('粵', "粤").replace('蘇', "苏").replace('遼', "辽").replace('贛', "赣");
    let found = PLATE.as_ref()?.captures(&text)?;
    let part = |index: usize| found.get(index).map(|part| part.as_str());
    let serial: String = part(3)?
        .chars()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plates_and_mends_what_plates_cannot_hold() {
        for (text, expected) in [
            ("浙B·8K652", "浙B8K652"),
            ("号牌号码 浙B 8K652", "浙B8K652"),
            ("粤CBOMQ5", "粤CB0MQ5"),
            ("粵E4H15G", "粤E4H15G"),
            ("沪AD12345", "沪AD12345"),
        ] {
            assert_eq!(plate(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "浙江", "浙B12", "AB12345", "浙BABCDE", "浙B1234567"] {
            assert_eq!(plate(text), None, "{text}");
        }
    }
}
