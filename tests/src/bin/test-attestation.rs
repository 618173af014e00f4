//! `bailing-test-attestation`: the factory of a test's phones, for tests that are not written in Rust. It
//! attests keys whose private half stays with the caller. Nothing that ships trusts its roots.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test's tool that cannot go on says so by panicking")]

#[path = "../../../server/attestation/tests/issuer/mod.rs"]
mod issuer;

use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Parser, Subcommand};
use issuer::android::{Description, Factory};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};

/// Where the phones' keys are held, as the chain names it.
const ELEMENT: &str = "TEE";

#[derive(Debug, Parser)]
#[command(name = "bailing-test-attestation", about = "Makes Android attestations for tests")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a root and the authorities below it
    Root {
        /// Where the root's certificate goes, in DER
        root: PathBuf,
        /// Where the authorities and their keys are kept
        authorities: PathBuf,
    },
    /// Print the chain of a key, leaf first: one certificate a line, in base64
    Attest {
        /// What `root` kept
        #[arg(long)]
        authorities: PathBuf,
        /// The key's uncompressed P-256 point, or anything that ends in it (SubjectPublicKeyInfo)
        #[arg(long, value_name = "HEX")]
        public_key: Hex,
        /// What the server asked to be attested over
        #[arg(long, value_name = "HEX")]
        challenge: Hex,
        /// The app that made the key
        #[arg(long)]
        package: String,
        /// SHA-256 of the certificate that signed the app
        #[arg(long, value_name = "HEX")]
        signer: Hex,
    },
}

#[derive(Clone, Debug)]
struct Hex(Vec<u8>);

impl std::str::FromStr for Hex {
    type Err = hex::FromHexError;

    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        hex::decode(digits).map(Self)
    }
}

/// A public key alone.
struct Point([u8; 65]);

impl PublicKeyData for Point {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

fn main() {
    match Arguments::parse().command {
        Command::Root { root, authorities } => {
            let factory = Factory::new(ELEMENT);
            let parts = factory.parts();
            let (_, certificate) = parts.first().expect("a root");
            std::fs::write(root, certificate).expect("the root can be written");
            keep(&authorities, &parts);
        }
        Command::Attest { authorities, public_key, challenge, package, signer } => {
            let point = public_key.0.last_chunk().expect("a point has 65 bytes");
            let description = Description {
                challenge: challenge.0,
                package,
                signers: vec![signer.0.try_into().expect("SHA-256 has 32 bytes")],
                ..Description::default()
            };
            let chain = kept(&authorities).chain_of(&Point(*point), &description.leaf());
            for certificate in chain {
                writeln!(std::io::stdout(), "{}", STANDARD.encode(certificate)).expect("stdout");
            }
        }
    }
}

fn keep(file: &Path, parts: &[(Vec<u8>, Vec<u8>)]) {
    let json = serde_json::to_vec(parts).expect("JSON");
    std::fs::write(file, json).expect("the authorities can be written");
}

fn kept(file: &Path) -> Factory {
    let json = std::fs::read(file).expect("the authorities that `root` kept");
    Factory::kept(ELEMENT, serde_json::from_slice(&json).expect("as `root` kept them"))
}
