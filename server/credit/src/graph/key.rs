//! What a node is, and what tells it from others.

use crate::names;

/// What a node is. An enterprise is known by the bank's id, by its credit code or by its name; which of them
/// are one is worked out on reading ([`super::party`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Merchant,
    Code,
    Name,
    Person,
    Account,
    Device,
    Voucher,
    Picture,
    Vehicle,
    Address,
    Industry,
}

impl Kind {
    /// Whether it is somebody who can trade.
    pub(super) fn is_party(self) -> bool {
        matches!(self, Self::Merchant | Self::Code | Self::Name | Self::Person)
    }

    fn prefix(self) -> char {
        match self {
            Self::Merchant => 'm',
            Self::Code => 'c',
            Self::Name => 'n',
            Self::Person => 'p',
            Self::Account => 'a',
            Self::Device => 'd',
            Self::Voucher => 'v',
            Self::Picture => 'i',
            Self::Vehicle => 'k',
            Self::Address => 'l',
            Self::Industry => 'b',
        }
    }
}

/// A node before it has a place: the same text of the same kind is the same node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) kind: Kind,
    /// One letter for the kind, then what tells it from others.
    pub(super) text: String,
}

impl Key {
    /// By a text as it stands: ids and hashes.
    pub(super) fn exact(kind: Kind, text: &str) -> Self {
        let prefix = kind.prefix();
        Self { kind, text: format!("{prefix}{text}") }
    }

    /// By the letters of a text, without brackets, spaces and case; of a text without letters there is none.
    pub(super) fn printed(kind: Kind, text: &str) -> Option<Self> {
        let letters = names::letters(text);
        let text = [kind.prefix()].into_iter().chain(letters.iter().copied()).collect();
        (!letters.is_empty()).then_some(Self { kind, text })
    }
}

/// FNV-1a, 64 bits: equal on every machine and in every run, so that it may decide an order. The parts are told
/// apart by a byte that no UTF-8 text holds.
pub(super) fn hash<'t>(parts: impl IntoIterator<Item = &'t str>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

/// Whether a text is a unified social credit code whose check character is right (GB 32100-2015).
pub(super) fn is_credit_code(text: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = text.chars().map(|c| ALPHABET.find(c)).collect();
    let Some((check, body)) = values.as_deref().and_then(<[usize]>::split_last) else {
        return false;
    };
    let mut weight = 1;
    let mut sum = 0;
    for value in body {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    body.len() == 17 && (31 - sum % 31) % 31 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_but_for_brackets_and_case() {
        let key = |text| Key::printed(Kind::Name, text);
        assert_eq!(key("远航（宁波）货运 a"), key("远航(宁波)货运A"));
        assert_ne!(key("远航货运"), Key::printed(Kind::Address, "远航货运"));
        assert_eq!(key(" () "), None);
    }

    #[test]
    fn a_credit_code_is_checked() {
        assert!(is_credit_code("91350100M000100Y43"));
        for wrong in ["91350100M000100Y44", "91350100M000100Y4", "91350100M000100Y43A", "", "合作"]
        {
            assert!(!is_credit_code(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_decides_an_order_is_the_same_everywhere() {
        assert_eq!(hash(["a"]), 0x089b_c907_b544_c769);
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
    }
}
