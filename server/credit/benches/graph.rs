//! Microseconds of an update and of a reading of features, in graphs of 10,000, 100,000 and 1,000,000 nodes with five
//! edges each, and the memory that they take. `GRAPH.md` has the figures.
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "the figures")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "chance and figures need no more than they leave"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use bailing_credit::graph::{Capture, Graph, MerchantRef, Status};
use bailing_credit::{Fact, Knowledge, Source, Standing};
use rustix::time::{ClockId, clock_gettime};

/// Updates of a kind that are timed, and readings.
const TIMED: u64 = 20_000;

/// Edges a node.
const EDGES: usize = 5;

fn main() {
    // `cargo test` runs benches as well, without optimisation.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if is_bench { &[10_000, 100_000, 1_000_000] } else { &[2_000] };
    let knowledge = Knowledge::built_in().expect("the files");
    println!("computing time in microseconds: 50th and 99th percentile, longest\n");
    for size in sizes {
        run(&knowledge, *size, if is_bench { TIMED } else { 200 });
    }
}

fn run(knowledge: &Knowledge, size: usize, timed: u64) {
    let before = memory();
    let mut town = Town::new(size);
    let built = town.build(size);
    let (nodes, edges) = town.graph.size();
    println!(
        "{nodes} nodes, {edges} edges, {} facts; built in {:.1} s of computing, {} MiB",
        town.facts,
        built.as_secs_f64(),
        memory().saturating_sub(before)
    );
    for (what, is_photo) in [("invoice photographed", true), ("order on record", false)] {
        let (mut inserted, mut removed) = (Vec::new(), Vec::new());
        for _ in 0..timed {
            let given = town.given(is_photo);
            inserted.push(town.insert(&given));
            let merchant = format!("m{}", given.who);
            removed.push(time(|| assert!(town.graph.remove(&merchant, &given.fact.id))));
        }
        print(&format!("insert: {what}"), inserted, "");
        print(&format!("remove: {what}"), removed, "");
    }
    let mut read = |what: &str, pick: &mut dyn FnMut(&mut Town) -> u64| {
        let (mut times, mut visited) = (Vec::new(), Vec::new());
        for _ in 0..timed / 4 {
            let merchant = format!("m{}", pick(&mut town));
            let mut edges = 0;
            times.push(time(|| edges = town.graph.features_counted(knowledge, &merchant).1));
            visited.push(edges);
        }
        visited.sort_unstable();
        let most = visited.last().copied().unwrap_or_default();
        let middle = visited.get(visited.len() / 2).copied().unwrap_or_default();
        print(what, times, &format!("   edges looked at: {middle}, at most {most}"));
    };
    read("features: any merchant", &mut |town| town.chance.below(town.merchants()) * 2);
    // Even numbers are merchants, and low numbers are known to all.
    read("features: the 50 best known", &mut |town| town.chance.below(50) * 2);
    println!();
}

/// Enterprises, every other one a merchant, and what they have shown.
struct Town {
    graph: Graph,
    chance: Chance,
    enterprises: u64,
    facts: u64,
}

struct Given {
    who: u64,
    fact: Fact,
}

impl Town {
    fn new(size: usize) -> Self {
        let enterprises = size as u64 / 4;
        Self { graph: Graph::default(), chance: Chance(size as u64), enterprises, facts: 0 }
    }

    fn merchants(&self) -> u64 {
        self.enterprises / 2
    }

    /// First pictures, which bring nodes, then records, which bring edges.
    fn build(&mut self, size: usize) -> Duration {
        let started = now();
        while self.graph.size().0 < size {
            let given = self.given(true);
            self.insert(&given);
        }
        while self.graph.size().1 < size * EDGES {
            let given = self.given(false);
            self.insert(&given);
        }
        now().saturating_sub(started)
    }

    /// A sale or a purchase of any merchant with an enterprise that the better known it is the likelier is met.
    fn given(&mut self, is_photo: bool) -> Given {
        self.facts += 1;
        let who = self.chance.below(self.merchants()) * 2;
        let met = (self.chance.share().powi(3) * self.enterprises as f64) as u64;
        let other = if met == who { met + 1 } else { met };
        let sides = if self.chance.below(2) == 0 { [who, other] } else { [other, who] };
        let [seller, buyer] = sides.map(name);
        let amount = (100.0 / self.chance.share().max(1e-6)).min(1e8);
        let (fact, first, second) = match is_photo {
            true => ("turnover", "seller", "buyer"),
            false => ("orders", "supplier", "buyer"),
        };
        let parts = [
            (first, seller),
            (second, buyer),
            ("amount", format!("{amount:.2}")),
            ("date", "2026-11-01".to_owned()),
            ("number", format!("{:020}", self.facts)),
        ];
        let source = match is_photo {
            true => Source::Photo {
                bundle: format!("{:064x}", self.facts),
                image: 0,
                grade: "A".to_owned(),
                regions: BTreeMap::new(),
            },
            false => {
                Source::Partner { system: "orders".to_owned(), record: self.facts.to_string() }
            }
        };
        let fact = Fact {
            id: format!("f{}", self.facts),
            name: fact.to_owned(),
            kind: None,
            parts: parts.map(|(name, value)| (name.to_owned(), value)).into(),
            source,
            confidence: 0.9,
            standing: Standing::Accepted,
        };
        Given { who, fact }
    }

    /// Inserts it; how long that took.
    fn insert(&mut self, given: &Given) -> Duration {
        let Given { who, fact } = given;
        let (id, name) = (format!("m{who}"), name(*who));
        const INDUSTRIES: [&str; 4] =
            ["wholesale", "food_processing", "restaurant", "furniture_making"];
        let industry = INDUSTRIES.get(*who as usize / 2 % 4).copied();
        let merchant = MerchantRef { id: &id, name: Some(&name), industry, ..Default::default() };
        // One phone in a hundred is an agent's, who has 50 merchants.
        let phone = if who % 200 == 0 { who / 10_000 } else { *who };
        let (device, picture) = (format!("key {phone}"), format!("{:064x}", self.facts));
        let picture = matches!(fact.source, Source::Photo { .. }).then_some(&*picture);
        let capture = Capture { device: picture.map(|_| &*device), picture };
        let took = time(|| {
            self.graph.insert(&merchant, fact, capture).expect("room");
        });
        let (verified, overdue) = (who % 3 == 0, who % 46 == 0);
        self.graph.set_status(&id, Status { verified, overdue, ..Status::default() });
        took
    }
}

fn name(enterprise: u64) -> String {
    // Twice, so that no two names are one character apart.
    format!("云溪市{enterprise}街{enterprise}号商贸有限公司")
}

fn print(what: &str, mut times: Vec<Duration>, more: &str) {
    times.sort_unstable();
    let at = |per_cent: usize| {
        let time = times.get((times.len() * per_cent / 100).min(times.len() - 1));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    println!("  {what:<30} {:>8.1} {:>8.1} {:>8.1}{more}", at(50), at(99), at(100));
}

fn time(mut run: impl FnMut()) -> Duration {
    let started = now();
    run();
    now().saturating_sub(started)
}

/// What this thread has computed so far: on a machine that others use too, the time of day says how busy they are.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// MiB that the process has in memory; 0 where the system does not say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}

/// SplitMix64: the same towns in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Within 0 and 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
