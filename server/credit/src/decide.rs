//! The decision: what the facts add, what holds it back, what is taken away, and what would help next.

use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::capacity;
use crate::case::{Case, CaseError};
use crate::decision::{Capacity, Decision, Notice, Promotion, Reason, Text};
use crate::knowledge::Knowledge;
use crate::next_task;
use crate::tally::Tally;

/// Decides a case: the same for the same case whatever the order of its facts. The reasons' amounts sum to the change of
/// the quota exactly; no accepted fact lowers it.
pub fn decide(knowledge: &Knowledge, case: &Case) -> Result<Decision, CaseError> {
    case.check()?;
    let tally = Tally::of(knowledge, case);
    let context = context(case, &tally);
    let bounds = Bounds::of(knowledge, case, &context);
    let Raise { mut reasons, capacity } = Raise::of(knowledge, case, &tally, &bounds);
    let mut notices = advice(knowledge, &capacity);
    let stops = bounds.stops.iter();
    notices.extend(stops.map(|stop| Notice {
        code: stop.code.clone(),
        text: stop.text(),
        takes: None,
        notice_days: None,
    }));
    // Whoever must not borrow more is offered nothing to borrow.
    let may_borrow =
        bounds.stops.is_empty() && capacity.debt_ratio_per_mille < knowledge.lending().too_high;
    let promotions = if may_borrow { promotions(knowledge, &context) } else { Vec::new() };
    let (taken, later) = reductions(knowledge, case, &context);
    reasons.extend(taken);
    notices.extend(later);
    let uplift: i64 = reasons.iter().map(|reason| reason.amount).sum();
    Ok(Decision {
        quota: case.merchant.base_quota.saturating_add_signed(uplift),
        before: case.merchant.base_quota,
        uplift,
        next_tasks: next_task::best(knowledge, case, &tally, &bounds),
        promotions,
        reasons,
        capacity,
        notices,
        unused: tally.unused,
    })
}

/// What bounds a raise whatever the facts add: the experts' tables.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    most_uplift: u64,
    /// What stops a raise; the first is the reason given.
    stops: Vec<Stop>,
}

#[derive(Clone, Debug, Deserialize)]
struct Stop {
    code: String,
    zh: String,
    en: String,
}

impl Stop {
    fn text(&self) -> Text {
        Text::new(&*self.zh, &*self.en)
    }
}

#[derive(Deserialize)]
struct Eligibility {
    eligible: bool,
    #[serde(flatten)]
    stop: Stop,
}

#[derive(Deserialize)]
struct Caps {
    most_uplift_per_mille: u64,
    most_uplift: u64,
    most_quota: u64,
}

impl Bounds {
    pub(crate) fn of(knowledge: &Knowledge, case: &Case, context: &Value) -> Self {
        let caps: Option<Caps> = rows(knowledge, "caps", context).into_iter().next();
        let eligibility: Option<Eligibility> =
            rows(knowledge, "eligibility", context).into_iter().next();
        let stops: Vec<Stop> = rows(knowledge, "red_lines", context);
        let base = case.merchant.base_quota;
        // A table without a row for a merchant raises nothing.
        let most_uplift = caps.map_or(0, |caps| {
            (base.saturating_mul(caps.most_uplift_per_mille) / 1_000)
                .min(caps.most_uplift)
                .min(caps.most_quota.saturating_sub(base))
        });
        let refused = eligibility.filter(|found| !found.eligible).map(|found| found.stop);
        Self { most_uplift, stops: refused.into_iter().chain(stops).collect() }
    }
}

/// What the facts add to the quota, and what holds it back.
pub(crate) struct Raise {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) capacity: Capacity,
}

impl Raise {
    pub(crate) fn of(knowledge: &Knowledge, case: &Case, tally: &Tally, bounds: &Bounds) -> Self {
        let mut reasons: Vec<Reason> = tally
            .entries
            .iter()
            .filter_map(|(at, counted)| {
                let score = knowledge.scores().get(*at)?;
                let amount = signed(counted.worth(score));
                let (code, text, facts) = (score.code.clone(), score.text(), counted.facts.clone());
                (amount > 0).then_some(Reason { code, amount, text, facts })
            })
            .collect();
        reasons.sort_by_key(|reason| Reverse(reason.amount));
        let mut left: i64 = reasons.iter().map(|reason| reason.amount).sum();
        let (turnover, _) = tally.turnover();
        let capacity = capacity::of(knowledge, case, turnover);
        let limits = [
            (
                "capacity_reached",
                capacity.room,
                [
                    "经营收入可支撑的提额已用足，证明更多流水可继续提升",
                    "Your proven income supports no more yet: prove more turnover",
                ],
            ),
            (
                "debt_weighs",
                capacity.room_after_debt,
                ["现有还款负担较重，提额相应减少", "Your repayments leave less room"],
            ),
            (
                "cap_reached",
                bounds.most_uplift,
                ["已达到本次提额上限", "The most that proofs can add was reached"],
            ),
        ];
        for (code, most, [zh, en]) in limits {
            let over = left.saturating_sub(signed(most));
            if over > 0 {
                left -= over;
                reasons.push(Reason {
                    code: code.to_owned(),
                    amount: -over,
                    text: Text::new(zh, en),
                    facts: Vec::new(),
                });
            }
        }
        if let Some(stop) = bounds.stops.first().filter(|_| left > 0) {
            reasons.push(Reason {
                code: stop.code.clone(),
                amount: -left,
                text: stop.text(),
                facts: Vec::new(),
            });
        }
        Self { reasons, capacity }
    }

