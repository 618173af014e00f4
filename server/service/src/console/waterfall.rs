//! From facts by reasons to the quota, each reason a step that starts where the one before ended.

use std::collections::BTreeMap;

use bailing_credit::{Decision, Fact, Reason, Source, Text};
use maud::{Markup, html};

use super::language::Language;
use super::shown::{change, chip, yuan};
use super::terms::term;

/// Facts that are named at one reason.
const NAMED: usize = 6;

/// Parts of a fact that tell it from others, the best first.
const TELLING: [&str; 9] =
    ["amount", "plate", "sign", "holder", "class", "name", "number", "counterparty", "valid_until"];

/// A decision with the facts behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waterfall<'a> {
    pub(super) language: Language,
    pub(super) decision: &'a Decision,
    /// The merchant's, by their ids.
    pub(super) facts: &'a BTreeMap<String, Fact>,
    /// The bundle that is looked at, hexadecimal: its facts stand out.
    pub(super) here: Option<&'a str>,
}

impl Waterfall<'_> {
    /// The steps, what counts for nothing, and what would help.
    pub(super) fn render(&self) -> Markup {
        let Self { language, decision, .. } = *self;
        html! {
            (self.steps())
            @for notice in &decision.notices {
                p.notice.warn { (text(language, &notice.text))
                    @if let Some(takes) = notice.takes { " " b { (change(0i64.saturating_sub_unsigned(takes))) } } }
            }
            @if !decision.unused.is_empty() {
                h3 { (language.say("不计入的事实", "Facts that count for nothing")) }
                ul.plain { @for unused in &decision.unused {
                    li { (chip(language, "quiet", &unused.code)) " " (self.fact(&unused.fact)) " "
                        span.soft { (text(language, &unused.text)) } }
                } }
            }
            @if !decision.next_tasks.is_empty() {
                h3 { (language.say("接下来最有用的证明", "Proofs that would help next")) }
                ul.plain { @for task in &decision.next_tasks {
                    li { b { (change(i64::try_from(task.expected_gain).unwrap_or(i64::MAX))) } " "
                        (text(language, &task.text)) " "
                        span.soft { (task.effort) " " (language.say("分钟", "min")) } }
                } }
            }
        }
    }

    fn steps(&self) -> Markup {
        let Self { language, decision, .. } = *self;
        let mut running = i64::try_from(decision.before).unwrap_or(i64::MAX);
        let mut steps = Vec::new();
        for reason in &decision.reasons {
            let next = running.saturating_add(reason.amount);
            steps.push((reason, running, next));
            running = next;
        }
        let quota = i64::try_from(decision.quota).unwrap_or(i64::MAX);
        let before = i64::try_from(decision.before).unwrap_or(i64::MAX);
        let ends = steps.iter().flat_map(|(_, from, to)| [*from, *to]);
        let most = ends.chain([quota, before]).max().unwrap_or(0).max(1);
        html! {
            ol.waterfall role="list" {
                li.end {
                    div.facts {}
                    div.reason { (language.say("没有任何证明时", "Without any proof"))
                        b.amount { (yuan(decision.before)) } }
                    (bar(language, "total", [0, before], most))
                }
                @for (reason, from, to) in &steps { (self.step(reason, [*from, *to], most)) }
                li.end {
                    div.facts {}
                    div.reason { (language.say("额度", "Quota")) b.amount { (yuan(decision.quota)) } }
                    (bar(language, "total", [0, quota], most))
                }
            }
        }
    }

    fn step(&self, reason: &Reason, ends: [i64; 2], most: i64) -> Markup {
        let language = self.language;
        let class = if reason.amount < 0 { "fall" } else { "rise" };
        html! {
            li {
                ul.facts role="list" {
                    @for id in reason.facts.iter().take(NAMED) { li { (self.fact(id)) } }
                    @if let Some(more @ 1..) = reason.facts.len().checked_sub(NAMED) {
                        li.soft { (language.say("还有 ", "and ")) (more) (language.say(" 项", " more")) }
                    }
                }
                div.reason { span { (text(language, &reason.text)) }
                    b class={ "amount " (class) } { (change(reason.amount)) } }
                (bar(language, class, ends, most))
            }
        }
    }

    /// A fact by what it says, with the way to where it comes from.
    fn fact(&self, id: &str) -> Markup {
        let language = self.language;
        let Some(fact) = self.facts.get(id) else { return html! { span.fact.mono { (id) } } };
        let telling = TELLING.iter().find_map(|part| fact.parts.get(*part));
        let said = html! { (term(language, &fact.name))
        @if let Some(value) = telling { " " span lang="zh" { (value) } } };
        match &fact.source {
            Source::Photo { bundle, .. } if self.here == Some(bundle) => {
                html! { span.fact.here { (said) } }
            }
            Source::Photo { bundle, .. } => {
                html! { a.fact href={ "/bundles/" (bundle) } { (said) } }
            }
            _ => html! { span.fact { (said) } },
        }
    }
}

/// A text in the page's language.
pub(super) fn text(language: Language, text: &Text) -> &str {
    language.say(&text.zh, &text.en)
}

fn bar(language: Language, class: &str, [from, to]: [i64; 2], most: i64) -> Markup {
    let share = |amount: i64| 100.0 * amount.max(0) as f64 / most as f64;
    let (left, right) = (share(from.min(to)), share(from.max(to)));
    let [from, to] = [from, to].map(yuan);
    let title = match language {
        Language::Chinese => format!("从 {from} 元到 {to} 元"),
        Language::English => format!("from {from} to {to} yuan"),
    };
    html! {
        svg.step role="img" aria-label=(title) {
            title { (title) }
            rect.track width="100%" height="100%" rx="3" {}
            rect class=(class) x=(format!("{left:.2}%")) width=(format!("{:.2}%", (right - left).max(0.4)))
                height="100%" rx="3" {}
        }
    }
}
