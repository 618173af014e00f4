//! From pixels to a voucher.

use std::collections::BTreeMap;

use bailing_vision::document::{Document, Rectified, rectify};
use bailing_vision::{Class, Frame, Quad, Signal, Verdict};
use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::checks::{self, Money};
use crate::fields;
use crate::kinds::{Kinds, UNKNOWN};
use crate::ocr::{OcrEngine, OcrError, TextLine};
use crate::page::Page;
use crate::seals;

/// Name and version of the rules, as signals carry it.
const MODEL: &str = "voucher-rules/2";

/// Longer side of the page that is read, pixels: what a 12 MP photo gives of a page that fills it.
const PAGE_SIDE: u32 = 2_400;

/// Everything that was read of one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recognition {
    /// Kind of voucher, or `unknown`.
    pub kind: String,
    /// What several kinds have in common that rules go by; else the kind itself.
    #[serde(default)]
    pub family: String,
    /// 0..1: how well the words support it.
    pub kind_score: f32,
    /// Fields by name. Amounts are yuan with two decimals, dates `YYYY-MM-DD`.
    pub fields: BTreeMap<String, Field>,
    /// Seals: `seal_round_red` and the like; how much of the outline was seen is the confidence.
    pub seals: Vec<Region>,
    /// Signatures: none are looked for yet.
    pub signatures: Vec<Region>,
    /// Tables: none are looked for yet.
    pub tables: Vec<Region>,
    /// Objects: none are looked for yet.
    pub objects: Vec<Region>,
    /// What the checks found.
    pub signals: Vec<Signal>,
    /// What follows from the signals.
    pub verdict: Verdict,
    /// Every line that was read, in pixels of the upright still.
    pub text_lines: Vec<TextLine>,
}

/// One field's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The value, normalised.
    pub value: String,
    /// The whole line that it was read from, as the engine read it.
    #[serde(default)]
    pub raw: String,
    /// 0..1: confidence of the line that it was read from.
    pub confidence: f32,
    /// That line, in pixels of the upright still.
    pub region: Option<Quad>,
    /// Whether it passes its own check digit; `None` where it has none. A value is kept as read either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
}

/// Something found on the page that is not text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// What it is.
    pub label: String,
    /// 0..1.
    pub confidence: f32,
    /// Where, in pixels of the upright still.
    pub region: Quad,
}

/// Reads vouchers with whatever text engine there is.
pub struct Recogniser {
    engine: Option<Box<dyn OcrEngine>>,
    kinds: Kinds,
}

impl Recogniser {
    /// Without an engine every picture is sent to review.
    pub fn new(engine: Option<Box<dyn OcrEngine>>, kinds: Kinds) -> Self {
        Self { engine, kinds }
    }

    /// Whether there is a text engine.
    pub fn has_engine(&self) -> bool {
        self.engine.is_some()
    }

    /// Reads one still. `asked` is the kind that the merchant was asked for, where it was.
    pub fn recognise(
        &self,
        frame: &Frame<'_>,
        document: &Document,
        asked: Option<&str>,
    ) -> Recognition {
        let Some(engine) = &self.engine else {
            return unread(Signal::review("recognition_unavailable", Class::Content, MODEL));
        };
        let whole = Quad::rectangle(0.0, 0.0, frame.width() as f32, frame.height() as f32);
        let page = document.quad.filter(|_| document.found);
        let read = |area: &Quad| {
            let Some(Rectified { picture, to_frame, .. }) = rectify(frame, area, PAGE_SIDE) else {
                return Ok(self.interpret(Vec::new(), asked));
            };
            let mut lines = read_upright(engine.as_ref(), &picture)?;
            for line in &mut lines {
                line.region = to_frame.map_quad(&line.region);
            }
            let seals = seals::find(&picture, &to_frame);
            Ok::<_, OcrError>(Recognition { seals, ..self.interpret(lines, asked) })
        };
        let recognition = read(page.as_ref().unwrap_or(&whole)).and_then(|recognition| {
            // A ruled table may have been taken for the page, and its title lies outside.
            if page.is_none() || recognition.kind != UNKNOWN {
                return Ok(recognition);
            }
            let wider = read(&whole)?;
            Ok(if wider.kind == UNKNOWN { recognition } else { wider })
        });
        recognition.unwrap_or_else(|_| {
            unread(Signal::review("ocr_failed", Class::Content, engine.name().to_owned()))
        })
    }

