//! `/bundles/{sha256}`: everything about one bundle, and a person's decision on it.

mod device;
mod pictures;
mod signals;

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Redirect;
use bailing_credit::Fact;
use bailing_credit::graph::Neighbourhood;
use bailing_evidence::bundle::Reader;
use bailing_evidence::manifest::Manifest;
use bailing_vision::Severity;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::Reviewer;
use super::failure::{Failed, filled};
use super::language::Language;
use super::layout::{Page, Place};
use super::neighbourhood;
use super::shown::{chip, codes, encoded, kinds, moment, quota, short, span, state as state_of};
use super::terms::term;
use super::trail;
use super::waterfall::Waterfall;
use crate::archive;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::{AuditRow, BundleRow, KeyRow, Particulars};
use crate::work::{BundleDecision, Ruling, review};

/// Rows of the log that are shown.
const MOST_ROWS: i64 = 500;

/// What the page is made of.
struct Shown {
    language: Language,
    name: String,
    row: BundleRow,
    decision: Option<BundleDecision>,
    particulars: Particulars,
    key: KeyRow,
    /// Where it can still be read.
    manifest: Option<Manifest>,
    /// The merchant's, by their ids.
    facts: BTreeMap<String, Fact>,
    around: Neighbourhood,
    trail: Vec<AuditRow>,
}

/// The page.
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Reviewer(viewer): Reviewer,
    language: Language,
    Path(name): Path<String>,
) -> Result<Markup, Failed> {
    let shown = load(&state, language, &name).await?;
    let title = format!("{} {}", language.say("证据包", "Bundle"), short(&shown.name));
    let page = Page { language, title: &title, place: Place::Elsewhere, viewer: Some(&viewer) };
    Ok(page.with(&shown.page()))
}

/// What a person decides.
#[derive(Debug, Deserialize)]
pub(super) struct Decided {
    ruling: Ruling,
    #[serde(default)]
    note: String,
}

/// `POST /bundles/{sha256}/decision`.
pub(super) async fn decide(
    Extract(state): Extract<Shared>,
    Reviewer(viewer): Reviewer,
    Path(name): Path<String>,
    form: Result<Form<Decided>, FormRejection>,
) -> Result<Redirect, Failed> {
    let Decided { ruling, note } = filled(form)?;
    let sha256 = hash(&name)?;
    // A browser sends a line's end as two bytes.
    let note = note.replace("\r\n", "\n");
    review(&state, &sha256, ruling, &viewer.name, note.trim()).await?;
    Ok(Redirect::to(&format!("/bundles/{name}")))
}

fn hash(name: &str) -> Result<[u8; 32], Problem> {
    hex::decode(name).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "bundle_unknown", "no such bundle was taken in")
}

async fn load(state: &Shared, language: Language, name: &str) -> Result<Shown, Problem> {
    let sha256 = hash(name)?;
    let store = &state.store;
    let row = store.bundle(&sha256).await?.ok_or_else(unknown)?;
    let particulars = store.particulars(&sha256).await?.ok_or_else(unknown)?;
    let key = store.key(&row.key_id).await?.ok_or_else(unknown)?;
    let item = Item::Bundle(sha256);
    let manifest = match row.erased_at {
        Some(_) => None,
        None => {
            let bytes = archive::bytes(state, &row.merchant_id, &item).await;
            let reader = bytes.as_ref().ok().and_then(|bytes| Reader::open(bytes.as_ref()).ok());
            reader.and_then(|reader| {
                let claims = state.devices.claims(reader.cose(), &key, &state.origin);
                claims.ok().map(|(manifest, _)| manifest)
            })
        }
    };
    let facts = store.facts_by_item(&row.merchant_id).await?.into_values().flatten();
    Ok(Shown {
        language,
        name: hex::encode(sha256),
        decision: row.decided(),
        facts: facts.map(|fact| (fact.id.clone(), fact)).collect(),
        around: neighbourhood::around(state, language, &row.merchant_id).await?,
        trail: store.audit_about(&item.to_string(), MOST_ROWS).await?,
        row,
        particulars,
        key,
        manifest,
    })
}

impl Shown {
    fn page(&self) -> Markup {
        let Self { language, name, row, decision, around, .. } = self;
        let language = *language;
        html! {
            (self.head())
            @if let Some(decision) = decision {
                @if self.waits() { (self.decide()) }
                @for (position, picture) in decision.images.iter().enumerate() {
                    (pictures::render(language, name, position, picture, row.erased_at.is_none()))
                }
                (signals::of_bundle(language, decision))
            }
            div.cards.two {
                (device::render(language, row, &self.key, &self.particulars))
                (device::claims(language, row, &self.particulars, self.manifest.as_ref()))
            }
            @if let Some(decision) = decision {
                section.card aria-labelledby="quota" {
                    h2 id="quota" { (language.say("事实 → 理由 → 额度", "Facts → reasons → quota")) }
                    (self.proved(decision))
                    (Waterfall { language, decision: &decision.quota, facts: &self.facts, here: Some(name) }.render())
                }
            }
            section.card aria-labelledby="around" {
                h2 id="around" { (language.say("商户的关系", "Around the merchant")) }
                (neighbourhood::render(language, around))
            }
            (trail::render(language, &self.trail, false))
        }
    }

