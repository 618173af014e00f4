//! Telephone numbers of the mainland.

use std::sync::LazyLock;

use regex::Regex;

/// The first telephone number in a text, with or without +86: a mobile's 11 digits; a landline's as
/// `0571-88001234`, its extension behind a second dash; a service number as `400-820-8820`. `None` where
/// there is none: too many or too few digits, or an area code or a mobile's first digits that do not exist.
pub fn phone(text: &str) -> Option<String> {
    static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:^|[^\d*])(?:\(?\+?86\)?-?)?(?:",
            r"(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})",
            r"|\(?(010|02[0-57-9])\)?[- ]?(\d{8})",
            r"|\(?(0[3-9]\d\d)\)?[- ]?(\d{7,8})",
            r"|([48]00)[- ]?(\d{3})[- ]?(\d{4})",
            r")(?:(?:-|转|分机|EXT\.?)(\d{1,5}))?(?:[^\d*]|$)",
        ))
        .ok()
    });
    let found = PHONE.as_ref()?.captures(text)?;
    let part = |index: usize| found.get(index).map(|part| part.as_str());
    let landline = |area, number| Some(format!("{}-{}", part(area)?, part(number)?));
    let number = match (part(1), part(8)) {
        (Some(mobile), _) => format!("{mobile}{}{}", part(2)?, part(3)?),
        (_, Some(service)) => format!("{service}-{}-{}", part(9)?, part(10)?),
        _ => landline(4, 5).or_else(|| landline(6, 7))?,
    };
    Some(part(11).map(|extension| format!("{number}-{extension}")).unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_papers_print() {
        for (text, number) in [
            ("电话:13805740001", "13805740001"),
            ("+86-138-0574-0001", "13805740001"),
            ("057188001234", "0571-88001234"),
            ("(0571)88001234转8001", "0571-88001234-8001"),
            ("地址、电话:杭州市文三路1号0571-8800123", "0571-8800123"),
            ("010-62330000", "010-62330000"),
            ("02164330000", "021-64330000"),
            ("4008208820", "400-820-8820"),
        ] {
            assert_eq!(phone(text).as_deref(), Some(number), "{text}");
        }
        for text in [
            "",
            "12805740001",
            "1380574000",
            "138057400011",
            "026-12345678",
            "0110-1234567",
            "95588",
        ] {
            assert_eq!(phone(text), None, "{text}");
        }
    }
}
