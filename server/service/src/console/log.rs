//! `GET /log`: what happened, the newest row first, as it is chained.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Auditor;
use super::failure::Failed;
use super::language::Language;
use super::layout::{Page, Place};
use super::trail;
use crate::problem::Problem;
use crate::state::Shared;

/// Rows of a page.
const LISTED: i64 = 50;

/// Up to where.
#[derive(Debug, Deserialize)]
pub(super) struct Before {
    /// Number of the row after the last that is wanted; none for the log's end.
    before: Option<i64>,
}

/// The page.
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Auditor(viewer): Auditor,
    language: Language,
    query: Result<Query<Before>, QueryRejection>,
) -> Result<Markup, Failed> {
    let Query(Before { before }) = query.map_err(|_| {
        let detail = "before is the number of a row";
        Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
    })?;
    let rows = state.store.audit_before(before.unwrap_or(i64::MAX), LISTED).await?;
    let title = language.say("审计日志", "Audit log");
    let content = html! {
        h1 { (title) }
        p.soft { (language.say(
            "每一行都带有自身与上一行的散列值，改动、删去或调换任何一行都会被发现。从头核对：",
            "Each row carries a hash of itself and of the row before, so that none can be changed, left out or \
             exchanged unseen. Followed from the first row by ",
        )) code { "bailing-server audit verify" } }
        @if let Some(newest) = rows.first().filter(|_| before.is_none()) {
            p { (language.say(
                "最新一行。请抄在别处，日后用 --expect 核对日志末尾未被截去：",
                "The newest row. Written down elsewhere it shows, by --expect, that the log was not cut off at its end: ",
            )) code.mono { (newest.seq) ":" (hex::encode(&newest.hash)) } }
        }
        @if rows.is_empty() {
            p.card.empty { (language.say("没有更多记录。", "No more rows.")) }
        } @else { (trail::render(language, &rows, true)) }
        nav.pages aria-label=(language.say("翻页", "Pages")) {
            @if before.is_some() { a href="/log" { (language.say("最新", "Newest")) } }
            @if let Some(oldest) = rows.last().filter(|row| row.seq > 1) {
                a rel="next" href={ "/log?before=" (oldest.seq) } { (language.say("更早", "Earlier")) }
            }
        }
    };
    Ok(Page { language, title, place: Place::Log, viewer: Some(&viewer) }.with(&content))
}
