//! iOS without Xcode: a static library needs no linker, and C needs headers only.

use std::path::{Path, PathBuf};

use super::{CARGO, Llvm, building_std, ziglang};
use crate::checkout::{Checkout, folder};
use crate::failure::Failure;
use crate::output::Output;
use crate::target::{IOS_DEPLOYMENT, Target};
use crate::toolchain::{Kind, Toolchain};

const LIMITS: &[&str] = &[
    "compiled against ziglang's headers for macOS and not linked into an app: that needs Xcode",
    "not run on a phone",
];

/// Debian's compilers for `target`; lays out what clang takes for an SDK.
pub(crate) fn toolchain(
    target: Target,
    checkout: &Checkout,
    output: &Output,
) -> Result<Toolchain, Failure> {
    let llvm = Llvm::find()?;
    let (arguments, mut environment) = building_std(target.triple())?;
    let sdk = sdk(&ziglang(checkout, output)?, checkout)?;
    environment.extend([
        // Without it, build scripts look for Xcode.
        ("SDKROOT".to_owned(), sdk.into()),
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
        limits: LIMITS,
    })
}

/// A folder with headers, the list of the system library's symbols, and its version.
fn sdk(headers: &Path, checkout: &Checkout) -> Result<PathBuf, Failure> {
    let sdk = folder(checkout.tools().join("ios-sdk"))?;
    let usr = folder(sdk.join("usr"))?;
    let library = folder(usr.join("lib"))?;
    let darwin = headers.join("libc/darwin");
    for (from, to) in [
        (darwin.join("SDKSettings.json"), sdk.join("SDKSettings.json")),
        (darwin.join("libSystem.tbd"), library.join("libSystem.tbd")),
    ] {
        std::fs::copy(&from, &to).map_err(Failure::file(&from))?;
    }
    let include = usr.join("include");
    if !include.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(headers.join("libc/include/any-darwin-any"), &include)
            .map_err(Failure::file(&include))?;
    }
    Ok(sdk)
}
