//! Hashes, ids and tickets as they stand in the stored state: hexadecimal text.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// Bytes that are written as hexadecimal text; `T` is an array or a vector of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hexadecimal<T>(pub(super) T);

impl<T: AsRef<[u8]>> Serialize for Hexadecimal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de, T: TryFrom<Vec<u8>>> Deserialize<'de> for Hexadecimal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::decode(text).map_err(Error::custom)?;
        T::try_from(bytes).map(Self).map_err(|_| Error::custom("another length is expected"))
    }
}

/// The same for a plain hash, with serde's `with`.
pub(super) mod hash {
    use super::{Deserialize, Deserializer, Hexadecimal, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        hash: &[u8; 32],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        Hexadecimal(*hash).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<[u8; 32], D::Error> {
        Hexadecimal::deserialize(from).map(|Hexadecimal(hash)| hash)
    }
}

/// The same where there may be none.
pub(super) mod optional_hash {
    use super::{Deserialize, Deserializer, Hexadecimal, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        hash: &Option<[u8; 32]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        hash.map(Hexadecimal).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        let hash = Option::<Hexadecimal<[u8; 32]>>::deserialize(from)?;
        Ok(hash.map(|Hexadecimal(hash)| hash))
    }
}
