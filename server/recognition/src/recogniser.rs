//! From pixels to a voucher.

use std::collections::BTreeMap;

use bailing_vision::document::{Document, Rectified, rectify};
use bailing_vision::{Class, Frame, Quad, Signal, Subject, Verdict};
use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::agreement;
use crate::facts::{self, Fact};
use crate::fields;
use crate::handwriting::Signature;
use crate::items::{self, Items};
use crate::kinds::{Kinds, UNKNOWN};
use crate::marks;
use crate::objects::{self, Object, ObjectFinder, Seen, Shelf};
use crate::ocr::{OcrEngine, OcrError, Sight, TextLine, read_page};
use crate::page::Page;
use crate::seals::Seal;
use crate::tables::{self, Laid, Table};

/// Name and version of the rules, as signals carry it.
pub(crate) const MODEL: &str = "voucher-rules/3";

/// The kind of proof that shows shelves.
const SHELF: &str = "shelf";

/// Longer side of the page that is read, pixels: what a 12 MP photo gives of a page that fills it.
const PAGE_SIDE: u32 = 2_400;

/// A field's line is read again below this confidence.
const DOUBTFUL: f32 = 0.9;

/// Most lines read again: each costs some ten milliseconds.
const MOST_READ_CLOSER: usize = 12;

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
    /// What it proves.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// Seals, the surest first.
    pub seals: Vec<Seal>,
    /// The places where the kind is signed, of those whose label was read.
    pub signatures: Vec<Signature>,
    /// Tables, with rules or without, from the top.
    pub tables: Vec<Table>,
    /// What the kind's table lists, from the top: goods, taxes, payments; each with its fields by name.
    #[serde(default)]
    pub items: Vec<BTreeMap<String, Field>>,
    /// What such a paper has and this one has not: names of fields, `table`, `seal`,
    /// `signature`.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What the picture shows, the surest first; looked for only where a scene was asked for.
    pub objects: Vec<Object>,
    /// Ids of the classes that would have been told, sorted. Any other was not looked at.
    #[serde(default)]
    pub looked_for: Vec<String>,
    /// What stands on shelves; looked for only where `shelf` was asked for, and `None` there where no shelf was
    /// seen clearly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<Shelf>,
    /// What the checks found.
    pub signals: Vec<Signal>,
    /// What follows from the signals.
    pub verdict: Verdict,
    /// Every line that was read, in pixels of the upright still.
    pub text_lines: Vec<TextLine>,
}

impl Recognition {
    /// Names a part that is not there, once.
    pub(crate) fn miss(&mut self, part: &str) {
        if !self.missing.iter().any(|other| other == part) {
            self.missing.push(part.to_owned());
        }
    }

    fn move_regions(&mut self, to: impl Fn(&Quad) -> Quad) {
        let fields = self.fields.values_mut().filter_map(|field| field.region.as_mut());
        let signals = self.signals.iter_mut().filter_map(|signal| signal.region.as_mut());
        let lines = self.text_lines.iter_mut().map(|line| &mut line.region);
        let seals = self.seals.iter_mut().map(|seal| &mut seal.region);
        let parts = self.facts.iter_mut().flat_map(|fact| fact.parts.values_mut());
        let parts = parts.filter_map(|part| part.region.as_mut());
        let signatures = self.signatures.iter_mut().map(|signature| &mut signature.region);
        let items = self.items.iter_mut().flat_map(|item| item.values_mut());
        let items = items.filter_map(|field| field.region.as_mut());
        let tables = self.tables.iter_mut().flat_map(|table| {
            let cells = table.cells.iter_mut().map(|cell| &mut cell.region);
            cells.chain([&mut table.region])
        });
        let found = lines.chain(seals).chain(signatures).chain(tables);
        for region in fields.chain(parts).chain(signals).chain(items).chain(found) {
            *region = to(region);
        }
    }
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
    /// What a value that does not pass was meant to be, where exactly one look-alike (0 for O, 8 for B) in
    /// its place passes: for a person to confirm, never taken for the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// Whether a pen wrote it: its confidence is then no more than 0.6.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handwritten: bool,
}

