//! What a merchant sent: one bundle, or one file.

use std::fmt;
use std::str::FromStr;

/// One thing that can be seen, kept for a time, and withdrawn; named by what its bytes hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A bundle of pictures.
    Bundle([u8; 32]),
    /// A file: a statement, a form, or what another system of the bank sent.
    Import([u8; 32]),
}

impl Item {
    /// SHA-256 of its bytes.
    pub(crate) fn sha256(&self) -> &[u8; 32] {
        match self {
            Self::Bundle(sha256) | Self::Import(sha256) => sha256,
        }
    }
}

/// `bundle:` or `import:` and 64 hexadecimal digits, as consents, the log and the interface have it.
impl fmt::Display for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Bundle(_) => "bundle",
            Self::Import(_) => "import",
        };
        write!(formatter, "{kind}:{}", hex::encode(self.sha256()))
    }
}

impl FromStr for Item {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, name) = text.split_once(':').ok_or(())?;
        let sha256 = hex::decode(name).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(())?;
        match kind {
            "bundle" => Ok(Self::Bundle(sha256)),
            "import" => Ok(Self::Import(sha256)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_reads_as_it_is_written() {
        for item in [Item::Bundle([7; 32]), Item::Import([9; 32])] {
            assert_eq!(item.to_string().parse(), Ok(item));
        }
        for text in ["", "bundle", "bundle:", "bundle:00", "parcel:00", ":", "import:zz"] {
            assert_eq!(text.parse::<Item>(), Err(()), "{text}");
        }
    }
}
