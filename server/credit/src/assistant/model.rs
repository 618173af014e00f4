//! The intent of a text by its features: a linear model over hashed features, eight bits a weight.

use thiserror::Error;

use super::features::Seen;
use super::intent::Intent;

/// What the file begins with: what it is, and the version of this layout.
const MAGIC: [u8; 8] = *b"intents\x01";

const INTENTS: usize = Intent::ALL.len();

/// Why weights cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("intents.bin is not of this version: train it again with the example train_intents")]
pub struct ModelError;

/// The weights: for each feature that is known one for each intent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Model {
    /// What one step of a weight is worth.
    pub(crate) step: f32,
    /// What scores are divided by before they become probabilities; measured on the dev split.
    pub(crate) temperature: f32,
    pub(crate) bias: [f32; INTENTS],
    /// The hashes of the features that are known, in rising order.
    pub(crate) known: Vec<u32>,
    /// A row for each of them.
    pub(crate) weights: Vec<i8>,
}

impl Model {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(ModelError)?;
        let (head, weights) = rest.split_at_checked(4 * (INTENTS + 2)).ok_or(ModelError)?;
        let mut numbers = head.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || numbers.next().filter(|number| number.is_finite()).ok_or(ModelError);
        let (step, temperature) = (next()?, next()?);
        let mut bias = [0.0; INTENTS];
        for of_intent in &mut bias {
            *of_intent = next()?;
        }
        let (count, rest) = weights.split_at_checked(4).ok_or(ModelError)?;
        let count = count.try_into().map(u32::from_le_bytes).map_err(|_| ModelError)? as usize;
        let (known, weights) = count
            .checked_mul(4)
            .and_then(|length| rest.split_at_checked(length))
            .ok_or(ModelError)?;
        let known: Vec<u32> =
            known.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        if weights.len() != known.len() * INTENTS || temperature <= 0.0 || !known.is_sorted() {
            return Err(ModelError);
        }
        let weights = weights.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        Ok(Self { step, temperature, bias, known, weights })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.step, self.temperature].iter().chain(&self.bias) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend((self.known.len() as u32).to_le_bytes());
        bytes.extend(self.known.iter().flat_map(|hash| hash.to_le_bytes()));
        bytes.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        bytes
    }

    /// The score of each intent, before the temperature.
    pub(crate) fn scores(&self, seen: &Seen) -> [f32; INTENTS] {
        let mut scores = self.bias;
        for group in [&seen.fine, &seen.coarse] {
            let mut sums = [0_i32; INTENTS];
            let mut count = 0_usize;
            for feature in group {
                let Ok(place) = self.known.binary_search(feature) else { continue };
                count += 1;
                let start = place * INTENTS;
                let row = self.weights.get(start..start + INTENTS).unwrap_or_default();
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
            let length = (count.max(1) as f32).sqrt();
            for (score, sum) in scores.iter_mut().zip(sums) {
                *score += sum as f32 * self.step / length;
            }
        }
        scores
    }

    /// The likeliest intent, and how likely it is.
    pub(crate) fn guess(&self, seen: &Seen) -> (Intent, f32) {
        let scores = self.scores(seen);
        let ranked = Intent::ALL.into_iter().zip(scores);
        let (intent, best) = ranked
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .unwrap_or((Intent::Other, 0.0));
        let total: f32 = scores.iter().map(|score| ((score - best) / self.temperature).exp()).sum();
        (intent, 1.0 / total.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut model = Model {
            step: 0.5,
            temperature: 2.0,
            bias: [0.25; INTENTS],
            known: vec![3, 7],
            weights: vec![0; 2 * INTENTS],
        };
        model.weights[INTENTS + Intent::Refuse.row()] = -128;
        model.weights[INTENTS + Intent::AskHuman.row()] = 127;
        let bytes = model.write();
        assert_eq!(Model::read(&bytes), Ok(model.clone()));
        assert_eq!(model.guess(&Seen { fine: vec![7], coarse: Vec::new() }).0, Intent::AskHuman);
        for broken in [&bytes[1..], &bytes[..bytes.len() - 1], &[]] {
            assert_eq!(Model::read(broken), Err(ModelError));
        }
    }
}
