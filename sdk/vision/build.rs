//! Puts the networks into the program as the phone carries them: zstd, and the hash of what is in it.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use sha2::{Digest, Sha256};

/// Each has a card of the same name in `models`.
const NETWORKS: [&str; 3] = ["document", "recapture-crop", "recapture-view"];

/// zstd's level, which costs time here only; a higher one gains nothing on weights.
const LEVEL: i32 = 19;

fn main() -> Result<(), Box<dyn Error>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let out = env::var_os("OUT_DIR").ok_or("cargo names the folder to write to")?;
    let mut packed = String::new();
    for name in NETWORKS {
        let path = models.join(name).with_extension("onnx");
        println!("cargo::rerun-if-changed={}", path.display());
        let file = fs::read(&path)?;
        let compressed = zstd::bulk::compress(&file, LEVEL)?;
        let place = Path::new(&out).join(name).with_extension("zst");
        fs::write(&place, compressed)?;
        packed += &format!(
            "Packed {{ name: {name:?}, length: {}, sha256: {:?}, zstd: include_bytes!({place:?}) }},\n",
            file.len(),
            <[u8; 32]>::from(Sha256::digest(&file)),
        );
    }
    fs::write(Path::new(&out).join("packed.rs"), format!("[\n{packed}]\n"))?;
    Ok(())
}
