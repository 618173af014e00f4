//! What takes the space in a library: its sections, and whose code is in them.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::Path;

use object::{File, Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};
use serde::Serialize;

use crate::failure::Failure;

/// Some of a library's bytes.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    /// A section, or a crate's code.
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// A library's sections, and its code by crate; the largest first.
#[derive(Debug, Serialize)]
pub(crate) struct Parts {
    target: &'static str,
    sections: Vec<Part>,
    code: Vec<Part>,
}

impl Parts {
    /// Reads an ELF library that still has its symbols. What the linker folded into one counts once.
    pub(crate) fn read(target: &'static str, unstripped: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(unstripped).map_err(Failure::file(unstripped))?;
        let file = File::parse(&*bytes).map_err(|error| Failure::format(unstripped, error))?;
        let mut sections = BTreeMap::new();
        for section in file.sections().filter(|section| section.address() != 0) {
            let name = section.name().unwrap_or_default().to_owned();
            if section.kind() != SectionKind::UninitializedData {
                *sections.entry(name).or_default() += section.size();
            }
        }
        let mut code = BTreeMap::new();
        let mut seen = HashSet::new();
        for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
            if symbol.size() > 0 && seen.insert(symbol.address()) {
                *code.entry(owner(symbol.name().unwrap_or_default())).or_default() += symbol.size();
            }
        }
        Ok(Self { target, sections: largest_first(sections), code: largest_first(code) })
    }
}

fn largest_first(bytes: BTreeMap<String, u64>) -> Vec<Part> {
    let mut parts: Vec<Part> =
        bytes.into_iter().map(|(name, bytes)| Part { name, bytes }).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    parts
}

/// The crate that a symbol's code was written in: of an implementation, the type's.
fn owner(symbol: &str) -> String {
    let Ok(name) = rustc_demangle::try_demangle(symbol) else {
        return "C and assembler".to_owned();
    };
    let name = format!("{name:#}");
    let path = name.trim_start_matches(|character: char| !character.is_alphabetic());
    let path = path.strip_prefix("mut ").or(path.strip_prefix("dyn ")).unwrap_or(path);
    path.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

impl fmt::Display for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, by section", self.target)?;
        list(&self.sections, formatter)?;
        write!(formatter, "\ncode, by crate")?;
        list(&self.code, formatter)
    }
}

/// One line each; what is too small to matter, in one.
fn list(parts: &[Part], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (large, small): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|part| part.bytes >= 1024);
    for part in large {
        write!(formatter, "\n{:>10}  {}", part.bytes, part.name)?;
    }
    let rest: u64 = small.iter().map(|part| part.bytes).sum();
    write!(formatter, "\n{rest:>10}  {} smaller ones", small.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_belongs_to_the_crate_that_wrote_it() {
        let symbols = [
            ("_ZN15bailing_capture6outbox6Outbox4open17h0123456789abcdefE", "bailing_capture"),
            (
                "_ZN64_$LT$rustfft..plan..FftPlanner$LT$T$GT$$u20$as$u20$core..Any$GT$3run17h0123456789abcdefE",
                "rustfft",
            ),
            (
                "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
                "core",
            ),
            ("ring_core_0_17_14__x25519_fe_mul", "C and assembler"),
        ];
        for (symbol, crate_name) in symbols {
            assert_eq!(owner(symbol), crate_name);
        }
    }

    #[test]
    fn the_largest_stands_first() {
        let parts = largest_first(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
    }
}
