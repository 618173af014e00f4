//! Measures quality on pictures whose pages are known, one JSON object a line: what
//! `models/training/quality.py` compares with the truth.
//!
//! ```sh
//! cargo run --release -p bailing-vision --example quality -- TRUTH > measured.jsonl
//! ```
//!
//! `TRUTH` is a simulated series' `truth.jsonl`, or a JSON list of `{file, quad}`; files lie beside it.
#![allow(clippy::print_stdout, reason = "what it is for")]

use std::error::Error;
use std::path::Path;

use bailing_vision::document::Document;
use bailing_vision::quality::{QualityAssessor, Thresholds};
use bailing_vision::still::Still;
use bailing_vision::{Point, Quad, Subject};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: quality TRUTH")?;
    let text = std::fs::read_to_string(&path)?;
    let entries: Vec<Value> = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)?
    } else {
        text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?
    };
    let folder = Path::new(&path).parent().unwrap_or(Path::new("."));
    let mut assessor = QualityAssessor::default();
    for entry in &entries {
        let file = entry["file"].as_str().ok_or("an entry without file")?;
        let corners =
            [&entry["corners"], &entry["quad"]].into_iter().find(|value| value.is_array());
        let subject = if corners.is_some() { Subject::Page } else { Subject::Scene };
        let document = match corners {
            Some(corners) => {
                let corners: [[f32; 2]; 4] = serde_json::from_value(corners.clone())?;
                Document::at(Quad { corners: corners.map(Point::from) })
            }
            None => Document::NONE,
        };
        let still = Still::decode(&std::fs::read(folder.join(file))?)?;
        let quality = assessor.assess(&still.frame(), &document, subject, &Thresholds::default());
        let scores: serde_json::Map<String, Value> = quality
            .signals
            .iter()
            .map(|signal| (signal.code.to_string(), json!([signal.score, signal.threshold])))
            .collect();
        let blur = assessor.blur().map(|blur| {
            json!({
                "widest": blur.widest,
                "narrowest": blur.narrowest,
                "direction": blur.direction,
                "edges": blur.edges,
            })
        });
        let measured = json!({
            "file": file,
            "scores": scores,
            "blur": blur,
            "verdict": quality.verdict.name(),
            "reasons": quality.verdict.reasons(),
        });
        println!("{measured}");
    }
    Ok(())
}
