//! What the log tells, row by row.

use maud::{Markup, html};
use serde_json::Value;

use super::language::Language;
use super::shown::{moment, short};
use super::terms::term;
use crate::store::AuditRow;

/// Rows of the log, as they are chained; what each is about is said where `of_all` is not one thing's.
pub(super) fn render(language: Language, rows: &[AuditRow], of_all: bool) -> Markup {
    let title = language.say("审计记录", "Audit trail");
    html! {
        section.card aria-label=(title) {
            h2 { (title) }
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table.list {
                    thead { tr {
                        th.number scope="col" { (language.say("序号", "Row")) }
                        th scope="col" { (language.say("时间", "When")) }
                        th scope="col" { (language.say("谁", "Who")) }
                        th scope="col" { (language.say("做了什么", "What")) }
                        @if of_all { th scope="col" { (language.say("对象", "About")) } }
                        th scope="col" { (language.say("细节", "Details")) }
                        th scope="col" { (language.say("链上散列值", "Hash in the chain")) }
                    } }
                    tbody { @for row in rows { (entry(language, row, of_all)) } }
                }
            }
        }
    }
}

fn entry(language: Language, row: &AuditRow, of_all: bool) -> Markup {
    let details: serde_json::Map<String, Value> =
        serde_json::from_str(&row.detail).unwrap_or_default();
    let hash = hex::encode(&row.hash);
    html! {
        tr {
            td.number { (row.seq) }
            td { (moment(row.at)) }
            td { (row.actor) }
            td { (term(language, &row.action)) " " code { (row.action) } }
            @if of_all { td.mono title=(row.subject) { (about(&row.subject)) } }
            td { @for (name, value) in &details {
                span.pair { (name) " " b { @match value {
                    Value::String(text) => { (term(language, text)) }
                    Value::Number(seconds) if name == "until" => {
                        (moment(seconds.as_i64().unwrap_or_default()))
                    }
                    other => { (other) }
                } } }
            } }
            td.mono title=(hash) { (short(&hash)) }
        }
    }
}

/// A name as it is, a hash in short, each behind what it is of.
fn about(subject: &str) -> Markup {
    let (of, name) = subject.split_once(':').unwrap_or(("", subject));
    let is_hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    html! {
        @if !of.is_empty() { (of) ":" }
        @if is_hash { (short(name)) } @else { (name) }
    }
}
