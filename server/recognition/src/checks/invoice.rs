//! The codes and numbers of invoices. None has a check digit: what can be wrong is length and place.

use super::region;

/// Whether an invoice's code has 10 digits (province and city first) or 12 (0, 1 or 2 before them).
pub fn is_valid_code(code: &str) -> bool {
    let area = match code.len() {
        10 => Some(code),
        12 => code.strip_prefix(['0', '1', '2']),
        _ => None,
    };
    is_digits(code) && area.is_some_and(region::is_known)
}

/// Whether an invoice's number has 8 digits, or the 20 of a digital invoice: year, province, channel,
/// and a serial number. There were none before 2021.
pub fn is_valid_number(number: &str) -> bool {
    let is_digital = || {
        let year = number.get(..2).and_then(|year| year.parse::<u32>().ok());
        year.is_some_and(|year| year >= 21) && number.get(2..).is_some_and(region::is_known)
    };
    is_digits(number) && (number.len() == 8 || number.len() == 20 && is_digital())
}

/// Whether an invoice's check code has its 20 digits.
pub fn is_valid_check_code(code: &str) -> bool {
    code.len() == 20 && is_digits(code)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_invoices_carry() {
        for code in ["1100094140", "044031900211", "144001900111", "3302184130"] {
            assert!(is_valid_code(code), "{code}");
        }
        for code in ["", "110009414", "9900094140", "544031900211", "11000941A0", "０44031900211"]
        {
            assert!(!is_valid_code(code), "{code}");
        }
        for number in ["00358812", "25332000000012345678"] {
            assert!(is_valid_number(number), "{number}");
        }
        for number in
            ["", "0035881", "15332000000012345678", "25992000000012345678", "2533200000001"]
        {
            assert!(!is_valid_number(number), "{number}");
        }
        assert!(is_valid_check_code("12345678901234567890"));
        assert!(!is_valid_check_code("1234567890123456789"));
    }
}
