//! The decision: each rule over its facts, then the cap, then what would help next.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

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
    let (plates, mut seen) = (plates_on_papers(case), BTreeSet::new());
    for fact in best_first(case) {
        let rule = RULES.iter().enumerate().find(|(_, rule)| rule.kind == fact.kind);
        let helps = rule.filter(|(_, rule)| rule.helps(case.merchant.industry.as_deref()));
        let refusal = match helps {
            None => Some("kind_without_rule"),
            Some((index, rule)) => {
                let refusal = refuse(case, rule, fact)
                    .or_else(|| (!plate_matches(rule, fact, &plates)).then_some("plate_unmatched"))
                    .or_else(|| (!seen.insert(identity(rule, fact))).then_some("duplicate"));
                if refusal.is_none() {
                    by_rule.entry(index).or_default().push(fact);
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
    reasons.sort_by_key(|reason| Reverse(reason.amount));
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

/// The facts in an order of their own, so that the case's order decides nothing: of two copies of one
/// voucher the one that is worth more counts, and else the better grade. Otherwise a second, worse photo of
/// the same invoice could lower the quota.
fn best_first(case: &Case) -> Vec<&Fact> {
    let brings = |fact: &Fact| {
        let rule = RULES.iter().find(|rule| rule.kind == fact.kind);
        rule.map(|rule| weighted(case, rule, fact))
    };
    let mut facts: Vec<&Fact> = case.facts.iter().collect();
    facts.sort_by_cached_key(|fact| (&fact.kind, Reverse(brings(fact)), &fact.grade, &fact.id));
    facts
}

/// Why a fact counts for nothing whatever the others are, if so.
fn refuse(case: &Case, rule: &Rule, fact: &Fact) -> Option<&'static str> {
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
        if amount(fact).is_none() {
            return Some("amount_missing");
        }
        let age = fact.fields.get("date").and_then(|of| date(of)).map(|of| case.today - of);
        // A date in the future is no better than one long past.
        if age.is_none_or(|age| !(0..=OLDEST_DAYS).contains(&age.whole_days())) {
            return Some("too_old");
        }
    }
    None
}

/// What tells a voucher from others of its kind.
fn identity<'a>(rule: &Rule, fact: &'a Fact) -> (&'a str, Vec<Option<&'a str>>) {
    let fields = rule.identity.iter().map(|name| fact.fields.get(*name).map(String::as_str));
    (&fact.kind, fields.collect())
}

/// Plates on the case's permits and vehicle licences that are unexpired and the merchant's.
fn plates_on_papers(case: &Case) -> BTreeSet<&str> {
    RULES
        .iter()
        .filter(|rule| ["road_transport_permit", "vehicle_licence"].contains(&rule.kind))
        .flat_map(|rule| case.facts.iter().map(move |fact| (rule, fact)))
        .filter(|(rule, fact)| rule.kind == fact.kind && refuse(case, rule, fact).is_none())
        .filter_map(|(_, fact)| fact.fields.get("plate").map(String::as_str))
        .collect()
}

/// Whether a photo of a vehicle shows a plate that the papers have; of other kinds nothing is asked.
fn plate_matches(rule: &Rule, fact: &Fact, plates: &BTreeSet<&str>) -> bool {
    rule.kind != "vehicle_photo"
        || fact.fields.get("plate").is_some_and(|plate| plates.contains(plate.as_str()))
}

/// What a rule's facts add, yuan.
fn worth(case: &Case, rule: &Rule, facts: &[&Fact]) -> u64 {
    let each = facts.iter().map(|fact| weighted(case, rule, fact));
    let total: u64 = match rule.worth {
        Worth::Once(_) => each.max().unwrap_or_default(),
        Worth::Each(_) => each.sum(),
        Worth::PerMille(share) => each.sum::<u64>().saturating_mul(share) / 1_000,
    };
    total.min(rule.cap)
}

/// What one fact brings to its rule, yuan: as much of the rule's or its own amount as its grade counts.
fn weighted(case: &Case, rule: &Rule, fact: &Fact) -> u64 {
    let amount = match rule.worth {
        Worth::Once(amount) | Worth::Each(amount) => amount,
        Worth::PerMille(_) => amount(fact).unwrap_or_default(),
    };
    amount.saturating_mul(case.policy.weight(fact.grade.as_deref())) / 1_000
}

/// The amount on a voucher, whole yuan.
fn amount(fact: &Fact) -> Option<u64> {
    fact.fields.get("amount").and_then(|amount| yuan(amount))
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
/// a photo with a plate that is on the papers already, a paper with the plate of a photo.
fn typical(case: &Case, rule: &Rule) -> Fact {
    let today = case.today.to_string();
    let plates = if rule.kind == "vehicle_photo" {
        plates_on_papers(case)
    } else {
        let photos = case.facts.iter().filter(|fact| fact.kind == "vehicle_photo");
        photos.filter_map(|fact| fact.fields.get("plate").map(String::as_str)).collect()
    };
    let plate = plates.first().map_or("typical", |plate| plate).to_owned();
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
