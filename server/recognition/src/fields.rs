//! The fields of each kind, by their labels and their own forms.

mod form;
mod total;

use std::collections::BTreeMap;

pub(crate) use form::{Form, is_han};

use crate::kinds::{Elsewhere, FieldDefinition, Kinds, Place, Which};
use crate::page::{Found, Line, Page};
use crate::recogniser::Field;
use crate::sign;

/// Reads the fields of a kind.
pub(crate) fn read(kinds: &Kinds, kind: &str, page: &Page) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    for field in kinds.fields(kind) {
        let found = match field.reads {
            Form::Sign => sign::of(page),
            _ => find(field, page).map(|found| written(found, &field.reads)),
        };
        fields.extend(found.map(|found| (field.name.clone(), found)));
    }
    if let Some(total) = kinds.total(kind) {
        fields.extend(total::read(total, page));
    }
    fields
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
    let beside = match field.place {
        Place::Beside => page.after(&field.labels, announced),
        Place::Below => page.under(&field.labels, announced),
        Place::Line => pick(page.beside(&field.labels, announced), field.which),
    };
    let form = match &field.elsewhere {
        Elsewhere::Same(false) => return beside,
        Elsewhere::Same(true) => &field.reads,
        Elsewhere::Other(form) => form,
    };
    beside.or_else(|| {
        let unannounced = |text: &str| form.read_unannounced(text).filter(|_| !is_other(text));
        pick(page.all(unannounced), field.which)
    })
}

fn pick(values: Vec<Found<'_>>, which: Which) -> Option<Found<'_>> {
    let count = values.len();
    let mut values = values.into_iter();
    match which {
        Which::First => values.next(),
        Which::Second => values.nth(1),
        Which::Last => values.next_back().filter(|_| count > 1),
        Which::Bottom => values.next_back(),
    }
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
