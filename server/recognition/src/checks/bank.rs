//! Numbers of bank cards (ISO/IEC 7812-1) and of accounts.

/// Whether a card's number has 12 to 19 digits and the right check digit (Luhn's).
pub fn is_valid_card(number: &str) -> bool {
    let Some(digits) = number.chars().map(|digit| digit.to_digit(10)).collect::<Option<Vec<u32>>>()
    else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    (12..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// Whether an account's number is right, as far as it can be known: a card of UnionPay's (62, 16 or 19
/// digits) has a check digit, a company's account has none that banks share, and one partly hidden (`*`)
/// cannot be checked.
pub fn check_account(number: &str) -> Option<bool> {
    let is_card = number.starts_with("62")
        && matches!(number.len(), 16 | 19)
        && number.bytes().all(|digit| digit.is_ascii_digit());
    is_card.then(|| is_valid_card(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_numbers() {
        for card in ["4111111111111111", "6222020200112230004", "6228480402564890018"] {
            assert!(is_valid_card(card), "{card}");
        }
        // The second is right but too short, and the last too long.
        for wrong in
            ["", "79927398713", "4111111111111112", "411111111111111１", "00000000000000000000"]
        {
            assert!(!is_valid_card(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_account_is_no_card() {
        assert_eq!(check_account("6222020200112230004"), Some(true));
        assert_eq!(check_account("6222020200112230003"), Some(false));
        assert_eq!(check_account("6222***********0004"), None);
        assert_eq!(check_account("33050161984400000123"), None);
        assert_eq!(check_account(""), None);
    }
}
