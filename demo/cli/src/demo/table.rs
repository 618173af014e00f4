//! What happened, one row a photo.

use std::collections::BTreeMap;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, ContentArrangement, Table};
use serde::Serialize;

/// One photo's way: also one line of `bailing demo --json`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// File name, or what was done to a file.
    pub(super) photo: String,
    /// The merchant who sent it.
    pub(super) merchant: String,
    /// What the phone said: `accepted`, `retake` …
    pub(super) phone: String,
    /// What the server said: a verdict's name, or `refused` where it took no bundle at all.
    pub(super) server: String,
    /// Codes of the reasons.
    pub(super) reasons: Vec<String>,
    /// The kind that was read.
    pub(super) kind: Option<String>,
    /// The fields that were read.
    pub(super) fields: BTreeMap<String, String>,
    /// The merchant's quota in yuan, before and after this photo.
    pub(super) quota: Option<(u64, u64)>,
    /// Whether that is what the samples' list expects; `None` for a photo of the user's own.
    pub(super) as_expected: Option<bool>,
}

/// Fields worth a column: what identifies the paper and what it is worth.
const SHOWN: [&str; 9] =
    ["company", "uscc", "plate", "party_b", "seller", "owner", "number", "amount", "valid_until"];

/// The rows as a table for the terminal.
pub(super) fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["photo", "phone", "server", "read as", "fields", "quota, yuan", ""]);
    for row in rows {
        let server = if row.reasons.is_empty() {
            row.server.clone()
        } else {
            format!("{}\n{}", row.server, row.reasons.join("\n"))
        };
        table.add_row([
            Cell::new(&row.photo),
            Cell::new(&row.phone),
            Cell::new(server),
            Cell::new(row.kind.as_deref().unwrap_or("")),
            Cell::new(fields(&row.fields)),
            Cell::new(row.quota.map_or_else(String::new, quota)),
            Cell::new(match row.as_expected {
                Some(true) => "as expected",
                Some(false) => "NOT EXPECTED",
                None => "",
            }),
        ]);
    }
    table.to_string()
}

fn fields(fields: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = SHOWN
        .iter()
        .filter_map(|name| fields.get(*name).map(|value| format!("{name} {value}")))
        .take(3)
        .collect();
    lines.join("\n")
}

fn quota((before, after): (u64, u64)) -> String {
    if before == after { format!("{after}") } else { format!("{before} -> {after}") }
}
