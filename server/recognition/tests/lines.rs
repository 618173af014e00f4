//! From lines of text to kind, fields and objections: `tests/vectors/recognition/*.json` hold what
//! the engine read of the samples, `demo/samples/samples.json` what is printed on them. No engine is
//! needed here.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bailing_recognition::ocr::{OcrEngine, OcrError, TextLine};
use bailing_recognition::{CODES, Kinds, Recogniser, Recognition};
use bailing_vision::document::Document;
use bailing_vision::{Frame, PixelFormat, Quad};
use image::RgbImage;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Vector {
    asked: String,
    lines: Vec<TextLine>,
}

#[derive(Deserialize)]
struct Sample {
    file: String,
    kind: String,
    expect: String,
    fields: BTreeMap<String, String>,
}

fn kinds() -> Kinds {
    Kinds::built_in().expect("the files")
}

fn recognise(lines: &[TextLine], asked: Option<&str>) -> Recognition {
    Recogniser::new(None, kinds()).interpret(lines.to_vec(), asked)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn vector(name: &str) -> Vector {
    let path = root().join("tests/vectors/recognition").join(name).with_extension("json");
    serde_json::from_slice(&std::fs::read(path).expect(name)).expect(name)
}

fn samples() -> Vec<Sample> {
    let text = std::fs::read(root().join("demo/samples/samples.json")).expect("the list");
    let samples: Vec<Sample> = serde_json::from_slice(&text).expect("the list");
    samples.into_iter().filter(|sample| sample.expect == "accepted").collect()
}

#[test]
fn every_sample_is_read_as_it_is_printed() {
    let samples = samples();
    assert!(samples.len() >= 9, "{} samples", samples.len());
    for sample in samples {
        let vector = vector(&sample.file);
        assert_eq!(vector.asked, sample.kind, "{}", sample.file);
        let read = recognise(&vector.lines, Some(&vector.asked));
        let right = [&read.kind, &read.family].contains(&&sample.kind);
        assert!(right, "{}: {} of {}", sample.file, read.kind, read.family);
        assert_eq!(read.verdict.reasons(), [""; 0], "{}", sample.file);
        for (name, printed) in &sample.fields {
            let value = read.fields.get(name).map(|field| &field.value);
            assert_eq!(value, Some(printed), "{} {name}", sample.file);
        }
    }
}

/// What the buyer's and the seller's part of an invoice say.
const PARTY: [&str; 2] = ["名称：杭州宏远建材有限公司", "纳税人识别号：91350100M000100Y43"];

/// An invoice without its title: its own lines between those that all have.
fn untitled(own: &[(&str, f32, f32)], seller: [f32; 2]) -> Vec<TextLine> {
    let [left, row] = seller;
    let mut lines = vec![
        ("开票日期：2026年03月09日", 900.0, 1.0),
        (PARTY[0], 100.0, 3.0),
        (PARTY[1], 100.0, 4.0),
        ("价税合计（大写）壹佰壹拾叁元整", 100.0, 12.0),
        ("（小写）¥113.00", 900.0, 12.0),
        ("税率", 700.0, 6.0),
        ("税额", 900.0, 6.0),
        ("开票人：王俊杰", 700.0, 18.0),
        (PARTY[0], left, row),
        (PARTY[1], left, row + 1.0),
    ];
    lines.extend(own);
    page(&lines)
}

#[test]
fn invoices_without_a_title_are_told_apart_by_their_layout() {
    let kind = |lines: &[TextLine]| recognise(lines, Some("vat_invoice")).kind;
    let below = [100.0, 14.0];
    let beside = [800.0, 3.0];
    let number = ("发票号码：25332000000012345678", 900.0, 0.0);
    assert_eq!(kind(&untitled(&[number], beside)), "digital_invoice");
    let check = ("校验码：12345678901234567890", 900.0, 2.0);
    assert_eq!(kind(&untitled(&[check], below)), "vat_ordinary_invoice");
    let sheet = ("抵扣联", 600.0, 1.0);
    assert_eq!(kind(&untitled(&[sheet], below)), "vat_special_invoice");
    assert_eq!(kind(&untitled(&[], below)), "vat_invoice", "nothing says which");
    // A title that is read says more than any place.
    let titled = ("增值税专用发票", 500.0, 0.0);
    assert_eq!(kind(&untitled(&[titled, check], below)), "vat_special_invoice");
}

/// The title has two lines, and a bracket at the paper's edge is easily lost.
#[test]
fn a_digital_invoice_is_told_by_what_is_left_of_its_title() {
    let below = [100.0, 14.0];
    for title in
        ["电子发票（普通发票", "电子发票（增值税专用发票", "（普通发票）", "（增值税专用发票）"]
    {
        let read = recognise(&untitled(&[(title, 500.0, 0.0)], below), Some("vat_invoice"));
        assert_eq!(read.kind, "digital_invoice", "{title}");
    }
    let paper = recognise(&untitled(&[("浙江增值税普通发票", 500.0, 0.0)], below), None);
    assert_eq!(paper.kind, "vat_ordinary_invoice");
}

/// Of two names side by side neither is surely above the other.
#[test]
fn buyer_and_seller_of_a_digital_invoice_are_told_by_their_sides() {
    for (left, right) in [(2.0, 2.6), (2.6, 2.0)] {
        let page = page(&[
            ("电子发票（普通发票）", 500.0, 0.0),
            ("发票号码：25332000000012345678", 900.0, 0.0),
            ("名称：杭州宏远建材有限公司", 100.0, left),
            ("名称：云溪市顺远货运有限公司", 800.0, right),
            ("统一社会信用代码/纳税人识别号：91330399MA8RW62D6M", 100.0, left + 1.0),
            ("项目名称", 100.0, 5.0),
            ("税额", 1100.0, 5.0),
        ]);
        let read = recognise(&page, None);
        let field = |name: &str| read.fields.get(name).map(|field| field.value.as_str());
        assert_eq!(field("buyer"), Some("杭州宏远建材有限公司"), "{left} {right}");
        assert_eq!(field("seller"), Some("云溪市顺远货运有限公司"), "{left} {right}");
    }
}

#[test]
fn a_layout_makes_no_kind_of_what_is_none() {
    let paper = page(&[
        ("情况说明", 400.0, 0.0),
        (PARTY[1], 800.0, 2.0),
        ("兹证明上述情况属实", 100.0, 12.0),
    ]);
    assert_eq!(recognise(&paper, None).kind, "unknown");
}

#[test]
fn notes_of_what_comes_and_what_goes_are_told_apart_without_their_titles() {
    let goods = [("品名", 100.0, 4.0), ("数量", 500.0, 4.0), ("单价", 700.0, 4.0)];
    let with = |own: &[(&str, f32, f32)]| recognise(&page(&[&goods[..], own].concat()), None).kind;
    let goes = [("收货单位：杭州宏远建材有限公司", 100.0, 1.0), ("送货人：王俊杰", 100.0, 9.0)];
    assert_eq!(with(&goes), "delivery_note");
    let comes = [("供货单位：杭州宏远建材有限公司", 100.0, 1.0), ("验收：王俊杰", 100.0, 9.0)];
    assert_eq!(with(&comes), "warehouse_receipt");
}

#[test]
fn invoices_are_told_apart_by_their_titles() {
    for (file, kind) in [
        ("haulier-vat-invoice-1", "vat_special_invoice"),
        ("haulier-vat-invoice-2", "vat_ordinary_invoice"),
        ("shopkeeper-vat-invoice", "vat_ordinary_invoice"),
    ] {
        let vector = vector(file);
        assert_eq!(recognise(&vector.lines, None).kind, kind, "{file}");
        let untitled: Vec<_> =
            vector.lines.into_iter().filter(|line| !line.text.contains("发票（")).collect();
        let untitled = untitled.iter().filter(|line| !line.text.ends_with("发票")).cloned();
        let read = recognise(&untitled.collect::<Vec<_>>(), Some("vat_invoice"));
        assert_eq!(
            (read.kind.as_str(), read.verdict.name()),
            ("vat_invoice", "accepted"),
            "{file}"
        );
    }
}

/// The lines of a sample with one text in them replaced.
fn altered(sample: &str, from: &str, to: &str) -> Recognition {
    let mut vector = vector(sample);
    let mut count = 0;
    for line in vector.lines.iter_mut().filter(|line| line.text.contains(from)) {
        line.text = line.text.replace(from, to);
        count += 1;
    }
    assert!(count > 0, "{from} is not in {sample}");
    recognise(&vector.lines, Some(&vector.asked))
}

fn printed(sample: &str, field: &str) -> String {
    let sample = samples().into_iter().find(|of| of.file.starts_with(sample)).expect(sample);
    sample.fields.get(field).expect(field).clone()
}

#[test]
fn each_check_objects_to_what_it_is_for() {
    let code = printed("shopkeeper-business-licence", "uscc");
    let last = if code.ends_with('7') { '8' } else { '7' };
    let wrong = format!("{}{last}", &code[..17]);
    let read = altered("shopkeeper-business-licence", &code, &wrong);
    assert_eq!(read.verdict.reasons(), ["uscc_check_failed"]);
    let signal = read.signals.iter().find(|signal| signal.code == "uscc_check_failed");
    assert!(signal.expect("there").region.is_some());

    let read = altered("haulier-vat-invoice-1", "98100.00", "98200.00");
    assert!(read.verdict.reasons().iter().any(|code| code == "amount_words_mismatch"), "{read:?}");

    let read = altered("haulier-haulage-contract", "486,000", "468,000");
    assert_eq!(read.verdict.reasons(), ["amount_words_mismatch"]);

    let vin = printed("haulier-vehicle-licence", "vin");
    let swapped: String = [&vin[..9], &vin[10..11], &vin[9..10], &vin[11..]].concat();
    assert_ne!(vin, swapped);
    let read = altered("haulier-vehicle-licence", &vin, &swapped);
    assert_eq!(read.verdict.reasons(), ["vin_check_failed"]);
}

#[test]
fn letters_of_a_spaced_label_are_one_label() {
    let line = |text: &str, [left, top, right]: [f32; 3]| TextLine {
        text: text.to_owned(),
        confidence: 0.99,
        region: Quad::rectangle(left, top, right, top + 30.0),
        characters: Vec::new(),
    };
    let licence = [
        line("营业执照", [200.0, 0.0, 500.0]),
        line("名", [100.0, 60.0, 130.0]),
        line("称 云溪市百味食品商行有限公司", [190.0, 60.0, 500.0]),
        line("住", [100.0, 120.0, 130.0]),
        line("所浙江省云溪市南桥区柳巷街27号", [190.0, 120.0, 500.0]),
    ];
    let read = recognise(&licence, Some("business_licence"));
    assert_eq!(read.fields["company"].value, "云溪市百味食品商行有限公司");
    assert_eq!(read.fields["address"].value, "浙江省云溪市南桥区柳巷街27号");
    let certificate = [
        line("道路运输从业人员从业资格证", [100.0, 0.0, 500.0]),
        line("姓", [100.0, 60.0, 130.0]),
        line("名：王俊杰", [190.0, 60.0, 330.0]),
    ];
    assert_eq!(recognise(&certificate, None).fields["person"].value, "王俊杰");
}

#[test]
fn without_what_a_voucher_proves_a_person_looks() {
    for (sample, field) in [
        ("haulier-road-transport-permit", "plate"),
        ("haulier-vehicle-licence", "plate"),
        ("shopkeeper-business-licence", "company"),
    ] {
        let read = altered(sample, &printed(sample, field), "");
        assert!(!read.fields.contains_key(field), "{sample}");
        assert_eq!(read.verdict.reasons(), ["field_missing"], "{sample}");
    }
}

#[test]
fn another_kind_than_asked_for_is_said_so() {
    let waybill = vector("haulier-waybill");
    let read = recognise(&waybill.lines, Some("business_licence"));
    assert_eq!(
        (read.kind.as_str(), read.verdict.reasons()),
        ("waybill", &["kind_mismatch".into()][..])
    );
    let contract = vector("haulier-haulage-contract");
    assert_eq!(recognise(&contract.lines, Some("contract")).verdict.name(), "accepted");
    let nothing = recognise(&[], Some("waybill"));
    assert_eq!(
        (nothing.kind.as_str(), nothing.verdict.reasons()),
        ("unknown", &["kind_unknown".into()][..])
    );
    // A plate alone is a vehicle only where a vehicle was asked for.
    let truck = vector("haulier-truck");
    assert_eq!(recognise(&truck.lines, Some("waybill")).kind, "unknown");
    assert_eq!(recognise(&truck.lines, None).kind, "unknown");
}

#[test]
fn without_an_engine_or_with_a_broken_one_a_person_looks() {
    struct Broken;
    impl OcrEngine for Broken {
        fn name(&self) -> &str {
            "broken/1"
        }
        fn find(&self, _: &RgbImage) -> Result<Vec<Quad>, OcrError> {
            Err(OcrError::Engine("no memory".to_owned()))
        }
        fn read(&self, _: &RgbImage, _: &[Quad]) -> Result<Vec<TextLine>, OcrError> {
            Ok(Vec::new())
        }
    }
    let pixels = [0; 64];
    let frame = Frame::new(&pixels, 8, 8, 8, PixelFormat::Luma8).expect("a frame");
    let document = Document::NONE;
    let none = Recogniser::new(None, kinds());
    let read = none.recognise(&frame, &document, Some("waybill"));
    assert!(!none.has_engine());
    assert_eq!(
        (read.verdict.name(), read.verdict.reasons()),
        ("review", &["recognition_unavailable".into()][..])
    );
    let broken = Recogniser::new(Some(Box::new(Broken)), kinds());
    let read = broken.recognise(&frame, &document, Some("waybill"));
    assert_eq!(
        (read.verdict.name(), read.verdict.reasons()),
        ("review", &["ocr_failed".into()][..])
    );
}

#[test]
fn a_recognition_is_written_so() {
    let mut vector = vector("haulier-truck");
    vector.lines.truncate(2);
    insta::assert_json_snapshot!(recognise(&vector.lines, Some(&vector.asked)));
}

#[test]
fn a_table_and_its_items_are_written_so() {
    let rows = [["送货单", "", ""], ["品名", "数量", "金额"], ["大米", "12", "1,182.00"]];
    let mut lines = Vec::new();
    for (row, texts) in rows.iter().enumerate() {
        for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let (left, top) = (200.0 * column as f32, 50.0 * row as f32);
            let region = Quad::rectangle(left, top, left + 100.0, top + 30.0);
            lines.push(TextLine {
                text: (*text).to_owned(),
                confidence: 0.99,
                region,
                characters: Vec::new(),
            });
        }
    }
    let read = Recogniser::new(None, kinds()).interpret(lines, Some("delivery_note"));
    assert_eq!(read.kind, "delivery_note");
    insta::assert_json_snapshot!((read.tables, read.items, read.missing));
}

