//! `/`: what came in lately, and what became of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::extract::State as Extract;
use maud::{Markup, html};

use super::access::{Role, Viewer};
use super::chart::{self, Bar};
use super::failure::Failed;
use super::language::Language;
use super::layout::{Page, Place};
use super::shown::{bundles, chip, moment, short, span};
use super::terms::term;
use crate::clock;
use crate::state::Shared;
use crate::store::{BundleRow, Fate, RefusalRow};

/// Bundles that are counted: the newest.
const COUNTED: i64 = 1_000;

/// Bundles and refusals that are listed.
const LISTED: i64 = 12;

/// Codes in a chart; the others are few.
const MOST_CODES: usize = 8;

/// What the page is made of.
struct Seen {
    fates: Vec<Fate>,
    newest: Vec<BundleRow>,
    refusals: Vec<RefusalRow>,
    refused: Vec<(String, i64)>,
    queued: i64,
    oldest: Option<i64>,
    to_review: i64,
    can_read: bool,
    now: i64,
}

/// The page.
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    viewer: Viewer,
    language: Language,
) -> Result<Markup, Failed> {
    let store = &state.store;
    let papers = viewer.may(Role::Reviewer);
    let seen = Seen {
        fates: store.fates(COUNTED).await?,
        newest: if papers { store.newest(LISTED).await? } else { Vec::new() },
        refusals: store.refusals(LISTED).await?,
        refused: store.refusal_counts().await?,
        queued: store.job_count().await?,
        oldest: store.oldest_job().await?,
        to_review: store.to_review(0).await?.1,
        can_read: state.recogniser.has_engine(),
        now: clock::seconds(),
    };
    let title = language.say("总览", "Overview");
    let page = Page { language, title, place: Place::Overview, viewer: Some(&viewer) };
    Ok(page.with(&seen.page(language, papers)))
}

impl Seen {
    fn page(&self, language: Language, papers: bool) -> Markup {
        html! {
            h1 { (language.say("总览", "Overview")) }
            @if !self.can_read {
                p.notice.warn { (language.say(
                    "没有文字识别引擎：所有凭证都转人工。请运行 models/fetch-ocr，并以 --ocr models/ocr 启动。",
                    "No recognition engine: vouchers go to review. Run models/fetch-ocr and start with --ocr models/ocr.",
                )) }
            }
            (self.figures(language, papers))
            div.cards { (self.verdicts(language)) (self.reasons(language)) (self.latency(language))
                (self.grades(language)) }
            @if papers { (self.bundles(language)) }
            (self.refusals(language))
        }
    }

    fn figures(&self, language: Language, papers: bool) -> Markup {
        let waits = self.oldest.map(|since| span(language, self.now.saturating_sub(since)));
        let [half, most] = [50, 99].map(|share| percentile(&self.latencies(), share));
        let seconds =
            |value: Option<i64>| value.map_or("–".to_owned(), |value| span(language, value));
        html! {
            dl.figures {
                div { dt { (language.say("近期证据包", "Recent bundles")) } dd { (self.fates.len()) } }
                div { dt { (language.say("待人工决定", "Waiting for a person")) }
                    dd { @if papers { a href="/reviews" { (self.to_review) } } @else { (self.to_review) } } }
                div { dt { (language.say("排队处理", "In the queue")) }
                    dd { (self.queued) @if let Some(waits) = waits { small {
                        (language.say("最久 ", "oldest ")) (waits)
                    } } } }
                div { dt { (language.say("决定用时（中位）", "Decided within, median")) } dd { (seconds(half)) } }
                div { dt { (language.say("决定用时（99%）", "Decided within, 99 %")) } dd { (seconds(most)) } }
                div { dt { (language.say("入口拒收", "Refused at the door")) }
                    dd { (self.refused.iter().map(|(_, count)| count).sum::<i64>()) } }
            }
        }
    }

    fn verdicts(&self, language: Language) -> Markup {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for fate in &self.fates {
            *counts.entry(outcome(fate)).or_default() += 1;
        }
        let outcomes = ["accepted", "review", "retake", "rejected", "received"];
        let parts = outcomes.map(|class| Bar {
            label: term(language, class).to_owned(),
            count: counts.get(class).copied().unwrap_or_default(),
            class,
        });
        let title = language.say("结果", "Outcomes");
        card(title, &chart::stack(title, &parts))
    }

