//! The knowledge base as it is built in, and what happens to a broken one.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use bailing_credit::{CODES, Knowledge, KnowledgeError};
use serde_json::Value;

const SCORECARD: &str = include_str!("../knowledge/scorecard.toml");
const TABLES: [(&str, &str); 5] = [
    ("eligibility", include_str!("../knowledge/tables/eligibility.json")),
    ("caps", include_str!("../knowledge/tables/caps.json")),
    ("red_lines", include_str!("../knowledge/tables/red_lines.json")),
    ("reductions", include_str!("../knowledge/tables/reductions.json")),
    ("promotions", include_str!("../knowledge/tables/promotions.json")),
];

fn built_in() -> Knowledge {
    Knowledge::built_in().expect("the files")
}

fn replaced(file: &str, from: &str, to: &str) -> Result<Knowledge, KnowledgeError> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/");
    let text = std::fs::read_to_string(format!("{folder}{file}")).expect(file);
    assert!(text.contains(from), "{file} has no {from}");
    Knowledge::with(&BTreeMap::from([(file.to_owned(), text.replacen(from, to, 1))]))
}

#[test]
fn it_is_as_large_as_it_should_be() {
    let knowledge = built_in();
    assert!(knowledge.industries().len() >= 60, "{} industries", knowledge.industries().len());
    assert!(knowledge.tasks().len() >= 70, "{} tasks", knowledge.tasks().len());
    assert!(knowledge.assets().len() >= 50);
    for (id, industry) in knowledge.industries() {
        let open = knowledge.tasks().values();
        let count =
            open.filter(|task| task.industries.is_empty() || task.industries.contains(id)).count();
        assert!(count >= 12, "{id} has {count} tasks");
        assert!(industry.gbt4754.len() >= 3, "{id}");
    }
}

#[test]
fn every_voucher_that_is_asked_for_is_one_that_can_be_read() {
    let kinds = concat!(env!("CARGO_MANIFEST_DIR"), "/../recognition/kinds");
    let known: BTreeSet<String> = std::fs::read_dir(kinds)
        .expect("the kinds")
        .filter_map(|entry| {
            entry.ok()?.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned)
        })
        .collect();
    let knowledge = built_in();
    for (id, task) in knowledge.tasks() {
        for kind in task.kinds() {
            assert!(known.contains(kind), "{id} asks for {kind}");
        }
    }
    for (id, industry) in knowledge.industries() {
        for kind in &industry.vouchers {
            assert!(known.contains(kind), "{id} has {kind}");
        }
    }
}

#[test]
fn every_code_of_the_knowledge_base_is_listed() {
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for line in SCORECARD.lines().filter_map(|line| line.strip_prefix("code = \"")) {
        codes.insert(line.trim_end_matches('"').to_owned());
    }
    for (name, text) in TABLES {
        let table: Value = serde_json::from_str(text).expect(name);
        let rules = table["nodes"][1]["content"]["rules"].as_array().expect(name);
        let given = rules.iter().filter_map(|rule| rule["code"].as_str());
        codes.extend(given.map(|code| code.trim_matches('\'').to_owned()));
    }
    codes.remove("eligible");
    let listed: BTreeSet<String> = CODES.iter().map(|code| (*code).to_owned()).collect();
    let missing: Vec<&String> = codes.difference(&listed).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(CODES.is_sorted());
}

/// What the engine asks of a row of each table.
#[test]
fn every_row_of_a_table_gives_what_the_engine_needs() {
    let needed: [(&str, &[&str]); 5] = [
        ("eligibility", &["eligible", "code", "zh", "en"]),
        ("caps", &["most_uplift_per_mille", "most_uplift", "most_quota"]),
        ("red_lines", &["code", "zh", "en"]),
        ("reductions", &["code", "per_mille", "notice_days", "zh", "en"]),
        ("promotions", &["code", "amount", "days", "until", "zh", "en"]),
    ];
    for ((name, text), (same, needed)) in TABLES.into_iter().zip(needed) {
        assert_eq!(name, same);
        let table: Value = serde_json::from_str(text).expect(name);
        for rule in table["nodes"][1]["content"]["rules"].as_array().expect(name) {
            for column in needed {
                assert!(rule[*column].is_string(), "{name}: {} has no {column}", rule["_id"]);
            }
        }
    }
}

#[test]
fn what_is_broken_is_named_by_file_row_and_reason() {
    let said =
        |file: &str, from: &str, to: &str| replaced(file, from, to).expect_err(file).to_string();
    let row = said("tables/reductions.json", "\"> 90\"", "\"> > 90\"");
    assert!(row.starts_with("tables/reductions.json, row 1: column overdue"), "{row}");
    let column =
        said("tables/caps.json", "\"stage\": \"'starting'\"", "\"stages\": \"'starting'\"");
    assert_eq!(column, "tables/caps.json, row 1: stages is no column of the table");
    let json = said("tables/caps.json", "{", "");
    assert!(json.starts_with("tables/caps.json, line "), "{json}");
    let entry = said("scorecard.toml", "cap = 12_000", "cap = 11_000");
    assert!(entry.starts_with("scorecard.toml, entry 1 (identity): "), "{entry}");
    let field = said("scorecard.toml", "code = \"business_registered\"\n", "");
    assert!(field.starts_with("scorecard.toml, entry 1: missing field `code`"), "{field}");
    let industry = said("industries.toml", "upstream = [\"", "upstream = [\"nobody\", \"");
    assert!(industry.contains("nobody is no industry of this file"), "{industry}");
    let task = said("tasks.toml", "effort = ", "effort = 0 # ");
    assert!(task.contains("its effort is nothing"), "{task}");
    let syntax = said("tasks.toml", "zh = \"", "zh = ");
    assert!(syntax.starts_with("tasks.toml, line "), "{syntax}");
    let reply = said("replies.toml", "{quota}元。", "元。");
    assert_eq!(reply, "replies.toml, quota_now: the two languages have other words in braces");
    let lending = said("capacity.toml", "comfortable = 300", "comfortable = 500");
    assert!(lending.contains("less than `too_high`"), "{lending}");
    let unknown = Knowledge::with(&BTreeMap::from([("rules.toml".to_owned(), String::new())]));
    assert!(unknown.is_err());
    let long =
        Knowledge::with(&BTreeMap::from([("tasks.toml".to_owned(), " ".repeat(1 << 20 | 1))]));
    assert!(long.is_err());
}
