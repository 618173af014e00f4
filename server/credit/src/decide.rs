//! The decision: each rule over its facts, then the cap, then what would help next.

use std::collections::BTreeMap;

use crate::case::{Case, CaseError, Fact};
use crate::decision::{Decision, Reason, Task, Text, Unused};
use crate::names;
use crate::rules::{MOST_UPLIFT_PER_MILLE, OLDEST_DAYS, RULES, Rule, Worth, unused_text};
use crate::yuan::{date, yuan};

/// Most tasks proposed at once: more is no help.
const TASKS: usize = 3;

/// Decides a case.
pub fn decide(case: &Case) -> Result<Decision, CaseError> {
    case.check()?;
    let (reasons, unused) = weigh(case);
    let uplift = sum(&reasons);
    Ok(Decision {
        quota: case.merchant.base_quota.saturating_add(uplift),
        before: case.merchant.base_quota,
        uplift,
        next_tasks: next_tasks(case, uplift),
        reasons,
        unused,
    })
}

fn sum(reasons: &[Reason]) -> u64 {
    let total: i64 = reasons.iter().map(|reason| reason.amount).sum();
    u64::try_from(total).unwrap_or_default()
}

/// Every rule over its facts, and the cap.
fn weigh(case: &Case) -> (Vec<Reason>, Vec<Unused>) {
    let mut unused = Vec::new();
    let mut by_rule: BTreeMap<usize, Vec<&Fact>> = BTreeMap::new();
    for fact in sorted(&case.facts) {
        let rule = RULES.iter().enumerate().find(|(_, rule)| rule.kind == fact.kind);
        let helps = rule.filter(|(_, rule)| rule.helps(case.merchant.industry.as_deref()));
        let refusal = match helps {
            None => Some("kind_without_rule"),
            Some((index, rule)) => {
                let earlier = by_rule.entry(index).or_default();
                let refusal = refuse(case, rule, fact, earlier);
                if refusal.is_none() {
                    earlier.push(fact);
                }
                refusal
            }
        };
        if let Some(code) = refusal {
            let (fact, text) = (fact.id.clone(), unused_text(code));
            unused.push(Unused { fact, code: code.to_owned(), text });
        }
    }
    let mut reasons: Vec<Reason> = by_rule
        .iter()
        .filter_map(|(index, facts)| {
            let rule = RULES.get(*index)?;
            let amount =
                i64::try_from(worth(case, rule, facts)).ok().filter(|amount| *amount > 0)?;
            let [zh, en] = rule.reason;
            Some(Reason {
                code: rule.code.to_owned(),
                amount,
                text: Text::new(zh, en),
                facts: facts.iter().map(|fact| fact.id.clone()).collect(),
            })
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.amount));
    let most = case.merchant.base_quota.saturating_mul(MOST_UPLIFT_PER_MILLE) / 1_000;
    let over = sum(&reasons).saturating_sub(most);
    if over > 0 {
        reasons.push(Reason {
            code: "cap_reached".to_owned(),
            amount: -i64::try_from(over).unwrap_or_default(),
            text: Text::new("证明材料最多使额度翻倍", "Proofs can at most double the quota"),
            facts: Vec::new(),
        });
    }
    (reasons, unused)
}

/// The facts in an order of their own, so that the case's order decides nothing: of two copies the
/// one with the better grade counts.
fn sorted(facts: &[Fact]) -> Vec<&Fact> {
    let mut sorted: Vec<&Fact> = facts.iter().collect();
    sorted.sort_by_key(|fact| (&fact.kind, &fact.grade, &fact.id));
    sorted
}

/// Why a fact counts for nothing, if it does.
fn refuse(case: &Case, rule: &Rule, fact: &Fact, earlier: &[&Fact]) -> Option<&'static str> {
    if case.policy.weight(fact.grade.as_deref()) == 0 {
        return Some("grade_too_low");
    }
    if let Some(name) = &case.merchant.name
        && !rule.parties.is_empty()
        && !rule
            .parties
            .iter()
            .any(|party| fact.fields.get(*party).is_some_and(|found| names::same(name, found)))
    {
        return Some("party_mismatch");
    }
    if let Some(until) = fact.fields.get("valid_until")
        && date(until).is_none_or(|until| until < case.today)
    {
        return Some("expired");
    }
    if let Worth::PerMille(_) = rule.worth {
        if fact.fields.get("amount").and_then(|amount| yuan(amount)).is_none() {
            return Some("amount_missing");
        }
        let age = fact.fields.get("date").and_then(|of| date(of)).map(|of| case.today - of);
        // A date in the future is no better than one long past.
        if age.is_none_or(|age| !(0..=OLDEST_DAYS).contains(&age.whole_days())) {
            return Some("too_old");
        }
    }
    if rule.kind == "vehicle_photo" && !plate_on_papers(case, fact) {
        return Some("plate_unmatched");
    }
    let identity = |of: &Fact| -> Vec<Option<String>> {
        rule.identity.iter().map(|name| of.fields.get(*name).cloned()).collect()
    };
    earlier.iter().any(|other| identity(other) == identity(fact)).then_some("duplicate")
}

