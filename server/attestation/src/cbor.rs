//! A bounded reader of the CBOR (RFC 8949) that App Attest uses: definite lengths, no tags, no floats.

use crate::reject::Malformed;

/// Nesting of arrays and maps.
const DEEPEST: usize = 8;

/// Data items in one object.
const MOST_ITEMS: usize = 256;

/// One data item, borrowing from the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    Unsigned(u64),
    /// −1 − n.
    Negative(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Item<'a>>),
    Map(Vec<(Item<'a>, Item<'a>)>),
    Bool(bool),
    Null,
}

impl<'a> Item<'a> {
    /// The one item that `bytes` are.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (item, rest) = Self::parse_first(bytes)?;
        if rest.is_empty() { Ok(item) } else { Err(Malformed("bytes after the end")) }
    }

    /// The first item in `bytes`, and what follows it.
    pub(crate) fn parse_first(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let mut reader = Reader { rest: bytes, items: 0 };
        let item = reader.item(1)?;
        Ok((item, reader.rest))
    }

    /// What a map has under a key.
    pub(crate) fn at(&self, key: &Item<'_>) -> Option<&Item<'a>> {
        match self {
            Item::Map(entries) => entries.iter().find(|(of, _)| of == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// What a map has under a text.
    pub(crate) fn at_text(&self, key: &str) -> Option<&Item<'a>> {
        self.at(&Item::Text(key))
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Item::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    items: usize,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: usize) -> Result<Item<'a>, Malformed> {
        self.items += 1;
        if self.items > MOST_ITEMS {
            return Err(Malformed("more than 256 items"));
        }
        let [initial] = self.take(1)? else { return Err(Malformed("an early end")) };
        let (major, additional) = (initial >> 5, initial & 0x1f);
        if major == 7 {
            return match additional {
                20 => Ok(Item::Bool(false)),
                21 => Ok(Item::Bool(true)),
                22 => Ok(Item::Null),
                _ => Err(Malformed("a simple value that is not used here")),
            };
        }
        let argument = self.argument(additional)?;
        match major {
            0 => Ok(Item::Unsigned(argument)),
            1 => Ok(Item::Negative(argument)),
            2 => self.take(argument).map(Item::Bytes),
            3 => std::str::from_utf8(self.take(argument)?)
                .map(Item::Text)
                .map_err(|_| Malformed("a text that is not UTF-8")),
            4 | 5 if depth >= DEEPEST => Err(Malformed("nesting deeper than eight")),
            4 => {
                // Grows with what is there, not with what is promised.
                let mut items = Vec::new();
                for _ in 0..argument {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Item::Array(items))
            }
            5 => {
                let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
                for _ in 0..argument {
                    let key = self.item(depth + 1)?;
                    if entries.iter().any(|(known, _)| *known == key) {
                        return Err(Malformed("a key twice"));
                    }
                    let value = self.item(depth + 1)?;
                    entries.push((key, value));
                }
                Ok(Item::Map(entries))
            }
            _ => Err(Malformed("a tag")),
        }
    }

    fn argument(&mut self, additional: u8) -> Result<u64, Malformed> {
        let width = match additional {
            0..=23 => return Ok(u64::from(additional)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(Malformed("an indefinite length")),
        };
        Ok(self.take(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed("an early end"))?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bombs_and_doubles_are_refused() {
        for (bytes, what) in [
            (&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], "an early end"),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "an early end"),
            (&[0x81; 100], "nesting deeper than eight"),
            (&[0x9f, 0xff], "an indefinite length"),
            (&[0xa2, 0x01, 0x01, 0x01, 0x02], "a key twice"),
            (&[0xc1, 0x01], "a tag"),
            (&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0], "a simple value that is not used here"),
            (&[0x61, 0xff], "a text that is not UTF-8"),
            (&[0x00, 0x00], "bytes after the end"),
            (&[], "an early end"),
        ] {
            assert_eq!(Item::parse(bytes), Err(Malformed(what)), "{bytes:02x?}");
        }
        let mut many = vec![0x99, 0x01, 0x00];
        many.resize(3 + 256, 0);
        assert_eq!(Item::parse(&many), Err(Malformed("more than 256 items")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Item::parse(&bytes);
        }
    }
}