/// A page of lines, each with its left edge and its row.
fn page(lines: &[(&str, f32, f32)]) -> Vec<TextLine> {
    let line = |(text, left, row): &(&str, f32, f32)| {
        let (top, right) = (40.0 * row, left + 22.0 * text.chars().count() as f32);
        TextLine {
            text: (*text).to_owned(),
            confidence: 0.99,
            region: Quad::rectangle(*left, top, right, top + 30.0),
            characters: Vec::new(),
        }
    };
    lines.iter().map(line).collect()
}

#[test]
fn a_licence_says_its_scope_and_what_follows_from_it() {
    let licence = page(&[
        ("营业执照", 300.0, 0.0),
        ("统一社会信用代码：91350100M000100Y43", 100.0, 1.0),
        ("名称 闽东市顺远商贸有限公司", 100.0, 2.0),
        ("住所 福建省闽东市南桥区柳巷街27号", 100.0, 3.0),
        ("经营范围 许可项目：道路货物运输（不含危险", 100.0, 4.0),
        ("货物）；餐饮服务。一般项目：", 210.0, 5.0),
        ("五金产品零售", 210.0, 6.0),
        ("成立日期 2020年03月09日", 100.0, 7.0),
        ("组织机构代码：M000100Y-4", 100.0, 8.0),
    ]);
    let read = recognise(&licence, Some("business_licence"));
    let scope = &read.fields["scope"];
    assert_eq!(scope.value, "许可项目:道路货物运输(不含危险货物);餐饮服务。一般项目:五金产品零售");
    assert!(scope.raw.starts_with("经营范围 许可") && scope.raw.ends_with("\n五金产品零售"));
    assert_eq!(scope.region.expect("a place").bounds()[3], 270.0);
    assert_eq!(read.fields["industry"].value, "road_freight");
    assert_eq!(read.fields["industry"].region, scope.region);
    let region = &read.fields["region"];
    assert_eq!((region.value.as_str(), region.passed), ("福建", None));
    assert_eq!(region.raw, "住所 福建省闽东市南桥区柳巷街27号");
    let code = &read.fields["organisation_code"];
    assert_eq!((code.value.as_str(), code.passed), ("M000100Y4", Some(true)));
    // Without a scope its name says what it does.
    let without = licence.into_iter().filter(|line| {
        !(line.text.contains("范围") || (200.0..300.0).contains(&line.region.bounds()[0]))
    });
    let without: Vec<_> = without.collect();
    let read = recognise(&without, Some("business_licence"));
    assert!(!read.fields.contains_key("scope"));
    assert_eq!(read.fields["industry"].value, "wholesale");
}