    /// Kind, fields and checks from the lines alone.
    pub fn interpret(&self, text_lines: Vec<TextLine>, asked: Option<&str>) -> Recognition {
        let kinds = &self.kinds;
        let page = Page::new(&text_lines);
        let (mut kind, mut kind_score) = kinds.of(&page);
        let mut fields = fields::read(kinds, kind, &page);
        if let (UNKNOWN, Some(scene)) = (kind, kinds.scene(asked)) {
            let seen = fields::read(kinds, scene, &page);
            if fields::required(kinds, scene).all(|name| seen.contains_key(name)) {
                kind = scene;
                kind_score = seen.values().map(|field| field.confidence).fold(1.0, f32::min);
                fields = seen;
            }
        }
        let mut signals = Vec::new();
        match asked {
            _ if kind == UNKNOWN => {
                signals.push(Signal::review("kind_unknown", Class::Content, MODEL));
            }
            Some(asked) if !kinds.answers(asked, kind) => {
                signals.push(Signal::review("kind_mismatch", Class::Content, MODEL));
            }
            _ => {}
        }
        check(kinds, kind, &fields, &mut signals);
        let verdict = Verdict::merge(&signals);
        Recognition {
            kind: kind.to_owned(),
            family: kinds.family(kind).to_owned(),
            kind_score,
            fields,
            seals: Vec::new(),
            signatures: Vec::new(),
            tables: Vec::new(),
            objects: Vec::new(),
            signals,
            verdict,
            text_lines,
        }
    }
}

impl std::fmt::Debug for Recogniser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let engine = self.engine.as_ref().map(|engine| engine.name());
        formatter.debug_struct("Recogniser").field("engine", &engine).finish()
    }
}

/// Reads a page that may lie on its side or its head: turned further while little is read.
fn read_upright(engine: &dyn OcrEngine, picture: &RgbImage) -> Result<Vec<TextLine>, OcrError> {
    let lines = engine.read(picture)?;
    // A page that stands upright reads most of its lines with confidence, and along the rows.
    let good = |lines: &[TextLine]| {
        lines.iter().filter(|line| line.confidence > 0.85 && is_along_a_row(&line.region)).count()
    };
    if good(&lines) * 2 >= lines.len() {
        return Ok(lines);
    }
    let turned = image::imageops::rotate180(picture);
    let mut other = engine.read(&turned)?;
    if good(&other) <= good(&lines) {
        return Ok(lines);
    }
    let [width, height] = [picture.width() as f32, picture.height() as f32];
    for corner in other.iter_mut().flat_map(|line| &mut line.region.corners) {
        corner.x = width - corner.x;
        corner.y = height - corner.y;
    }
    Ok(other)
}

fn is_along_a_row(region: &Quad) -> bool {
    let [from, to, ..] = region.corners;
    (to.x - from.x).abs() >= (to.y - from.y).abs()
}

/// What can be known to be wrong without knowing the truth.
fn check(kinds: &Kinds, kind: &str, fields: &BTreeMap<String, Field>, signals: &mut Vec<Signal>) {
    let value = |name: &str| fields.get(name).map(|field| field.value.as_str());
    let region = |name: &str| fields.get(name).and_then(|field| field.region);
    let mut object = |code: &'static str, region: Option<Quad>| {
        signals.push(Signal { region, ..Signal::review(code, Class::Content, MODEL) });
    };
    if fields::required(kinds, kind).any(|name| !fields.contains_key(name)) {
        object("field_missing", None);
    }
    for definition in kinds.fields(kind) {
        let failed = fields.get(&definition.name).filter(|field| field.passed == Some(false));
        if let (Some(field), Some(code)) = (failed, definition.reads.objection()) {
            object(code, field.region);
        }
    }
    let money = |name: &str| value(name).and_then(Money::parse);
    if let (Some(net), Some(tax), Some(amount)) = (money("net"), money("tax"), money("amount"))
        && net.fen.checked_add(tax.fen) != Some(amount.fen)
    {
        object("invoice_sum_mismatch", region("amount"));
    }
    if let (Some(words), Some(amount)) =
        (value("amount_words").and_then(checks::amount_in_words), money("amount"))
        && words != amount
    {
        object("amount_words_mismatch", region("amount_words"));
    }
}

fn unread(signal: Signal) -> Recognition {
    let signals = vec![signal];
    Recognition {
        kind: UNKNOWN.to_owned(),
        family: UNKNOWN.to_owned(),
        kind_score: 0.0,
        fields: BTreeMap::new(),
        seals: Vec::new(),
        signatures: Vec::new(),
        tables: Vec::new(),
        objects: Vec::new(),
        verdict: Verdict::merge(&signals),
        signals,
        text_lines: Vec::new(),
    }
}
