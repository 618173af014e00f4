//! Every signal with its score, its threshold and who measured it.

use std::cmp::Reverse;

use bailing_recognition::Contradiction;
use bailing_vision::{Class, Severity, Signal};
use maud::{Markup, html};

use super::super::language::Language;
use super::super::shown::{severity, short};
use super::super::terms::term;
use crate::work::{BundleDecision, PictureDecision};

/// Signals of a picture.
pub(super) fn of_picture(language: Language, picture: &PictureDecision) -> Markup {
    let read = picture.recognition.iter().flat_map(|read| &read.signals);
    let signals = picture.analysis.signals().chain(read).chain(&picture.findings);
    table(language, language.say("异议", "Objections"), signals)
}

/// What concerns the bundle as a whole.
pub(super) fn of_bundle(language: Language, decision: &BundleDecision) -> Markup {
    let title = language.say("整包", "The bundle as a whole");
    html! {
        @if !decision.findings.is_empty() || !decision.contradictions.is_empty() {
            section.card aria-label=(title) {
                h2 { (title) }
                (table(language, language.say("异议", "Objections"), decision.findings.iter()))
                @if !decision.contradictions.is_empty() { (contradictions(language, &decision.contradictions)) }
            }
        }
    }
}

/// Those that object, and folded those that do not.
fn table<'a>(language: Language, title: &str, signals: impl Iterator<Item = &'a Signal>) -> Markup {
    let (mut objecting, passing): (Vec<&Signal>, Vec<&Signal>) =
        signals.partition(|signal| signal.severity > Severity::Pass);
    objecting.sort_by_key(|signal| Reverse(signal.severity));
    html! {
        @if !objecting.is_empty() { (rows(language, title, &objecting)) }
        @if !passing.is_empty() {
            details {
                summary { (language.say("没有异议的信号", "Signals without objection")) " (" (passing.len()) ")" }
                (rows(language, language.say("没有异议的信号", "Signals without objection"), &passing))
            }
        }
    }
}

fn rows(language: Language, title: &str, signals: &[&Signal]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.list.signals {
                thead { tr {
                    th scope="col" { (language.say("信号", "Signal")) }
                    th scope="col" { (language.say("类别", "Class")) }
                    th scope="col" {
                        span.unseen { (language.say("分值与阈值", "Score beside threshold")) }
                    }
                    th.number scope="col" { (language.say("分值", "Score")) }
                    th.number scope="col" { (language.say("阈值", "Threshold")) }
                    th scope="col" { (language.say("模型", "Model")) }
                    th scope="col" { (language.say("结论", "Asks for")) }
                } }
                tbody { @for signal in signals {
                    tr {
                        th scope="row" { (term(language, &signal.code)) " " code { (signal.code) } }
                        td { (class(language, signal.class)) }
                        td { (meter(signal)) }
                        td.number { (figure(signal.score)) }
                        td.number { (figure(signal.threshold)) }
                        td.mono { (signal.model) }
                        td { (severity(language, signal.severity)) }
                    }
                } }
            }
        }
    }
}

/// How far the score goes, with a mark at the threshold.
fn meter(signal: &Signal) -> Markup {
    let most = (signal.threshold * 2.0).max(signal.score).max(f32::MIN_POSITIVE);
    let share = |value: f32| format!("{:.1}%", (100.0 * value / most).clamp(0.0, 100.0));
    let objects = if signal.severity > Severity::Pass { "objects" } else { "passes" };
    html! {
        svg.meter aria-hidden="true" focusable="false" {
            rect.track width="100%" height="100%" rx="3" {}
            rect class=(objects) width=(share(signal.score)) height="100%" rx="3" {}
            rect.threshold x=(share(signal.threshold)) width="2" height="100%" {}
        }
    }
}

fn contradictions(language: Language, found: &[Contradiction]) -> Markup {
    let title = language.say("矛盾", "Contradictions");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.list {
                thead { tr {
                    th scope="col" { (title) }
                    th scope="col" { (language.say("此处", "Here")) }
                    th scope="col" { (language.say("彼处", "And here")) }
                    th scope="col" { (language.say("结论", "Asks for")) }
                } }
                tbody { @for Contradiction { signal, places } in found {
                    tr {
                        th scope="row" { (term(language, &signal.code)) " " code { (signal.code) } }
                        @for place in places {
                            @let bundle = place.document.split('-').next().unwrap_or_default();
                            td { (term(language, &place.field)) " "
                                a.mono href={ "/bundles/" (bundle) } { (short(bundle)) } }
                        }
                        td { (severity(language, signal.severity)) }
                    }
                } }
            }
        }
    }
}

fn class(language: Language, class: Class) -> &'static str {
    match class {
        Class::Origin => language.say("来源", "origin"),
        Class::Integrity => language.say("真实性", "integrity"),
        Class::Content => language.say("内容", "content"),
    }
}

/// As many digits as tell scores apart, whatever their unit.
fn figure(value: f32) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}
