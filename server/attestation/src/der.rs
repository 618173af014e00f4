//! A bounded reader of tag, length, value (X.690 §8), as lenient as real phones need and no more.
//!
//! Definite lengths in their shortest form; tag numbers below 2^28; nothing is allocated. Not asked
//! for, because phones in the field break it: the order of a SET OF or of context tags, and 0xff for
//! TRUE.

use crate::reject::Malformed;

/// A tag: class and number, and whether the value is made of further values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    class: u8,
    constructed: bool,
    number: u32,
}

impl Tag {
    pub(crate) const BOOLEAN: Self = Self::universal(1);
    pub(crate) const INTEGER: Self = Self::universal(2);
    pub(crate) const BIT_STRING: Self = Self::universal(3);
    pub(crate) const OCTET_STRING: Self = Self::universal(4);
    pub(crate) const NULL: Self = Self::universal(5);
    pub(crate) const OBJECT_IDENTIFIER: Self = Self::universal(6);
    pub(crate) const ENUMERATED: Self = Self::universal(10);
    pub(crate) const UTC_TIME: Self = Self::universal(23);
    pub(crate) const GENERALIZED_TIME: Self = Self::universal(24);
    pub(crate) const SEQUENCE: Self = Self { constructed: true, ..Self::universal(16) };
    pub(crate) const SET: Self = Self { constructed: true, ..Self::universal(17) };

    const fn universal(number: u32) -> Self {
        Self { class: 0, constructed: false, number }
    }

    /// `[number]`, around another value.
    pub(crate) const fn explicit(number: u32) -> Self {
        Self { class: 2, constructed: true, number }
    }

    /// The number of a tag of the form of [`Tag::explicit`].
    pub(crate) fn explicit_number(self) -> Option<u32> {
        (self == Self::explicit(self.number)).then_some(self.number)
    }
}

/// One value, with its tag and with the bytes of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) value: &'a [u8],
    /// Tag, length and value, as received: what was signed, or is compared.
    pub(crate) whole: &'a [u8],
}

/// Elements one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The elements inside a value of `tag` that is all there is in `bytes`.
    pub(crate) fn inside(bytes: &'a [u8], tag: Tag) -> Result<Self, Malformed> {
        let mut outer = Self::new(bytes);
        let element = outer.expect(tag)?;
        outer.end()?;
        Ok(Self::new(element.value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(Malformed("bytes after the end")) }
    }

    /// The next element, whatever it is.
    pub(crate) fn next(&mut self) -> Result<Element<'a>, Malformed> {
        let start = self.rest;
        let tag = self.tag()?;
        let length = self.length()?;
        let (value, rest) = self.rest.split_at_checked(length).ok_or(Malformed("an early end"))?;
        self.rest = rest;
        let whole = start.get(..start.len() - rest.len()).unwrap_or_default();
        Ok(Element { tag, value, whole })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Malformed> {
        let element = self.next()?;
        if element.tag == tag { Ok(element) } else { Err(Malformed("another type than expected")) }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Malformed> {
        let mut ahead = *self;
        if self.is_empty() || ahead.tag()? != tag {
            return Ok(None);
        }
        self.next().map(Some)
    }

    /// The elements inside the next element, which must have this tag.
    pub(crate) fn enter(&mut self, tag: Tag) -> Result<Self, Malformed> {
        self.expect(tag).map(|element| Self::new(element.value))
    }

    fn tag(&mut self) -> Result<Tag, Malformed> {
        let first = self.byte()?;
        let (class, constructed) = (first >> 6, first & 0x20 != 0);
        let mut number = u32::from(first & 0x1f);
        if number == 0x1f {
            number = 0;
            for place in 0..4 {
                let byte = self.byte()?;
                if place == 0 && byte == 0x80 {
                    return Err(Malformed("a tag longer than needed"));
                }
                number = number << 7 | u32::from(byte & 0x7f);
                if byte & 0x80 == 0 {
                    if number < 0x1f {
                        return Err(Malformed("a tag longer than needed"));
                    }
                    return Ok(Tag { class, constructed, number });
                }
            }
            return Err(Malformed("a tag that is too large"));
        }
        Ok(Tag { class, constructed, number })
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(usize::from(first));
        }
        let count = first & 0x7f;
        if !(1..=4).contains(&count) {
            return Err(Malformed("a length that is indefinite or too large"));
        }
        let mut length = 0usize;
        for _ in 0..count {
            length = length << 8 | usize::from(self.byte()?);
        }
        let shortest = match count {
            1 => length >= 0x80,
            count => length >> (8 * (count - 1)) != 0,
        };
        if shortest { Ok(length) } else { Err(Malformed("a length longer than needed")) }
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.rest.split_first().ok_or(Malformed("an early end"))?;
        self.rest = rest;
        Ok(*first)
    }
}

