//! Apple's Xcode: its compilers find their SDKs by themselves.

use super::{Kind, Toolchain, rustup};
use crate::failure::Failure;
use crate::process;
use crate::target::{IOS_DEPLOYMENT, Target};

pub(super) fn is_installed() -> bool {
    process::starts("xcrun")
}

pub(super) fn toolchain(target: Target) -> Result<Toolchain, Failure> {
    Ok(Toolchain {
        kind: Kind::Xcode,
        cargo: rustup::cargo(target)?,
        arguments: vec!["--target".to_owned(), target.triple().to_owned()],
        environment: vec![("IPHONEOS_DEPLOYMENT_TARGET".to_owned(), IOS_DEPLOYMENT.into())],
        strip: None,
        plain: None,
        app_linker: None,
        limits: &[],
    })
}
