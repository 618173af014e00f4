//! What people leave on paper: seals and signatures, held against what the kind says that it bears, and
//! values that a pen wrote.

use std::collections::BTreeMap;

use bailing_vision::{Class, Quad, Severity, Signal, Verdict};
use image::RgbImage;

use crate::facts;
use crate::handwriting::{self, Signature};
use crate::kinds::{Kinds, SealDefinition, SignatureDefinition};
use crate::ocr::OcrEngine;
use crate::page::{Line, Page};
use crate::recogniser::{Field, MODEL, Recognition};
use crate::seals::{self, Agreement, NameCheck, Outline, Seal};

/// A seal stands at a label where its middle lies no farther from it than so many of its own heights.
const AT: f32 = 1.2;

/// A text says a word from this share of the word's characters on.
const SAYS: f32 = 0.75;

/// A signature is a party's where it lies no farther below the party's label than so many of its heights.
const OF_PARTY: f32 = 8.0;

/// How even a stamped seal's ink may be, and how like another seal of the page. Set on drawn pages alone:
/// `SEALS.md`.
const FLATTEST: f32 = 0.9;
const LIKEST: f32 = 0.93;

/// Adds the marks of a page to what its lines said, all in pixels of the page.
pub(crate) fn look(
    picture: &RgbImage,
    engine: &dyn OcrEngine,
    kinds: &Kinds,
    recognition: &mut Recognition,
) {
    let outlines = seals::find(picture);
    let mut seals = seals::read(picture, &outlines, engine);
    let (expected, signed) = (kinds.seals(&recognition.kind), kinds.signatures(&recognition.kind));
    let page = Page::new(&recognition.text_lines);
    for seal in &mut seals {
        seal.name_agrees = agreement(seal, expected, &recognition.fields);
        seal.beside = beside(seal, expected, &page);
    }
    let signatures = signatures_of(picture, signed, &page);
    handwriting::mark_written(picture, &page, engine, &mut recognition.fields);
    // A fact is as sure as what it was read from.
    recognition.facts = facts::of(kinds, &recognition.kind, &recognition.fields);
    let mut signals = forged(picture, &outlines, &seals, expected);
    for seal in seals.iter().filter(|seal| seal.name_agrees.agreement == Agreement::Different) {
        signals.push(Signal {
            region: Some(seal.region),
            score: 1.0 - seal.name_agrees.similarity,
            threshold: 1.0 - seals::OTHER,
            ..noted("seal_name_mismatch", Class::Content)
        });
    }
    for place in missing(&seals, &signatures, expected, &page) {
        signals.push(Signal { region: place, ..noted("seal_missing", Class::Content) });
        recognition.miss("seal");
    }
    for place in unsigned(&signatures, signed) {
        signals.push(Signal { region: Some(place), ..noted("signature_missing", Class::Content) });
        recognition.miss("signature");
    }
    recognition.seals = seals;
    recognition.signatures = signatures;
    recognition.signals.extend(signals);
    recognition.verdict = Verdict::merge(&recognition.signals);
}

/// What a seal says, held against the words and the fields that the kind's seals bear.
fn agreement(
    seal: &Seal,
    expected: &[SealDefinition],
    fields: &BTreeMap<String, Field>,
) -> NameCheck {
    let Some(text) = &seal.text else { return NameCheck::default() };
    let says = |word: &String| seals::share_of(word, text) >= SAYS;
    if expected.iter().flat_map(|seal| &seal.says).any(says) {
        return NameCheck { agreement: Agreement::Consistent, field: None, similarity: 1.0 };
    }
    let whose: Vec<&str> = expected.iter().filter_map(|seal| seal.whose.as_deref()).collect();
    let known = |name: &str| fields.get(name).map(|field| field.value.as_str());
    let names = whose.iter().filter_map(|name| Some((*name, known(name)?)));
    let mut check = seals::agreement(text, seal.text_confidence, names);
    // It may be the seal of one whose name was not read or is nowhere on the page, or of an authority.
    let all_known = whose.iter().all(|name| known(name).is_some());
    let anybody = expected.iter().any(|seal| seal.whose.is_none() && seal.says.is_empty());
    let is_another = all_known && !anybody && seals::is_a_company(text);
    if check.agreement == Agreement::Different && !is_another {
        check.agreement = Agreement::Unreadable;
    }
    check
}

/// The label that a seal stands at.
fn beside(seal: &Seal, expected: &[SealDefinition], page: &Page) -> Option<String> {
    let labels = expected.iter().filter_map(|expected| page.last(&expected.beside));
    let at = labels.map(|(line, label)| (distance(&seal.region, &line.region), label));
    let nearest = at.min_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.filter(|(far, _)| *far <= AT).map(|(_, label)| label.to_owned())
}

/// From a seal's middle to the nearest place of a line, in heights of the seal.
fn distance(seal: &Quad, line: &Quad) -> f32 {
    let [left, top, right, bottom] = seal.bounds();
    let (x, y) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
    let [from, above, to, below] = line.bounds();
    let across = (from - x).max(x - to).max(0.0);
    let down = (above - y).max(y - below).max(0.0);
    across.hypot(down) / (bottom - top).max(1.0)
}

