//! What the assistant understands of utterances that it was not trained on, and of anything at all.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::sync::LazyLock;

use bailing_credit::{Knowledge, Slot, Understander, Utterance};
use proptest::prelude::*;

static UNDERSTANDER: LazyLock<Understander> = LazyLock::new(|| {
    Understander::new(&Knowledge::built_in().expect("the files")).expect("the weights")
});

const WEIGHTS: &[u8] = include_bytes!("../assistant/intents.bin");

fn utterances(text: &str) -> Vec<Utterance> {
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// 492 of 525 and 0.902 when the weights were trained: assistant/README.md.
#[test]
fn held_out_utterances_are_understood() {
    let held_out = utterances(include_str!("../assistant/utterances/held-out.jsonl"));
    assert!(held_out.len() >= 400);
    let (mut right, mut found, mut said, mut wanted) = (0, 0, 0, 0);
    for utterance in &held_out {
        let understood = UNDERSTANDER.understand(&utterance.text);
        right += usize::from(understood.intent == utterance.intent);
        let mut left = pairs(utterance.slots.as_deref().unwrap_or_default());
        wanted += left.len();
        said += understood.slots.len();
        for pair in pairs(&understood.slots) {
            if let Some(at) = left.iter().position(|other| *other == pair) {
                left.remove(at);
                found += 1;
            }
        }
    }
    let accuracy = right as f64 / held_out.len() as f64;
    let f1 = 2.0 * f64::from(found) / (said + wanted) as f64;
    assert!(accuracy >= 0.92, "intents: {accuracy}");
    assert!(f1 >= 0.88, "slots: {f1}");
}

fn pairs(slots: &[Slot]) -> Vec<(String, String)> {
    slots.iter().map(|slot| (slot.name.clone(), slot.value.to_string())).collect()
}

/// After a change of the utterances or the features: `cargo run --release -p bailing-credit --example train_intents`.
#[test]
fn the_weights_are_those_of_the_utterances() {
    let lessons: Vec<Utterance> = [
        include_str!("../assistant/utterances/train-a.jsonl"),
        include_str!("../assistant/utterances/train-b.jsonl"),
        include_str!("../assistant/utterances/train-c.jsonl"),
        include_str!("../assistant/utterances/train-d.jsonl"),
    ]
    .into_iter()
    .flat_map(utterances)
    .collect();
    assert!(UNDERSTANDER.train(&lessons) == WEIGHTS, "intents.bin is stale");
    assert!(WEIGHTS.len() <= 2 * 1024 * 1024);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever is typed: an answer, and slots that are in the text.
    #[test]
    fn anything_may_be_typed(text in "\\PC{0,80}|[0-9０-９一二三十百千万亿元块w.k，, ]{0,40}|(?s).{0,40}") {
        let understood = UNDERSTANDER.understand(&text);
        prop_assert!((0.0..=1.0).contains(&understood.confidence));
        prop_assert!(understood.slots.iter().all(|slot| text.contains(&slot.text)), "{:?}", understood.slots);
    }
}

#[test]
fn a_text_without_end_is_cut() {
    let understood = UNDERSTANDER.understand(&"三十万".repeat(100_000));
    assert!(understood.slots.len() <= 2_000);
}
