//! The page itself, rendered whole: no script, nothing from elsewhere.

use bailing_credit::Decision;
use bailing_recognition::Contradiction;
use bailing_vision::{Quad, Severity, Signal};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::clock;
use crate::store::{BundleRow, RefusalRow};
use crate::work::{BundleDecision, PictureDecision};

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(super) fn render(
    bundles: &[BundleRow],
    refusals: &[RefusalRow],
    waiting: i64,
    can_read: bool,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Bailing console" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Bailing " span lang="zh" { "百灵" } }
                    p { (bundles.len()) " bundles, " (waiting) " waiting, "
                        (refusals.len()) " refused at the door" }
                }
                @if !can_read {
                    p.banner { "No recognition engine: vouchers go to review. "
                        "Run models/fetch-ocr and start with --ocr models/ocr." }
                }
                main {
                    @if bundles.is_empty() { p.empty { "No bundle has come in yet." } }
                    @for (index, row) in bundles.iter().enumerate() { (bundle(row, index == 0)) }
                    @if !refusals.is_empty() {
                        h2 { "Refused at the door" }
                        table {
                            tr { th { "when" } th { "code" } th { "why" } th { "bundle" } }
                            @for refusal in refusals {
                                tr {
                                    td { (clock::rfc3339(refusal.at)) }
                                    td { span.chip.rejected { (refusal.code) } }
                                    td { (refusal.detail) }
                                    td.mono { (short(&refusal.bundle)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bundle(row: &BundleRow, open: bool) -> Markup {
    let name = hex::encode(&row.sha256);
    // Of an older version that no longer reads, the bundle is shown as undecided rather than not at all.
    let decision = row.decided();
    html! {
        details open[open] {
            summary {
                @match &decision {
                    Some(decision) => {
                        span class={ "chip " (decision.outcome()) } { (decision.outcome()) }
                    }
                    None => { span.chip { (if row.erased_at.is_some() { "erased" } else { "received" }) } }
                }
                span.merchant { (row.merchant_id) }
                @if let Some(decision) = &decision {
                    span.kind { (kinds(decision)) }
                    span.reasons { (decision.verdict.reasons().join(", ")) }
                    span.quota { (change(decision.quota_before, decision.quota.quota)) }
                }
                time { (clock::rfc3339(row.received_at)) }
            }
            @if let Some(decision) = &decision {
                @for (position, picture) in decision.images.iter().enumerate() {
                    (picture_row(&name, position, picture))
                }
                (signals("Bundle", decision.findings.iter()))
                (contradictions(&decision.contradictions))
                (quota(decision.quota_before, &decision.quota))
            }
            p.mono { "bundle " (name) " · signed after "
                (clock::rfc3339(row.ticket_issued_at)) " and before " (clock::rfc3339(row.received_at)) }
        }
    }
}

fn picture_row(bundle: &str, position: usize, picture: &PictureDecision) -> Markup {
    let read = picture.recognition.as_ref();
    html! {
        section.picture {
            figure {
                img loading="lazy" alt={ "picture " (position + 1) ", asked for as " (picture.kind) }
                    src={ "/bundles/" (bundle) "/" (position) };
                svg viewBox={ "0 0 " (picture.width) " " (picture.height) } preserveAspectRatio="none" {
                    @if let Some(quad) = &picture.analysis.document.quad { (outline(quad, "page")) }
                    @for field in read.into_iter().flat_map(|read| read.fields.values()) {
                        @if let Some(region) = &field.region { (outline(region, "field")) }
                    }
                    @for signal in picture.analysis.signals().chain(&picture.findings) {
                        @if let Some(region) = &signal.region { (outline(region, "alarm")) }
                    }
                }
            }
            @if picture.findings.iter().any(speaks_for_an_edit) {
                figure {
                    img loading="lazy" alt={ "where picture " (position + 1) " speaks for an edit" }
                        src={ "/bundles/" (bundle) "/" (position) "/tampering" };
                }
            }
            div {
                p { "asked for " b { (picture.kind) }
                    @if let Some(read) = read { ", read as " b { (read.kind) }
                        " (" (format!("{:.2}", read.kind_score)) ")" }
                    @else { ", not read" } }
                @if let Some(read) = read {
                    @if !read.fields.is_empty() {
                        table {
                            tr { th { "field" } th { "value" } th { "confidence" } }
                            @for (name, field) in &read.fields {
                                tr { td { (name) }
                                    td lang="zh" { (field.value)
                                        @if let Some(meant) = &field.proposed { " (meant: " (meant) "?)" } }
                                    td.number { (format!("{:.2}", field.confidence)) } }
                            }
                        }
                    }
                }
                (signals("Signals", picture.analysis.signals()
                    .chain(read.into_iter().flat_map(|read| &read.signals))
                    .chain(&picture.findings)))
            }
        }
    }
}

fn speaks_for_an_edit(signal: &Signal) -> bool {
    let tampering = signal.code.starts_with("tampering_") || signal.code == "recompressed";
    tampering && signal.severity > Severity::Pass
}

fn signals<'a>(title: &str, signals: impl Iterator<Item = &'a Signal>) -> Markup {
    let signals: Vec<&Signal> = signals.collect();
    html! {
        @if !signals.is_empty() {
            table {
                tr { th { (title) } th { "class" } th { "score" } th { "threshold" } th { "" } }
                @for signal in signals {
                    tr {
                        td { (signal.code) }
                        td { (format!("{:?}", signal.class).to_lowercase()) }
                        td.number { (format!("{:.3}", signal.score)) }
                        td.number { (format!("{:.3}", signal.threshold)) }
                        td { span class={ "chip " (class(signal.severity)) } { (word(signal.severity)) } }
                    }
                }
            }
        }
    }
}

fn contradictions(found: &[Contradiction]) -> Markup {
    html! {
        @if !found.is_empty() {
            table {
                tr { th { "Contradiction" } th { "here" } th { "and here" } th { "" } }
                @for Contradiction { signal, places } in found {
                    tr {
                        td { (signal.code) }
                        @for place in places { td.mono { (place.field) " of " (short(&place.document)) } }
                        td { span class={ "chip " (class(signal.severity)) } { (word(signal.severity)) } }
                    }
                }
            }
        }
    }
}

fn quota(before: u64, decision: &Decision) -> Markup {
    html! {
        section.quota {
            p { "Quota " b { (change(before, decision.quota)) } " yuan, "
                (decision.before) " without any proof" }
            table {
                @for reason in &decision.reasons {
                    tr { td.number { (format!("{:+}", reason.amount)) }
                        td lang="zh" { (reason.text.zh) } td { (reason.text.en) } }
                }
                @for task in &decision.next_tasks {
                    tr.next { td.number { "+" (task.expected_gain) }
                        td lang="zh" { "下一步：" (task.text.zh) }
                        td { "Next: " (task.text.en) " (" (task.effort) " min)" } }
                }
                @for unused in &decision.unused {
                    tr.unused { td.number { "0" }
                        td lang="zh" { (unused.text.zh) } td { (unused.text.en) " (" (unused.code) ")" } }
                }
            }
        }
    }
}

fn outline(quad: &Quad, class: &str) -> Markup {
    let points: Vec<String> =
        quad.corners.iter().map(|corner| format!("{:.0},{:.0}", corner.x, corner.y)).collect();
    html! { polygon class=(class) points=(points.join(" ")) {} }
}

fn kinds(decision: &BundleDecision) -> String {
    let kinds: Vec<&str> = decision.images.iter().map(|image| image.kind.as_str()).collect();
    kinds.join(", ")
}

fn change(before: u64, after: u64) -> String {
    if before == after { after.to_string() } else { format!("{before} → {after}") }
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Pass => "accepted",
        Severity::Review => "review",
        Severity::Retake => "retake",
        Severity::Reject => "rejected",
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Pass => "ok",
        Severity::Review => "review",
        Severity::Retake => "retake",
        Severity::Reject => "reject",
    }
}

fn short(name: &str) -> &str {
    name.get(..12).unwrap_or(name)
}
