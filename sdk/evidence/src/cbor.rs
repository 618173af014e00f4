//! What CBOR is accepted at all, checked before a general parser sees it.
//!
//! A pass over the bytes that allocates nothing: definite lengths only, bounded depth and number of
//! items, nothing after the end (RFC 8949 §4.2.1, §5.3). Shortest forms and key order follow from
//! comparing with what the writer would have written (see [`crate::manifest`]).

pub(crate) mod claims;

use crate::limits::{CBOR_DEPTH, CBOR_ITEMS};

/// Why bytes are not CBOR that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Ends early, goes on after the end, or uses a form that is not allowed.
    Malformed(&'static str),
    /// Nested deeper than [`CBOR_DEPTH`].
    Depth,
    /// More than [`CBOR_ITEMS`] items.
    Items,
}

/// Checks that `bytes` are exactly one acceptable data item.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let mut walk = Walk { rest: bytes, items: 0 };
    walk.item(1)?;
    if walk.rest.is_empty() { Ok(()) } else { Err(Refusal::Malformed("bytes after the end")) }
}

struct Walk<'a> {
    rest: &'a [u8],
    items: usize,
}

impl Walk<'_> {
    fn item(&mut self, depth: usize) -> Result<(), Refusal> {
        self.items += 1;
        if self.items > CBOR_ITEMS {
            return Err(Refusal::Items);
        }
        let initial = self.byte()?;
        let additional = initial & 0x1f;
        let major = initial >> 5;
        if major == 7 {
            return self.simple(additional);
        }
        let argument = self.argument(additional)?;
        match major {
            0 | 1 => Ok(()),
            2 | 3 => self.skip(argument),
            _ if depth >= CBOR_DEPTH => Err(Refusal::Depth),
            4 => self.items_of(argument, depth),
            5 => self.items_of(argument.saturating_mul(2), depth),
            _ => self.item(depth + 1),
        }
    }

    fn items_of(&mut self, count: u64, depth: usize) -> Result<(), Refusal> {
        // Every item takes a byte and counts, so a large count ends at the first of either limit.
        for _ in 0..count {
            self.item(depth + 1)?;
        }
        Ok(())
    }

    /// Booleans, null and floats; nothing else of major type 7 is used.
    fn simple(&mut self, additional: u8) -> Result<(), Refusal> {
        match additional {
            20..=22 => Ok(()),
            25 => self.skip(2),
            26 => self.skip(4),
            27 => self.skip(8),
            _ => Err(Refusal::Malformed("a simple value that is not used here")),
        }
    }

    fn argument(&mut self, additional: u8) -> Result<u64, Refusal> {
        let width = match additional {
            0..=23 => return Ok(u64::from(additional)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 => return Err(Refusal::Malformed("an indefinite length")),
            _ => return Err(Refusal::Malformed("a reserved length")),
        };
        let mut value = 0;
        for _ in 0..width {
            value = value << 8 | u64::from(self.byte()?);
        }
        Ok(value)
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        let (first, rest) = self.rest.split_first().ok_or(Refusal::Malformed("an early end"))?;
        self.rest = rest;
        Ok(*first)
    }

    fn skip(&mut self, count: u64) -> Result<(), Refusal> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.rest = self.rest.get(count..).ok_or(Refusal::Malformed("an early end"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn depth_is_limited_exactly() {
        let nested = |arrays: usize| {
            let mut bytes = vec![0x81; arrays];
            bytes.push(0);
            bytes
        };
        assert_eq!(check(&nested(CBOR_DEPTH - 1)), Ok(()));
        assert_eq!(check(&nested(CBOR_DEPTH)), Err(Refusal::Depth));
    }

    #[test]
    fn items_are_limited_exactly() {
        let array = |elements: u16| {
            let mut bytes = vec![0x99];
            bytes.extend_from_slice(&elements.to_be_bytes());
            bytes.resize(3 + usize::from(elements), 0);
            bytes
        };
        assert_eq!(check(&array(4_095)), Ok(()));
        assert_eq!(check(&array(4_096)), Err(Refusal::Items));
    }

    #[test]
    fn a_declared_length_costs_nothing() {
        for bytes in [
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(check(bytes), Err(Refusal::Malformed("an early end")));
        }
    }

    #[test]
    fn indefinite_lengths_and_trailing_bytes_are_refused() {
        assert_eq!(check(&[0x9f, 0xff]), Err(Refusal::Malformed("an indefinite length")));
        assert_eq!(check(&[0x00, 0x00]), Err(Refusal::Malformed("bytes after the end")));
        assert_eq!(check(&[]), Err(Refusal::Malformed("an early end")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = check(&bytes);
        }
    }
}
