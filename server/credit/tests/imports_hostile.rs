//! Whatever is imported is answered: with facts that a case takes, or with an error that quotes nothing.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use bailing_credit::import::{Owner, form, orders, parcels, statement};
use bailing_credit::{Case, Fact, ImportError, Knowledge, Profile, decide};
use proptest::prelude::*;
use serde_json::{Value, json};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/imports");
    let entries = std::fs::read_dir(folder).expect("the files");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut files: Vec<_> = paths.iter().map(|path| std::fs::read(path).expect("a file")).collect();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, (date, income, balance)) in
        [("日期", "收入", "余额"), ("2026-03-01", "1.00", "1.00"), ("2026-03-02", "2.00", "3.00")]
            .into_iter()
            .enumerate()
    {
        for (column, text) in [date, income, balance].into_iter().enumerate() {
            sheet.write(row as u32, column as u16, text).expect("written");
        }
    }
    files.push(book.save_to_buffer().expect("a workbook"));
    files
});

/// Imports in every way; what comes of it is a case's facts.
fn answer(bytes: &[u8]) {
    let owner = Owner { name: "云溪市顺远货运有限公司", person: None, account: None };
    accept(statement(bytes, &owner));
    accept(orders(bytes, owner.name));
    accept(parcels(bytes, &KNOWLEDGE));
    accept(form(bytes, &KNOWLEDGE));
}

fn accept(imported: Result<Vec<Fact>, ImportError>) {
    match imported {
        Err(error) => assert!(ImportError::CODES.contains(&error.code())),
        Ok(facts) => {
            let ids: BTreeSet<&str> = facts.iter().map(|fact| fact.id.as_str()).collect();
            assert_eq!(ids.len(), facts.len());
            let case = json!({"merchant": {"id": "m", "base_quota": 1}, "today": "2026-11-23", "facts": facts});
            let case = Case::from_json(case.to_string().as_bytes()).expect("a case");
            decide(&KNOWLEDGE, &case).expect("a decision");
            Profile::of(&KNOWLEDGE, &case);
        }
    }
}

/// Texts that headings, rows and records are made of.
fn word() -> impl Strategy<Value = String> {
    let words = vec![
        "",
        "日期",
        "交易时间",
        "收入",
        "支出",
        "金额",
        "余额",
        "收/支",
        "对方户名",
        "摘要",
        "状态",
        "户名：张三",
        "2026-03-01",
        "20260302",
        "2026年3月3日",
        "2099/12/31",
        "1.00",
        "-2.50",
        "99999999999.99",
        "-100000000000",
        "1,000",
        "收入",
        "支出",
        "合计",
        "退款",
        "贷款",
        "\"",
        "\"a\nb\"",
        "/",
        "￥3",
        "支付失败",
        "#",
        "云溪市顺远货运有限公司",
    ];
    prop_oneof![9 => proptest::sample::select(words).prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn table() -> impl Strategy<Value = String> {
    let heading = proptest::sample::select(vec![
        "日期,收入,支出,余额,对方户名,摘要",
        "日期,金额,收/支,余额,对方户名,状态",
        "交易时间;金额;余额",
        "日期\t支出金额（-元）\t收入",
        "日期",
    ]);
    let rows = proptest::collection::vec(proptest::collection::vec(word(), 0..8), 0..12);
    (heading, rows, proptest::sample::select(vec![",", ";", "\t"])).prop_map(
        |(heading, rows, between)| {
            let rows: Vec<String> = rows.iter().map(|row| row.join(between)).collect();
            format!("{heading}\n{}\n", rows.join("\n"))
        },
    )
}

fn record() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        word().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!("received")),
        Just(json!("truck")),
        Just(json!("road_freight")),
    ];
    let names = proptest::sample::select(vec![
        "number",
        "supplier",
        "buyer",
        "amount",
        "date",
        "status",
        "received_on",
        "debtor",
        "due",
        "settled",
        "asset",
        "count",
        "name",
        "relation",
        "year",
    ]);
    proptest::collection::btree_map(names, leaf, 0..8).prop_map(|map| {
        Value::Object(map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    })
}

