//! `/merchants/{id}`: what the bank knows of a merchant.

use std::collections::BTreeMap;

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use bailing_credit::graph::Neighbourhood;
use bailing_credit::{Decision, Fact, Source};
use maud::{Markup, html};

use super::access::Reviewer;
use super::failure::Failed;
use super::language::Language;
use super::layout::{Page, Place};
use super::neighbourhood;
use super::shown::{bundles, short, yuan};
use super::terms::term;
use super::trail;
use super::waterfall::{Waterfall, text};
use crate::case;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::{AuditRow, BundleRow, Loan, MerchantRow};

/// Bundles that are listed: the newest.
const LISTED: i64 = 100;

/// Facts that are listed: the newest.
const MOST_FACTS: usize = 200;

/// Rows of the log that are shown: the newest.
const MOST_ROWS: usize = 200;

/// What the page is made of.
struct Known {
    language: Language,
    row: MerchantRow,
    loan: Loan,
    industry: String,
    decision: Decision,
    facts: BTreeMap<String, Fact>,
    bundles: Vec<BundleRow>,
    around: Neighbourhood,
    trail: Vec<AuditRow>,
}

/// The page.
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Reviewer(viewer): Reviewer,
    language: Language,
    Path(id): Path<String>,
) -> Result<Markup, Failed> {
    let known = load(&state, language, &id).await?;
    let title = format!("{} {}", language.say("商户", "Merchant"), known.row.id);
    let page = Page { language, title: &title, place: Place::Elsewhere, viewer: Some(&viewer) };
    Ok(page.with(&known.page()))
}

async fn load(state: &State, language: Language, id: &str) -> Result<Known, Problem> {
    let unknown =
        || Problem::new(StatusCode::NOT_FOUND, "merchant_unknown", "no merchant of that id");
    let store = &state.store;
    let row = store.merchant(id).await?.ok_or_else(unknown)?;
    let case = case::of(state, id).await?.ok_or_else(unknown)?;
    let decision = bailing_credit::decide(&state.knowledge, &case).map_err(Problem::internal)?;
    let bundles = store.bundles_of(id, LISTED).await?;
    let mut trail = store.audit_of(id).await?;
    trail.drain(..trail.len().saturating_sub(MOST_ROWS));
    trail.reverse();
    let industry = row.industry.as_deref().unwrap_or_default();
    let industry = state
        .knowledge
        .industries()
        .get(industry)
        .map_or(industry, |industry| language.say(&industry.zh, &industry.en));
    Ok(Known {
        language,
        industry: industry.to_owned(),
        loan: row.loan()?,
        decision,
        facts: case.facts.into_iter().map(|fact| (fact.id.clone(), fact)).collect(),
        bundles,
        around: neighbourhood::around(state, language, id).await?,
        trail,
        row,
    })
}

impl Known {
    fn page(&self) -> Markup {
        let Self { language, decision, facts, around, .. } = self;
        let language = *language;
        let listed = language.say("证据包", "Bundles");
        html! {
            (self.head())
            div.cards.two { (self.described()) (self.carried()) }
            section.card aria-labelledby="quota" {
                h2 id="quota" { (language.say("事实 → 理由 → 额度", "Facts → reasons → quota")) }
                (Waterfall { language, decision, facts, here: None }.render())
                @for promotion in &decision.promotions {
                    p.notice { (text(language, &promotion.text)) }
                }
            }
            section.card aria-label=(listed) {
                h2 { (listed) }
                @if self.bundles.is_empty() {
                    p.soft { (language.say("还没有证据包。", "None yet.")) }
                } @else { (bundles(language, listed, &self.bundles, false)) }
            }
            (self.facts())
            section.card aria-labelledby="around" {
                h2 id="around" { (language.say("关系", "Relations")) }
                (neighbourhood::render(language, around))
            }
            (trail::render(language, &self.trail, false))
        }
    }

    fn head(&self) -> Markup {
        let Self { language, row, decision, .. } = self;
        html! {
            header.head {
                div {
                    h1 lang="zh" { (row.name.as_deref().unwrap_or(&row.id)) }
                    p { code { (row.id) } " · " (self.industry) }
                }
                p.quota { small { (language.say("额度（元）", "Quota, yuan")) } (yuan(decision.quota)) }
            }
        }
    }

