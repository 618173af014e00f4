//! Trains the assistant's classifier of intents and measures it: `train_intents` writes `assistant/intents.bin` and prints
//! the scores of assistant/README.md; `train_intents check` measures what is built in, by another file if it is named;
//! `train_intents folds` is what is tuned by, utterances that were not learnt from.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]
#![allow(clippy::disallowed_methods, reason = "it takes the time of a turn")]

use std::collections::BTreeMap;
use std::time::Instant;

use bailing_credit::{Intent, Knowledge, Slot, Understander, Utterance};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assistant/");

/// The files of utterances that are learnt from.
const TRAINED: [&str; 4] = ["train-a", "train-b", "train-c", "train-d"];

fn main() {
    let knowledge = Knowledge::built_in().expect("the knowledge base");
    let built_in = Understander::new(&knowledge).expect("the weights");
    let lessons = read(&TRAINED);
    match std::env::args().nth(1).as_deref() {
        Some("check") => {
            report(&built_in, &std::env::args().nth(2).unwrap_or("held-out".to_owned()));
        }
        Some("folds") => folds(&knowledge, &built_in),
        _ => {
            let weights = built_in.train(&lessons);
            std::fs::write(format!("{FOLDER}intents.bin"), &weights).expect("written");
            println!("{} utterances, {} bytes", lessons.len(), weights.len());
            report(
                &Understander::with_weights(&knowledge, &weights).expect("the weights"),
                "held-out",
            );
        }
    }
}

fn read(names: &[&str]) -> Vec<Utterance> {
    let texts = names.iter().map(|name| {
        std::fs::read_to_string(format!("{FOLDER}utterances/{name}.jsonl")).expect(name)
    });
    let texts: Vec<String> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// What is found of utterances that were not learnt from: of each file in five folds, and by the other files alone,
/// which is more like what other people write.
fn folds(knowledge: &Knowledge, trainer: &Understander) {
    let files: Vec<Vec<Utterance>> = TRAINED.iter().map(|name| read(&[name])).collect();
    let missed = |is_tested: &dyn Fn(usize, usize) -> bool| {
        let (mut learnt, mut tested) = (Vec::new(), Vec::new());
        for (file, lines) in files.iter().enumerate() {
            for (line, utterance) in lines.iter().enumerate() {
                if is_tested(file, line) {
                    tested.push((file, utterance));
                } else {
                    learnt.push(utterance.clone());
                }
            }
        }
        let weights = trainer.train(&learnt);
        let model = Understander::with_weights(knowledge, &weights).expect("the weights");
        let guessed = tested
            .into_iter()
            .map(|(file, one)| (file, one.intent, model.understand(&one.text).intent));
        guessed.filter(|(_, meant, guess)| meant != guess).collect::<Vec<_>>()
    };
    let mut within = Vec::new();
    for fold in 0..5 {
        within.extend(missed(&|_, line| line % 5 == fold));
    }
    for (at, name) in TRAINED.iter().enumerate() {
        let right = |missed: usize| 1.0 - missed as f64 / files[at].len() as f64;
        let within = within.iter().filter(|(file, ..)| *file == at).count();
        let alone = missed(&|file, _| file == at).len();
        println!("{name}: {:.4} in folds, {:.4} by the other files", right(within), right(alone));
    }
    let mut confused: BTreeMap<(Intent, Intent), usize> = BTreeMap::new();
    for (_, meant, guess) in within {
        *confused.entry((meant, guess)).or_default() += 1;
    }
    let mut confused: Vec<_> = confused.into_iter().collect();
    confused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((meant, guess), count) in confused.into_iter().take(20) {
        println!("{count} of {meant:?} taken for {guess:?}");
    }
}

fn report(understander: &Understander, name: &str) {
    let held_out = read(&[name]);
    let mut intents: BTreeMap<Intent, [usize; 2]> = BTreeMap::new();
    let mut slots: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut times: Vec<f64> = Vec::new();
    for utterance in &held_out {
        let clock = Instant::now();
        let understood = understander.understand(&utterance.text);
        times.push(clock.elapsed().as_secs_f64() * 1_000.0);
        let count = intents.entry(utterance.intent).or_default();
        count[0] += 1;
        count[1] += usize::from(understood.intent == utterance.intent);
        let mut missed = pairs(utterance.slots.as_deref().unwrap_or_default());
        for pair in pairs(&understood.slots) {
            let at = missed.iter().position(|other| *other == pair);
            slots.entry(pair.0).or_default()[usize::from(at.is_none())] += 1;
            if let Some(at) = at {
                missed.remove(at);
            }
        }
        for (name, _) in missed {
            slots.entry(name).or_default()[2] += 1;
        }
    }
    let right: usize = intents.values().map(|count| count[1]).sum();
    println!("| intent | n | right |\n|---|---|---|");
    for (intent, [n, right]) in &intents {
        println!(
            "| `{}` | {n} | {right} |",
            serde_json::to_value(intent).expect("a name").as_str().expect("a name")
        );
    }
    println!(
        "| **all** | {} | {right} = {:.3} |",
        held_out.len(),
        right as f64 / held_out.len() as f64
    );
    println!("\n| slot | found | false | missed | F1 |\n|---|---|---|---|---|");
    let mut all = [0; 3];
    for (name, [found, false_, missed]) in &slots {
        println!(
            "| `{name}` | {found} | {false_} | {missed} | {:.3} |",
            f1([*found, *false_, *missed])
        );
        for (sum, count) in all.iter_mut().zip([found, false_, missed]) {
            *sum += count;
        }
    }
    let [found, false_, missed] = all;
    println!("| **all** | {found} | {false_} | {missed} | {:.3} |", f1(all));
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize];
    println!("\na turn: median {:.3} ms, 99th percentile {:.3} ms", at(0.5), at(0.99));
}

fn f1([found, false_, missed]: [usize; 3]) -> f64 {
    2.0 * found as f64 / (2 * found + false_ + missed).max(1) as f64
}

fn pairs(slots: &[Slot]) -> Vec<(String, String)> {
    slots.iter().map(|slot| (slot.name.clone(), slot.value.to_string())).collect()
}
