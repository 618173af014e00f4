//! `bailing inspect`: exactly what the phone does to a still.

use std::path::{Path, PathBuf};

use bailing_vision::still::Still;
use bailing_vision::{Analyser, Analysis, Models, Subject};
use serde::Serialize;

use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::output::Output;
use crate::overlay;
use crate::source;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Photos: JPEG, PNG or WebP
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// The photo shows the same as this one, from nearer or farther (one photo at a time)
    #[arg(long, value_name = "FIRST")]
    again: Option<PathBuf>,
    /// Draw what was found over the photo (one photo at a time)
    #[arg(long, value_name = "OUT.png")]
    overlay: Option<PathBuf>,
}

/// One line of `bailing inspect --json`.
#[derive(Debug, Serialize)]
struct Inspection {
    file: PathBuf,
    width: u32,
    height: u32,
    #[serde(flatten)]
    analysis: Analysis,
    timing_ms: Timing,
}

/// Milliseconds on this machine; they say nothing about a phone.
#[derive(Debug, Serialize)]
struct Timing {
    decode: f64,
    document: f64,
    quality: f64,
    recapture: f64,
    total: f64,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    overlay::for_one(arguments.overlay.as_deref(), &arguments.images)?;
    if arguments.again.is_some() && arguments.images.len() != 1 {
        return Err(Failure::Unusable("--again compares one photo: name just one".to_owned()));
    }
    let mut analyser = Analyser::new(&Models::load()?);
    let first = match &arguments.again {
        Some(path) => {
            let still = decoded(path, &source::read(path)?)?;
            Some(analyser.analyse(&still.frame(), Subject::Page))
        }
        None => None,
    };
    let mut failed = 0;
    for path in &arguments.images {
        match inspect(path, &mut analyser, first.as_ref(), arguments.overlay.as_deref()) {
            Ok(inspection) => output.answer(&inspection, readable)?,
            Err(failure) => {
                output.failure(&failure);
                failed += 1;
            }
        }
    }
    if failed > 0 {
        let total = arguments.images.len();
        return Err(Failure::Some { failed, total, what: "photos could not be inspected" });
    }
    Ok(())
}

fn decoded(path: &Path, bytes: &[u8]) -> Result<Still, Failure> {
    Still::decode(bytes).map_err(|source| Failure::Picture { path: path.to_owned(), source })
}

fn inspect(
    path: &Path,
    analyser: &mut Analyser,
    first: Option<&Analysis>,
    overlay: Option<&Path>,
) -> Result<Inspection, Failure> {
    let bytes = source::read(path)?;
    let whole = Stopwatch::start();
    let still = decoded(path, &bytes)?;
    let decode = whole.milliseconds();
    let frame = still.frame();

    let step = Stopwatch::start();
    let document = analyser.document(&frame);
    let document_ms = step.milliseconds();
    let step = Stopwatch::start();
    let quality = analyser.quality(&frame, &document, Subject::Page);
    let quality_ms = step.milliseconds();
    let step = Stopwatch::start();
    let recapture = analyser.recapture(first, &frame, &document);
    let recapture_ms = step.milliseconds();

    let total = whole.milliseconds();
    let analysis = Analysis::new(document, quality, recapture);
    if let Some(path) = overlay {
        overlay::save(&overlay::of_inspection(&still, &analysis, analyser), path)?;
    }
    Ok(Inspection {
        file: path.to_owned(),
        width: still.width(),
        height: still.height(),
        analysis,
        timing_ms: Timing {
            decode,
            document: document_ms,
            quality: quality_ms,
            recapture: recapture_ms,
            total,
        },
    })
}

fn readable(inspection: &Inspection) -> String {
    let Analysis { document, recapture, verdict, .. } = &inspection.analysis;
    let mut text = format!(
        "{}  {} x {}  {}",
        inspection.file.display(),
        inspection.width,
        inspection.height,
        verdict.name()
    );
    if !verdict.reasons().is_empty() {
        text.push_str(&format!(" ({})", verdict.reasons().join(", ")));
    }
    text.push_str(&match &document.quad {
        Some(_) => format!("\n  document found, confidence {:.2}", document.confidence),
        None => "\n  no document".to_owned(),
    });
    text.push_str(&format!("\n  recapture score {:.2}", recapture.score));
    for signal in inspection.analysis.signals() {
        text.push_str(&format!(
            "\n  {:<16} {:>8.3}  threshold {:.3}  {:?}",
            signal.code, signal.score, signal.threshold, signal.severity
        ));
    }
    text
}
