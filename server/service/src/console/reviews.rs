//! `/reviews`: what waits for a person, the longest first.

use axum::extract::State as Extract;
use maud::{Markup, html};

use super::access::Reviewer;
use super::failure::Failed;
use super::language::Language;
use super::layout::{Page, Place};
use super::shown::{chip, encoded, kinds, moment, short, span};
use crate::clock;
use crate::state::Shared;
use crate::store::BundleRow;

/// Bundles that are listed at once.
const LISTED: i64 = 100;

/// The page.
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Reviewer(viewer): Reviewer,
    language: Language,
) -> Result<Markup, Failed> {
    let (rows, count) = state.store.to_review(LISTED).await?;
    let now = clock::seconds();
    let content = html! {
        h1 { (language.say("待审", "Reviews")) }
        p.soft { (language.say("等得最久的在前：", "The longest wait first: ")) b { (count) }
            (language.say(" 份等待人工决定。", " waiting for a person.")) }
        @if rows.is_empty() {
            p.card.empty { (language.say("没有等待的证据包。", "Nothing waits.")) }
        }
        ol.queue role="list" { @for row in &rows { (waiting(language, row, now)) } }
    };
    let title = language.say("待审", "Reviews");
    Ok(Page { language, title, place: Place::Reviews, viewer: Some(&viewer) }.with(&content))
}

fn waiting(language: Language, row: &BundleRow, now: i64) -> Markup {
    let name = hex::encode(&row.sha256);
    let decision = row.decided();
    let decision = decision.as_ref();
    let papers =
        decision.map(|decision| kinds(language, decision)).filter(|kinds| !kinds.is_empty());
    html! {
        li.card {
            div.waits { b { (span(language, now.saturating_sub(row.received_at))) }
                small { (moment(row.received_at)) } }
            div.what {
                h2 { a href={ "/bundles/" (name) } {
                    (papers.unwrap_or_else(|| language.say("证据包", "Bundle").to_owned()))
                    span.unseen { " " (short(&name)) }
                } }
                p { @for code in decision.iter().flat_map(|decision| decision.verdict.reasons()) {
                    (chip(language, "review", code)) " "
                } }
            }
            div.whose { a href={ "/merchants/" (encoded(&row.merchant_id)) } { (row.merchant_id) }
                span.mono { (short(&name)) } }
        }
    }
}
