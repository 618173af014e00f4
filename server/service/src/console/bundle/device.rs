//! The key that signed: what vouches for it, and what it signed.

use bailing_attestation::android::{self, KeyDescription};
use bailing_evidence::manifest::Manifest;
use maud::{Markup, html};
use serde_json::Value;

use super::super::language::Language;
use super::super::overview::worth;
use super::super::shown::{moment, short};
use super::super::terms::term;
use crate::device::Platform;
use crate::store::{BundleRow, KeyRow, Particulars};

/// What is known of the device.
pub(super) fn render(
    language: Language,
    row: &BundleRow,
    key: &KeyRow,
    particulars: &Particulars,
) -> Markup {
    let description = described(key);
    let id = hex::encode(&row.key_id);
    html! {
        section.card aria-labelledby="device" {
            h2 id="device" { (language.say("设备证明", "The device's attestation")) }
            dl.facts {
                dt { (language.say("等级", "Grade")) }
                dd { b { (key.grade) } " · " (worth(language, &key.grade)) }
                dt { (language.say("平台", "Platform")) }
                dd { (platform(language, key.platform)) }
                dt { (language.say("密钥", "Key")) } dd.mono title=(id) { (short(&id)) }
                dt { (language.say("应用", "App")) } dd { (key.app_id) }
                dt { (language.say("登记于", "Enrolled")) } dd { (moment(particulars.enrolled_at)) }
                @if key.platform == Platform::Ios {
                    dt { (language.say("断言计数", "Assertion counter")) } dd { (particulars.counter) }
                }
                @if let Some(description) = &description { (boot(language, description)) }
            }
            @if let Some(description) = &description {
                details {
                    summary { (language.say("证明的全部内容", "All that the attestation says")) }
                    dl.facts.all { @for (name, value) in flat(description) {
                        dt { (name) } dd.mono { (value) }
                    } }
                }
            } @else if key.attestation.is_none() {
                p.soft { (language.say(
                    "没有硬件为这把密钥作证：仅用于演示。",
                    "No hardware vouches for this key: for demos only.",
                )) }
            }
        }
    }
}

/// What the signature covers.
pub(super) fn claims(
    language: Language,
    row: &BundleRow,
    particulars: &Particulars,
    manifest: Option<&Manifest>,
) -> Markup {
    html! {
        section.card aria-labelledby="claims" {
            h2 id="claims" { (language.say("签名的声明", "What was signed")) }
            dl.facts {
                dt { (language.say("签名时间", "Signed")) }
                dd { (language.say("晚于 ", "after ")) (moment(row.ticket_issued_at)) br;
                    (language.say("早于 ", "before ")) (moment(row.received_at)) }
                dt { (language.say("序号", "Sequence")) }
                dd { (particulars.sequence) " " @if row.gap != 0 {
                    span.chip.review { (language.say("之前有缺口", "a gap before it")) } } }
                @if let Some(manifest) = manifest {
                    dt { (language.say("应用版本", "App's version")) } dd { (manifest.app_version) }
                    dt { (language.say("手机时钟", "The phone's clock")) } dd { (moment(manifest.issued_at)) }
                    dt { (language.say("拍摄历时", "Session took")) }
                    dd { (format!("{:.1} s", manifest.monotonic_end_ns
                        .saturating_sub(manifest.monotonic_start_ns) as f64 / 1e9)) }
                    @for (at, image) in manifest.images.iter().enumerate() {
                        dt { (language.say("图片 ", "Picture ")) (at + 1) }
                        dd { (language.say("手机的结论 ", "the phone said ")) b { (term(language, &image.verdict)) }
                            " · " (image.media_type) " · " (image.blob_len / 1024) " KiB" }
                    }
                }
            }
            @if let Some(manifest) = manifest {
                details {
                    summary { (language.say("模型与散列值", "Models and hashes")) }
                    dl.facts.all {
                        @for model in &manifest.models {
                            dt { (model.name) } dd.mono { (hex::encode(model.sha256)) }
                        }
                        @for (at, image) in manifest.images.iter().enumerate() {
                            dt { (language.say("图片 ", "picture ")) (at + 1) }
                            dd.mono { (hex::encode(image.blob_sha256)) }
                        }
                        dt { (language.say("上一份声明", "previous claims")) }
                        dd.mono { (manifest.previous.map_or("–".to_owned(), hex::encode)) }
                    }
                }
            } @else {
                p.soft { (language.say("已删除，或已不可读。", "Erased, or no longer readable.")) }
            }
        }
    }
}

fn platform(language: Language, platform: Platform) -> &'static str {
    match platform {
        Platform::Android => "Android Key Attestation",
        Platform::Ios => "Apple App Attest",
        Platform::Software => language.say("软件密钥", "software key"),
    }
}

/// What the leaf of an Android chain says; it was verified at the enrolment.
fn described(key: &KeyRow) -> Option<KeyDescription> {
    let chain = key.attestation.as_deref().filter(|_| key.platform == Platform::Android)?;
    android::describe(android::certificates(chain).ok()?.first()?).ok()
}

fn boot(language: Language, description: &KeyDescription) -> Markup {
    html! {
        dt { (language.say("密钥所在", "The key lives in")) }
        dd { (named(&description.key_mint_security_level)) }
        @if let Some(root) = description.hardware_enforced.root_of_trust() {
            dt { (language.say("启动状态", "Started")) } dd { (named(&root.verified_boot_state)) }
            dt { (language.say("引导程序", "Bootloader")) }
            dd { (if root.device_locked { language.say("已锁定", "locked") } else { language.say("未锁定", "open") }) }
        }
    }
}

/// As it is serialised.
fn named(value: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(value).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Every value with the way to it.
fn flat(description: &KeyDescription) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), serde_json::to_value(description).unwrap_or_default())];
    while let Some((way, value)) = open.pop() {
        let below =
            |name: &str| if way.is_empty() { name.to_owned() } else { format!("{way}.{name}") };
        match value {
            Value::Object(members) => {
                let members = members.into_iter().rev();
                open.extend(members.map(|(name, value)| (below(&name), value)));
            }
            Value::Array(values) if values.iter().any(Value::is_object) => {
                let values = values.into_iter().enumerate().rev();
                open.extend(values.map(|(at, value)| (below(&at.to_string()), value)));
            }
            Value::String(text) => found.push((way, text)),
            value => found.push((way, value.to_string())),
        }
    }
    found
}
