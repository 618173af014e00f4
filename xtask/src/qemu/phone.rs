//! Android's library under Linux: loaded, shown a photo, and held against this machine's own build.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use crate::checkout::{Checkout, folder};
use crate::failure::Failure;
use crate::output::Output;
use crate::process;
use crate::target::Target;

const PROGRAM: &str = include_str!("phone.c");

/// The photo that is shown.
const PHOTO: &str = "demo/samples/shopkeeper-business-licence.jpg";

/// How far a number may be from this machine's: processors that round a product before they add to
/// it, as x86 may, come to other last digits. Corners are shares of the picture.
const TOLERANCE: f32 = 0.001;

/// What was seen.
#[derive(Debug, Serialize)]
struct Seen {
    library: PathBuf,
    /// What the program found, line by line.
    lines: Vec<String>,
    /// Largest difference to this machine's library; `None` where that is not built.
    difference: Option<f32>,
}

pub(super) fn run(checkout: &Checkout, output: &Output) -> Result<(), Failure> {
    output.message("== the library for Android, under qemu");
    let target = Target::AndroidArm64;
    let library = checkout.built(target).join("plain").join(target.library());
    if !library.exists() {
        return Err(Failure::Missing(format!(
            "{} is not there: cargo xtask mobile --target {}, with Debian's packages",
            library.display(),
            target.triple()
        )));
    }
    let tools = folder(checkout.tools().join("qemu"))?;
    let source = tools.join("phone.c");
    std::fs::write(&source, PROGRAM).map_err(Failure::file(&source))?;
    let photo = checkout.root.join(PHOTO);

    let program = compile("aarch64-linux-gnu-gcc", &source, &tools.join("phone-arm64"))?;
    stand_ins(&tools)?;
    let outbox = tools.join("outbox");
    let mut emulator = Command::new("qemu-aarch64-static");
    emulator
        .arg("-E")
        .arg(format!("LD_LIBRARY_PATH={},RUST_BACKTRACE=0", tools.display()))
        .args([&program, &library, &photo, &outbox]);
    let lines = lines(&process::read("the library for Android", &mut emulator)?);

    let own = checkout.target.join("release/libbailing_ffi.so");
    let difference = if own.exists() {
        let mut command = Command::new(compile("cc", &source, &tools.join("phone-host"))?);
        command.env("RUST_BACKTRACE", "0").args([&own, &photo, &outbox]);
        let expected = self::lines(&process::read("this machine's library", &mut command)?);
        Some(compare(&expected, &lines)?)
    } else {
        output.message("   not compared: cargo build --release --workspace builds this machine's");
        None
    };
    output.answer(&Seen { library, lines, difference }, readable)?;
    match difference {
        Some(difference) if difference > TOLERANCE => Err(Failure::Refused(format!(
            "the phone differs from this machine by {difference}, more than {TOLERANCE}"
        ))),
        _ => Ok(()),
    }
}

fn compile(compiler: &str, source: &Path, program: &Path) -> Result<PathBuf, Failure> {
    let mut command = Command::new(compiler);
    command.args(["-O1", "-Wall", "-rdynamic"]).arg(source).arg("-o").arg(program).arg("-ldl");
    process::run("compiling phone.c", &mut command)?;
    Ok(program.to_path_buf())
}

/// Libraries of Android's names that lead to glibc's.
fn stand_ins(tools: &Path) -> Result<(), Failure> {
    let empty = tools.join("empty.c");
    std::fs::write(&empty, "").map_err(Failure::file(&empty))?;
    for (name, glibc) in
        [("libc.so", "-lc"), ("libm.so", "-lm"), ("libdl.so", "-lc"), ("liblog.so", "-lc")]
    {
        let mut command = Command::new("aarch64-linux-gnu-gcc");
        command
            .args(["-shared", "-nostdlib", "-fPIC", "-Wl,--no-as-needed"])
            .arg(format!("-Wl,-soname,{name}"))
            .arg(&empty)
            .arg("-o")
            .arg(tools.join(name))
            .arg(glibc);
        process::run(&format!("linking {name}"), &mut command)?;
    }
    Ok(())
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Largest difference of two numbers at the same place; words must be equal.
fn compare(expected: &[String], found: &[String]) -> Result<f32, Failure> {
    let differs = |expected: &str, found: &str| {
        Failure::Refused(format!("the phone says {found:?} where this machine says {expected:?}"))
    };
    if expected.len() != found.len() {
        return Err(differs(&expected.join("; "), &found.join("; ")));
    }
    let mut largest = 0.0_f32;
    for (expected, found) in expected.iter().zip(found) {
        if expected.split_whitespace().count() != found.split_whitespace().count() {
            return Err(differs(expected, found));
        }
        for (one, other) in expected.split_whitespace().zip(found.split_whitespace()) {
            match (one.parse::<f32>(), other.parse::<f32>()) {
                (Ok(one), Ok(other)) => largest = largest.max((one - other).abs()),
                _ if one == other => {}
                _ => return Err(differs(expected, found)),
            }
        }
    }
    Ok(largest)
}

fn readable(seen: &Seen) -> String {
    let mut text = seen.lines.join("\n");
    if let Some(difference) = seen.difference {
        text.push_str(&format!("\nlargest difference to this machine's library: {difference}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_differ_and_words_may_not() {
        let compare = |one: &str, other: &str| compare(&lines(one), &lines(other));
        let difference = compare("verdict accepted\nglare 0.25 1", "verdict accepted\nglare 0.5 1");
        assert_eq!(difference.expect("comparable"), 0.25);
        assert!(compare("verdict accepted", "verdict review").is_err());
        assert!(compare("corner 1", "corner 1\ncorner 2").is_err());
        assert!(compare("glare 0.25 1", "glare 0.25").is_err());
    }
}
