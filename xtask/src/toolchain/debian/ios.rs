//! iOS without Xcode: a static library needs no linker, and C needs headers only.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CARGO, Llvm, building_std, ziglang};
use crate::checkout::{Checkout, folder};
use crate::failure::Failure;
use crate::output::Output;
use crate::process;
use crate::target::{IOS_DEPLOYMENT, Target};
use crate::toolchain::{Kind, Toolchain};

const LIMITS: &[&str] = &[
    "compiled and linked against what macOS has: which of it iOS lacks is not known here",
    "not linked into an app and not run on a phone: that needs Xcode",
];

/// Links the static library as an app would, to see what it asks the system for and what it weighs.
#[derive(Debug)]
pub(crate) struct AppLinker {
    linker: PathBuf,
    sdk: PathBuf,
    platform: &'static str,
}

impl AppLinker {
    /// Makes `library` of `archive`: what an app gets of it, without what nobody calls.
    pub(crate) fn link(&self, archive: &Path, library: &Path) -> Result<(), Failure> {
        let mut command = Command::new(&self.linker);
        command
            .args(["-arch", "arm64", "-platform_version", self.platform, IOS_DEPLOYMENT, "17.0"])
            .args(["-dylib", "-dead_strip", "-S", "-x", "-all_load"])
            .args(["-exported_symbol", "_ffi_bailing_*", "-exported_symbol", "_uniffi_*"])
            .arg("-syslibroot")
            .arg(&self.sdk)
            .arg(archive)
            .args(["-lSystem", "-o"])
            .arg(library);
        process::run("linking for iOS", &mut command)
    }
}

/// Debian's compilers for `target`; lays out what clang takes for an SDK.
pub(crate) fn toolchain(
    target: Target,
    checkout: &Checkout,
    output: &Output,
) -> Result<Toolchain, Failure> {
    let llvm = Llvm::find()?;
    let (arguments, mut environment) = building_std(target.triple())?;
    // The mac's symbols stand for the platform that is built for, Catalyst's fewer ones for the other.
    let platforms @ [platform, _] = match target {
        Target::Ios => ["ios", "ios-simulator"],
        _ => ["ios-simulator", "ios"],
    };
    let sdk = sdk(&ziglang(checkout, output)?, platforms, checkout)?;
    environment.extend([
        // Without it, build scripts look for Xcode.
        ("SDKROOT".to_owned(), sdk.clone().into()),
        ("IPHONEOS_DEPLOYMENT_TARGET".to_owned(), IOS_DEPLOYMENT.into()),
        (target.cc_variable("CC"), llvm.tool("clang").into()),
        (target.cc_variable("AR"), llvm.tool("llvm-ar").into()),
    ]);
    Ok(Toolchain {
        kind: Kind::Debian,
        cargo: CARGO.into(),
        arguments,
        environment,
        strip: None,
        plain: None,
        app_linker: Some(AppLinker { linker: llvm.tool("ld64.lld"), sdk, platform }),
        limits: LIMITS,
    })
}

/// A folder with headers, the list of the system library's symbols, and its version: macOS's, by the names
/// of iOS.
fn sdk(
    headers: &Path,
    [platform, other]: [&str; 2],
    checkout: &Checkout,
) -> Result<PathBuf, Failure> {
    let sdk = folder(checkout.tools().join(platform).join("sdk"))?;
    let usr = folder(sdk.join("usr"))?;
    let library = folder(usr.join("lib"))?;
    let darwin = headers.join("libc/darwin");
    let settings = darwin.join("SDKSettings.json");
    std::fs::copy(&settings, sdk.join("SDKSettings.json")).map_err(Failure::file(&settings))?;
    let symbols = darwin.join("libSystem.tbd");
    let list = std::fs::read_to_string(&symbols).map_err(Failure::file(&symbols))?;
    let list = list
        .replace("arm64e.x1-macos", &format!("arm64e-{platform}"))
        .replace("arm64e.x1-maccatalyst", &format!("arm64e-{other}"))
        .replace("arm64e-macos", &format!("arm64-{platform}"))
        .replace("arm64e-maccatalyst", &format!("arm64-{other}"));
    let symbols = library.join("libSystem.tbd");
    std::fs::write(&symbols, list).map_err(Failure::file(&symbols))?;
    let include = usr.join("include");
    if !include.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(headers.join("libc/include/any-darwin-any"), &include)
            .map_err(Failure::file(&include))?;
    }
    Ok(sdk)
}
