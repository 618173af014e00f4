//! The description of a key (KeyDescription, versions 1 to 500 and later ones of the same form).

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::der::{Element, Reader, Tag};
use crate::reject::Malformed;

// Tags that the policy looks at.
pub(super) const PURPOSE: u32 = 1;
pub(super) const ALGORITHM: u32 = 2;
pub(super) const KEY_SIZE: u32 = 3;
pub(super) const EC_CURVE: u32 = 10;
pub(super) const ALL_APPLICATIONS: u32 = 600;
pub(super) const ORIGIN: u32 = 702;
const ROOT_OF_TRUST: u32 = 704;
pub(super) const OS_PATCH_LEVEL: u32 = 706;
const ATTESTATION_APPLICATION_ID: u32 = 709;

/// Tags in one list.
const MOST_TAGS: usize = 64;

/// Members of one set: purposes, packages, digests.
const MOST_MEMBERS: usize = 64;

/// How a tag's value is written.
#[derive(Clone, Copy)]
enum Form {
    Integer,
    Integers,
    Presence,
    Bytes,
    RootOfTrust,
    ApplicationId,
}

/// Every tag that KeyMaster 1 to KeyMint 5 define, by number, with the name of the schema.
const TAGS: &[(u32, &str, Form)] = &[
    (PURPOSE, "purposes", Form::Integers),
    (ALGORITHM, "algorithms", Form::Integer),
    (KEY_SIZE, "keySize", Form::Integer),
    (4, "blockModes", Form::Integers),
    (5, "digests", Form::Integers),
    (6, "paddings", Form::Integers),
    (7, "callerNonce", Form::Presence),
    (8, "minMacLength", Form::Integer),
    (EC_CURVE, "ecCurve", Form::Integer),
    (11, "mlDsaVariant", Form::Integer),
    (200, "rsaPublicExponent", Form::Integer),
    (203, "rsaOaepMgfDigests", Form::Integers),
    (303, "rollbackResistant", Form::Presence),
    (305, "earlyBootOnly", Form::Presence),
    (400, "activeDateTime", Form::Integer),
    (401, "originationExpireDateTime", Form::Integer),
    (402, "usageExpireDateTime", Form::Integer),
    (405, "usageCountLimit", Form::Integer),
    (502, "userSecureId", Form::Integer),
    (503, "noAuthRequired", Form::Presence),
    (504, "userAuthType", Form::Integer),
    (505, "authTimeout", Form::Integer),
    (506, "allowWhileOnBody", Form::Presence),
    (507, "trustedUserPresenceRequired", Form::Presence),
    (508, "trustedConfirmationRequired", Form::Presence),
    (509, "unlockedDeviceRequired", Form::Presence),
    (ALL_APPLICATIONS, "allApplications", Form::Presence),
    (601, "applicationId", Form::Bytes),
    (701, "creationDateTime", Form::Integer),
    (ORIGIN, "origin", Form::Integer),
    (703, "rollbackResistant", Form::Presence),
    (ROOT_OF_TRUST, "rootOfTrust", Form::RootOfTrust),
    (705, "osVersion", Form::Integer),
    (OS_PATCH_LEVEL, "osPatchLevel", Form::Integer),
    (ATTESTATION_APPLICATION_ID, "attestationApplicationId", Form::ApplicationId),
    (710, "attestationIdBrand", Form::Bytes),
    (711, "attestationIdDevice", Form::Bytes),
    (712, "attestationIdProduct", Form::Bytes),
    (713, "attestationIdSerial", Form::Bytes),
    (714, "attestationIdImei", Form::Bytes),
    (715, "attestationIdMeid", Form::Bytes),
    (716, "attestationIdManufacturer", Form::Bytes),
    (717, "attestationIdModel", Form::Bytes),
    (718, "vendorPatchLevel", Form::Integer),
    (719, "bootPatchLevel", Form::Integer),
    (720, "deviceUniqueAttestation", Form::Presence),
    (723, "attestationIdSecondImei", Form::Bytes),
    (724, "moduleHash", Form::Bytes),
];

/// What the leaf says of its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyDescription {
    /// 1 to 4 for KeyMaster 2 to 4.1, then KeyMint's: 100, 200, … Later ones are taken as they come.
    pub attestation_version: u64,
    /// Where the attestation was made.
    pub attestation_security_level: SecurityLevel,
    /// Version of the KeyMaster or KeyMint.
    pub key_mint_version: u64,
    /// Where the key lives.
    pub key_mint_security_level: SecurityLevel,
    /// What the server gave.
    #[serde(serialize_with = "as_hex")]
    pub attestation_challenge: Vec<u8>,
    /// A device id that changes; empty but for system apps.
    #[serde(serialize_with = "as_hex")]
    pub unique_id: Vec<u8>,
    /// What the system vouches for.
    pub software_enforced: AuthorizationList,
    /// What the hardware vouches for.
    pub hardware_enforced: AuthorizationList,
}

/// Where something lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(clippy::exhaustive_enums, reason = "a fourth level is a key that nothing here can grade")]
pub enum SecurityLevel {
    /// The system.
    Software,
    /// The processor's trusted execution environment.
    TrustedEnvironment,
    /// A secure element of its own.
    #[serde(rename = "STRONG_BOX")]
    StrongBox,
}

