//! What an Android library must be, read from its ELF headers.

use std::collections::BTreeSet;
use std::path::Path;

use object::elf::{
    DT_NEEDED, DT_RELR, DT_SONAME, DT_TEXTREL, DynamicTag, PT_ARM_EXIDX, PT_GNU_EH_FRAME, PT_LOAD,
    PT_TLS, ProgramType, SHN_UNDEF, SHT_DYNSYM, STB_WEAK,
};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, Sym};
use object::{Endianness, FileKind};
use serde::Serialize;

use crate::bionic::Bionic;
use crate::failure::Failure;
use crate::target::ANDROID_API;
use crate::toolchain::Kind;

/// Android 15 maps libraries by pages of 16 KB where the phone has them.
const PAGE: u64 = 16 * 1024;

/// The system's libraries that may be asked for.
const SYSTEM: [&str; 4] = ["libc.so", "libdl.so", "liblog.so", "libm.so"];

/// One requirement and what was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) passed: bool,
    pub(crate) found: String,
}

/// What the headers say.
#[derive(Debug, Default)]
struct Facts {
    load_alignments: BTreeSet<u64>,
    segments: Vec<ProgramType>,
    needed: BTreeSet<String>,
    soname: String,
    tags: Vec<DynamicTag>,
    undefined: BTreeSet<String>,
    undefined_weak: BTreeSet<String>,
    exported: BTreeSet<String>,
}

/// Holds a library against all requirements.
pub(crate) fn check(path: &Path, linked_by: Kind) -> Result<Vec<Check>, Failure> {
    let bytes = std::fs::read(path).map_err(Failure::file(path))?;
    let malformed = |error: object::Error| Failure::format(path, error);
    let facts = match FileKind::parse(&*bytes).map_err(malformed)? {
        FileKind::Elf32 => facts::<object::elf::FileHeader32<Endianness>>(&bytes),
        FileKind::Elf64 => facts::<object::elf::FileHeader64<Endianness>>(&bytes),
        _ => return Err(Failure::format(path, "not an ELF file")),
    };
    Ok(checks(&facts.map_err(malformed)?, &Bionic::load()?, linked_by))
}

fn facts<Elf: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> object::Result<Facts> {
    let header = Elf::parse(bytes)?;
    let endian = header.endian()?;
    let mut facts = Facts::default();
    for segment in header.program_headers(endian, bytes)? {
        facts.segments.push(segment.p_type(endian));
        if segment.p_type(endian) == PT_LOAD {
            facts.load_alignments.insert(segment.p_align(endian).into());
        }
    }
    let sections = header.sections(endian, bytes)?;
    if let Some((entries, link)) = sections.dynamic(endian, bytes)? {
        let strings = sections.strings(endian, bytes, link)?;
        for entry in entries {
            let tag = entry.tag(endian);
            facts.tags.push(tag);
            if tag == DT_NEEDED || tag == DT_SONAME {
                let name = String::from_utf8_lossy(entry.string(endian, strings)?).into_owned();
                if tag == DT_NEEDED {
                    facts.needed.insert(name);
                } else {
                    facts.soname = name;
                }
            }
        }
    }
    let symbols = sections.symbols(endian, bytes, SHT_DYNSYM)?;
    for symbol in symbols.iter() {
        let name = String::from_utf8_lossy(symbols.symbol_name(endian, symbol)?).into_owned();
        let undefined = symbol.st_shndx(endian) == SHN_UNDEF;
        match (undefined, symbol.st_bind()) {
            _ if name.is_empty() => false,
            (true, STB_WEAK) => facts.undefined_weak.insert(name),
            (true, _) => facts.undefined.insert(name),
            (false, _) => facts.exported.insert(name),
        };
    }
    Ok(facts)
}

