//! The fields of each kind, by their labels and their own forms.

mod form;
mod industry_words;
mod total;

use std::collections::BTreeMap;

pub(crate) use form::{Form, is_han};

use crate::kinds::{Elsewhere, FieldDefinition, Kinds, Place};
use crate::page::{self, Found, Line, Page};
use crate::recogniser::Field;
use crate::sign;

/// Reads the fields of a kind.
pub(crate) fn read(kinds: &Kinds, kind: &str, page: &Page) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    let (printed, derived): (Vec<_>, Vec<_>) =
        kinds.fields(kind).iter().partition(|field| field.from.is_empty());
    for field in printed {
        let found = match field.reads {
            Form::Sign => sign::of(page),
            _ if field.place == Place::Paragraph => paragraph(field, kinds.fields(kind), page),
            _ => find(field, page).map(|found| written(found, &field.reads)),
        };
        fields.extend(found.map(|found| (field.name.clone(), found)));
    }
    if let Some(total) = kinds.total(kind) {
        fields.extend(total::read(total, page));
    }
    for field in derived {
        let follows = field.from.iter().find_map(|from| follows(&field.reads, fields.get(from)?));
        fields.extend(follows.map(|follows| (field.name.clone(), follows)));
    }
    fields
}

/// What another field's value says, as sure and in the same place as that.
fn follows(form: &Form, from: &Field) -> Option<Field> {
    let value = form.read(&page::normal(&from.value))?;
    let passed = form.check(&value);
    Some(Field { value, passed, proposed: None, ..from.clone() })
}

/// A text of several lines, up to the next label of the kind.
fn paragraph(field: &FieldDefinition, all: &[FieldDefinition], page: &Page) -> Option<Field> {
    let is_label = |text: &str| {
        let mut labels = all.iter().flat_map(|field| &field.labels);
        labels.any(|label| text.starts_with(label.as_str()))
    };
    let lines = page.paragraph(&field.labels, is_label);
    let whole: String = lines.iter().map(|(text, _)| *text).collect();
    let value = field.reads.read(&whole)?;
    let lines = || lines.iter().map(|(_, line)| *line);
    Some(Field {
        passed: field.reads.check(&value),
        proposed: None,
        value,
        raw: lines().map(|line| line.printed.as_str()).collect::<Vec<_>>().join("\n"),
        confidence: lines().map(|line| line.confidence).fold(1.0, f32::min),
        region: page::around(lines().map(|line| line.region)),
        handwritten: false,
    })
}

/// Names of the fields without which a voucher of a kind proves nothing.
pub(crate) fn required<'a>(kinds: &'a Kinds, kind: &str) -> impl Iterator<Item = &'a str> {
    let fields = kinds.fields(kind).iter().filter(|field| field.required);
    let total = kinds.total(kind).filter(|total| total.required);
    fields.map(|field| field.name.as_str()).chain(total.map(|total| total.amount.as_str()))
}

fn find<'a>(field: &FieldDefinition, page: &'a Page) -> Option<Found<'a>> {
    let is_other = |text: &str| field.not_beside.iter().any(|word| text.contains(word));
    let announced = |text: &str| field.reads.read(text).filter(|_| !is_other(text));
    let of_half = |found: Vec<Found<'a>>| -> Vec<Found<'a>> {
        let stands = |(_, line): &Found<'a>| field.across.is_none_or(|half| half.holds(page, line));
        found.into_iter().filter(stands).collect()
    };
    let beside = match field.place {
        Place::Beside => page.after(&field.labels, announced),
        Place::Below => page.under(&field.labels, announced),
        Place::Line => field.which.of(of_half(page.beside(&field.labels, announced))),
        // A paragraph is no one line.
        Place::Paragraph => None,
    };
    let form = match &field.elsewhere {
        Elsewhere::Same(false) => return beside,
        Elsewhere::Same(true) => &field.reads,
        Elsewhere::Other(form) => form,
    };
    beside.or_else(|| {
        let unannounced = |text: &str| form.read_unannounced(text).filter(|_| !is_other(text));
        field.which.of(of_half(page.all(unannounced)))
    })
}

fn written((value, line): Found<'_>, form: &Form) -> Field {
    let Line { printed, confidence, region, .. } = line;
    let passed = form.check(&value);
    let proposed = form.correction(&value).filter(|_| passed == Some(false));
    let raw = printed.clone();
    Field {
        value,
        raw,
        confidence: *confidence,
        region: Some(*region),
        passed,
        proposed,
        handwritten: false,
    }
}
