//! What Android's C library exports, and since when: `bionic.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::Failure;

const LISTS: &str = include_str!("bionic.toml");

/// Symbols of the phone's system libraries that ours uses.
#[derive(Debug)]
pub(crate) struct Bionic(Vec<Library>);

/// One of them.
#[derive(Debug)]
pub(crate) struct Library {
    /// `libc`.
    pub(crate) name: String,
    since: BTreeMap<u32, Vec<String>>,
}

impl Bionic {
    pub(crate) fn load() -> Result<Self, Failure> {
        type Lists = BTreeMap<String, BTreeMap<String, Vec<String>>>;
        let malformed =
            |reason: String| Failure::format(Path::new("xtask/src/bionic.toml"), reason);
        let lists: Lists = toml::from_str(LISTS).map_err(|error| malformed(error.to_string()))?;
        let libraries = lists.into_iter().map(|(name, levels)| {
            let since = levels.into_iter().map(|(level, symbols)| match level.parse() {
                Ok(level) => Ok((level, symbols)),
                Err(_) => Err(malformed(format!("{name}.{level}: not an API level"))),
            });
            Ok(Library { since: since.collect::<Result<_, Failure>>()?, name })
        });
        libraries.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn libraries(&self) -> &[Library] {
        &self.0
    }

    /// The API level that brought a symbol; `None` where it is not listed.
    pub(crate) fn since(&self, symbol: &str) -> Option<u32> {
        self.0.iter().flat_map(|library| &library.since).find_map(|(level, symbols)| {
            symbols.iter().any(|listed| listed == symbol).then_some(*level)
        })
    }
}

impl Library {
    /// What it exports at an API level.
    pub(crate) fn symbols(&self, level: u32) -> impl Iterator<Item = &str> {
        self.since.range(..=level).flat_map(|(_, symbols)| symbols).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read_and_say_since_when() {
        let bionic = Bionic::load().expect("well-formed");
        assert_eq!(bionic.since("abort"), Some(0));
        assert_eq!(bionic.since("stderr"), Some(23));
        assert_eq!(bionic.since("no_such_symbol"), None);
        let libc = bionic.libraries().iter().find(|library| library.name == "libc").expect("libc");
        assert!(libc.symbols(24).all(|symbol| symbol != "getrandom"), "API 28 only");
    }
}
