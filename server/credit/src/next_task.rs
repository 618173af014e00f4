//! What to prove next: each task's gain, as this engine would answer, for the effort that it takes.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::decide::{Bounds, Raise, context};
use crate::decision::NextTask;
use crate::fact::{Fact, Standing};
use crate::knowledge::{Knowledge, Score, Task, Worth};
use crate::tally::Tally;

/// Most tasks that are proposed: more is no help.
const MOST: usize = 8;

/// Weights of the 10th, 50th and 90th percentile in a mean (Swanson's rule; Hurst, Brown and Swanson 2000).
const SWANSON: [u64; 3] = [300, 400, 300];

/// The tasks left, best first: mean gain by minute, gain and effort as [`NextTask`] has them.
pub(crate) fn best(
    knowledge: &Knowledge,
    case: &Case,
    tally: &Tally,
    bounds: &Bounds,
) -> Vec<NextTask> {
    let now = Raise::of(knowledge, case, tally, bounds).sum();
    let owned = owned(case);
    let mut tasks: Vec<NextTask> = knowledge
        .tasks()
        .iter()
        .filter(|(id, task)| !case.declined.contains(*id) && task.is_open_to(case, &owned))
        .filter_map(|(id, task)| {
            let adds =
                |amount| gain(knowledge, case, tally, bounds, task, amount).saturating_sub(now);
            // Without an amount it adds the same whatever comes.
            let gains = task.amount.map_or_else(|| [adds(0); 3], |amounts| amounts.map(adds));
            let [low, _, high] = gains;
            let mean: u64 = gains
                .iter()
                .zip(SWANSON)
                .map(|(gain, weight)| gain.saturating_mul(weight) / 1_000)
                .sum();
            let expected_gain = (mean as f64 * f64::from(task.likely)) as u64;
            (expected_gain > 0).then(|| NextTask {
                task: id.clone(),
                kind: task.evidence.first().cloned().unwrap_or_default(),
                expected_gain,
                low,
                high,
                effort: task.effort,
                text: task.text(),
                why: task.why.clone(),
            })
        })
        .collect();
    // Gain by effort, compared without division.
    tasks.sort_by(|a, b| {
        let one = b.expected_gain.saturating_mul(u64::from(a.effort));
        let other = a.expected_gain.saturating_mul(u64::from(b.effort));
        one.cmp(&other).then_with(|| a.task.cmp(&b.task))
    });
    let mut seen = BTreeSet::new();
    // Of several ways to prove the same the best is enough.
    tasks.retain(|task| {
        seen.insert(
            knowledge.tasks().get(&task.task).map(|of| (of.fact.clone(), task.kind.clone())),
        )
    });
    tasks.truncate(MOST);
    tasks
}

/// The raise with one more fact, as the task would bring it: in the merchant's name, of today, of this amount, with a
/// plate that fits.
fn gain(
    knowledge: &Knowledge,
    case: &Case,
    tally: &Tally,
    bounds: &Bounds,
    task: &Task,
    amount: u64,
) -> u64 {
    let kind = task.kinds().next();
    let Some((at, score)) = knowledge.score(&task.fact, kind, case.merchant.industry.as_deref())
    else {
        return 0;
    };
    if score.plate.is_some() && tally.plates.is_empty() {
        return 0;
    }
    let mut with = tally.clone();
    let weight = if task.evidence.iter().all(|evidence| evidence.starts_with("import:")) {
        u64::from(case.policy.import_weight_per_mille.min(1_000))
    } else {
        1_000
    };
    with.add(at, score, amount_for(score, amount), weight);
    if let Some(turnover) = &score.turnover {
        with.add_turnover(&turnover.basis, amount.saturating_mul(weight) / 1_000);
    }
    if task.fact == "licence" || task.fact == "vehicle" {
        with.match_plate(knowledge, case);
    }
    // Who is identified may be given more; no other proof moves the bounds.
    if task.fact == "identity" && with.names.insert(task.fact.clone()) {
        let wider = Bounds::of(knowledge, case, &context(case, &with));
        return Raise::of(knowledge, case, &with, &wider).sum();
    }
    Raise::of(knowledge, case, &with, bounds).sum()
}

fn amount_for(score: &Score, amount: u64) -> u64 {
    match score.worth {
        Worth::PerMille { .. } => amount,
        _ => 0,
    }
}

/// Ids of what the merchant has, proven or said.
fn owned(case: &Case) -> BTreeSet<&str> {
    let counted = case.facts.iter().filter(|fact| fact.standing == Standing::Accepted);
    counted
        .flat_map(|fact| [fact.part("asset"), fact.part("class"), vehicle(fact)])
        .flatten()
        .collect()
}

/// A vehicle's papers and pictures speak of one, whatever it is called.
fn vehicle(fact: &Fact) -> Option<&'static str> {
    (fact.name == "vehicle" || fact.name == "vehicle_seen").then_some("vehicle")
}

impl Task {
    /// Whether this merchant may be asked for it.
    fn is_open_to(&self, case: &Case, owned: &BTreeSet<&str>) -> bool {
        let industry = case.merchant.industry.as_deref();
        let of_industry = self.industries.is_empty()
            || industry.is_some_and(|of| self.industries.iter().any(|id| id == of));
        let of_stage = self.stages.is_empty() || self.stages.contains(&case.merchant.stage);
        let has = self.assets.is_empty()
            || self.assets.iter().any(|asset| owned.contains(asset.as_str()));
        of_industry && of_stage && has
    }
}