    fn reasons(&self, language: Language) -> Markup {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for reasons in self.fates.iter().filter_map(|fate| fate.reasons.as_deref()) {
            let codes: Vec<String> = serde_json::from_str(reasons).unwrap_or_default();
            for code in codes {
                *counts.entry(code).or_default() += 1;
            }
        }
        let mut bars: Vec<Bar> = counts
            .into_iter()
            .map(|(code, count)| Bar {
                label: term(language, &code).to_owned(),
                count,
                class: "review",
            })
            .collect();
        bars.sort_by_key(|bar| Reverse(bar.count));
        bars.truncate(MOST_CODES);
        let none = language.say("没有异议。", "No objections.");
        let content =
            html! { @if bars.is_empty() { p.soft { (none) } } @else { (chart::bars(&bars)) } };
        card(language.say("原因", "Reasons"), &content)
    }

    fn latency(&self, language: Language) -> Markup {
        const UP_TO: [(i64, &str); 7] = [
            (1, "≤1"),
            (2, "≤2"),
            (5, "≤5"),
            (10, "≤10"),
            (30, "≤30"),
            (60, "≤60"),
            (i64::MAX, ">60"),
        ];
        let latencies = self.latencies();
        let mut below = 0;
        let columns = UP_TO.map(|(most, label)| {
            let within = latencies.iter().filter(|seconds| **seconds <= most).count() as u64;
            let count = within.saturating_sub(below);
            below = within;
            Bar { label: label.to_owned(), count, class: "mark" }
        });
        let title = language.say("从收到到决定（秒）", "From receipt to decision, seconds");
        card(title, &chart::columns(title, &columns))
    }

    fn grades(&self, language: Language) -> Markup {
        let bars = ["A", "B", "C", "D"].map(|grade| {
            let class = if grade == "D" { "quiet" } else { "mark" };
            let count = self.fates.iter().filter(|fate| fate.grade == grade).count() as u64;
            Bar { label: format!("{grade} · {}", worth(language, grade)), count, class }
        });
        card(language.say("设备等级", "Device grades"), &chart::bars(&bars))
    }

    fn bundles(&self, language: Language) -> Markup {
        let title = language.say("最新证据包", "Newest bundles");
        html! {
            section.card aria-label=(title) {
                h2 { (title) }
                @if self.newest.is_empty() {
                    p.soft { (language.say("还没有收到证据包。", "No bundle has come in yet.")) }
                } @else { (bundles(language, title, &self.newest, true)) }
            }
        }
    }

    fn refusals(&self, language: Language) -> Markup {
        let title = language.say("入口拒收", "Refused at the door");
        html! {
            @if !self.refusals.is_empty() {
                section.card aria-label=(title) {
                    h2 { (title) }
                    p.counts { @for (code, count) in &self.refused {
                        span { (chip(language, "rejected", code)) " " code { (code) } " × " b { (count) } }
                    } }
                    div.scroll tabindex="0" role="region" aria-label=(title) {
                        table.list {
                            thead { tr {
                                th scope="col" { (language.say("时间", "When")) }
                                th scope="col" { (language.say("原因", "Why")) }
                                th scope="col" { (language.say("说明", "In words")) }
                                th scope="col" { (language.say("证据包", "Bundle")) }
                            } }
                            tbody { @for refusal in &self.refusals {
                                tr {
                                    td { (moment(refusal.at)) }
                                    td { (chip(language, "rejected", &refusal.code)) }
                                    td lang="en" { (refusal.detail) }
                                    td.mono { (short(&refusal.bundle)) }
                                }
                            } }
                        }
                    }
                }
            }
        }
    }

    /// Seconds, sorted.
    fn latencies(&self) -> Vec<i64> {
        let decided =
            self.fates.iter().filter_map(|fate| Some((fate.decided_at?, fate.received_at)));
        let mut latencies: Vec<i64> =
            decided.map(|(decided, received)| decided.saturating_sub(received).max(0)).collect();
        latencies.sort_unstable();
        latencies
    }
}

/// What it came to: a person's ruling, where there is one.
fn outcome(fate: &Fate) -> &str {
    match fate.ruling.as_deref() {
        Some("accepted") => "accepted",
        Some(_) => "rejected",
        None => fate.verdict.as_deref().unwrap_or("received"),
    }
}

/// What vouches for a key of that grade.
pub(super) fn worth(language: Language, grade: &str) -> &'static str {
    match grade {
        "A" => language.say("独立安全芯片", "secure element"),
        "B" => language.say("可信执行环境", "trusted environment"),
        "C" => language.say("其他硬件", "other hardware"),
        _ => language.say("软件", "software"),
    }
}

fn percentile(sorted: &[i64], share: usize) -> Option<i64> {
    let rank = (sorted.len() * share).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn card(title: &str, content: &Markup) -> Markup {
    html! { section.card aria-label=(title) { h2 { (title) } (content) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[3], 99), Some(3));
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!(
            [50, 99, 100].map(|share| percentile(&hundred, share)),
            [Some(50), Some(99), Some(100)]
        );
    }
}
