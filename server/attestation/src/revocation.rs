//! Google's list of revoked attestation certificates, as published in JSON:
//! `{"entries": {SERIAL: {"status": "REVOKED" | "SUSPENDED", …}}}`.

use std::collections::BTreeSet;

use serde::Deserialize;
use thiserror::Error;

use crate::certificate::Certificate;

/// Longest list that is read, bytes: two hundred times the published one.
const LONGEST: usize = 16 * 1024 * 1024;

/// Serial numbers of certificates that are revoked or suspended; both are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevocationList {
    serials: BTreeSet<String>,
    fetched_at: Option<i64>,
}

/// Not a revocation list.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a revocation list: {0}")]
pub struct RevocationListError(&'static str);

#[derive(Deserialize)]
struct Published {
    entries: std::collections::BTreeMap<String, Entry>,
}

/// What is said of one certificate. Any status means that it must not be trusted; one that has none is
/// not an entry.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "status")]
    _status: String,
}

impl RevocationList {
    /// Reads the published form, fetched at `fetched_at` (seconds since 1970) where that is known.
    pub fn from_json(json: &[u8], fetched_at: Option<i64>) -> Result<Self, RevocationListError> {
        if json.len() > LONGEST {
            return Err(RevocationListError("more than 16 MiB"));
        }
        let published: Published = serde_json::from_slice(json)
            .map_err(|_| RevocationListError("an object with entries is expected"))?;
        let serials = published.entries.into_keys().map(|serial| serial.to_ascii_lowercase());
        Ok(Self { serials: serials.collect(), fetched_at })
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.serials.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.serials.is_empty()
    }

    /// Whether it was fetched within `age` seconds before `now`; one of unknown age was not.
    pub(crate) fn is_fresh(&self, now: i64, age: i64) -> bool {
        self.fetched_at.is_some_and(|at| (now.saturating_sub(age)..=now).contains(&at))
    }

    /// Whether a certificate is on the list. Published entries are hexadecimal of the least length,
    /// decimal, or the serialNumber of the subject's name, and do not say which.
    pub(crate) fn names(&self, certificate: &Certificate<'_>) -> bool {
        let mut forms =
            vec![shortest(&hex::encode(certificate.serial)), decimal(certificate.serial)];
        for name in certificate.subject_serial_numbers() {
            forms.push(name.to_ascii_lowercase());
            forms.push(shortest(name));
        }
        forms.iter().any(|form| self.serials.contains(form))
    }
}

fn shortest(hex: &str) -> String {
    let digits = hex.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_ascii_lowercase() }
}

/// A big-endian number in decimal, by long division.
fn decimal(number: &[u8]) -> String {
    let mut number = number.to_vec();
    let mut digits = Vec::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut remainder = 0u16;
        for byte in &mut number {
            let value = remainder << 8 | u16::from(*byte);
            *byte = u8::try_from(value / 10).unwrap_or_default();
            remainder = value % 10;
        }
        digits.push(char::from(b'0' + u8::try_from(remainder).unwrap_or_default()));
    }
    if digits.is_empty() { "0".to_owned() } else { digits.iter().rev().collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_are_read_whatever_their_status_is() {
        let json =
            br#"{"_note": 1, "entries": {"AB": {"status": "REVOKED"}, "7": {"status": "?"}}}"#;
        let list = RevocationList::from_json(json, Some(100)).expect("a list");
        assert_eq!((list.len(), list.is_empty()), (2, false));
        assert!(list.serials.contains("ab"));
        assert!(list.is_fresh(110, 10) && !list.is_fresh(111, 10) && !list.is_fresh(99, 10));
        assert!(!RevocationList::from_json(json, None).expect("a list").is_fresh(0, i64::MAX));
        for json in [&b"[]"[..], b"{}", b"{\"entries\": {\"1\": {}}}", b""] {
            assert!(RevocationList::from_json(json, None).is_err());
        }
    }

    proptest! {
        #[test]
        fn decimals_agree_with_the_machine(number: u64) {
            prop_assert_eq!(decimal(&number.to_be_bytes()), number.to_string());
        }
    }
}
