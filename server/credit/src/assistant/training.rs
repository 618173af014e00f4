//! Trains the model of intents: multinomial logistic regression with AdaGrad, the same bytes each time.

use std::collections::BTreeMap;

use super::features::Seen;
use super::intent::Intent;
use super::model::Model;

const INTENTS: usize = Intent::ALL.len();

/// Rounds over all lessons; like the others, what did best in five-fold cross-validation on `train-a` and `train-b`.
const EPOCHS: usize = 20;

/// Length of a step before AdaGrad shortens it (Duchi, Hazan and Singer 2011).
const RATE: f32 = 1.0;

/// How much weights shrink a round.
const SHRINK: f32 = 0.02;

/// How much of a label is spread over all intents.
const SMOOTHING: f32 = 0.1;

/// What the squares of slopes begin with, so that first steps are short.
const CALM: f32 = 1.0;

/// How often a feature must occur to be known.
const LEAST: usize = 2;

/// An utterance as the model sees it, and what it means.
#[derive(Clone, Debug)]
pub(crate) struct Lesson {
    pub(crate) seen: Seen,
    pub(crate) intent: Intent,
}

pub(crate) fn train(lessons: &[Lesson]) -> Model {
    let known = known(lessons);
    let places = |features: &[u32]| -> Vec<u32> {
        let place =
            |feature| known.binary_search(feature).ok().and_then(|at| u32::try_from(at).ok());
        features.iter().filter_map(place).collect()
    };
    let lessons: Vec<Lesson> = lessons
        .iter()
        .map(|Lesson { seen, intent }| {
            let (fine, coarse) = (places(&seen.fine), places(&seen.coarse));
            Lesson { seen: Seen { fine, coarse }, intent: *intent }
        })
        .collect();
    let share = shares(&lessons);
    let mut weights = vec![0.0_f32; known.len() * INTENTS];
    let mut squares = vec![CALM; known.len() * INTENTS];
    let (mut bias, mut bias_squares) = ([0.0_f32; INTENTS], [CALM; INTENTS]);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..EPOCHS {
        shuffle(&mut order, &mut seed);
        for lesson in order.iter().filter_map(|place| lessons.get(*place)) {
            let groups = [&lesson.seen.fine, &lesson.seen.coarse];
            let groups = groups.map(|group| (group, 1.0 / (group.len().max(1) as f32).sqrt()));
            let mut scores = bias;
            for (group, value) in groups {
                for row in rows(&weights, group) {
                    for (score, weight) in scores.iter_mut().zip(row) {
                        *score += weight * value;
                    }
                }
            }
            let own = lesson.intent.row();
            let mut errors = chances(scores);
            for (row, error) in errors.iter_mut().enumerate() {
                let told = if row == own { 1.0 - SMOOTHING } else { 0.0 };
                *error -= told + SMOOTHING / INTENTS as f32;
                *error *= share.get(own).copied().unwrap_or(1.0);
            }
            for (place, error) in errors.iter().enumerate() {
                step(&mut bias, &mut bias_squares, place, *error);
            }
            for (group, value) in groups {
                for feature in group {
                    let start = *feature as usize * INTENTS;
                    for (place, error) in errors.iter().enumerate() {
                        step(&mut weights, &mut squares, start + place, error * value);
                    }
                }
            }
        }
        for weight in &mut weights {
            *weight *= 1.0 - SHRINK;
        }
    }
    quantise(known, &weights, bias)
}

/// The features that occur often enough, in rising order.
fn known(lessons: &[Lesson]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for feature in
        lessons.iter().flat_map(|lesson| lesson.seen.fine.iter().chain(&lesson.seen.coarse))
    {
        *counts.entry(*feature).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= LEAST).map(|(feature, _)| feature).collect()
}

/// What a lesson of each intent counts: halfway, by the square root, to intents counting alike.
fn shares(lessons: &[Lesson]) -> [f32; INTENTS] {
    let mut counts = [0.0_f32; INTENTS];
    for lesson in lessons {
        if let Some(count) = counts.get_mut(lesson.intent.row()) {
            *count += 1.0;
        }
    }
    let even = lessons.len() as f32 / INTENTS as f32;
    counts.map(|count| (even / count.max(1.0)).sqrt())
}

/// The temperature, of some that are tried, at which the confidences of lessons that were not learnt from are likeliest.
pub(crate) fn calibrated(model: &Model, lessons: &[Lesson]) -> Model {
    let misses = |temperature: f32| -> f32 {
        let scaled = Model { temperature, ..model.clone() };
        let miss = |lesson: &Lesson| {
            let (guess, confidence) = scaled.guess(&lesson.seen);
            let told = if guess == lesson.intent { confidence } else { 1.0 - confidence };
            -told.max(1e-6).ln()
        };
        lessons.iter().map(miss).sum()
    };
    let tried = (1..=40).map(|tenths| tenths as f32 / 10.0);
    let best = tried.min_by(|a, b| misses(*a).total_cmp(&misses(*b)));
    Model { temperature: best.unwrap_or(1.0), ..model.clone() }
}

fn rows<'a>(weights: &'a [f32], features: &'a [u32]) -> impl Iterator<Item = &'a [f32]> {
    features.iter().filter_map(|feature| {
        let start = *feature as usize * INTENTS;
        weights.get(start..start + INTENTS)
    })
}

fn step(weights: &mut [f32], squares: &mut [f32], place: usize, slope: f32) {
    if let (Some(weight), Some(square)) = (weights.get_mut(place), squares.get_mut(place)) {
        *square += slope * slope;
        *weight -= RATE * slope / square.sqrt();
    }
}

/// Scores as probabilities. `exp` by repeated squaring: additions and multiplications only, which are
/// the same on every machine, where a library's `exp` may differ in the last digit.
fn chances(scores: [f32; INTENTS]) -> [f32; INTENTS] {
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut chances = scores.map(|score| {
        let mut power = (1.0 + (score - best) / 1024.0).max(0.0);
        for _ in 0..10 {
            power *= power;
        }
        power
    });
    let total: f32 = chances.iter().sum();
    for chance in &mut chances {
        *chance /= total;
    }
    chances
}

/// Fisher and Yates, by a linear congruential generator.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for last in (1..order.len()).rev() {
        *seed =
            seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = (*seed >> 33) % (last as u64 + 1);
        order.swap(last, other as usize);
    }
}

/// Eight bits a weight.
fn quantise(known: Vec<u32>, weights: &[f32], bias: [f32; INTENTS]) -> Model {
    let largest = weights.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
    let step = largest.max(1e-6) / 127.0;
    // Within -127 and 127, since no weight is larger than the largest.
    let weights = weights.iter().map(|weight| (weight / step).round() as i8).collect();
    Model { step, temperature: 1.0, bias, known, weights }
}