fn checks(facts: &Facts, bionic: &Bionic, linked_by: Kind) -> Vec<Check> {
    let check = |name, passed, found| Check { name, passed, found };
    let aligned = facts.load_alignments.iter().all(|alignment| *alignment >= PAGE);
    let foreign = facts.needed.iter().any(|library| !SYSTEM.contains(&library.as_str()));
    let newer: Vec<_> = facts
        .undefined
        .iter()
        .filter(|symbol| match bionic.since(symbol) {
            Some(level) => level > ANDROID_API,
            // The NDK's own lists have seen to it at the link.
            None => linked_by != Kind::Ndk,
        })
        .cloned()
        .collect();
    let symbols = if newer.is_empty() {
        let weak: Vec<_> = facts.undefined_weak.iter().map(String::as_str).collect();
        format!("{} symbols; weak: {}", facts.undefined.len(), weak.join(" "))
    } else {
        format!("{}: look their levels up and see bionic.toml", newer.join(" "))
    };
    let unwinding =
        facts.segments.contains(&PT_GNU_EH_FRAME) || facts.segments.contains(&PT_ARM_EXIDX);
    let own = |name: &str| {
        ["Java_", "JNI_On", "ffi_bailing_", "uniffi_", "UNIFFI_META_", "bailing_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    let strangers: Vec<_> = facts.exported.iter().filter(|name| !own(name)).cloned().collect();
    let entries = ["Java_org_bailing_", "ffi_bailing_ffi_", "uniffi_bailing_ffi_"];
    let exported = |entry: &&str| facts.exported.iter().any(|name| name.starts_with(*entry));
    vec![
        check("pages of 16 KB", aligned, hexadecimal(&facts.load_alignments)),
        check(
            "asks for the system's libraries only",
            !foreign && !facts.needed.is_empty(),
            facts.needed.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        ),
        check("name", facts.soname == "libbailing_ffi.so", facts.soname.clone()),
        check("no symbol newer than API 24", newer.is_empty(), symbols),
        check(
            "no thread-local segment, text relocations or RELR, which API 24 cannot load",
            !facts.segments.contains(&PT_TLS)
                && !facts.tags.contains(&DT_TEXTREL)
                && !facts.tags.contains(&DT_RELR),
            format!("{} dynamic tags", facts.tags.len()),
        ),
        check("unwinding kept", unwinding, "unwind tables".to_owned()),
        check(
            "exports JNI and uniffi entries, and nothing else",
            strangers.is_empty() && entries.iter().all(exported),
            if strangers.is_empty() {
                format!("{} symbols", facts.exported.len())
            } else {
                strangers.join(" ")
            },
        ),
    ]
}

fn hexadecimal(numbers: &BTreeSet<u64>) -> String {
    numbers.iter().map(|number| format!("{number:#x}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A library as it should be.
    fn sound() -> Facts {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Facts {
            load_alignments: BTreeSet::from([PAGE]),
            segments: vec![PT_LOAD, PT_GNU_EH_FRAME],
            needed: names(&["libc.so", "libm.so"]),
            soname: "libbailing_ffi.so".to_owned(),
            tags: Vec::new(),
            undefined: names(&["abort", "stderr"]),
            undefined_weak: names(&["getrandom"]),
            exported: names(&[
                "Java_org_bailing_BailingFrames_process",
                "ffi_bailing_ffi_uniffi_contract_version",
                "uniffi_bailing_ffi_fn_constructor_capturesession_new",
            ]),
        }
    }

    fn failed(facts: &Facts, linked_by: Kind) -> Vec<&'static str> {
        let bionic = Bionic::load().expect("lists");
        let checks = checks(facts, &bionic, linked_by);
        checks.iter().filter(|check| !check.passed).map(|check| check.name).collect()
    }

    #[test]
    fn a_sound_library_passes_and_a_weak_newer_symbol_is_no_fault() {
        assert_eq!(failed(&sound(), Kind::Debian), Vec::<&str>::new());
    }

    #[test]
    fn each_fault_is_found() {
        let mut small_pages = sound();
        small_pages.load_alignments.insert(0x1000);
        assert_eq!(failed(&small_pages, Kind::Debian), ["pages of 16 KB"]);

        let mut foreign = sound();
        foreign.needed.insert("libc++_shared.so".to_owned());
        assert_eq!(failed(&foreign, Kind::Debian), ["asks for the system's libraries only"]);

        let mut newer = sound();
        newer.undefined.insert("getrandom".to_owned());
        assert_eq!(failed(&newer, Kind::Debian), ["no symbol newer than API 24"]);

        let mut aborting = sound();
        aborting.segments.retain(|segment| *segment != PT_GNU_EH_FRAME);
        assert_eq!(failed(&aborting, Kind::Debian), ["unwinding kept"]);
    }

    #[test]
    fn an_unlisted_symbol_is_left_to_the_ndk_where_it_linked() {
        let mut unlisted = sound();
        unlisted.undefined.insert("strspn".to_owned());
        assert_eq!(failed(&unlisted, Kind::Debian), ["no symbol newer than API 24"]);
        assert_eq!(failed(&unlisted, Kind::Ndk), Vec::<&str>::new());
    }
}
