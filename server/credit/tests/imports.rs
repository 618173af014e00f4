//! Files that merchants and other systems send, and the facts that they become. `tests/cases/imports/` has the files;
//! workbooks are written here.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

use bailing_credit::import::{Owner, Page, form, orders, page, parcels, statement};
use bailing_credit::{Fact, ImportError, Knowledge, Source};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

const HAULIER: &str = "云溪市顺远货运有限公司";

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

fn owner() -> Owner<'static> {
    Owner { name: HAULIER, person: Some("周远"), account: None }
}

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/imports");
    std::fs::read(folder.join(name)).expect(name)
}

fn read(text: &str) -> Result<Vec<Fact>, ImportError> {
    statement(text.as_bytes(), &owner())
}

fn part<'f>(fact: &'f Fact, name: &str) -> &'f str {
    fact.parts.get(name).map_or("", String::as_str)
}

/// Facts without their ids and files, to compare files of the same content.
fn said(facts: &[Fact]) -> Vec<(&std::collections::BTreeMap<String, String>, f32)> {
    facts.iter().map(|fact| (&fact.parts, fact.confidence)).collect()
}

#[test]
fn a_banks_statement_becomes_a_fact_a_month() {
    insta::assert_json_snapshot!(statement(&file("bank.csv"), &owner()).expect("a statement"));
}

#[test]
fn another_banks_layout_says_the_same() {
    let (one, other) = (file("bank.csv"), file("bank_gb18030.csv"));
    let one = statement(&one, &owner()).expect("a statement");
    let other = statement(&other, &owner()).expect("a statement");
    assert_eq!(said(&one), said(&other));
}

#[test]
fn platforms_bills_are_read() {
    let owner =
        Owner { name: "云溪市晨光小吃店", person: Some("陈光"), account: Some("wx-1") };
    let wechat = statement(&file("wechat.csv"), &owner).expect("a bill");
    let alipay = statement(&file("alipay.csv"), &owner).expect("a bill");
    insta::assert_json_snapshot!([wechat, alipay]);
}

#[test]
fn english_headings_and_signed_amounts_are_read() {
    let owner = Owner { name: "Example Freight", person: None, account: None };
    let facts = statement(&file("bank_semicolons.csv"), &owner).expect("a statement");
    let [march] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((part(march, "amount"), part(march, "excluded")), ("12000.00", "5000.00"));
    assert_eq!((part(march, "expense"), part(march, "account")), ("1500.25", "123456"));
    assert_eq!(march.confidence, 1.0);
}

#[test]
fn an_edited_amount_is_found_at_its_row() {
    let refused = statement(&file("bank_broken_balance.csv"), &owner());
    assert_eq!(refused, Err(ImportError::BalanceBroken { row: 9 }));
}

#[test]
fn a_missing_row_is_found_behind_the_gap() {
    let text = String::from_utf8(file("bank.csv")).expect("UTF-8");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("2026-01-28")).collect();
    assert_eq!(read(&without.join("\n")), Err(ImportError::BalanceBroken { row: 7 }));
}

#[test]
fn a_workbook_says_the_same_as_the_csv() {
    let (book, text) = (workbook(), file("bank.csv"));
    let from_book = statement(&book, &owner()).expect("a workbook");
    let from_text = statement(&text, &owner()).expect("a statement");
    assert_eq!(said(&from_book), said(&from_text));
    assert_eq!(from_book[0].source, Source::Import { file: hash(&book), rows: [4, 7] });
}

#[test]
fn what_names_nobody_is_less_sure_and_what_names_another_is_anothers() {
    let rows = "日期,收入,余额\n2026-03-01,5.00,5.00\n2026-03-02,6.00,11.00\n";
    let nobodys = read(rows).expect("a statement");
    assert_eq!((part(&nobodys[0], "holder"), nobodys[0].confidence), (HAULIER, 0.7));
    assert_eq!(part(&nobodys[0], "account"), "unknown");
    let anothers = read(&format!("户名：别家有限公司\n{rows}")).expect("a statement");
    assert_eq!((part(&anothers[0], "holder"), anothers[0].confidence), ("别家有限公司", 1.0));
}

