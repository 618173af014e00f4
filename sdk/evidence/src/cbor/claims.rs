//! Maps whose keys are numbers, written and read in one order.

use ciborium::Value;

pub(crate) fn map(entries: Vec<(i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

pub(crate) fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

pub(crate) fn optional_bytes(hash: Option<&[u8; 32]>) -> Value {
    hash.map_or(Value::Null, |hash| bytes(hash))
}

/// The values of a map, taken in the one order that a deterministic map can have. The keys are not
/// looked at: a map with other keys cannot come out as the same bytes.
pub(crate) struct Claims(std::vec::IntoIter<(Value, Value)>);

impl Claims {
    pub(crate) fn new(value: Value) -> Option<Self> {
        Some(Self(value.into_map().ok()?.into_iter()))
    }

    fn next(&mut self) -> Option<Value> {
        self.0.next().map(|(_, value)| value)
    }

    pub(crate) fn integer<T: TryFrom<i128>>(&mut self) -> Option<T> {
        T::try_from(i128::from(self.next()?.into_integer().ok()?)).ok()
    }

    /// An `f32`; a number that is not one comes out as other bytes than it was read from.
    pub(crate) fn float(&mut self) -> Option<f32> {
        self.next()?.into_float().ok().map(|number| number as f32)
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        self.next()?.into_text().ok()
    }

    pub(crate) fn bytes(&mut self) -> Option<Vec<u8>> {
        self.next()?.into_bytes().ok()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes()?.try_into().ok()
    }

    pub(crate) fn optional_array<const N: usize>(&mut self) -> Option<Option<[u8; N]>> {
        match self.next()? {
            Value::Null => Some(None),
            Value::Bytes(bytes) => bytes.try_into().ok().map(Some),
            _ => None,
        }
    }

    pub(crate) fn list<T>(&mut self, item: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
        self.next()?.into_array().ok()?.into_iter().map(item).collect()
    }

    pub(crate) fn end<T>(mut self, done: T) -> Option<T> {
        self.next().is_none().then_some(done)
    }
}