/// Tags with their values, each at most once, in the schema's order; serialised by the schema's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationList(BTreeMap<u32, Tagged>);

/// A tag's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tagged {
    /// A number; times are milliseconds since 1970, patch levels `YYYYMM` or `YYYYMMDD`.
    Integer(u64),
    /// A set of numbers, in the order written.
    Integers(Vec<u64>),
    /// The tag is there.
    Present,
    /// A string of bytes; ids are text.
    Bytes(Vec<u8>),
    /// How the phone was started.
    RootOfTrust(RootOfTrust),
    /// Which app made the key.
    ApplicationId(ApplicationId),
}

/// How the phone was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RootOfTrust {
    /// SHA-256 of the key that verified the system; zeros on some phones.
    #[serde(serialize_with = "as_hex")]
    pub verified_boot_key: Vec<u8>,
    /// Whether the bootloader is locked.
    pub device_locked: bool,
    /// Who verified the system.
    pub verified_boot_state: VerifiedBootState,
    /// Hash of all that was verified; from version 3 on.
    #[serde(serialize_with = "as_optional_hex", skip_serializing_if = "Option::is_none")]
    pub verified_boot_hash: Option<Vec<u8>>,
}

/// Who verified the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(clippy::exhaustive_enums, reason = "a fifth state is not verified")]
pub enum VerifiedBootState {
    /// The phone's maker.
    Verified,
    /// The owner's own key.
    SelfSigned,
    /// Nobody.
    Unverified,
    /// The check failed.
    Failed,
}

/// Which app made the key, as the system says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApplicationId {
    /// Packages that share the app's user id.
    pub packages: Vec<Package>,
    /// SHA-256 of the certificates that sign them.
    #[serde(serialize_with = "as_hex_list")]
    pub signatures: Vec<Vec<u8>>,
}

/// One package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Package {
    /// For example `org.bailing.example`.
    pub name: String,
    /// Its version code.
    pub version: u64,
}

impl KeyDescription {
    /// Parses the extension's value.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Reader::inside(bytes, Tag::SEQUENCE)?;
        let description = Self {
            attestation_version: fields.expect(Tag::INTEGER)?.unsigned()?,
            attestation_security_level: SecurityLevel::parse(&mut fields)?,
            key_mint_version: fields.expect(Tag::INTEGER)?.unsigned()?,
            key_mint_security_level: SecurityLevel::parse(&mut fields)?,
            attestation_challenge: fields.expect(Tag::OCTET_STRING)?.value.to_vec(),
            unique_id: fields.expect(Tag::OCTET_STRING)?.value.to_vec(),
            // Later systems add tags of their own; later hardware would have to be understood.
            software_enforced: AuthorizationList::parse(fields.enter(Tag::SEQUENCE)?, true)?,
            hardware_enforced: AuthorizationList::parse(fields.enter(Tag::SEQUENCE)?, false)?,
        };
        fields.end()?;
        Ok(description)
    }
}

impl SecurityLevel {
    fn parse(fields: &mut Reader<'_>) -> Result<Self, Malformed> {
        match fields.expect(Tag::ENUMERATED)?.unsigned()? {
            0 => Ok(Self::Software),
            1 => Ok(Self::TrustedEnvironment),
            2 => Ok(Self::StrongBox),
            _ => Err(Malformed("a security level that is not known")),
        }
    }
}

impl AuthorizationList {
    fn parse(mut list: Reader<'_>, skip_unknown: bool) -> Result<Self, Malformed> {
        let mut found = BTreeMap::new();
        let mut seen = Vec::new();
        while !list.is_empty() {
            let element = list.next()?;
            let number =
                element.tag.explicit_number().ok_or(Malformed("a tag of another class"))?;
            if seen.contains(&number) {
                return Err(Malformed("a tag twice"));
            }
            if seen.len() == MOST_TAGS {
                return Err(Malformed("more than 64 tags"));
            }
            seen.push(number);
            match TAGS.iter().find(|(known, ..)| *known == number) {
                Some((_, _, form)) => {
                    found.insert(number, Tagged::parse(*form, element.value)?);
                }
                None if skip_unknown => {}
                None => return Err(Malformed("a hardware-enforced tag that is not known")),
            }
        }
        Ok(Self(found))
    }

