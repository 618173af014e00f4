//! `bailing demo`: the whole way, with an embedded server and the sample photos.

mod phone;
mod samples;
mod table;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bailing_credit::Decision;
use bailing_server::{Config, MerchantSeed, Running, start};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use time::Date;
use time::macros::date;

use self::phone::{Outcome, Phone};
use self::samples::Sample;
use self::table::Row;
use crate::failure::Failure;
use crate::output::Output;
use crate::{quota, source};

/// The merchant in whose name the user's own photos are sent.
const OWN: &str = "you";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// End when the table is printed, instead of leaving the console up
    #[arg(long)]
    once: bool,
    /// A photo of your own to send along; repeatable
    #[arg(long, value_name = "FILE")]
    image: Vec<PathBuf>,
    /// The kind that your own photos are sent as
    #[arg(long, default_value = "business_licence")]
    kind: String,
    /// Folder of the sample photos and their samples.json
    #[arg(long, default_value = "demo/samples", value_name = "FOLDER")]
    samples: PathBuf,
    /// Folder of the OCR package; without it vouchers go to review
    #[arg(long, default_value = "models/ocr", value_name = "FOLDER")]
    ocr: PathBuf,
    /// Where the server keeps what comes in; by default a folder that goes with the demo
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where the console listens; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:0")]
    console: SocketAddr,
}

/// A day on which all sample papers are in force.
const SAMPLES_DAY: Date = date!(2026 - 11 - 23);

/// The last such day: the older invoice is a year old then.
const SAMPLES_LAST_DAY: Date = date!(2027 - 08 - 17);

/// The last line of `bailing demo --json`.
#[derive(Debug, Serialize)]
struct Summary {
    console: String,
    recognition: bool,
    photos: usize,
    unexpected: usize,
    quotas: BTreeMap<String, Decision>,
}

/// What became of all photos.
#[derive(Debug, Default)]
struct Sent {
    rows: Vec<Row>,
    /// Each merchant's quota in the end.
    quotas: BTreeMap<String, Decision>,
}

impl Sent {
    fn unexpected(&self) -> usize {
        self.rows.iter().filter(|row| row.as_expected == Some(false)).count()
    }
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let samples = samples::load(&arguments.samples)?;
    // Read before anything starts: a wrong name should not cost a minute.
    for path in &arguments.image {
        source::read(path)?;
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Stdout)?;
    let scratch = tempfile::tempdir().map_err(Failure::Stdout)?;
    let can_read =
        bailing_recognition::ocr::FILES.iter().all(|(name, _)| arguments.ocr.join(name).exists());
    let demo_today = (bailing_server::today() > SAMPLES_LAST_DAY).then_some(SAMPLES_DAY);
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        operator_listen: arguments.console,
        data: arguments.data.clone().unwrap_or_else(|| scratch.path().to_owned()),
        ocr: can_read.then(|| arguments.ocr.clone()),
        allow_software_keys: true,
        demo_today,
        merchants: merchants(&samples),
        ..Config::default()
    };
    let running = runtime.block_on(start(config))?;
    let console = format!("http://{}", running.operator);
    if !can_read {
        output.message("no OCR package: vouchers go to review; models/fetch-ocr fetches it");
    }
    if demo_today.is_some() {
        output.message(&format!("papers are judged as on {SAMPLES_DAY}: the samples have aged"));
    }
    let result = send_all(arguments, &samples, &running, can_read, output);
    if let (Ok(sent), false) = (&result, arguments.once) {
        output.message(&format!(
            "\nThe console is at {console} ({} photos, {} not as expected). Ctrl-C ends it.",
            sent.rows.len(),
            sent.unexpected()
        ));
        runtime.block_on(async {
            let _ = tokio::signal::ctrl_c().await;
        });
    }
    runtime.block_on(running.stop());
    let sent = result?;
    let (photos, unexpected) = (sent.rows.len(), sent.unexpected());
    if output.is_json() {
        let quotas = sent.quotas;
        let summary = Summary { console, recognition: can_read, photos, unexpected, quotas };
        output.answer(&summary, |_| String::new())?;
    }
    if unexpected > 0 {
        return Err(Failure::Some {
            failed: unexpected,
            total: photos,
            what: "photos did not come out as expected",
        });
    }
    Ok(())
}

