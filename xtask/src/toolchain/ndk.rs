//! Google's Android NDK, found and called as cargo-ndk does it.

use std::path::{Path, PathBuf};

use super::{ANDROID_RUSTFLAGS, Kind, Toolchain, rustup};
use crate::failure::Failure;
use crate::target::Target;

/// The NDK in `ndk`, for `target` at the lowest API level.
pub(super) fn toolchain(target: Target, ndk: &Path) -> Result<Toolchain, Failure> {
    let tools = tools(ndk)?;
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    let clang = tools.join(format!("{}-clang{suffix}", target.clang_triple()));
    if !clang.exists() {
        return Err(Failure::Missing(format!(
            "{} is not there: the NDK is older than r19 or not whole",
            clang.display()
        )));
    }
    let cargo = rustup::cargo(target)?;
    let archiver = tools.join(format!("llvm-ar{}", std::env::consts::EXE_SUFFIX));
    Ok(Toolchain {
        kind: Kind::Ndk,
        cargo,
        arguments: vec!["--target".to_owned(), target.triple().to_owned()],
        environment: vec![
            (target.cargo_variable("LINKER"), clang.clone().into()),
            (target.cargo_variable("RUSTFLAGS"), ANDROID_RUSTFLAGS.into()),
            (target.cc_variable("CC"), clang.into()),
            (target.cc_variable("AR"), archiver.into()),
        ],
        strip: Some(tools.join(format!("llvm-strip{}", std::env::consts::EXE_SUFFIX))),
        plain: None,
        app_linker: None,
        limits: &[],
    })
}

/// The folder of the NDK's compilers: the one host's that it was downloaded for.
fn tools(ndk: &Path) -> Result<PathBuf, Failure> {
    let hosts = ndk.join("toolchains/llvm/prebuilt");
    let entries = std::fs::read_dir(&hosts).map_err(|error| {
        Failure::Missing(format!(
            "{}: {error}; ANDROID_NDK_HOME names no NDK of r19 or later: correct it, or unset it to \
             build with Debian's packages",
            hosts.display()
        ))
    })?;
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .find(|tools| tools.is_dir())
        .ok_or_else(|| Failure::Missing(format!("{} holds no compilers", hosts.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_are_found_for_whatever_host_the_ndk_is() {
        let ndk = tempfile::tempdir().expect("a folder");
        let bin = ndk.path().join("toolchains/llvm/prebuilt/darwin-x86_64/bin");
        std::fs::create_dir_all(&bin).expect("made");
        assert_eq!(tools(ndk.path()).expect("found"), bin);
    }

    #[test]
    fn a_folder_that_is_no_ndk_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let failure = toolchain(Target::AndroidArm64, folder.path()).expect_err("no NDK");
        assert!(failure.to_string().contains("ANDROID_NDK_HOME"), "{failure}");
    }
}