impl<'a> Element<'a> {
    /// An INTEGER's or ENUMERATED's value, where it is neither negative nor above 2^64.
    pub(crate) fn unsigned(&self) -> Result<u64, Malformed> {
        let magnitude = self.magnitude()?;
        if magnitude.len() > 8 {
            return Err(Malformed("a number that is too large"));
        }
        Ok(magnitude.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// A non-negative INTEGER's bytes without leading zeros.
    pub(crate) fn magnitude(&self) -> Result<&'a [u8], Malformed> {
        match self.value {
            [] => Err(Malformed("a number without digits")),
            [first, ..] if *first >= 0x80 => Err(Malformed("a negative number")),
            [0, second, ..] if *second < 0x80 => Err(Malformed("a number longer than needed")),
            [0, digits @ ..] | digits => Ok(digits),
        }
    }

    /// A BOOLEAN. Phones write TRUE as 0x01 as well as 0xff.
    pub(crate) fn boolean(&self) -> Result<bool, Malformed> {
        match self.value {
            [value] => Ok(*value != 0),
            _ => Err(Malformed("a boolean of another length than one")),
        }
    }

    /// A BIT STRING of whole bytes.
    pub(crate) fn whole_bits(&self) -> Result<&'a [u8], Malformed> {
        match self.value {
            [0, bits @ ..] => Ok(bits),
            _ => Err(Malformed("a bit string that is not of whole bytes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(bytes: &[u8]) -> Result<(Tag, Vec<u8>), Malformed> {
        let mut reader = Reader::new(bytes);
        let element = reader.next()?;
        reader.end()?;
        assert_eq!(element.whole, bytes);
        Ok((element.tag, element.value.to_vec()))
    }

    #[test]
    fn tags_and_lengths_have_one_form() {
        assert_eq!(one(&[0x02, 0x01, 0x05]), Ok((Tag::INTEGER, vec![5])));
        assert_eq!(one(&[0xbf, 0x85, 0x40, 0x00]), Ok((Tag::explicit(704), vec![])));
        let mut long = vec![0x04, 0x81, 0x80];
        long.resize(3 + 0x80, 7);
        assert_eq!(one(&long), Ok((Tag::OCTET_STRING, vec![7; 0x80])));
        for (bytes, what) in [
            (&[0x04, 0x81, 0x01, 0x00][..], "a length longer than needed"),
            (&[0x04, 0x82, 0x00, 0x80], "a length longer than needed"),
            (&[0x04, 0x80, 0x00, 0x00], "a length that is indefinite or too large"),
            (&[0x04, 0x85, 0, 0, 0, 0, 1], "a length that is indefinite or too large"),
            (&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff], "an early end"),
            (&[0xbf, 0x80, 0x40, 0x00], "a tag longer than needed"),
            (&[0xbf, 0x1e, 0x00], "a tag longer than needed"),
            (&[0xbf, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00], "a tag that is too large"),
            (&[0x02], "an early end"),
            (&[], "an early end"),
            (&[0x02, 0x01, 0x05, 0x00], "bytes after the end"),
        ] {
            assert_eq!(one(bytes), Err(Malformed(what)), "{bytes:02x?}");
        }
    }

    #[test]
    fn numbers_are_neither_negative_nor_padded() {
        let number =
            |value: &[u8]| Element { tag: Tag::INTEGER, value, whole: &[] }.unsigned().ok();
        assert_eq!(number(&[0]), Some(0));
        assert_eq!(number(&[0x00, 0x80]), Some(128));
        assert_eq!(number(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Some(u64::MAX));
        for value in [&[][..], &[0x80], &[0x00, 0x7f], &[0x00, 0x00], &[1; 9]] {
            assert_eq!(number(value), None, "{value:02x?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new(&bytes);
            let mut read = 0;
            while let Ok(element) = reader.next() {
                read += element.whole.len();
                let _ = (element.unsigned(), element.boolean(), element.whole_bits());
            }
            prop_assert!(read <= bytes.len());
        }
    }
}