    /// What they come to, yuan.
    pub(crate) fn sum(&self) -> u64 {
        u64::try_from(self.reasons.iter().map(|reason| reason.amount).sum::<i64>())
            .unwrap_or_default()
    }
}

/// What to say about debt: a loan that cannot be paid back helps nobody.
fn advice(knowledge: &Knowledge, capacity: &Capacity) -> Vec<Notice> {
    let lending = knowledge.lending();
    let percent = capacity.debt_ratio_per_mille / 10;
    let (code, zh, en) = if capacity.debt_ratio_per_mille >= lending.too_high {
        (
            "debt_too_high",
            format!(
                "每年还款约占收入的{percent}%，负担过重，暂不建议提额。可先还清高息借款，或与我们商量延长期限、减少月供"
            ),
            format!(
                "Repayments take about {percent} % of your income, too much to borrow more. Pay off the dearest debt first, or ask us for a longer term"
            ),
        )
    } else if capacity.debt_ratio_per_mille > lending.comfortable {
        (
            "debt_high",
            format!("每年还款约占收入的{percent}%，建议按需借款，提额已相应减少"),
            format!(
                "Repayments take about {percent} % of your income: borrow only what you need; the raise was made smaller"
            ),
        )
    } else {
        return Vec::new();
    };
    vec![Notice { code: code.to_owned(), text: Text::new(zh, en), takes: None, notice_days: None }]
}

#[derive(Deserialize)]
struct Reduction {
    code: String,
    per_mille: u64,
    notice_days: u32,
    zh: String,
    en: String,
}

/// What is taken away now, and what will be: a reduction waits until its days of notice have passed.
fn reductions(knowledge: &Knowledge, case: &Case, context: &Value) -> (Vec<Reason>, Vec<Notice>) {
    let base = case.merchant.base_quota;
    let (mut taken, mut later, mut left) = (Vec::new(), Vec::new(), base);
    for row in rows::<Reduction>(knowledge, "reductions", context) {
        let amount = (base.saturating_mul(row.per_mille.min(1_000)) / 1_000).min(left);
        let told = case.conduct.told.get(&row.code).map(|day| (case.today - day.0).whole_days());
        let text = Text::new(row.zh, row.en);
        if row.notice_days == 0 || told.is_some_and(|days| days >= i64::from(row.notice_days)) {
            left -= amount;
            taken.push(Reason { code: row.code, amount: -signed(amount), text, facts: Vec::new() });
        } else {
            let passed = told.and_then(|days| u32::try_from(days).ok()).unwrap_or_default();
            let notice_days = Some(row.notice_days.saturating_sub(passed));
            later.push(Notice { code: row.code, text, takes: Some(amount), notice_days });
        }
    }
    (taken, later)
}

#[derive(Deserialize)]
struct Offer {
    code: String,
    amount: u64,
    days: u32,
    until: String,
    zh: String,
    en: String,
}

fn promotions(knowledge: &Knowledge, context: &Value) -> Vec<Promotion> {
    let offers: Vec<Offer> = rows(knowledge, "promotions", context);
    let promotion = |Offer { code, amount, days, until, zh, en }| Promotion {
        code,
        amount,
        days,
        until,
        text: Text::new(zh, en),
    };
    offers.into_iter().map(promotion).collect()
}

/// What the tables are asked with.
pub(crate) fn context(case: &Case, tally: &Tally) -> Value {
    let Case { merchant, conduct, graph, today, .. } = case;
    let day =
        today.year() * 10_000 + i32::from(u8::from(today.month())) * 100 + i32::from(today.day());
    json!({
        "today": day,
        "merchant": { "industry": merchant.industry, "stage": merchant.stage, "base_quota": merchant.base_quota },
        "conduct": conduct,
        "graph": graph,
        "evidence": {
            "forged": tally.forged,
            "identified": tally.names.contains("identity"),
            "proofs": tally.names.len(),
        },
    })
}

/// A table's rows that fit. What such a table has to give, a test asks of every row.
fn rows<T: serde::de::DeserializeOwned>(
    knowledge: &Knowledge,
    table: &str,
    context: &Value,
) -> Vec<T> {
    let found = knowledge.table(table).map(|table| table.run(context)).unwrap_or_default();
    found.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect()
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
