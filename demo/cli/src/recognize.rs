//! `bailing recognize`: what the server reads.

use std::path::{Path, PathBuf};

use bailing_recognition::{Recogniser, Recognition, tampering};
use bailing_vision::document::Document;
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Models, Severity, Subject, Verdict};
use serde::Serialize;

use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::output::Output;
use crate::overlay;
use crate::source;

/// Longer side of what is drawn, pixels.
const MAP_SIDE: u32 = 1_600;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Photos: JPEG, PNG or WebP
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// The kind that was asked for, for example `business_licence`
    #[arg(long)]
    kind: Option<String>,
    /// Folder of the OCR package that models/fetch-ocr made
    #[arg(long, default_value = "models/ocr", value_name = "FOLDER")]
    ocr: PathBuf,
    /// Draw what was read over the photo (one photo at a time)
    #[arg(long, value_name = "OUT.png")]
    overlay: Option<PathBuf>,
    /// Folder to draw into where each photo speaks for an edit, as PNG
    #[arg(long, value_name = "FOLDER")]
    tampering: Option<PathBuf>,
}

/// One line of `bailing recognize --json`.
#[derive(Debug, Serialize)]
struct Reading {
    file: PathBuf,
    #[serde(flatten)]
    recognition: Recognition,
    timing_ms: Timing,
}

/// Milliseconds on this machine.
#[derive(Debug, Serialize)]
struct Timing {
    decode: f64,
    document: f64,
    recognition: f64,
    tampering: f64,
    total: f64,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    overlay::for_one(arguments.overlay.as_deref(), &arguments.images)?;
    let recogniser = source::recogniser(&arguments.ocr)?;
    let mut analyser = Analyser::new(&Models::load()?);
    let mut failed = 0;
    for path in &arguments.images {
        match read(path, arguments, &recogniser, &mut analyser) {
            Ok(reading) => output.answer(&reading, readable)?,
            Err(failure) => {
                output.failure(&failure);
                failed += 1;
            }
        }
    }
    if failed > 0 {
        let total = arguments.images.len();
        return Err(Failure::Some { failed, total, what: "photos could not be read" });
    }
    Ok(())
}

fn read(
    path: &Path,
    arguments: &Arguments,
    recogniser: &Recogniser,
    analyser: &mut Analyser,
) -> Result<Reading, Failure> {
    let kind = arguments.kind.as_deref();
    let bytes = source::read(path)?;
    let whole = Stopwatch::start();
    let still = Still::decode(&bytes)
        .map_err(|source| Failure::Picture { path: path.to_owned(), source })?;
    let decode = whole.milliseconds();
    let step = Stopwatch::start();
    let document = match Subject::of_kind(kind.unwrap_or_default()) {
        Subject::Page => analyser.document(&still.frame()),
        Subject::Scene => Document::NONE,
    };
    let document_ms = step.milliseconds();
    let step = Stopwatch::start();
    let mut recognition = recogniser.recognise(&still.frame(), &document, kind);
    let recognition_ms = step.milliseconds();
    let step = Stopwatch::start();
    let found = tampering::examine(&bytes, &still.frame());
    let timing_ms = Timing {
        decode,
        document: document_ms,
        recognition: recognition_ms,
        tampering: step.milliseconds(),
        total: whole.milliseconds(),
    };
    if let Some(folder) = &arguments.tampering {
        let name = path.with_extension("tampering.png");
        let into = folder.join(name.file_name().unwrap_or_default());
        overlay::save(&found.picture(&still.frame(), MAP_SIDE), &into)?;
    }
    recognition.signals.extend(found.signals);
    recognition.verdict = Verdict::merge(&recognition.signals);
    if let Some(path) = &arguments.overlay {
        overlay::save(&overlay::of_recognition(&still, &recognition), path)?;
    }
    Ok(Reading { file: path.to_owned(), recognition, timing_ms })
}

fn readable(reading: &Reading) -> String {
    let read = &reading.recognition;
    let mut text = format!(
        "{}  {} ({:.2}), {} lines of text",
        reading.file.display(),
        read.kind,
        read.kind_score,
        read.text_lines.len()
    );
    let mut say = |name: &str, what: String| text.push_str(&format!("\n  {name:<20} {what}"));
    for (name, field) in &read.fields {
        let doubt = match (&field.proposed, field.passed) {
            (Some(meant), _) => format!(", fails its check, meant: {meant}?"),
            (None, Some(false)) => ", fails its check".to_owned(),
            _ => String::new(),
        };
        say(name, format!("{}  ({:.2}{doubt})", field.value, field.confidence));
    }
    if !read.items.is_empty() {
        say("items", read.items.len().to_string());
    }
    for seal in &read.seals {
        say(&seal.label, seal.text.clone().unwrap_or_default());
    }
    for object in &read.objects {
        say(&object.class, format!("({:.2})", object.confidence));
    }
    if let Some(shelf) = &read.shelf {
        let (rows, full) = (shelf.rows.len(), 100.0 * shelf.fullness);
        say(
            "shelf",
            format!(
                "{rows} rows, {} facings, {} goods, {full:.0} % full",
                shelf.facings, shelf.breadth
            ),
        );
    }
    if !read.missing.is_empty() {
        say("missing", read.missing.join(", "));
    }
    for signal in read.signals.iter().filter(|signal| signal.severity > Severity::Pass) {
        say(&signal.code, format!("{:?}", signal.severity));
    }
    text
}