#[test]
fn only_customers_money_is_turnover() {
    let counted = |payer: &str, note: &str| {
        let text = format!("日期,收入,对方户名,摘要\n2026-03-01,5.00,{payer},{note}\n");
        part(&read(&text).expect("a statement")[0], "amount") != "0.00"
    };
    for (payer, note) in
        [("岭川建材", "货款"), ("岭川建材", ""), ("", "运费"), ("平安基金会", "货款")]
    {
        assert!(counted(payer, note), "{payer} {note}");
    }
    for (payer, note) in [
        (HAULIER, "货款"),
        ("周远", ""),
        ("示例银行", "贷款发放"),
        ("李四", "借款"),
        ("", "转账自尾号1234"),
        ("", "理财赎回"),
        ("云溪市加油站", "退款"),
        ("某某小额贷款有限公司", ""),
        ("", "LOAN"),
    ] {
        assert!(!counted(payer, note), "{payer} {note}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let heading = "日期,收入,支出,余额\n";
    let with = |row: &str| read(&format!("{heading}2026-03-01,1.00,,1.00\n{row}\n"));
    let unreadable = |what| Err(ImportError::Unreadable { row: 3, what });
    assert_eq!(with("三月二日,1.00,,2.00"), unreadable("date"));
    assert_eq!(with("2026-03-02,\"12,50\",,2.00"), unreadable("income"));
    assert_eq!(with("2026-03-02,,一元,2.00"), unreadable("expense"));
    assert_eq!(with("2026-03-02,1.00,,2.001"), unreadable("balance"));
    assert_eq!(read("日期,摘要\n2026-03-01,a\n"), Err(ImportError::HeadingMissing));
    assert_eq!(read(heading), Err(ImportError::Empty));
    assert_eq!(read(" \n"), Err(ImportError::Empty));
    let two = "日期,收入,本方账号\n2026-03-01,1.00,11\n2026-03-01,1.00,12\n";
    assert_eq!(read(two), Err(ImportError::SeveralAccounts { row: 3 }));
    let swallowed = format!("{heading}2026-03-01,1.00,,1.00,\"{}", "2026-03-02,1.00\n".repeat(12));
    assert_eq!(read(&swallowed), Err(ImportError::Damaged { row: 2 }));
}

#[test]
fn other_formats_are_refused_with_what_to_do() {
    let refused = |bytes: &[u8]| statement(bytes, &owner()).expect_err("refused").code();
    assert_eq!(refused(b"%PDF-1.7"), "import_format_unknown");
    assert_eq!(refused(b"<html><table>"), "import_format_unknown");
    assert_eq!(refused(&[0xff; 64]), "import_format_unknown");
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "import_workbook_old");
    let mut encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    encrypted.extend("EncryptedPackage".bytes().flat_map(|letter| [letter, 0]));
    assert_eq!(refused(&encrypted), "import_encrypted");
    assert_eq!(refused(b"PK\x03\x04"), "import_damaged");
}

#[test]
fn a_hundred_thousand_rows() {
    let with = |rows: usize| {
        let mut text = "日期,收入\n".to_owned();
        text.push_str(&"2026-03-01,1.00\n".repeat(rows - 1));
        read(&text)
    };
    assert_eq!(part(&with(100_000).expect("as many")[0], "count"), "99999");
    assert_eq!(with(100_001), Err(ImportError::Limit("100,000 rows")));
}

#[test]
fn sixty_four_columns() {
    let with =
        |columns: usize| read(&format!("日期,收入\n2026-03-01,1.00{}\n", ",".repeat(columns - 2)));
    assert!(with(64).is_ok());
    assert_eq!(with(65), Err(ImportError::Limit("64 columns")));
    let with = |column: u16| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (at, text) in ["日期", "收入"].into_iter().enumerate() {
            sheet.write(0, at as u16, text).expect("written");
        }
        sheet.write(1, 0, "2026-03-01").expect("written");
        sheet.write(1, 1, 1.0).expect("written");
        sheet.write(1, column, "far out").expect("written");
        // A format alone is no cell.
        sheet.write_blank(1_000_000, 16_000, &Format::new().set_bold()).expect("written");
        statement(&book.save_to_buffer().expect("a workbook"), &owner())
    };
    assert!(with(63).is_ok());
    assert_eq!(with(64), Err(ImportError::Limit("64 columns")));
}

#[test]
fn ten_mebibytes() {
    let mut text = b"date,income\n2026-03-01,1.00\n".to_vec();
    text.resize(10 * 1024 * 1024, b'\n');
    assert!(statement(&text, &owner()).is_ok());
    text.push(b'\n');
    assert_eq!(statement(&text, &owner()), Err(ImportError::Limit("10 MiB")));
    assert_eq!(orders(&text, HAULIER), Err(ImportError::Limit("10 MiB")));
}