/// Sends every sample, the forged ones and the user's own, and prints what happened and what the
/// quotas are made of.
fn send_all(
    arguments: &Arguments,
    samples: &[Sample],
    running: &Running,
    can_read: bool,
    output: &Output,
) -> Result<Sent, Failure> {
    let address = format!("http://{}", running.public);
    let mut phones: BTreeMap<String, Phone> = BTreeMap::new();
    let mut phone_of = |merchant: &str| -> Result<Phone, Failure> {
        match phones.get(merchant) {
            Some(phone) => Ok(phone.clone()),
            None => {
                let phone = Phone::enrol(&address, &running.origin, merchant)?;
                phones.insert(merchant.to_owned(), phone.clone());
                Ok(phone)
            }
        }
    };
    let bar = progress(samples.len() + 2 + arguments.image.len());
    let mut sent = Sent::default();
    let mut show = |mut outcome: Outcome, photo: &str, merchant: &str, as_expected| {
        bar.inc(1);
        if let Some(credit) = outcome.credit.take() {
            sent.quotas.insert(merchant.to_owned(), credit);
        }
        let row = row(photo, merchant, outcome, as_expected);
        let answered =
            if output.is_json() { output.answer(&row, |_| String::new()) } else { Ok(()) };
        sent.rows.push(row);
        answered
    };
    for sample in samples {
        bar.set_message(sample.file.clone());
        let picture = source::read(&samples::picture(&arguments.samples, sample))?;
        let outcome = phone_of(&sample.story)?.send(&picture, &sample.kind)?;
        let as_expected = Some(expected(sample, &outcome, can_read));
        show(outcome, &sample.file, &sample.story, as_expected)?;
    }
    if let Some(sample) = samples.iter().find(|sample| sample.expect == "accepted") {
        let picture = source::read(&samples::picture(&arguments.samples, sample))?;
        let phone = phone_of(&sample.story)?;
        for (what, code) in
            [(Forgery::Picture, "blob_digest_mismatch"), (Forgery::Signature, "signature_invalid")]
        {
            bar.set_message(what.name());
            let outcome = phone.send_forged(&picture, &sample.kind, what)?;
            let refused = outcome.server == "refused" && outcome.reasons == [code];
            let name = format!("{}\n{}", sample.file, what.name());
            show(outcome, &name, &sample.story, Some(refused))?;
        }
    }
    for path in &arguments.image {
        bar.set_message(path.display().to_string());
        let outcome = phone_of(OWN)?.send(&source::read(path)?, &arguments.kind)?;
        show(outcome, &name_of(path), OWN, None)?;
    }
    bar.finish_and_clear();
    if !output.is_json() {
        output.answer(&sent.rows, |rows| table::render(rows))?;
        for (merchant, decision) in &sent.quotas {
            output.answer(decision, |of| format!("{merchant}: {}", quota::readable(of)))?;
        }
    }
    Ok(sent)
}

/// Which byte of a bundle is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Forgery {
    /// One in the picture.
    Picture,
    /// One in the signature.
    Signature,
}

impl Forgery {
    fn name(self) -> &'static str {
        match self {
            Self::Picture => "one byte of the picture changed",
            Self::Signature => "one byte of the signature changed",
        }
    }
}

/// Whether a sample came to what its list says. Without a recogniser what would be accepted is sent
/// to review instead.
fn expected(sample: &Sample, outcome: &Outcome, can_read: bool) -> bool {
    if sample.expect == "accepted" && !can_read {
        return outcome.server == "review";
    }
    let reasons = sample.expect_reasons.iter().all(|code| outcome.reasons.contains(code));
    let kind = sample.expect != "accepted"
        || [&outcome.kind, &outcome.family].contains(&&Some(sample.kind.clone()));
    outcome.server == sample.expect && reasons && kind
}

fn row(photo: &str, merchant: &str, outcome: Outcome, as_expected: Option<bool>) -> Row {
    Row {
        photo: photo.to_owned(),
        merchant: merchant.to_owned(),
        phone: outcome.phone,
        server: outcome.server,
        reasons: outcome.reasons,
        kind: outcome.kind,
        fields: outcome.fields,
        quota: outcome.quota,
        as_expected,
    }
}

/// The stories' merchants, by the names that their papers carry, and the user.
fn merchants(samples: &[Sample]) -> Vec<MerchantSeed> {
    let name = |story: &str, field: &str| {
        samples
            .iter()
            .filter(|sample| sample.story == story)
            .find_map(|sample| sample.fields.get(field).cloned())
    };
    let seed = |id: &str, name: Option<String>, industry: Option<&str>, base_quota| MerchantSeed {
        id: id.to_owned(),
        name,
        person: None,
        industry: industry.map(str::to_owned),
        starting: false,
        base_quota,
    };
    vec![
        seed("haulier", name("haulier", "owner"), Some("road_freight"), 100_000),
        seed("shopkeeper", name("shopkeeper", "company"), Some("general_retail"), 50_000),
        seed(OWN, None, Some("general_retail"), 50_000),
    ]
}

fn progress(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    // A style that does not parse would be a typing error here; the default then does.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len}  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into())
}