    fn described(&self) -> Markup {
        let Self { language, row, loan, .. } = self;
        let language = *language;
        let yes =
            |is: bool| if is { language.say("是", "yes") } else { language.say("否", "no") };
        html! {
            section.card aria-labelledby="known" {
                h2 id="known" { (language.say("本行所知", "What the bank knows")) }
                dl.facts {
                    dt { (language.say("经营者", "Person")) }
                    dd lang="zh" { (row.person.as_deref().unwrap_or("–")) }
                    dt { (language.say("统一社会信用代码", "Credit code")) }
                    dd.mono { (row.code.as_deref().unwrap_or("–")) }
                    dt { (language.say("阶段", "Stage")) }
                    dd { (if row.stage == "starting" { language.say("起步", "in its first year") }
                        else { language.say("成熟", "established") }) }
                    dt { (language.say("基础额度（元）", "Base quota, yuan")) } dd { (yuan(row.base_quota)) }
                    dt { (language.say("已核实", "Verified")) } dd { (yes(loan.status.verified)) }
                    dt { (language.say("逾期", "Overdue")) } dd { (yes(loan.status.overdue)) }
                    dt { (language.say("曾作假", "Cheated")) } dd { (yes(loan.status.cheated)) }
                }
            }
        }
    }

    fn carried(&self) -> Markup {
        let Self { language, decision, .. } = self;
        let capacity = &decision.capacity;
        let share = |per_mille: u64| format!("{}.{} %", per_mille / 10, per_mille % 10);
        html! {
            section.card aria-labelledby="capacity" {
                h2 id="capacity" { (language.say("收入能承担多少", "What the income carries")) }
                dl.facts {
                    dt { (language.say("年营业额（元）", "A year's turnover, yuan")) } dd { (yuan(capacity.turnover)) }
                    dt { (language.say("年收入（元）", "A year's income, yuan")) } dd { (yuan(capacity.income)) }
                    dt { (language.say("行业利润率", "The industry's margin")) } dd { (share(capacity.margin_per_mille)) }
                    dt { (language.say("偿债占收入", "Repayments to income")) } dd { (share(capacity.debt_ratio_per_mille)) }
                    dt { (language.say("可提升（元）", "Room, yuan")) } dd { (yuan(capacity.room)) }
                    dt { (language.say("扣除负债后（元）", "Room after debt, yuan")) } dd { (yuan(capacity.room_after_debt)) }
                }
            }
        }
    }

    fn facts(&self) -> Markup {
        let language = self.language;
        let title = language.say("全部事实", "All facts");
        html! {
            @if !self.facts.is_empty() {
                section.card aria-label=(title) {
                    h2 { (title) }
                    div.scroll tabindex="0" role="region" aria-label=(title) {
                        table.list {
                            thead { tr {
                                th scope="col" { (language.say("事实", "Fact")) }
                                th scope="col" { (language.say("内容", "What it says")) }
                                th scope="col" { (language.say("出处", "Where from")) }
                                th.number scope="col" { (language.say("把握", "Confidence")) }
                            } }
                            tbody { @for fact in self.facts.values().take(MOST_FACTS) {
                                tr {
                                    th scope="row" { (term(language, &fact.name)) }
                                    td { @for (part, value) in &fact.parts { span.pair {
                                        (term(language, part)) " " b lang="zh" { (value) } } } }
                                    td { (source(language, fact)) }
                                    td.number { (format!("{:.2}", fact.confidence)) }
                                }
                            } }
                        }
                    }
                }
            }
        }
    }
}

fn source(language: Language, fact: &Fact) -> Markup {
    html! {
        @match &fact.source {
            Source::Photo { bundle, grade, .. } => {
                a.mono href={ "/bundles/" (bundle) } { (short(bundle)) } " " (grade)
            }
            Source::Import { file, rows: [first, last] } => {
                span.mono { (short(file)) } " " (language.say("行 ", "rows ")) (first) "–" (last)
            }
            Source::Partner { system, record } => { (term(language, system)) " " span.mono { (short(record)) } }
            Source::Declared => { (language.say("口头说明", "declared")) }
        }
    }
}
