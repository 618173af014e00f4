//! What the fields of one voucher say of each other: arithmetic, order of days, place.
//!
//! Fields are known by their names, which mean the same in every kind.

use std::collections::BTreeMap;

use bailing_vision::Severity;

use crate::checks::{self, Money};
use crate::recogniser::Field;

/// An objection's code, the field that it is about, and what it means for the verdict.
type Objection = (&'static str, &'static str, Severity);

/// Everything in which a voucher contradicts itself.
pub(crate) fn objections(fields: &BTreeMap<String, Field>) -> Vec<Objection> {
    let value = |name: &str| fields.get(name).map(|field| field.value.as_str());
    let money = |name: &str| value(name).and_then(Money::parse);
    let mut found = Vec::new();
    if let (Some(net), Some(tax), Some(amount)) = (money("net"), money("tax"), money("amount"))
        && net.fen.checked_add(tax.fen) != Some(amount.fen)
    {
        found.push(("invoice_sum_mismatch", "amount", Severity::Review));
    }
    if let (Some(net), Some(tax), Some(rate)) =
        (money("net"), money("tax"), value("tax_rate").and_then(checks::tax_rate))
        && !checks::tax_agrees(net, rate, tax)
    {
        found.push(("invoice_tax_mismatch", "tax", Severity::Review));
    }
    if let (Some(words), Some(amount)) =
        (value("amount_words").and_then(checks::amount_in_words), money("amount"))
        && words != amount
    {
        found.push(("amount_words_mismatch", "amount_words", Severity::Review));
    }
    // Dates compare as texts.
    let begins = [value("date"), value("established")].into_iter().flatten();
    if value("valid_until").is_some_and(|until| begins.min().is_some_and(|from| until < from)) {
        found.push(("validity_inverted", "valid_until", Severity::Review));
    }
    // A company keeps its code when it moves to another province: no reason to wait for a person.
    if let (Some(code), Some(address)) = (value("uscc"), value("address"))
        && code.get(2..8).and_then(|area| checks::region_agrees(area, address)) == Some(false)
    {
        found.push(("region_mismatch", "address", Severity::Pass));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(fields: &[(&str, &str)]) -> Vec<&'static str> {
        let field = |value: &str| Field {
            value: value.to_owned(),
            raw: String::new(),
            confidence: 1.0,
            region: None,
            passed: None,
            proposed: None,
            handwritten: false,
        };
        let fields =
            fields.iter().map(|(name, value)| ((*name).to_owned(), field(value))).collect();
        objections(&fields).into_iter().map(|(code, ..)| code).collect()
    }

    #[test]
    fn each_rule_objects_to_what_it_is_for_and_to_nothing_else() {
        let invoice =
            [("net", "100.00"), ("tax", "13.00"), ("amount", "113.00"), ("tax_rate", "13%")];
        assert_eq!(codes(&invoice), [""; 0]);
        let other = |name: &str, value: &'static str| {
            invoice.map(|field| if field.0 == name { (field.0, value) } else { field })
        };
        assert_eq!(codes(&other("amount", "131.00")), ["invoice_sum_mismatch"]);
        assert_eq!(codes(&other("tax_rate", "9%")), ["invoice_tax_mismatch"]);
        assert_eq!(codes(&other("tax_rate", "免税")), [""; 0]);

        let words = |words| codes(&[("amount_words", words), ("amount", "113.00")]);
        assert_eq!(words("壹佰壹拾叁元整"), [""; 0]);
        assert_eq!(words("壹佰叁拾壹元整"), ["amount_words_mismatch"]);

        let validity = |from, until| codes(&[("date", from), ("valid_until", until)]);
        assert_eq!(validity("2024-03-09", checks::ENDLESS), [""; 0]);
        assert_eq!(validity("2024-03", "2024-03-31"), [""; 0]);
        assert_eq!(validity("2024-03-09", "2023-03-09"), ["validity_inverted"]);

        let place = |address| codes(&[("uscc", "91350100M000100Y43"), ("address", address)]);
        assert_eq!(place("福建省福州市"), [""; 0]);
        assert_eq!(place("福州市"), [""; 0]);
        assert_eq!(place("浙江省杭州市"), ["region_mismatch"]);
        assert_eq!(codes(&[]), [""; 0]);
    }
}
