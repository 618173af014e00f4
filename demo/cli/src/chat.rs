//! `bailing chat`: the assistant, one turn a line.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use bailing_credit::import::Owner;
use bailing_credit::{
    Answer, Assistant, Case, Conversation, Fact, Knowledge, Outcome, Situation, Terms, Upload,
};
use bailing_recognition::Recogniser;
use bailing_server::facts::{self, Picture};
use bailing_vision::still::Still;
use bailing_vision::{Analyser, Models, Severity, Subject, Verdict};
use ring::digest;
use serde::Serialize;
use serde_json::json;

use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::output::Output;
use crate::source;

/// Longest line, bytes; what is longer is cut there.
const MAX_LINE: u64 = 64 * 1024;

/// What `/show` proves with: the terminal has no phone, so that its key counts as one of hardware here.
const GRADE: &str = "B";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The merchant and what is known; without it a merchant of whom nothing is known
    #[arg(long, value_name = "CASE.json")]
    case: Option<PathBuf>,
    /// Yearly interest, percent, for questions about it
    #[arg(long, value_name = "PERCENT")]
    rate: Option<f32>,
    /// Folder of the OCR package that models/fetch-ocr made, for /show
    #[arg(long, default_value = "models/ocr", value_name = "FOLDER")]
    ocr: PathBuf,
}

/// One line of `bailing chat --json`.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    answer: Answer,
    timing_ms: f64,
}

/// The conversation and what it is about.
struct Chat<'a> {
    arguments: &'a Arguments,
    knowledge: Knowledge,
    assistant: Assistant,
    case: Case,
    uploads: Vec<Upload>,
    conversation: Conversation,
    /// Made when something is shown first.
    reader: Option<(Recogniser, Analyser)>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let knowledge = Knowledge::built_in()?;
    let case = match &arguments.case {
        Some(path) => Case::from_json(&source::read(path)?)
            .map_err(|source| Failure::Case { path: path.clone(), source })?,
        None => unknown_merchant()?,
    };
    let assistant = Assistant::new(&knowledge)?;
    let (uploads, conversation) = (Vec::new(), Conversation::default());
    let mut chat =
        Chat { arguments, knowledge, assistant, case, uploads, conversation, reader: None };
    let mut stdin = BufReader::new(std::io::stdin().lock());
    let mut line = Vec::new();
    while next_line(&mut stdin, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let clock = Stopwatch::start();
        let answer = match text.strip_prefix("/show ") {
            Some(what) => match chat.show(what.trim()) {
                Ok(answer) => answer,
                Err(failure) => {
                    output.failure(&failure);
                    continue;
                }
            },
            None => chat.say(text)?,
        };
        output.answer(&Line { answer, timing_ms: clock.milliseconds() }, readable)?;
    }
    Ok(())
}

/// One line, without what is beyond the limit; false at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, Failure> {
    line.clear();
    let mut limited = input.by_ref().take(MAX_LINE);
    if limited.read_until(b'\n', line).map_err(Failure::Stdin)? == 0 {
        return Ok(false);
    }
    while line.last() != Some(&b'\n') {
        let rest = input.fill_buf().map_err(Failure::Stdin)?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (length, ended) =
            (end.map_or(rest.len(), |at| at + 1), end.is_some() || rest.is_empty());
        input.consume(length);
        if ended {
            break;
        }
    }
    Ok(true)
}

fn unknown_merchant() -> Result<Case, Failure> {
    let case = json!({
        "merchant": { "id": "you", "base_quota": 50_000 },
        "today": bailing_server::today().to_string(),
    });
    Case::from_json(case.to_string().as_bytes())
        .map_err(|source| Failure::Case { path: PathBuf::from("--case"), source })
}

impl Chat<'_> {
    fn say(&mut self, text: &str) -> Result<Answer, Failure> {
        let Self { arguments, knowledge, assistant, case, uploads, conversation, .. } = self;
        let situation = Situation { case, uploads, terms: terms(arguments.rate) };
        assistant
            .answer(knowledge, situation, conversation, text)
            .map_err(|source| self.failed(source))
    }

    /// Reads a photo as phone and server do, and adds what it proves.
    fn show(&mut self, what: &str) -> Result<Answer, Failure> {
        let (path, kind) = what.rsplit_once(' ').unwrap_or((what, ""));
        let (path, kind) = if Path::new(what).exists() { (what, "") } else { (path, kind) };
        let bytes = source::read(Path::new(path))?;
        let still = Still::decode(&bytes)
            .map_err(|source| Failure::Picture { path: PathBuf::from(path), source })?;
        if self.reader.is_none() {
            let analyser = Analyser::new(&Models::load()?);
            self.reader = Some((source::recogniser(&self.arguments.ocr)?, analyser));
        }
        let Some((recogniser, analyser)) = &mut self.reader else {
            return Err(Failure::NoOcr { path: self.arguments.ocr.clone() });
        };
        let asked = Some(kind).filter(|kind| !kind.is_empty());
        let analysis = analyser.analyse(&still.frame(), Subject::of_kind(kind));
        let read = (analysis.verdict.severity() < Severity::Retake)
            .then(|| recogniser.recognise(&still.frame(), &analysis.document, asked));
        let signals = analysis.signals().chain(read.iter().flat_map(|read| &read.signals));
        let verdict = Verdict::merge(signals);
        let read_as = read.as_ref().map(|read| read.kind.clone());
        let shown = asked.map(str::to_owned).or(read_as).unwrap_or_default();
        let upload = facts::upload(&shown, &verdict);
        if let (Some(read), Outcome::Accepted) = (&read, upload.outcome) {
            let hash = digest::digest(&digest::SHA256, &bytes);
            let picture = Picture {
                bundle: hash.as_ref(),
                position: 0,
                grade: GRADE,
                taken: self.case.today,
                owner: Owner {
                    name: self.case.merchant.name.as_deref().unwrap_or_default(),
                    person: self.case.merchant.person.as_deref(),
                    account: None,
                },
            };
            let taxonomy = recogniser.objects().map(bailing_recognition::ObjectFinder::taxonomy);
            let new = facts::of(&picture, read, &self.knowledge, taxonomy);
            let known = |fact: &Fact| self.case.facts.iter().any(|other| other.id == fact.id);
            let new: Vec<Fact> = new.into_iter().filter(|fact| !known(fact)).collect();
            self.case.facts.extend(new);
        }
        self.uploads.push(upload);
        let Self { arguments, knowledge, assistant, case, uploads, conversation, .. } = self;
        let situation = Situation { case, uploads, terms: terms(arguments.rate) };
        assistant.uploaded(knowledge, situation, conversation).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: bailing_credit::CaseError) -> Failure {
        let path = self.arguments.case.clone().unwrap_or_else(|| PathBuf::from("--case"));
        Failure::Case { path, source }
    }
}

fn terms(rate: Option<f32>) -> Option<Terms> {
    let rate = rate.filter(|rate| (0.0..=100.0).contains(rate))?;
    Some(Terms { yearly_rate_basis_points: (rate * 100.0).round() as u32, early_repayment_fee: 0 })
}

fn readable(line: &Line) -> String {
    format!("百灵: {}", line.answer.reply)
}