/// Rings of a coarse grid, so that points and edges meet.
fn rings() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        8 => (0i32..6).prop_map(|step| f64::from(step) * 0.001),
        1 => Just(180.0),
        1 => any::<f64>(),
    ];
    let position = (number.clone(), number).prop_map(|(x, y)| json!([x, y]));
    let ring =
        (proptest::collection::vec(position, 0..8), any::<bool>()).prop_map(|(mut ring, open)| {
            if !open && let Some(first) = ring.first().cloned() {
                ring.push(first);
            }
            Value::from(ring)
        });
    proptest::collection::vec(ring, 0..4).prop_map(Value::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        answer(&bytes);
    }

    /// A file with a few bytes replaced, and cut off somewhere.
    #[test]
    fn damaged_files(
        file in any::<proptest::sample::Index>(),
        hits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
        end in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let mut bytes = file.get(&FILES).clone();
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        answer(&bytes);
    }

    #[test]
    fn any_table(table in table()) {
        answer(table.as_bytes());
        answer(&encoding_rs::GB18030.encode(&table).0);
    }

    #[test]
    fn any_records(orders in proptest::collection::vec(record(), 0..4), others in proptest::collection::vec(record(), 0..4)) {
        answer(json!({"orders": orders, "receivables": others}).to_string().as_bytes());
        answer(json!({"relations": orders, "assets": others}).to_string().as_bytes());
    }

    #[test]
    fn any_outline(one in rings(), other in rings(), area in any::<f64>(), sure in any::<f32>()) {
        for (kind, coordinates) in [("Polygon", one.clone()), ("MultiPolygon", json!([one, other]))] {
            let feature = json!({"type": "Feature", "id": 1,
                "geometry": {"type": kind, "coordinates": coordinates},
                "properties": {"crop": "tea", "season": "2026", "observed": "2026-04-01", "area_mu": area,
                    "confidence": sure}});
            answer(json!({"type": "FeatureCollection", "features": [feature.clone()]}).to_string().as_bytes());
            let mut without = feature;
            without["properties"]["area_mu"] = Value::Null;
            without["properties"]["confidence"] = Value::Null;
            answer(json!({"type": "FeatureCollection", "features": [without]}).to_string().as_bytes());
        }
    }

    /// A true statement is read to the fen, and one edited balance is found.
    #[test]
    fn balances_are_followed(
        opening in 0i64..1_000_000,
        changes in proptest::collection::vec(-100_000i64..100_000, 3..40),
        newest_first in any::<bool>(),
        edited in any::<proptest::sample::Index>(),
        by in 1i64..1_000,
    ) {
        let yuan = |fen: i64| format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() / 100, fen.abs() % 100);
        let mut balance = opening;
        let mut rows: Vec<(usize, i64, i64)> = changes.iter().enumerate().map(|(at, change)| {
            balance += change;
            (at, *change, balance)
        }).collect();
        if newest_first {
            rows.reverse();
        }
        let text = |rows: &[(usize, i64, i64)]| {
            let rows: String = rows.iter().map(|(at, change, balance)| {
                format!("2026-{:02}-01,{},{}\n", 1 + at / 4, yuan(*change), yuan(*balance))
            }).collect();
            format!("日期,金额,余额\n{rows}")
        };
        let owner = Owner::default();
        let facts = statement(text(&rows).as_bytes(), &owner).expect("a true statement");
        let sum: f64 = facts.iter().map(|fact| fact.parts["amount"].parse::<f64>().expect("yuan")).sum();
        let came: i64 = changes.iter().filter(|change| **change > 0).sum();
        prop_assert_eq!((sum * 100.0).round() as i64, came);
        // Within a month rows may stand either way; a single month may be turned as a whole.
        let at = edited.index(rows.len());
        rows[at].2 += by;
        let refused = statement(text(&rows).as_bytes(), &owner).expect_err("edited");
        prop_assert_eq!(refused.code(), "import_balance_broken");
    }
}