/// Whether a permit or vehicle licence of the case, itself unexpired and the merchant's, has the
/// plate that the photo shows.
fn plate_on_papers(case: &Case, photo: &Fact) -> bool {
    let Some(plate) = photo.fields.get("plate") else { return false };
    case.facts.iter().any(|fact| {
        let rule = RULES.iter().find(|rule| rule.kind == fact.kind);
        ["road_transport_permit", "vehicle_licence"].contains(&fact.kind.as_str())
            && fact.fields.get("plate") == Some(plate)
            && rule.is_some_and(|rule| refuse(case, rule, fact, &[]).is_none())
    })
}

/// What a rule's facts add, yuan.
fn worth(case: &Case, rule: &Rule, facts: &[&Fact]) -> u64 {
    let weighted = |fact: &Fact, amount: u64| {
        amount.saturating_mul(case.policy.weight(fact.grade.as_deref())) / 1_000
    };
    let total: u64 = match rule.worth {
        Worth::Once(amount) => {
            facts.iter().map(|fact| weighted(fact, amount)).max().unwrap_or_default()
        }
        Worth::Each(amount) => facts.iter().map(|fact| weighted(fact, amount)).sum(),
        Worth::PerMille(share) => {
            let amounts = facts.iter().map(|fact| {
                let amount = fact.fields.get("amount").and_then(|amount| yuan(amount));
                weighted(fact, amount.unwrap_or_default())
            });
            amounts.sum::<u64>().saturating_mul(share) / 1_000
        }
    };
    total.min(rule.cap)
}

/// The kinds of proof whose typical example would add most for its effort.
fn next_tasks(case: &Case, uplift: u64) -> Vec<Task> {
    let mut tasks: Vec<Task> = RULES
        .iter()
        .filter(|rule| rule.helps(case.merchant.industry.as_deref()))
        .filter_map(|rule| {
            let mut with = case.clone();
            with.facts.push(typical(case, rule));
            let gain = sum(&weigh(&with).0).saturating_sub(uplift);
            let [zh, en] = rule.task;
            (gain > 0).then(|| Task {
                kind: rule.kind.to_owned(),
                expected_gain: gain,
                effort: rule.effort,
                text: Text::new(zh, en),
            })
        })
        .collect();
    // Gain by effort, compared without division.
    tasks.sort_by(|a, b| {
        let (one, other) = (
            b.expected_gain.saturating_mul(u64::from(a.effort)),
            a.expected_gain.saturating_mul(u64::from(b.effort)),
        );
        one.cmp(&other).then_with(|| a.kind.cmp(&b.kind))
    });
    tasks.truncate(TASKS);
    tasks
}

/// What the merchant would probably show: in the merchant's name, dated today, of a middling amount,
/// with the plate that is on the papers already.
fn typical(case: &Case, rule: &Rule) -> Fact {
    let today = case.today.to_string();
    // A photo needs a paper with its plate, and a paper a photo with its.
    let is_photo = rule.kind == "vehicle_photo";
    let plate = sorted(&case.facts)
        .into_iter()
        .filter(|fact| (fact.kind == "vehicle_photo") != is_photo)
        .filter(|fact| !is_photo || plate_on_papers(case, fact))
        .find_map(|fact| fact.fields.get("plate").cloned())
        .unwrap_or_else(|| "typical".to_owned());
    let mut fields: BTreeMap<String, String> = [
        ("date", today.clone()),
        ("valid_until", today),
        ("amount", "60000".to_owned()),
        ("number", "typical".to_owned()),
        ("plate", plate),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if let (Some(party), Some(name)) = (rule.parties.first(), &case.merchant.name) {
        fields.insert((*party).to_owned(), name.clone());
    }
    let id =
        (0..).map(|n| format!("typical-{n}")).find(|id| case.facts.iter().all(|f| f.id != *id));
    Fact { id: id.unwrap_or_default(), kind: rule.kind.to_owned(), grade: None, fields }
}