/// Reads vouchers with whatever text engine there is.
pub struct Recogniser {
    engine: Option<Box<dyn OcrEngine>>,
    kinds: Kinds,
    objects: Option<ObjectFinder>,
}

impl Recogniser {
    /// Without an engine every picture is sent to review.
    pub fn new(engine: Option<Box<dyn OcrEngine>>, kinds: Kinds) -> Self {
        Self { engine, kinds, objects: None }
    }

    /// Looks for objects, too, where a scene is asked for.
    #[must_use]
    pub fn with_objects(mut self, finder: ObjectFinder) -> Self {
        self.objects = Some(finder);
        self
    }

    /// What looks for objects.
    pub fn objects(&self) -> Option<&ObjectFinder> {
        self.objects.as_ref()
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
        let read = self.text(frame, document, asked);
        // Nobody expects goods on a page, and looking costs time.
        let scene = asked.is_some_and(|kind| Subject::of_kind(kind) == Subject::Scene);
        let finder = self.objects.as_ref().filter(|_| scene);
        let Seen { objects, looked_for } =
            finder.map(|finder| finder.look(frame)).unwrap_or_default();
        let shelf = if asked == Some(SHELF) { objects::shelf(frame) } else { None };
        Recognition { objects, looked_for, shelf, ..read }
    }

