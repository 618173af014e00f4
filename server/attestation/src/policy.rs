//! What a server accepts, as data.

use serde::{Deserialize, Serialize};

/// What a server accepts. The JSON form is `bailing attest --policy`'s; a list left empty is not
/// checked.
///
/// The default is what every key must be, whatever the app, and what is not asked for unless it is set:
///
/// | point | default | set by |
/// |---|---|---|
/// | chain | ends at a pinned key; every signature and name fits; factory shape or provisioned shape | – |
/// | dates | the provisioned intermediates' are kept; a factory's, the leaf's and the root's are not looked at | – |
/// | revocation | nothing above the leaf is listed, where there is a list | [`AndroidPolicy::max_revocation_age`] also refuses without a fresh one |
/// | challenge | the server's, exactly | – |
/// | security level | attestation and key both in the TEE (B), or both in StrongBox (A) | – |
/// | origin | generated in that hardware, not imported | – |
/// | purpose | sign, and at most verify besides | – |
/// | apps | not for all of them; which one is not checked | [`AndroidPolicy::packages`], [`AndroidPolicy::signers`] |
/// | boot state | verified | [`AndroidPolicy::boot_keys`] adds self-signed systems by key |
/// | bootloader | locked | – |
/// | patch level | any | [`AndroidPolicy::min_os_patch`] |
/// | App Attest app | not checked | [`IosPolicy::app_id`] |
/// | App Attest environment | production (A); development is refused | [`IosPolicy::environment`] takes development keys (C) instead |
/// | App Attest counter | 0 in the attestation, then higher in every assertion | – |
/// | software keys | refused | [`Policy::allow_software`] takes them (D) |
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Android Key Attestation.
    pub android: AndroidPolicy,
    /// Apple App Attest.
    pub ios: IosPolicy,
    /// Whether software keys (grade D) are accepted: in demos only.
    pub allow_software: bool,
}

/// What is asked of an Android key beyond what every key must be: generated in hardware of one level,
/// for signing alone, by one app, on a locked phone that was started by its maker's software.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AndroidPolicy {
    /// Packages that may have made the key: the attested set must be exactly these.
    pub packages: Vec<String>,
    /// SHA-256 of the certificates that sign the app, hexadecimal: exactly these.
    pub signers: Vec<String>,
    /// Oldest security patch of the system, `YYYYMM`.
    pub min_os_patch: Option<u32>,
    /// SHA-256 (hexadecimal) of boot keys that count as verified although they are not the maker's:
    /// a system like GrapheneOS on a locked phone.
    pub boot_keys: Vec<String>,
    /// Oldest revocation list that is used, seconds. Where it is set and the list is older or absent,
    /// every key is refused.
    pub max_revocation_age: Option<i64>,
}

/// What is asked of an App Attest key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IosPolicy {
    /// `TEAM.bundle`; empty is not checked.
    pub app_id: String,
    /// Which keys.
    pub environment: Environment,
}

/// The two App Attest environments: a build signed for development has keys of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "Apple has two")]
pub enum Environment {
    /// Apps from the store or TestFlight.
    #[default]
    Production,
    /// Apps from a developer's machine.
    Development,
}
