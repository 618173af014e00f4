//! Puts every file of `kinds/` into the program, so that a kind of voucher is added by its file alone.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names the crate")?).join("kinds");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = String::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default();
        files += &format!("({name:?}, include_str!({path:?})),\n");
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo names the folder to write to")?;
    fs::write(Path::new(&out).join("kinds.rs"), format!("&[\n{files}]\n"))?;
    Ok(())
}
