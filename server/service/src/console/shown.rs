//! How amounts, times, codes and hashes are shown.

use bailing_vision::Severity;
use maud::{Markup, html};
use time::OffsetDateTime;
use time::macros::{format_description, offset};

use super::language::Language;
use super::terms::term;
use crate::clock;
use crate::store::BundleRow;
use crate::work::BundleDecision;

/// Yuan, in groups of three digits.
pub(super) fn yuan(amount: impl Into<i128>) -> String {
    let amount: i128 = amount.into();
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if amount < 0 { format!("−{text}") } else { text }
}

/// The same with its sign, as a change.
pub(super) fn change(amount: i64) -> String {
    if amount > 0 { format!("+{}", yuan(amount)) } else { yuan(amount) }
}

/// A quota, and what it was before where that was something else.
pub(super) fn quota(before: u64, now: u64) -> String {
    if before == now { yuan(now) } else { format!("{} → {}", yuan(before), yuan(now)) }
}

/// A time in China, as the bank's people read it.
pub(super) fn moment(seconds: i64) -> Markup {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let local = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let local = local.and_then(|time| time.to_offset(offset!(+8)).format(format).ok());
    html! { time datetime=(clock::rfc3339(seconds)) { (local.unwrap_or_default()) } }
}

/// A span of time in its largest unit.
pub(super) fn span(language: Language, seconds: i64) -> String {
    let (count, chinese, english) = match seconds.max(0) {
        seconds @ ..120 => (seconds, "秒", "s"),
        seconds @ ..7_200 => (seconds / 60, "分钟", "min"),
        seconds @ ..172_800 => (seconds / 3_600, "小时", "h"),
        seconds => (seconds / 86_400, "天", "d"),
    };
    format!("{count} {}", language.say(chinese, english))
}

/// The first digits of a hash.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// A code by its name.
pub(super) fn chip(language: Language, class: &str, code: &str) -> Markup {
    html! { span class={ "chip " (class) } { (term(language, code)) } }
}

/// What a severity asks for.
pub(super) fn severity(language: Language, severity: Severity) -> Markup {
    let (class, code) = match severity {
        Severity::Pass => ("accepted", "pass"),
        Severity::Review => ("review", "review"),
        Severity::Retake => ("retake", "retake"),
        Severity::Reject => ("rejected", "reject"),
    };
    chip(language, class, code)
}

/// How far a bundle has come.
pub(super) fn state(row: &BundleRow, decision: Option<&BundleDecision>) -> &'static str {
    match decision {
        _ if row.erased_at.is_some() => "erased",
        Some(decision) => decision.outcome(),
        None => "received",
    }
}

/// What each picture was asked for.
pub(super) fn kinds(language: Language, decision: &BundleDecision) -> String {
    let kinds = decision.images.iter().map(|image| term(language, &image.kind));
    let kinds: Vec<&str> = kinds.collect();
    kinds.join(language.say("、", ", "))
}

/// Codes by their names.
pub(super) fn codes<'a>(language: Language, codes: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = codes.into_iter().map(|code| term(language, code)).collect();
    names.join(language.say("、", ", "))
}

/// Rows of a merchant's or the newest bundles.
pub(super) fn bundles(
    language: Language,
    caption: &str,
    rows: &[BundleRow],
    with_merchant: bool,
) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.list {
                thead { tr {
                    th scope="col" { (language.say("结果", "Outcome")) }
                    @if with_merchant { th scope="col" { (language.say("商户", "Merchant")) } }
                    th scope="col" { (language.say("材料", "Papers")) }
                    th scope="col" { (language.say("原因", "Reasons")) }
                    th.number scope="col" { (language.say("额度（元）", "Quota, yuan")) }
                    th scope="col" { (language.say("收到", "Received")) }
                    th scope="col" { (language.say("证据包", "Bundle")) }
                } }
                tbody { @for row in rows { (bundle(language, row, with_merchant)) } }
            }
        }
    }
}

fn bundle(language: Language, row: &BundleRow, with_merchant: bool) -> Markup {
    let name = hex::encode(&row.sha256);
    // Of an older version that no longer reads, the bundle is shown as undecided rather than not at all.
    let decision = row.decided();
    let state = state(row, decision.as_ref());
    let decision = decision.as_ref();
    html! {
        tr {
            td { (chip(language, state, state)) }
            @if with_merchant {
                td { a href={ "/merchants/" (encoded(&row.merchant_id)) } { (row.merchant_id) } }
            }
            td { (decision.map(|decision| kinds(language, decision)).unwrap_or_default()) }
            td { @if let Some(decision) = decision {
                (codes(language, decision.verdict.reasons().iter().map(AsRef::as_ref)))
            } }
            td.number { @if let Some(decision) = decision {
                (quota(decision.quota_before, decision.quota.quota))
            } }
            td { (moment(row.received_at)) }
            td { a.mono href={ "/bundles/" (name) } { (short(&name)) } }
        }
    }
}

/// An id as a part of a path.
pub(super) fn encoded(id: &str) -> String {
    let mut text = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_spans_and_ids() {
        assert_eq!([yuan(0u64), yuan(999u64), yuan(1_234_567u64)], ["0", "999", "1,234,567"]);
        assert_eq!([change(40_000), change(-300), change(0)], ["+40,000", "−300", "0"]);
        assert_eq!(quota(1_000, 1_000), "1,000");
        assert_eq!(quota(1_000, 20_000), "1,000 → 20,000");
        let spans = [0, 119, 120, 7_199, 7_200, 172_800].map(|s| span(Language::English, s));
        assert_eq!(spans, ["0 s", "119 s", "2 min", "119 min", "2 h", "2 d"]);
        assert_eq!(encoded("a/../b?x#店."), "a%2F%2E%2E%2Fb%3Fx%23%E5%BA%97%2E");
        assert_eq!(
            moment(0).into_string(),
            "<time datetime=\"1970-01-01T00:00:00Z\">1970-01-01 08:00:00</time>"
        );
    }
}