#[test]
fn a_workbook_of_sixty_four_mebibytes_unpacked() {
    let book = workbook();
    let size: u64 = {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&book)).expect("a zip");
        (0..archive.len()).map(|at| archive.by_index(at).expect("an entry").size()).sum()
    };
    let left = usize::try_from(64 * 1024 * 1024 - size).expect("small");
    assert!(statement(&with_entries(&book, &[("pad", &vec![0; left])]), &owner()).is_ok());
    let bomb = with_entries(&book, &[("pad", &vec![0; left + 1])]);
    assert!(bomb.len() < 200_000);
    assert_eq!(statement(&bomb, &owner()), Err(ImportError::Limit("64 MiB unpacked")));
}

#[test]
fn a_workbook_of_two_hundred_and_fifty_six_parts() {
    let book = workbook();
    let parts = zip::ZipArchive::new(std::io::Cursor::new(&book)).expect("a zip").len();
    let names: Vec<String> = (0..257 - parts).map(|at| format!("part{at}")).collect();
    let more: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    assert!(statement(&with_entries(&book, &more[1..]), &owner()).is_ok());
    let refused = statement(&with_entries(&book, &more), &owner());
    assert_eq!(refused, Err(ImportError::Limit("256 parts of a workbook")));
}

/// calamine would reserve memory for all of them at once.
#[test]
fn a_workbook_of_a_million_shared_strings() {
    let declared = |count: u64| {
        let strings = format!(r#"<sst uniqueCount="{count}"></sst>"#);
        statement(&strings_replaced(&workbook(), strings.as_bytes()), &owner())
    };
    // The cells' strings are missing either way.
    assert_eq!(declared(1_000_000), Err(ImportError::Damaged { row: 0 }));
    let refused = Err(ImportError::Limit("1,000,000 texts in a workbook"));
    assert_eq!(declared(1_000_001), refused);
    assert_eq!(declared(u64::MAX), refused);
}

#[test]
fn five_hundred_and_twelve_bytes_of_a_name() {
    let with =
        |bytes: usize| read(&format!("户名：{}\n日期,收入\n2026-03-01,1.00\n", "a".repeat(bytes)));
    assert!(with(512).is_ok());
    assert_eq!(with(513), Err(ImportError::Limit("512 bytes in a text")));
}

#[test]
fn orders_and_receivables_become_facts() {
    insta::assert_json_snapshot!(orders(&file("orders.json"), HAULIER).expect("orders"));
}

#[test]
fn a_broken_record_is_named() {
    let order = json!({"number": "1", "supplier": "甲", "buyer": "乙", "amount": 1, "date": "2026-03-01",
        "status": "received"});
    let with = |field: &str, value: Value| {
        let mut broken = order.clone();
        broken[field] = value;
        let text = json!({"orders": [order, broken]}).to_string();
        orders(text.as_bytes(), "甲").map(|facts| facts.len())
    };
    assert_eq!(with("number", json!("2")), Ok(2));
    assert_eq!(with("number", json!("1")), Ok(1), "the same record twice");
    let unreadable = |what| Err(ImportError::Unreadable { row: 2, what });
    assert_eq!(with("number", json!(" ")), unreadable("number"));
    for amount in [json!(0), json!(-1), json!("1.005"), json!(1e300)] {
        assert_eq!(with("amount", amount), unreadable("amount"));
    }
    assert_eq!(with("date", json!("2026-02-30")), unreadable("date"));
    assert_eq!(with("received_on", json!("2026-02-28")), unreadable("received_on"));
    assert_eq!(
        with("buyer", json!("a".repeat(513))),
        Err(ImportError::Limit("512 bytes in a text"))
    );
    assert_eq!(with("status", json!("lost")).expect_err("unknown").code(), "import_json_malformed");
    assert_eq!(orders(b"{}", "甲"), Err(ImportError::Empty));
}

#[test]
fn four_thousand_records() {
    let with = |count: usize| {
        let record = |at: usize| {
            json!({"number": at.to_string(), "debtor": "甲", "amount": 1, "date": "2026-03-01",
            "due": "2026-03-01"})
        };
        let records: Vec<Value> = (0..count).map(record).collect();
        orders(json!({"receivables": records}).to_string().as_bytes(), "乙")
            .map(|facts| facts.len())
    };
    assert_eq!(with(4_000), Ok(4_000));
    assert_eq!(with(4_001), Err(ImportError::Limit("4,000 records")));
}

#[test]
fn parcels_become_facts() {
    insta::assert_json_snapshot!(parcels(&file("parcels.geojson"), &KNOWLEDGE).expect("parcels"));
}

fn parcel(geometry: &Value, more: &Value) -> Result<Vec<Fact>, ImportError> {
    let mut properties =
        json!({"parcel": "P", "crop": "rice", "season": "2026", "observed": "2026-09-01"});
    for (name, value) in more.as_object().expect("properties") {
        properties[name] = value.clone();
    }
    let feature = json!({"type": "Feature", "geometry": geometry, "properties": properties});
    let text = json!({"type": "FeatureCollection", "features": [feature]}).to_string();
    parcels(text.as_bytes(), &KNOWLEDGE)
}

fn polygon(rings: &[&[[f64; 2]]]) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

/// A square of so many degrees, its lower left corner given.
fn square([x, y]: [f64; 2], side: f64) -> [[f64; 2]; 5] {
    [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
}

/// A square of 0.001 degrees on the equator is 111.320 by 110.574 metres.
#[test]
fn areas_are_those_of_the_ellipsoid_whichever_way_a_ring_is_wound() {
    let mut ring = square([120.0, 0.0], 0.001);
    let area = |ring: &[[f64; 2]]| {
        let facts = parcel(&polygon(&[ring]), &json!({})).expect("a parcel");
        part(&facts[0], "area_mu").parse::<f64>().expect("a number")
    };
    let wanted = 111.320 * 110.574 * 15.0 / 10_000.0;
    assert!((area(&ring) - wanted).abs() < 0.01, "{} {wanted}", area(&ring));
    let one = area(&ring);
    ring.reverse();
    assert_eq!(area(&ring), one);
}

#[test]
fn a_stated_area_is_held_against_the_outline() {
    let field = polygon(&[&square([120.0, 30.0], 0.001)]);
    let drawn: f64 =
        part(&parcel(&field, &json!({})).expect("a parcel")[0], "area_mu").parse().expect("mu");
    let stated = |times: f64| {
        let area = format!("{:.2}", drawn * times);
        parcel(&field, &json!({"area_mu": area})).expect("a parcel")
    };
    for times in [0.86, 1.0, 1.14] {
        assert_eq!(stated(times).len(), 1, "{times}");
    }
    for times in [0.5, 0.84, 1.16, 3.0] {
        let facts = stated(times);
        assert_eq!(facts.len(), 2, "{times}");
        let agreement = if times < 1.0 { times } else { 1.0 / times };
        assert!(facts.iter().all(|fact| (f64::from(fact.confidence) - agreement).abs() < 0.001));
        assert_eq!(part(&facts[0], "output"), part(&facts[1], "output"));
    }
}

#[test]
fn an_unknown_crop_yields_nothing_known() {
    let field = polygon(&[&square([120.0, 30.0], 0.001)]);
    let facts = parcel(&field, &json!({"crop": "dragon fruit"})).expect("a parcel");
    assert_eq!((part(&facts[0], "crop"), part(&facts[0], "output")), ("dragon fruit", ""));
}

#[test]
fn outlines_that_enclose_no_field_are_refused() {
    let field = square([120.0, 30.0], 0.001);
    let bow = [[120.0, 30.0], [120.001, 30.001], [120.001, 30.0], [120.0, 30.001], [120.0, 30.0]];
    let flat = [[120.0, 30.0], [120.001, 30.0], [120.002, 30.0], [120.0, 30.0]];
    let hole_outside = square([121.0, 30.0], 0.0005);
    let swapped = square([30.0, 120.0], 0.001);
    let wide = square([120.0, 30.0], 1.5);
    for geometry in [
        polygon(&[&bow]),
        polygon(&[&flat]),
        polygon(&[&field, &hole_outside]),
        polygon(&[&swapped]),
        polygon(&[&wide]),
        polygon(&[&field[..4]]),
        polygon(&[]),
        json!({"type": "MultiPolygon", "coordinates": [[field], [field]]}),
        json!({"type": "MultiPolygon", "coordinates": []}),
        json!({"type": "Point", "coordinates": [120.0, 30.0]}),
        json!({"type": "Polygon", "coordinates": [[[1.0], [2.0], [3.0], [1.0]]]}),
        json!({"type": "Polygon", "coordinates": "here"}),
    ] {
        let refused = parcel(&geometry, &json!({})).expect_err("no field");
        assert_eq!(refused.code(), "import_polygon_invalid", "{geometry}");
    }
}

#[test]
fn limits_of_parcels() {
    let circle = |points: usize| -> Vec<[f64; 2]> {
        let at = |step: usize| {
            let turn = std::f64::consts::TAU * (step % (points - 1)) as f64 / (points - 1) as f64;
            [120.0 + 0.01 * turn.cos(), 30.0 + 0.01 * turn.sin()]
        };
        (0..points).map(at).collect()
    };
    assert!(parcel(&polygon(&[&circle(2_000)]), &json!({})).is_ok());
    let refused = parcel(&polygon(&[&circle(2_001)]), &json!({}));
    assert_eq!(refused, Err(ImportError::Limit("2,000 points of a parcel")));

    let rings = |count: usize| {
        let mut rings = vec![square([120.0, 30.0], 0.1)];
        rings.extend((1..count).map(|at| square([120.001 + 0.002 * at as f64, 30.01], 0.001)));
        parcel(&json!({"type": "Polygon", "coordinates": rings}), &json!({}))
    };
    assert!(rings(16).is_ok());
    assert_eq!(rings(17), Err(ImportError::Limit("16 rings of a parcel")));

    let feature = |at: usize, ring: &[[f64; 2]]| {
        json!({"type": "Feature", "id": at, "geometry": polygon(&[ring]),
            "properties": {"crop": "rice", "season": "2026", "observed": "2026-09-01"}})
    };
    let file = |rings: &[&[[f64; 2]]]| {
        let features: Vec<Value> =
            rings.iter().enumerate().map(|(at, ring)| feature(at, ring)).collect();
        json!({"type": "FeatureCollection", "features": features}).to_string()
    };
    let field = square([120.0, 30.0], 0.001);
    let fields = |count: usize| parcels(file(&vec![&field[..]; count]).as_bytes(), &KNOWLEDGE);
    assert_eq!(fields(1_000).expect("as many").len(), 1_000);
    assert_eq!(fields(1_001), Err(ImportError::Limit("1,000 parcels")));

    let (hundred, rest) = (circle(100), circle(101));
    let many = vec![&hundred[..]; 200];
    assert!(parcels(file(&many).as_bytes(), &KNOWLEDGE).is_ok());
    let mut more = many.clone();
    more[199] = &rest;
    let refused = parcels(file(&more).as_bytes(), &KNOWLEDGE);
    assert_eq!(refused, Err(ImportError::Limit("20,000 points of all parcels")));

    let mut text = file(&[&field]).into_bytes();
    text.resize(4 * 1024 * 1024, b' ');
    assert!(parcels(&text, &KNOWLEDGE).is_ok());
    text.push(b' ');
    assert_eq!(parcels(&text, &KNOWLEDGE), Err(ImportError::Limit("4 MiB of parcels")));
}

#[test]
fn a_form_becomes_facts_that_are_only_said() {
    let facts = form(&file("form.json"), &KNOWLEDGE).expect("a form");
    assert!(facts.iter().all(|fact| fact.source == Source::Declared));
    insta::assert_json_snapshot!(facts);
}

#[test]
fn a_form_holds_what_the_lists_have() {
    let read =
        |value: Value| form(value.to_string().as_bytes(), &KNOWLEDGE).map(|facts| facts.len());
    let unknown = |what| Err(ImportError::IdUnknown { record: 1, what });
    assert_eq!(read(json!({"industry": "piracy"})), unknown("industry"));
    assert_eq!(read(json!({"assets": [{"asset": "galleon", "count": 1}]})), unknown("asset"));
    let trucks = |count: u64| read(json!({"assets": [{"asset": "truck", "count": count}]}));
    assert_eq!((trucks(1), trucks(1_000_000)), (Ok(1), Ok(1)));
    let unreadable = Err(ImportError::Unreadable { row: 1, what: "count" });
    assert_eq!((trucks(0), trucks(1_000_001)), (unreadable.clone(), unreadable));
    let relations = |count: usize| {
        let of = |at: usize| json!({"name": at.to_string(), "relation": "upstream"});
        read(json!({"relations": (0..count).map(of).collect::<Vec<_>>()}))
    };
    assert_eq!(relations(100), Ok(100));
    assert_eq!(relations(101), Err(ImportError::Limit("100 entries of one list in a form")));
    assert_eq!(read(json!({})), Err(ImportError::Empty));
    let mut text = br#"{"industry":"road_freight"}"#.to_vec();
    text.resize(64 * 1024, b' ');
    assert!(form(&text, &KNOWLEDGE).is_ok());
    text.push(b' ');
    assert_eq!(form(&text, &KNOWLEDGE), Err(ImportError::Limit("64 KiB of a form")));
}

/// The rows of `bank.csv`, with real dates and numbers, on the second sheet.
fn workbook() -> Vec<u8> {
    let text = String::from_utf8(file("bank.csv")).expect("UTF-8");
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "说明").expect("written");
    let sheet = book.add_worksheet();
    let days = Format::new().set_num_format("yyyy-mm-dd");
    for (row, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        for (column, cell) in line.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (row, column) = (row as u32, column as u16);
            if let Ok(day) = ExcelDateTime::parse_from_str(cell)
                && cell.len() == 10
            {
                sheet.write_with_format(row, column, &day, &days).expect("written");
            } else if let Ok(number) = cell.parse::<f64>() {
                sheet.write(row, column, number).expect("written");
            } else {
                sheet.write(row, column, cell).expect("written");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// The same workbook with more entries in its zip file.
fn with_entries(book: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let archive = std::io::Cursor::new(book.to_vec());
    let mut writer = zip::ZipWriter::new_append(archive).expect("a zip");
    for (name, bytes) in more {
        writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

fn strings_replaced(book: &[u8], strings: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a zip");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).expect("an entry");
        if entry.name_raw() == b"xl/sharedStrings.xml" {
            drop(entry);
            writer
                .start_file("xl/sharedStrings.xml", SimpleFileOptions::default())
                .expect("an entry");
            writer.write_all(strings).expect("written");
        } else {
            writer.raw_copy_file(entry).expect("copied");
        }
    }
    writer.finish().expect("a zip").into_inner()
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

/// A page of three rows, as recognition reads it, and what may be wrong with it.
#[test]
fn a_photographed_page_counts_where_its_balances_run() {
    type Row = std::collections::BTreeMap<&'static str, &'static str>;
    let row = |date: &'static str, debit, credit, balance, counterparty| -> Row {
        let cells = [
            ("date", date),
            ("debit", debit),
            ("credit", credit),
            ("balance", balance),
            ("counterparty", counterparty),
        ];
        cells.into_iter().filter(|(_, text): &(_, &str)| !text.is_empty()).collect()
    };
    let rows = [
        row("2026-01-05", "", "12000.00", "32000.00", "云溪市岭川建材有限公司"),
        row("2026-01-12", "3200.00", "", "28800.00", "云溪市加油站"),
        row("2026-02-02", "", "5000.00", "33800.00", HAULIER),
        row("2026-02-03", "", "900.00", "34700.00", "浙江新禾粮油有限公司"),
    ];
    let source = Source::Photo {
        bundle: "ab".repeat(32),
        image: 1,
        grade: "B".to_owned(),
        regions: std::collections::BTreeMap::new(),
    };
    let read = |rows: &[Row]| {
        let (holder, account) = (Some(HAULIER), Some("3301 0000 0000 1234"));
        page(&Page { holder, account, rows, source: &source, confidence: 0.9 }, &owner())
    };
    let facts = read(&rows).expect("two months");
    let [january, february] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((part(january, "amount"), part(january, "expense")), ("12000.00", "3200.00"));
    assert_eq!((part(february, "amount"), part(february, "excluded")), ("900.00", "5000.00"));
    assert_eq!((part(january, "account"), january.confidence), ("3301000000001234", 0.9));
    assert_eq!(january.id, format!("{}-1-flow-2026-01", "ab".repeat(32)));
    assert_eq!((&january.source, january.kind.as_deref()), (&source, Some("bank_statement")));
    // The newest row first says the same.
    let mut reversed = rows.clone();
    reversed.reverse();
    assert_eq!(said(&read(&reversed).expect("two months")), said(&facts));
    // A row that was missed, one misread, one without a balance, and too few.
    let missed = [rows[0].clone(), rows[2].clone(), rows[3].clone()];
    assert!(matches!(read(&missed), Err(ImportError::BalanceBroken { .. })));
    let mut misread = rows.clone();
    misread[1].insert("debit", "3700.00");
    assert!(matches!(read(&misread), Err(ImportError::BalanceBroken { .. })));
    let mut without = rows.clone();
    without[1].remove("balance");
    assert_eq!(read(&without), Err(ImportError::Empty));
    assert_eq!(read(&rows[..1]), Err(ImportError::Empty));
    assert_eq!(read(&[]), Err(ImportError::Empty));
}
