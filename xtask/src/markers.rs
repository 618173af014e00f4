//! `cargo xtask markers`: no software key, no pinned root and no test root is in a phone's library.
//!
//! Each library is built apart from the workspace: a build of the whole unites the features of all
//! crates, and the command line's software key would then be in the library as well.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use memchr::memmem;
use serde::Serialize;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::output::Output;
use crate::process;
use crate::target::Target;

/// The text in every failure of the software key: see `bailing_capture::danger`.
const SOFTWARE_KEY: &str = "BAILING-DANGER-SOFTWARE-KEY";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The command line, which has the key and the pinned roots: a search blind to them proves nothing
    #[arg(long)]
    witness: Option<PathBuf>,
}

/// Bytes that must not be in a library.
#[derive(Debug)]
struct Marker {
    name: String,
    bytes: Vec<u8>,
    /// Whether the command line has them.
    witnessed: bool,
}

#[derive(Debug, Serialize)]
struct Searched {
    library: PathBuf,
    /// Names of the markers that were looked for.
    absent: Vec<String>,
    found: Vec<String>,
}

pub(crate) fn run(
    arguments: &Arguments,
    checkout: &Checkout,
    output: &Output,
) -> Result<(), Failure> {
    let markers = markers(&checkout.root)?;
    let default = || checkout.target.join("release").join(exe("bailing"));
    let witness = arguments.witness.clone().unwrap_or_else(default);
    let blind = blind(&markers, &witness)?;
    if !blind.is_empty() {
        return Err(Failure::Refused(format!(
            "{} is not even in {}, which must have it: this search is blind",
            blind.join(", "),
            witness.display()
        )));
    }
    let mut carriers = Vec::new();
    for library in libraries(checkout, output)? {
        let bytes = std::fs::read(&library).map_err(Failure::file(&library))?;
        let (found, absent): (Vec<_>, Vec<_>) =
            markers.iter().partition(|marker| memmem::find(&bytes, &marker.bytes).is_some());
        let names = |markers: Vec<&Marker>| markers.iter().map(|one| one.name.clone()).collect();
        let searched = Searched { library, absent: names(absent), found: names(found) };
        output.answer(&searched, readable)?;
        if !searched.found.is_empty() {
            carriers.push(readable(&searched));
        }
    }
    if carriers.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{}: no crate that a phone links may bring it",
        carriers.join("; ")
    )))
}

fn markers(root: &Path) -> Result<Vec<Marker>, Failure> {
    let mut markers = vec![Marker {
        name: "the software key".to_owned(),
        bytes: SOFTWARE_KEY.into(),
        witnessed: true,
    }];
    for path in files(&root.join("server/attestation/anchors"), "spki")? {
        let bytes = std::fs::read(&path).map_err(Failure::file(&path))?;
        markers.push(Marker { name: named("the server's root", &path), bytes, witnessed: true });
    }
    for path in files(&root.join("tests/vectors/attestation"), "pem")? {
        let pem = std::fs::read_to_string(&path).map_err(Failure::file(&path))?;
        for bytes in certificates(&pem) {
            markers.push(Marker {
                name: named("a test's certificate", &path),
                bytes,
                witnessed: false,
            });
        }
    }
    Ok(markers)
}

/// Every certificate of a PEM file, DER.
fn certificates(pem: &str) -> Vec<Vec<u8>> {
    let mut certificates = Vec::new();
    let mut text = String::new();
    for line in pem.lines().map(str::trim) {
        if line.starts_with("-----BEGIN") {
            text.clear();
        } else if line.starts_with("-----END") {
            certificates.extend(STANDARD.decode(&text));
        } else {
            text.push_str(line);
        }
    }
    certificates
}

/// Markers that the witness should carry and does not seem to.
fn blind<'a>(markers: &'a [Marker], witness: &Path) -> Result<Vec<&'a str>, Failure> {
    let bytes = std::fs::read(witness).map_err(|error| {
        Failure::Missing(format!(
            "{}: {error}; build the command line first: cargo build --release --locked --workspace",
            witness.display()
        ))
    })?;
    let missed = markers
        .iter()
        .filter(|marker| marker.witnessed && memmem::find(&bytes, &marker.bytes).is_none());
    Ok(missed.map(|marker| marker.name.as_str()).collect())
}

/// What was built for phones; where nothing was, the same crate built for this machine.
fn libraries(checkout: &Checkout, output: &Output) -> Result<Vec<PathBuf>, Failure> {
    let built: Vec<PathBuf> = <Target as clap::ValueEnum>::value_variants()
        .iter()
        .map(|target| checkout.built(*target).join(target.library()))
        .filter(|library| library.exists())
        .collect();
    if !built.is_empty() {
        return Ok(built);
    }
    output.message("   nothing is built for a phone here: the same library, for this machine");
    let target = checkout.target.join("phone");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&checkout.root)
        .args(["build", "--release", "--locked", "--package", "bailing-ffi", "--lib"])
        .arg("--target-dir")
        .arg(&target);
    process::run("the build", &mut cargo)?;
    let prefix = std::env::consts::DLL_PREFIX;
    let names = [format!("{prefix}bailing_ffi{}", std::env::consts::DLL_SUFFIX)];
    Ok(names.map(|name| target.join("release").join(name)).to_vec())
}

/// The files of a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(Failure::file(folder))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(Failure::file(folder)))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    if files.is_empty() {
        return Err(Failure::format(folder, format!("no .{extension} file to look for")));
    }
    Ok(files)
}

fn named(what: &str, path: &Path) -> String {
    format!("{what} {}", path.file_stem().unwrap_or_default().to_string_lossy())
}

fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn readable(searched: &Searched) -> String {
    let library = searched.library.display();
    if searched.found.is_empty() {
        format!("{library}: none of {} markers", searched.absent.len())
    } else {
        format!("{library} carries {}", searched.found.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the checkout").to_path_buf()
    }

    #[test]
    fn markers_are_the_key_three_roots_and_the_tests_certificates() {
        let markers = markers(&root()).expect("read");
        assert_eq!(markers.iter().filter(|marker| marker.witnessed).count(), 4);
        assert!(markers.iter().any(|marker| marker.name == "a test's certificate ios_root"));
        assert!(markers.iter().all(|marker| marker.bytes.len() > 20), "too short to mean anything");
    }

    #[test]
    fn a_witness_without_the_markers_shows_the_search_to_be_blind() {
        let markers = markers(&root()).expect("read");
        let folder = tempfile::tempdir().expect("a folder");
        let witness = folder.path().join("bailing");
        std::fs::write(&witness, SOFTWARE_KEY).expect("written");
        let blind = blind(&markers, &witness).expect("read");
        assert_eq!(blind.len(), 3, "the key is there, the roots are not");
    }
}