    fn head(&self) -> Markup {
        let Self { language, name, row, decision, particulars, .. } = self;
        let language = *language;
        let decision = decision.as_ref();
        let state = state_of(row, decision);
        html! {
            header.head {
                div {
                    h1 { (chip(language, state, state)) " "
                        (decision.map(|decision| kinds(language, decision)).unwrap_or_default()) }
                    p { a href={ "/merchants/" (encoded(&row.merchant_id)) } { (row.merchant_id) } " · "
                        (moment(row.received_at))
                        @if let Some(decided) = particulars.decided_at { " · "
                            (language.say("决定用时 ", "decided within "))
                            (span(language, decided.saturating_sub(row.received_at))) } }
                    p.mono { (name) }
                    @if let Some(decision) = decision {
                        @let reasons = decision.verdict.reasons();
                        @if !reasons.is_empty() {
                            p { (language.say("原因：", "Reasons: "))
                                b { (codes(language, reasons.iter().map(AsRef::as_ref))) } }
                        }
                    }
                    (self.ruling())
                }
                @if let Some(decision) = decision {
                    p.quota { small { (language.say("额度（元）", "Quota, yuan")) }
                        (quota(decision.quota_before, decision.quota.quota)) }
                }
            }
        }
    }

    /// What a person decided, with the note.
    fn ruling(&self) -> Markup {
        let language = self.language;
        let review = self.particulars.review.as_deref();
        let review = review.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let said = |name: &str| {
            let value = review.as_ref().and_then(|review| review.get(name));
            value.and_then(|value| value.as_str()).unwrap_or_default()
        };
        html! {
            @if review.is_some() {
                div.notice.ruling {
                    p { b { (term(language, said("ruling"))) } " · " (said("by"))
                        @if let Some(at) = self.particulars.reviewed_at { " · " (moment(at)) } }
                    @if !said("note").is_empty() { blockquote { (said("note")) } }
                }
            }
        }
    }

    fn waits(&self) -> bool {
        let open = |decision: &BundleDecision| {
            decision.verdict.severity() == Severity::Review && decision.review.is_none()
        };
        self.row.erased_at.is_none() && self.decision.as_ref().is_some_and(open)
    }

    fn decide(&self) -> Markup {
        let Self { language, name, .. } = self;
        let language = *language;
        html! {
            section.card.decide aria-labelledby="decide" {
                h2 id="decide" { (language.say("决定", "Decide")) }
                form method="post" action={ "/bundles/" (name) "/decision" } {
                    label for="note" { (language.say("备注（给本行，不给商户）", "Note, for the bank and not for the merchant")) }
                    textarea id="note" name="note" rows="3" maxlength="2000" {}
                    div.choices {
                        button.good type="submit" name="ruling" value="accepted" {
                            (language.say("通过：内容计入", "Accept: it counts")) }
                        button type="submit" name="ruling" value="rejected" {
                            (language.say("拒绝：不计入", "Reject: it does not count")) }
                        button.bad type="submit" name="ruling" value="forged" {
                            (language.say("伪造：并停止提额", "Forged: and nothing raises the quota")) }
                    }
                }
            }
        }
    }

    /// What the bundle's pictures say, and whether it counts.
    fn proved(&self, decision: &BundleDecision) -> Markup {
        let language = self.language;
        let own = |fact: &&Fact| fact.id.starts_with(&self.name);
        let counting: Vec<&Fact> = self.facts.values().filter(own).collect();
        let read = decision.images.iter().filter_map(|image| image.recognition.as_ref());
        let read: Vec<_> = read.flat_map(|read| &read.facts).collect();
        html! {
            @if !counting.is_empty() {
                p { (language.say("这一包证明的事实：", "What this bundle proves: ")) }
                ul.plain { @for fact in counting { li {
                    b { (term(language, &fact.name)) } " "
                    @for (part, value) in &fact.parts { span.pair {
                        (term(language, part)) " " b lang="zh" { (value) } } }
                    span.soft { (format!("{:.2}", fact.confidence)) }
                } } }
            } @else if !read.is_empty() {
                p.soft { (language.say("读到下列事实，但尚不计入：", "Read, and not counting so far:")) }
                ul.plain { @for fact in read { li {
                    b { (term(language, &fact.name)) } " "
                    @for (part, value) in &fact.parts { span.pair {
                        (term(language, part)) " " b lang="zh" { (value.value) } } }
                } } }
            } @else {
                p.soft { (language.say("这一包没有证明任何事实。", "This bundle proves nothing.")) }
            }
        }
    }
}
