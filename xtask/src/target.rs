//! The phones that the library is built for.

use clap::ValueEnum;

/// Lowest Android API level that the library runs on: 24, Android 7.0.
pub(crate) const ANDROID_API: u32 = 24;

/// Lowest iOS that the library runs on.
pub(crate) const IOS_DEPLOYMENT: &str = "15.0";

/// One of them, by its Rust name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    #[value(name = "aarch64-linux-android")]
    AndroidArm64,
    #[value(name = "armv7-linux-androideabi")]
    AndroidArm32,
    #[value(name = "x86_64-linux-android")]
    AndroidX64,
    #[value(name = "aarch64-apple-ios")]
    Ios,
    #[value(name = "aarch64-apple-ios-sim")]
    IosSimulator,
}

impl Target {
    /// Rust's name.
    pub(crate) fn triple(self) -> &'static str {
        match self {
            Self::AndroidArm64 => "aarch64-linux-android",
            Self::AndroidArm32 => "armv7-linux-androideabi",
            Self::AndroidX64 => "x86_64-linux-android",
            Self::Ios => "aarch64-apple-ios",
            Self::IosSimulator => "aarch64-apple-ios-sim",
        }
    }

    /// Clang's name with the lowest system version; the NDK's compilers are called by it.
    pub(crate) fn clang_triple(self) -> String {
        match self {
            Self::AndroidArm64 => format!("aarch64-linux-android{ANDROID_API}"),
            Self::AndroidArm32 => format!("armv7a-linux-androideabi{ANDROID_API}"),
            Self::AndroidX64 => format!("x86_64-linux-android{ANDROID_API}"),
            Self::Ios => format!("arm64-apple-ios{IOS_DEPLOYMENT}"),
            Self::IosSimulator => format!("arm64-apple-ios{IOS_DEPLOYMENT}-simulator"),
        }
    }

    /// Whether the result is a shared library for Android, else a static one for Apple's linker.
    pub(crate) fn is_android(self) -> bool {
        matches!(self, Self::AndroidArm64 | Self::AndroidArm32 | Self::AndroidX64)
    }

    /// Cargo's kind of library.
    pub(crate) fn crate_type(self) -> &'static str {
        if self.is_android() { "cdylib" } else { "staticlib" }
    }

    /// The library's file name.
    pub(crate) fn library(self) -> &'static str {
        if self.is_android() { "libbailing_ffi.so" } else { "libbailing_ffi.a" }
    }

    /// `CARGO_TARGET_<this>_LINKER` and its like.
    pub(crate) fn cargo_variable(self, setting: &str) -> String {
        let triple = self.triple().to_uppercase().replace('-', "_");
        format!("CARGO_TARGET_{triple}_{setting}")
    }

    /// `CC_<this>` and its like, as the `cc` crate reads them.
    pub(crate) fn cc_variable(self, tool: &str) -> String {
        format!("{tool}_{}", self.triple().replace('-', "_"))
    }
}
