//! A synthetic population of merchants and what their quotas come to: `population [COUNT] [SEED]` prints the table of
//! POPULATION.md. Nobody in it exists: industries, quotas, debts and what is shown are drawn from the knowledge base's
//! own ranges, so that it tells how the scorecard and the tables play together, and nothing about real merchants.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use std::collections::{BTreeMap, BTreeSet};

use bailing_credit::{
    Case, Conduct, Fact, Features, Knowledge, Merchant, NextTask, Policy, Source, Stage, Standing,
    Task, decide,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::macros::date;

const NAME: &str = "云溪市某某商行";

/// What one merchant came to.
struct Outcome {
    before: u64,
    uplift: i64,
    tasks: usize,
    /// First reason that held it back.
    held: Option<String>,
    stage: Stage,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (count, seed) = (arguments.next().unwrap_or(5_000), arguments.next().unwrap_or(9_001));
    let knowledge = Knowledge::built_in().expect("the knowledge base");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let outcomes: Vec<Outcome> = (0..count).map(|_| merchant(&knowledge, &mut random)).collect();
    report(&outcomes);
}

fn merchant(knowledge: &Knowledge, random: &mut ChaCha8Rng) -> Outcome {
    let ids: Vec<&String> = knowledge.industries().keys().collect();
    let id = ids[random.random_range(0..ids.len())];
    let industry = &knowledge.industries()[id];
    let [low, high] = industry.ranges.turnover;
    let yearly = between([low as f64, high as f64], random);
    // The bank's own quota follows the turnover that it sees, at a tenth, within what such quotas are.
    let before = ((yearly * 0.1).clamp(10_000.0, 300_000.0) / 1_000.0).round() as u64 * 1_000;
    let stage = if random.random_bool(0.2) { Stage::Starting } else { Stage::Established };
    // One in four has no other debt, one in ten more than is good.
    let burden = match random.random_range(0..20) {
        0..=4 => 0.0,
        5..=17 => random.random_range(0.0..0.3),
        _ => random.random_range(0.3..0.8),
    };
    let mut case = Case {
        merchant: Merchant {
            id: "synthetic".to_owned(),
            name: Some(NAME.to_owned()),
            person: None,
            industry: Some(id.clone()),
            stage,
            base_quota: before,
        },
        today: date!(2026 - 11 - 23),
        facts: Vec::new(),
        conduct: Conduct {
            monthly_repayment: (before as f64 * burden / 12.0) as u64,
            ..Conduct::default()
        },
        graph: Features::default(),
        declined: BTreeSet::new(),
        policy: Policy::default(),
    };
    if let Some(asset) = industry.assets.first() {
        case.facts.push(fact(
            "asset",
            None,
            [("asset", asset.clone())].into(),
            Source::Declared,
            0,
        ));
    }
    // How many tasks somebody has patience for: two on average, and most have less.
    let mut patience = 0;
    while patience < 12 && random.random_bool(0.72) {
        patience += 1;
    }
    let mut done = 0;
    for number in 1..=patience {
        let decision = decide(knowledge, &case).expect("within limits");
        let Some(NextTask { task: id, .. }) = decision.next_tasks.first().cloned() else { break };
        let task = &knowledge.tasks()[&id];
        if random.random_bool(f64::from(task.likely)) {
            done += 1;
            case.facts.push(shown(task, number, random));
        }
        case.declined.insert(id);
    }
    let decision = decide(knowledge, &case).expect("within limits");
    let held = decision.reasons.iter().find(|reason| reason.amount < 0);
    Outcome {
        before,
        uplift: decision.uplift,
        tasks: done,
        held: held.map(|reason| reason.code.clone()),
        stage,
    }
}

/// What comes of a task: dated within the year, an amount around the task's own.
fn shown(task: &Task, number: usize, random: &mut ChaCha8Rng) -> Fact {
    let amount =
        task.amount.map_or(0.0, |[low, _, high]| between([low as f64, high as f64], random));
    let name = || NAME.to_owned();
    let parts = [
        ("number", format!("S{number}")),
        ("holder_code", "synthetic".to_owned()),
        ("amount", format!("{amount:.2}")),
        ("output", format!("{amount:.2}")),
        ("date", "2026-08-01".to_owned()),
        ("valid_until", "2028-12-31".to_owned()),
        ("plate", "浙C00001".to_owned()),
        ("class", format!("class {number}")),
        ("holder", name()),
        ("seller", name()),
        ("party_b", name()),
        ("payee", name()),
        ("supplier", name()),
        ("owner", name()),
        ("lessee", name()),
    ];
    let imported = task.evidence.iter().all(|evidence| evidence.starts_with("import:"));
    let source = if imported {
        Source::Import { file: "synthetic".to_owned(), rows: [1, 100] }
    } else {
        let grade = if random.random_bool(0.8) { "B" } else { "C" };
        Source::Photo {
            bundle: "synthetic".to_owned(),
            image: 0,
            grade: grade.to_owned(),
            regions: BTreeMap::new(),
        }
    };
    fact(&task.fact, task.kinds().next(), parts.into(), source, number)
}

fn fact(
    name: &str,
    kind: Option<&str>,
    parts: BTreeMap<&str, String>,
    source: Source,
    number: usize,
) -> Fact {
    Fact {
        id: format!("{name}-{number}"),
        name: name.to_owned(),
        kind: kind.map(str::to_owned),
        parts: parts.into_iter().map(|(part, value)| (part.to_owned(), value)).collect(),
        source,
        confidence: 0.95,
        standing: Standing::Accepted,
    }
}

/// Log-uniform between the 10th and the 90th percentile, a little beyond.
fn between([low, high]: [f64; 2], random: &mut ChaCha8Rng) -> f64 {
    let (low, high) = (low.max(1.0).ln(), high.max(1.0).ln());
    let reach = 0.1 * (high - low);
    random.random_range(low - reach..=high + reach + 1e-9).exp()
}

fn report(outcomes: &[Outcome]) {
    println!(
        "| merchants | n | quota before, mean | uplift, mean | median | 90th | over 100,000 | nothing |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    row("all", outcomes, &|_| true);
    row("who completed a task", outcomes, &|outcome| outcome.tasks > 0);
    row("three and more", outcomes, &|outcome| outcome.tasks >= 3);
    row("in their first year, a task and more", outcomes, &|outcome| {
        outcome.tasks > 0 && outcome.stage == Stage::Starting
    });
    println!("\n| held back by | of those who completed a task |");
    println!("|---|---|");
    let active: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.tasks > 0).collect();
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in &active {
        *held.entry(outcome.held.as_deref().unwrap_or("nothing")).or_default() += 1;
    }
    for (code, count) in held {
        println!("| `{code}` | {:.1} % |", 100.0 * count as f64 / active.len().max(1) as f64);
    }
}

fn row(name: &str, outcomes: &[Outcome], chosen: &dyn Fn(&Outcome) -> bool) {
    let some: Vec<&Outcome> = outcomes.iter().filter(|outcome| chosen(outcome)).collect();
    let count = some.len().max(1) as f64;
    let mut uplifts: Vec<i64> = some.iter().map(|outcome| outcome.uplift).collect();
    uplifts.sort_unstable();
    let at = |share: f64| {
        uplifts
            .get((share * (uplifts.len().max(1) - 1) as f64) as usize)
            .copied()
            .unwrap_or_default()
    };
    let share = |chosen: &dyn Fn(&i64) -> bool| {
        100.0 * uplifts.iter().filter(|uplift| chosen(uplift)).count() as f64 / count
    };
    println!(
        "| {name} | {} | {:.0} | {:.0} | {} | {} | {:.1} % | {:.1} % |",
        some.len(),
        some.iter().map(|outcome| outcome.before as f64).sum::<f64>() / count,
        uplifts.iter().map(|uplift| *uplift as f64).sum::<f64>() / count,
        at(0.5),
        at(0.9),
        share(&|uplift| *uplift > 100_000),
        share(&|uplift| *uplift == 0),
    );
}
