//! Protocol Buffers' wire format, as far as ONNX files use it.

use crate::NetworkError;

/// A field's content.
#[derive(Clone, Copy)]
pub(crate) enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Four([u8; 4]),
}

impl<'a> Field<'a> {
    pub(crate) fn bytes(self) -> Result<&'a [u8], NetworkError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(NetworkError::Malformed("a field of another type")),
        }
    }

    pub(crate) fn text(self) -> Result<&'a str, NetworkError> {
        str::from_utf8(self.bytes()?).map_err(|_| NetworkError::Malformed("a name that is no text"))
    }

    pub(crate) fn number(self) -> Result<u64, NetworkError> {
        match self {
            Self::Number(number) => Ok(number),
            _ => Err(NetworkError::Malformed("a field of another type")),
        }
    }

    /// The numbers of a repeated field, of which this may hold one or, packed, many.
    pub(crate) fn numbers(self) -> Result<Vec<u64>, NetworkError> {
        match self {
            Self::Number(number) => Ok(vec![number]),
            Self::Bytes(mut packed) => {
                let mut numbers = Vec::new();
                while !packed.is_empty() {
                    numbers.push(varint(&mut packed).ok_or(SHORT)?);
                }
                Ok(numbers)
            }
            Self::Four(_) => Err(NetworkError::Malformed("a field of another type")),
        }
    }
}

const SHORT: NetworkError = NetworkError::Malformed("it ends too early");

/// The fields of one message, in their order, each with its number.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let key = varint(&mut self.rest)?;
        let field = match key & 7 {
            0 => Field::Number(varint(&mut self.rest)?),
            // Eight bytes are a double, of which no field that is read here is one.
            1 => Field::Bytes(self.rest.split_off(..8)?),
            2 => {
                let length = usize::try_from(varint(&mut self.rest)?).ok()?;
                Field::Bytes(self.rest.split_off(..length)?)
            }
            5 => Field::Four(*self.rest.split_off(..4)?.first_chunk()?),
            _ => return None,
        };
        Some((key >> 3, field))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Field<'a>), NetworkError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.rest = &[];
        }
        Some(field.ok_or(SHORT))
    }
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