    /// A number.
    pub(super) fn integer(&self, tag: u32) -> Option<u64> {
        match self.0.get(&tag) {
            Some(Tagged::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    /// A set of numbers.
    pub(super) fn integers(&self, tag: u32) -> Option<&[u64]> {
        match self.0.get(&tag) {
            Some(Tagged::Integers(values)) => Some(values),
            _ => None,
        }
    }

    /// Whether a tag is there.
    pub(super) fn has(&self, tag: u32) -> bool {
        self.0.contains_key(&tag)
    }

    /// How the phone was started, where it is said.
    pub fn root_of_trust(&self) -> Option<&RootOfTrust> {
        match self.0.get(&ROOT_OF_TRUST) {
            Some(Tagged::RootOfTrust(root)) => Some(root),
            _ => None,
        }
    }

    /// Which app made the key, where it is said.
    pub fn application_id(&self) -> Option<&ApplicationId> {
        match self.0.get(&ATTESTATION_APPLICATION_ID) {
            Some(Tagged::ApplicationId(app)) => Some(app),
            _ => None,
        }
    }

    /// Every tag's number, the schema's name, and value, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &'static str, &Tagged)> {
        TAGS.iter()
            .filter_map(|(number, name, _)| self.0.get(number).map(|value| (*number, *name, value)))
    }
}

impl Tagged {
    /// Parses what stands inside an explicit tag.
    fn parse(form: Form, bytes: &[u8]) -> Result<Self, Malformed> {
        let mut inside = Reader::new(bytes);
        let value = match form {
            Form::Integer => Self::Integer(inside.expect(Tag::INTEGER)?.unsigned()?),
            Form::Integers => {
                let of = members(inside.enter(Tag::SET)?)?;
                let numbers = of.iter().map(|element| match element.tag {
                    Tag::INTEGER => element.unsigned(),
                    _ => Err(Malformed("a set of other things than numbers")),
                });
                Self::Integers(numbers.collect::<Result<_, _>>()?)
            }
            Form::Presence => {
                if !inside.expect(Tag::NULL)?.value.is_empty() {
                    return Err(Malformed("a NULL with a value"));
                }
                Self::Present
            }
            Form::Bytes => Self::Bytes(inside.expect(Tag::OCTET_STRING)?.value.to_vec()),
            Form::RootOfTrust => Self::RootOfTrust(RootOfTrust::parse(&mut inside)?),
            Form::ApplicationId => {
                let wrapped = inside.expect(Tag::OCTET_STRING)?.value;
                Self::ApplicationId(ApplicationId::parse(wrapped)?)
            }
        };
        inside.end()?;
        Ok(value)
    }
}

impl RootOfTrust {
    fn parse(outer: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = outer.enter(Tag::SEQUENCE)?;
        let root = Self {
            verified_boot_key: fields.expect(Tag::OCTET_STRING)?.value.to_vec(),
            device_locked: fields.expect(Tag::BOOLEAN)?.boolean()?,
            verified_boot_state: match fields.expect(Tag::ENUMERATED)?.unsigned()? {
                0 => VerifiedBootState::Verified,
                1 => VerifiedBootState::SelfSigned,
                2 => VerifiedBootState::Unverified,
                3 => VerifiedBootState::Failed,
                _ => return Err(Malformed("a boot state that is not known")),
            },
            verified_boot_hash: fields
                .optional(Tag::OCTET_STRING)?
                .map(|element| element.value.to_vec()),
        };
        fields.end()?;
        Ok(root)
    }
}

impl ApplicationId {
    fn parse(wrapped: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Reader::inside(wrapped, Tag::SEQUENCE)?;
        let packages = members(fields.enter(Tag::SET)?)?;
        let signatures = members(fields.enter(Tag::SET)?)?;
        fields.end()?;
        let package = |element: &Element<'_>| {
            let mut fields = Reader::inside(element.whole, Tag::SEQUENCE)?;
            let name = fields.expect(Tag::OCTET_STRING)?.value;
            let version = fields.expect(Tag::INTEGER)?.unsigned()?;
            fields.end()?;
            let name =
                std::str::from_utf8(name).map_err(|_| Malformed("a package without a name"))?;
            Ok(Package { name: name.to_owned(), version })
        };
        let digest = |element: &Element<'_>| match (element.tag, element.value.len()) {
            (Tag::OCTET_STRING, 32) => Ok(element.value.to_vec()),
            _ => Err(Malformed("a signer that is no SHA-256")),
        };
        Ok(Self {
            packages: packages.iter().map(package).collect::<Result<_, _>>()?,
            signatures: signatures.iter().map(digest).collect::<Result<_, _>>()?,
        })
    }
}

/// The members of a set, in the order written: phones do not sort them.
fn members(mut set: Reader<'_>) -> Result<Vec<Element<'_>>, Malformed> {
    let mut found = Vec::new();
    while !set.is_empty() {
        if found.len() == MOST_MEMBERS {
            return Err(Malformed("more than 64 members in a set"));
        }
        found.push(set.next()?);
    }
    Ok(found)
}

impl Serialize for AuthorizationList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (_, name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Tagged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(value) => serializer.serialize_u64(*value),
            Self::Integers(values) => values.serialize(serializer),
            Self::Present => serializer.serialize_bool(true),
            // An id is printable text; a hash is not.
            Self::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if !text.chars().any(char::is_control) => serializer.serialize_str(text),
                _ => as_hex(bytes, serializer),
            },
            Self::RootOfTrust(root) => root.serialize(serializer),
            Self::ApplicationId(app) => app.serialize(serializer),
        }
    }
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

fn as_optional_hex<S: Serializer>(
    bytes: &Option<Vec<u8>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    bytes.as_deref().map(hex::encode).serialize(serializer)
}

fn as_hex_list<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(hex::encode))
}