/// Seals that should have been stamped and were not.
fn forged(
    picture: &RgbImage,
    outlines: &[Outline],
    seals: &[Seal],
    expected: &[SealDefinition],
) -> Vec<Signal> {
    // What a form is printed with is flat and may be there twice.
    if !expected.iter().any(|seal| seal.stamped) {
        return Vec::new();
    }
    let stamped = |seal: &Seal| seal.name_agrees.field.is_some() || seal.beside.is_some();
    let all: Vec<(&Outline, &Seal)> = outlines.iter().zip(seals).collect();
    let mut signals = Vec::new();
    for (index, (outline, seal)) in all.iter().enumerate().filter(|(_, (_, seal))| stamped(seal)) {
        if let Some(flat) = seals::flatness(picture, outline).filter(|flat| *flat > FLATTEST) {
            signals.push(Signal {
                region: Some(seal.region),
                score: flat,
                threshold: FLATTEST,
                ..noted("seal_flat", Class::Integrity)
            });
        }
        let others = all.iter().skip(index + 1);
        let like = others.filter_map(|(other, _)| seals::likeness(picture, [outline, other]));
        if let Some(like) = like.max_by(f32::total_cmp).filter(|like| *like > LIKEST) {
            signals.push(Signal {
                region: Some(seal.region),
                score: like,
                threshold: LIKEST,
                ..noted("seal_copied", Class::Integrity)
            });
        }
    }
    signals
}

/// A finding that objects to nothing, because honest captures give it too often or nobody has counted how often:
/// of 465 seals on simulated captures 226 are not seen, and 20 of the others are misread as another's.
fn noted(code: &'static str, class: Class) -> Signal {
    let signal = Signal::review(code, class, MODEL);
    Signal { severity: Severity::Pass, action: None, ..signal }
}

/// The places of the required seals that are not there. A seal that is nobody else's is anybody's.
fn missing(
    seals: &[Seal],
    signatures: &[Signature],
    expected: &[SealDefinition],
    page: &Page,
) -> Vec<Option<Quad>> {
    let mut free: Vec<&Seal> = seals.iter().collect();
    let mut take = |is_it: &dyn Fn(&Seal) -> bool| {
        let found = free.iter().position(|seal| is_it(seal));
        found.map(|index| free.remove(index)).is_some()
    };
    let looks_so = |seal: &Seal, expected: &SealDefinition| {
        expected.shape.is_none_or(|shape| shape == seal.shape)
            && expected.colour.is_none_or(|colour| colour == seal.colour)
    };
    let mut open: Vec<&SealDefinition> = expected.iter().collect();
    // By name, then by place, then any that says nothing else.
    open.retain(|expected| {
        let whose = expected.whose.as_deref();
        let is_named = |seal: &Seal| {
            let check = &seal.name_agrees;
            check.agreement == Agreement::Consistent && check.field.as_deref() == whose
        };
        whose.is_none() || !take(&is_named)
    });
    open.retain(|expected| {
        let is_here = |seal: &Seal| {
            let here = seal.beside.as_deref();
            looks_so(seal, expected) && expected.beside.iter().any(|label| here == Some(label))
        };
        !take(&is_here)
    });
    open.retain(|expected| !take(&|seal| looks_so(seal, expected)));
    open.into_iter()
        .filter(|expected| expected.required)
        .filter_map(|expected| match page.last(&expected.beside) {
            Some((line, _)) if expected.or_signed && is_signed(line, signatures) => None,
            Some((line, _)) => Some(Some(line.region)),
            None if expected.beside.is_empty() => Some(None),
            None => None,
        })
        .collect()
}

/// Whether a hand signed below a party's label, in its half of the page.
fn is_signed(party: &Line, signatures: &[Signature]) -> bool {
    let [left, top, right, bottom] = party.region.bounds();
    let height = bottom - top;
    signatures.iter().filter(|signature| signature.present).any(|signature| {
        let [from, above, to, below] = signature.region.bounds();
        let (x, y) = (f32::midpoint(from, to), f32::midpoint(above, below));
        let down = (y - bottom) / height.max(1.0);
        x > left - 2.0 * height && x < right + 6.0 * height && (-2.0..OF_PARTY).contains(&down)
    })
}

/// Every place where the kind is signed and whose label was read.
fn signatures_of(
    picture: &RgbImage,
    signed: &[SignatureDefinition],
    page: &Page,
) -> Vec<Signature> {
    let mut signatures: Vec<Signature> = Vec::new();
    let mut taken: Vec<&Line> = Vec::new();
    for label in signed.iter().flat_map(|expected| &expected.beside) {
        // A longer label that was looked at before may hold a shorter one.
        let lines: Vec<&Line> = page
            .labelled(label)
            .filter(|line| !taken.iter().any(|other| std::ptr::eq(*other, *line)))
            .collect();
        for line in lines {
            signatures.push(handwriting::signature(picture, line, label, page.lines()));
            taken.push(line);
        }
    }
    signatures
}

/// The places that must be signed and are not: where one of a label's is, the others may belong to copies.
fn unsigned(signatures: &[Signature], signed: &[SignatureDefinition]) -> Vec<Quad> {
    let required = signed.iter().filter(|expected| expected.required);
    required
        .filter_map(|expected| {
            let is_here = |signature: &&Signature| expected.beside.contains(&signature.beside);
            let mut here = signatures.iter().filter(is_here).peekable();
            let first = here.peek()?.region;
            (!here.any(|signature| signature.present)).then_some(first)
        })
        .collect()
}