#[test]
fn a_wrong_organisation_code_is_kept_and_its_only_correction_proposed() {
    let permit = page(&[
        ("开户许可证", 300.0, 0.0),
        ("核准号：J3310001234501", 100.0, 1.0),
        ("存款人名称：闽东市顺远商贸有限公司", 100.0, 2.0),
        ("组织机构代码：D2143S69-X", 100.0, 3.0),
    ]);
    let read = recognise(&permit, Some("account_permit"));
    let code = &read.fields["organisation_code"];
    assert_eq!((code.value.as_str(), code.passed), ("D2143S69X", Some(false)));
    assert_eq!(code.proposed.as_deref(), Some("D2143569X"));
    let objects = |code: &str| read.signals.iter().any(|signal| signal.code == code);
    assert!(objects("organisation_code_check_failed"));
}

#[test]
fn telephones_are_told_apart_by_their_place() {
    let note = page(&[
        ("送货单", 300.0, 0.0),
        ("收货单位：杭州宏远建材有限公司", 100.0, 1.0),
        ("联系电话：138 0574 0001", 100.0, 2.0),
        ("送货单位电话：0571-88001234", 100.0, 9.0),
    ]);
    let read = recognise(&note, Some("delivery_note"));
    assert_eq!(read.fields["phone"].value, "13805740001");
    assert_eq!(read.fields["phone"].raw, "联系电话：138 0574 0001");
    assert_eq!(read.fields["other_phone"].value, "0571-88001234");
    let invoice = |texts: &[(&str, f32, f32)]| recognise(&page(texts), Some("vat_invoice")).fields;
    let seller = ("地址、电话：杭州市文三路1号0571-88001234", 100.0, 8.0);
    let title = ("浙江增值税专用发票", 300.0, 0.0);
    let both = invoice(&[title, ("地址、电话：云溪市柳巷街2号13805740001", 100.0, 3.0), seller]);
    assert_eq!(both["buyer_phone"].value, "13805740001");
    assert_eq!(both["seller_phone"].value, "0571-88001234");
    // A buyer may leave its own out, a seller may not.
    let one = invoice(&[title, seller]);
    assert!(!one.contains_key("buyer_phone"));
    assert_eq!(one["seller_phone"].value, "0571-88001234");
}

