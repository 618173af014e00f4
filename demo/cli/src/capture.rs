//! `bailing capture`: builds a signed bundle with the software key.

use std::path::{Path, PathBuf};

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{Capture, Chain, Config, DeviceKey, Models, Sealer, Slot};
use bailing_evidence::ticket::{Issuer, Ticket};
use ring::rand::SecureRandom;
use serde::Serialize;

use crate::clock::{self, Stopwatch};
use crate::failure::Failure;
use crate::output::Output;
use crate::source;

/// What the command line signs for where nothing else is said.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:7080";

/// The app that the command line says it is.
pub(crate) const APP_ID: &str = "org.bailing.cli";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Photos: JPEG, PNG or WebP
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// The kind of proof, for example `business_licence`
    #[arg(long)]
    kind: String,
    /// The bundle to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The software key; made where it is missing. By default beside the bundle
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The server that the bundle is meant for, as it names itself
    #[arg(long, default_value = ORIGIN)]
    origin: String,
    /// A server's ticket, hexadecimal. Without one the bundle carries a ticket that no server made:
    /// good for looking at it, not for sending it
    #[arg(long, value_name = "HEX")]
    ticket: Option<String>,
}

/// What was built.
#[derive(Debug, Serialize)]
struct Built {
    file: PathBuf,
    sha256: String,
    bytes: usize,
    key: PathBuf,
    key_id: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let key_path = arguments.key.clone().unwrap_or_else(|| beside(&arguments.out));
    let key = software_key(&key_path)?;
    let key_id = key.public_key().id();
    let ticket = match &arguments.ticket {
        Some(text) => hex::decode(text)
            .map_err(|_| Failure::Unusable("--ticket is hexadecimal".to_owned()))?,
        None => own_ticket(key_id)?,
    };
    let pictures: Result<Vec<Vec<u8>>, Failure> =
        arguments.images.iter().map(|path| source::read(path)).collect();
    let pictures = pictures?;
    let captures: Vec<Capture<'_>> = pictures
        .iter()
        .map(|picture| Capture {
            encoded: picture,
            kind: &arguments.kind,
            monotonic_ns: watch.nanoseconds(),
            again: false,
        })
        .collect();
    let config = Config {
        server_origin: arguments.origin.clone(),
        app_id: APP_ID.to_owned(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        refuse_retake: false,
    };
    let sealed = Sealer::new(config, &Models::load()?, random()?, &random()?).seal(
        &captures,
        Slot { ticket: &ticket, chain: &Chain::default() },
        &key,
        clock::seconds_since_1970(),
        watch.nanoseconds(),
    )?;
    write(&arguments.out, &sealed.bytes)?;
    let built = Built {
        file: arguments.out.clone(),
        sha256: hex::encode(sealed.sha256()),
        bytes: sealed.bytes.len(),
        key: key_path,
        key_id: hex::encode(key_id),
    };
    output.answer(&built, |built| {
        format!("{}  {} bytes\n  sha256 {}", built.file.display(), built.bytes, built.sha256)
    })
}

/// Where a bundle's key lies when nothing else is said.
pub(crate) fn beside(bundle: &Path) -> PathBuf {
    bundle.with_file_name("bailing-software-key.pk8")
}

/// The key in a file, or a new one, kept there for its owner alone.
fn software_key(path: &Path) -> Result<SoftwareKey, Failure> {
    let failed = |source| Failure::Key { path: path.to_owned(), source };
    if path.exists() {
        return SoftwareKey::from_pkcs8(&source::read(path)?, clock::randomness()).map_err(failed);
    }
    let key = SoftwareKey::generate(clock::randomness()).map_err(failed)?;
    write(path, key.pkcs8())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|source| Failure::Write { path: path.to_owned(), source })?;
    }
    Ok(key)
}

/// A ticket that no server made: the bundle's form needs one.
fn own_ticket(key_id: [u8; 32]) -> Result<Vec<u8>, Failure> {
    let now = clock::seconds_since_1970();
    let ticket = Ticket {
        id: random()?,
        nonce: random()?,
        key_id,
        issued_at: now,
        expires_at: now,
        kind: None,
    };
    Ok(Issuer::new(&random()?).issue(&ticket))
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    clock::randomness()
        .fill(&mut bytes)
        .map_err(|_| Failure::Unusable("the system gives no random bytes".to_owned()))?;
    Ok(bytes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|source| Failure::Write { path: path.to_owned(), source })
}