    /// What its text says.
    fn text(&self, frame: &Frame<'_>, document: &Document, asked: Option<&str>) -> Recognition {
        let Some(engine) = &self.engine else {
            return unread(Signal::review("recognition_unavailable", Class::Content, MODEL));
        };
        let whole = Quad::rectangle(0.0, 0.0, frame.width() as f32, frame.height() as f32);
        let page = document.quad.filter(|_| document.found);
        let read = |area: &Quad| self.read(engine.as_ref(), frame, area, asked);
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

    /// Reads what lies inside `area`, whichever way up.
    fn read(
        &self,
        engine: &dyn OcrEngine,
        frame: &Frame<'_>,
        area: &Quad,
        asked: Option<&str>,
    ) -> Result<Recognition, OcrError> {
        let mut area = *area;
        let mut sight = None;
        // As it lies, and turned where it has to be.
        for _ in 0..2 {
            let Some(page) = rectify(frame, &area, PAGE_SIDE) else { break };
            match read_page(engine, &page.picture)? {
                Sight::Turned(turns) => area.corners.rotate_left(turns % 4),
                Sight::Lines(lines) => {
                    sight = Some((page, lines));
                    break;
                }
            }
        }
        let Some((page, lines)) = sight else { return Ok(self.interpret(Vec::new(), asked)) };
        // What lies beside what is known in the page's own pixels only: it may lie askew in the frame.
        let mut recognition = self.understand(lines, Some(&page.picture), asked);
        let closer = |line: &Quad| rectify(frame, &page.to_frame.map_quad(line), PAGE_SIDE);
        if read_closer(engine, closer, &mut recognition)? {
            recognition = self.understand(recognition.text_lines, Some(&page.picture), asked);
        }
        marks::look(&page.picture, engine, &self.kinds, &mut recognition);
        recognition.move_regions(|region| page.to_frame.map_quad(region));
        Ok(recognition)
    }

    /// Kind, fields and checks from the lines alone: without the picture no rules of tables are seen.
    pub fn interpret(&self, text_lines: Vec<TextLine>, asked: Option<&str>) -> Recognition {
        self.understand(text_lines, None, asked)
    }

    /// The same from the lines and the picture, both of one upright page.
    fn understand(
        &self,
        text_lines: Vec<TextLine>,
        picture: Option<&RgbImage>,
        asked: Option<&str>,
    ) -> Recognition {
        let tables = tables::find(picture, &text_lines, &|text| self.kinds.is_heading(text));
        let kinds = &self.kinds;
        let page = Page::new(&text_lines);
        let page = match picture {
            Some(picture) => page.of_height(picture.height() as f32),
            None => page,
        };
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
        let table = kinds.table(kind);
        let items = table.map_or_else(Items::default, |table| items::read(table, &tables));
        // Invoices tell theirs by their adding up.
        if let Some(table) = table.filter(|_| kinds.total(kind).is_none()) {
            let stated: Vec<(String, Field)> = items.stated(table, &fields).collect();
            fields.extend(stated);
        }
        check(kinds, kind, &fields, &mut signals);
        if let Some(table) = table {
            signals.extend(items::check(table, &items, &fields));
        }
        let missing = missing(kinds, kind, &fields, &tables);
        let verdict = Verdict::merge(&signals);
        Recognition {
            kind: kind.to_owned(),
            family: kinds.family(kind).to_owned(),
            kind_score,
            facts: facts::of(kinds, kind, &fields),
            fields,
            seals: Vec::new(),
            signatures: Vec::new(),
            tables: tables.into_iter().map(|laid| laid.table).collect(),
            items: items.items.into_iter().map(|item| item.fields).collect(),
            missing,
            objects: Vec::new(),
            looked_for: Vec::new(),
            shelf: None,
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

/// Reads the lines again that fields were read from with little confidence, or that fail their check, where
/// `closer` shows more of them. Takes what is read with more confidence, and says whether any line now says
/// something else.
fn read_closer(
    engine: &dyn OcrEngine,
    closer: impl Fn(&Quad) -> Option<Rectified>,
    recognition: &mut Recognition,
) -> Result<bool, OcrError> {
    let fields = recognition.fields.values();
    let doubtful =
        fields.filter(|field| field.confidence < DOUBTFUL || field.passed == Some(false));
    // Several fields may stand on one line, and one of several lines is on none.
    let mut places: Vec<Quad> = Vec::new();
    for place in doubtful.filter_map(|field| field.region) {
        let is_line = recognition.text_lines.iter().any(|line| line.region == place);
        if is_line && !places.contains(&place) && places.len() < MOST_READ_CLOSER {
            places.push(place);
        }
    }
    let mut changed = false;
    let lines = recognition.text_lines.iter_mut();
    for line in lines.filter(|line| places.contains(&line.region)) {
        let Some(near) = closer(&line.region) else { continue };
        let [width, height] = [near.picture.width() as f32, near.picture.height() as f32];
        let read = engine.read(&near.picture, &[Quad::rectangle(0.0, 0.0, width, height)])?;
        let surer = read.into_iter().find(|read| read.confidence > line.confidence);
        if let Some(read) = surer {
            changed |= read.text != line.text;
            *line = TextLine { region: line.region, ..read };
        }
    }
    Ok(changed)
}

/// What can be known to be wrong without knowing the truth.
fn check(kinds: &Kinds, kind: &str, fields: &BTreeMap<String, Field>, signals: &mut Vec<Signal>) {
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
    for (code, name, severity) in agreement::objections(fields) {
        let region = fields.get(name).and_then(|field| field.region);
        signals.push(Signal { region, severity, ..Signal::review(code, Class::Content, MODEL) });
    }
}

/// Names of what such a paper has and this one has not.
fn missing(
    kinds: &Kinds,
    kind: &str,
    fields: &BTreeMap<String, Field>,
    tables: &[Laid],
) -> Vec<String> {
    let parts = kinds.parts(kind).iter().map(String::as_str);
    let is_missing = |name: &&str| match *name {
        "table" => tables.is_empty(),
        name => !fields.contains_key(name),
    };
    let mut missing: Vec<String> = Vec::new();
    for name in fields::required(kinds, kind).chain(parts).filter(is_missing) {
        if !missing.iter().any(|other| other == name) {
            missing.push(name.to_owned());
        }
    }
    missing
}

fn unread(signal: Signal) -> Recognition {
    let signals = vec![signal];
    Recognition {
        kind: UNKNOWN.to_owned(),
        family: UNKNOWN.to_owned(),
        kind_score: 0.0,
        fields: BTreeMap::new(),
        facts: Vec::new(),
        seals: Vec::new(),
        signatures: Vec::new(),
        tables: Vec::new(),
        items: Vec::new(),
        missing: Vec::new(),
        objects: Vec::new(),
        looked_for: Vec::new(),
        shelf: None,
        verdict: Verdict::merge(&signals),
        signals,
        text_lines: Vec::new(),
    }
}