#[test]
fn an_older_taxpayer_number_is_checked_as_one() {
    let receipt = page(&[
        ("加油费收据", 300.0, 0.0),
        ("油品：0号柴油", 100.0, 1.0),
        ("纳税人识别号：110105D21435690", 100.0, 2.0),
    ]);
    let read = recognise(&receipt, Some("fuel_receipt"));
    let number = &read.fields["taxpayer_number"];
    assert_eq!((number.value.as_str(), number.passed), ("110105D21435690", Some(false)));
    assert!(read.signals.iter().any(|signal| signal.code == "taxpayer_number_check_failed"));
}

fn any_line() -> impl Strategy<Value = TextLine> {
    let text = prop_oneof![
        "[营业执照增值税发票合同甲乙方:：¥0-9.,A-Z浙年月日万元整有限公司]{0,30}",
        "\\PC{0,40}",
        proptest::sample::select(vec![
            "增值税专用发票",
            "价税合计(大写)",
            "合同编号",
            "甲方:",
            "名称:",
            "注册资本",
            "道路运输证",
        ])
        .prop_map(str::to_owned),
    ];
    let number = prop_oneof![-1e4f32..1e4, Just(f32::NAN), Just(f32::INFINITY), Just(0.0)];
    (text, proptest::array::uniform8(number)).prop_map(|(text, n)| {
        let corners = [[n[0], n[1]], [n[2], n[3]], [n[4], n[5]], [n[6], n[7]]];
        let region = Quad { corners: corners.map(Into::into) };
        TextLine { text, confidence: 0.9, region, characters: Vec::new() }
    })
}

proptest! {
    #[test]
    fn any_lines_are_answered(
        lines in proptest::collection::vec(any_line(), 0..40),
        asked in proptest::option::of(proptest::sample::select(
            vec!["business_licence", "vat_invoice", "contract", "vehicle_photo", "?"])),
    ) {
        let read = recognise(&lines, asked);
        prop_assert!((0.0..=1.0).contains(&read.kind_score));
        for signal in &read.signals {
            prop_assert!(CODES.contains(&signal.code.as_ref()), "{}", signal.code);
        }
        prop_assert_eq!(read.text_lines.len(), lines.len());
    }
}
