//! What each fuzz target does with its bytes. The fuzzer calls it, and so does a test on the kept corpus.
#![allow(dead_code, reason = "each fuzz target uses its own")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bailing_attestation::{Anchors, Challenge, Policy, Statement, Verdict, Verifier, android};
use bailing_credit::import::{self, Owner};
use bailing_credit::{Fact, ImportError, Knowledge};
use bailing_evidence::bundle::{self, Reader};
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::{ImageClaim, Manifest};
use bailing_evidence::policy;
use bailing_evidence::signature::{self, Context};
use bailing_evidence::{digest, limits};
use bailing_recognition::{CODES, Kinds, ObjectModel, Recogniser, Taxonomy, TextLine, tampering};
use bailing_vision::still::Still;
use bailing_vision::{Frame, PixelFormat, Quad};
use coset::{Algorithm, CoseSign1Builder, Header, TaggedCborSerializable, iana};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// A bundle as a server gets it; and its records, where the signature were sound.
pub(crate) fn container(data: &[u8]) {
    let Ok(reader) = Reader::open(data) else { return };
    let _ = signature::claimed_key(reader.cose());
    let context = Context { server_origin: "https://bank.example", app_id: "org.bailing.example" };
    let key = PublicKey::from_bytes(&[4; 65]).expect("of that form");
    assert!(signature::verify(reader.cose(), &key, &context).is_err(), "nobody has that key");

    // The claims of the first record are taken from the record, so that the fuzzer gets past them.
    let records = &data[data.len().min(8 + 1 + 4 + reader.cose().len())..];
    let Some(head) = records.first_chunk::<53>() else { return };
    let raw_length = u64::from_be_bytes(head[5..13].try_into().expect("eight bytes"));
    let claims = manifest_of(raw_length, head[21..].try_into().expect("a hash"));
    let mut total = 0;
    for blob in reader.blobs(&claims).flatten() {
        assert_eq!(blob.len() as u64, raw_length, "a length that was not promised");
        assert_eq!(&digest::sha256(&blob), &head[21..], "a hash that was not promised");
        total += blob.len();
    }
    assert!(total as u64 <= limits::RAW_BYTES, "more than may come out");
}

/// Claims about one picture.
fn manifest_of(blob_len: u64, blob_sha256: [u8; 32]) -> Manifest {
    Manifest {
        nonce: Vec::new(),
        issued_at: 0,
        ticket: Vec::new(),
        boot_id: [0; 16],
        monotonic_start_ns: 0,
        monotonic_end_ns: 0,
        sequence: 0,
        previous: None,
        app_id: String::new(),
        app_version: String::new(),
        key_id: [0; 32],
        models: Vec::new(),
        images: vec![ImageClaim {
            monotonic_ns: 0,
            pixels_sha256: [0; 32],
            blob_sha256,
            blob_len,
            width: 0,
            height: 0,
            media_type: String::new(),
            kind: String::new(),
            signals: Vec::new(),
            verdict: String::new(),
            record: [0; 64],
        }],
        session_key: [0; 32],
        attestation: None,
    }
}

/// Claims: what is read is what would be written.
pub(crate) fn manifest(data: &[u8]) {
    if let Ok(manifest) = Manifest::from_cbor(data) {
        assert_eq!(manifest.to_cbor().as_deref(), Ok(data), "two forms of the same claims");
    }
    // The same bytes as a signed part.
    if let Ok(written) = bundle::write(data, &[]) {
        let reader = Reader::open(written.as_slice()).expect("its own bundle");
        let _ = signature::claimed_key(reader.cose());
    }
}

/// What the bank signs for its phones, and the same bytes under a signature that holds: what is read is what would be signed.
pub(crate) fn policy(data: &[u8]) {
    const ORIGIN: &str = "https://bank.example";
    static KEY: LazyLock<Ed25519KeyPair> =
        LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key"));
    let key = KEY.public_key().as_ref().try_into().expect("32 bytes");
    assert!(policy::Policy::open(data, &key, ORIGIN).is_err(), "nobody signed it");
    let alg = Some(Algorithm::Assigned(iana::Algorithm::EdDSA));
    let sign = |message: &[u8]| KEY.sign(message).as_ref().to_vec();
    let signed = CoseSign1Builder::new()
        .protected(Header { alg, ..Header::default() })
        .payload(data.to_vec())
        .create_signature(format!("bailing-policy-v1\0{ORIGIN}").as_bytes(), sign)
        .build();
    let signed = signed.to_tagged_vec().expect("encoded");
    if let Ok(policy) = policy::Policy::open(&signed, &key, ORIGIN) {
        let again = policy.sign(ORIGIN, |message| Ok::<_, String>(sign(message)));
        assert_eq!(again, Ok(signed), "two forms of the same policy");
    }
}

/// A key description inside a certificate that is otherwise sound.
pub(crate) fn key_description(data: &[u8]) {
    let _ = android::describe(&certificate(data));
    let _ = android::describe(data);
}

/// A certificate around a key description: only its shape is looked at.
fn certificate(description: &[u8]) -> Vec<u8> {
    const OID: &[u8] = b"\x06\x0a\x2b\x06\x01\x04\x01\xd6\x79\x02\x01\x11";
    const ALGORITHM: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
    const KEY: &[u8] =
        b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let extension = tlv(0x30, &[OID, &tlv(0x04, &[description])]);
    let extensions = tlv(0xa3, &[&tlv(0x30, &[&extension])]);
    let time = tlv(0x17, &[b"250101000000Z"]);
    let validity = tlv(0x30, &[&time, &time]);
    let point = tlv(0x03, &[&[0, 4], &[7; 64]]);
    let key = tlv(0x30, &[KEY, &point]);
    let name = tlv(0x30, &[]);
    let serial = tlv(0x02, &[&[1]]);
    let tbs = tlv(0x30, &[&serial, ALGORITHM, &name, &validity, &name, &key, &extensions]);
    tlv(0x30, &[&tbs, ALGORITHM, &tlv(0x03, &[&[0, 0x30, 0]])])
}

fn tlv(identifier: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = value.len();
    let mut bytes = match length {
        0..0x80 => vec![identifier, length as u8],
        0x80..0x100 => vec![identifier, 0x81, length as u8],
        0x100..0x1_0000 => vec![identifier, 0x82, (length >> 8) as u8, length as u8],
        _ => vec![identifier, 0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8],
    };
    bytes.extend_from_slice(&value);
    bytes
}

/// A chain, each certificate preceded by its length as a `u16`. The kept chain's own root is trusted.
pub(crate) fn chain(data: &[u8]) {
    let (mut certificates, mut rest) = (Vec::new(), data);
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (certificate, after) = after.split_at(length);
        certificates.push(certificate);
        rest = after;
    }
    let mut anchors = Anchors::default();
    if let Some(last) = certificates.last() {
        let _ = anchors.danger_trust(last);
    }
    let policy = Policy::default();
    let verifier = Verifier { anchors: &anchors, revocation: None, now: NOW, policy: &policy };
    // Whoever brings the root along may say anything, and must be answered.
    let statement = Statement::Android { chain: &certificates };
    let _ = verifier.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    let pinned = Verifier { anchors: &Anchors::default(), ..verifier };
    let verdict = pinned.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    assert!(matches!(verdict, Verdict::Rejected(_)), "accepted without Google's signature");
}

/// An attestation object, and the same bytes as an assertion.
pub(crate) fn app_attest(data: &[u8]) {
    let policy = Policy::default();
    let verifier =
        Verifier { anchors: &Anchors::default(), revocation: None, now: NOW, policy: &policy };
    let statement = Statement::AppAttest { object: data };
    let verdict = verifier.verify(&statement, &Challenge::Plain(b"a challenge of the server"));
    assert!(matches!(verdict, Verdict::Rejected(_)), "accepted without Apple's signature");
    let assertion = verifier.verify_assertion(data, b"manifest", &[4; 65], 0);
    assert!(assertion.is_err(), "nobody has that key");
}

/// A camera's file: its segments, Exif and tables of quantisation, beside pixels that may be another picture's.
pub(crate) fn jpeg(data: &[u8]) {
    let examine = |frame: &Frame<'_>| {
        let found = tampering::examine(data, frame);
        for signal in &found.signals {
            assert!(CODES.contains(&signal.code.as_ref()), "{}", signal.code);
            assert!(!signal.score.is_nan(), "{}", signal.code);
        }
        let picture = found.picture(frame, 32);
        assert!(picture.width() <= 32 && picture.height() <= 32, "larger than was asked for");
    };
    // The kept files are of this size, so that what their headers say fits the pixels.
    let grain = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8;
    let noise: Vec<u8> = (0..64 * 48 * 3).map(grain).collect();
    for [width, height] in [[64, 48], [48, 64]] {
        let frame = Frame::new(&noise, width, height, 3 * width as usize, PixelFormat::Rgb8);
        examine(&frame.expect("as many bytes as pixels"));
    }
    // A header may promise up to 64 million pixels, which take seconds.
    if let Ok(still) = Still::decode(data)
        && still.rgb().len() < 1 << 20
    {
        examine(&still.frame());
    }
}

/// Most bytes of a network: what the engine makes of a small one takes milliseconds.
const NETWORK: usize = 16 * 1024;

/// A network that somebody installs: its description, a zero byte, its ONNX file.
pub(crate) fn object_model(data: &[u8]) {
    static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| Taxonomy::built_in().expect("the file"));
    let Some(end) = data.iter().position(|byte| *byte == 0) else { return };
    let (description, file) = (&data[..end], &data[end + 1..]);
    let Ok(description) = std::str::from_utf8(description) else { return };
    if file.len() > NETWORK {
        return;
    }
    // What can be read has looked at a picture.
    if let Ok(model) = ObjectModel::read(file, description, &TAXONOMY) {
        assert!(!model.name().is_empty(), "a network without a name");
        assert!(model.classes().iter().all(|class| TAXONOMY.contains(class)), "no such class");
    }
}

/// A file of `kinds/` beside those that it may be like, and what is then read of a page.
pub(crate) fn kinds(data: &[u8]) {
    const NOTE: &str = include_str!("../../server/recognition/kinds/delivery_note.toml");
    const WAYBILL: &str = include_str!("../../server/recognition/kinds/waybill.toml");
    let Ok(text) = std::str::from_utf8(data) else { return };
    let files = [("delivery_note", NOTE), ("slip", text), ("waybill", WAYBILL)];
    let Ok(kinds) = Kinds::parse(files) else { return };
    let read = Recogniser::new(None, kinds).interpret(page(), Some("slip"));
    assert!((0.0..=1.0).contains(&read.kind_score), "{}", read.kind_score);
    for signal in &read.signals {
        assert!(CODES.contains(&signal.code.as_ref()), "{}", signal.code);
    }
}

/// A delivery note with a sum that is right and one that is not.
fn page() -> Vec<TextLine> {
    #[rustfmt::skip]
    const ROWS: [[&str; 4]; 7] = [
        ["送货单", "", "单号: XS-2026-0031", ""],
        ["收货单位:杭州宏远建材有限公司", "", "日期:2026年3月9日", ""],
        ["品名", "数量", "单价", "金额"],
        ["大米", "12", "98.50", "1,182.00"],
        ["面粉", "3袋", "-1", "99999999999999.99"],
        ["合计", "15", "", "¥1,182.00"],
        ["金额大写:壹仟壹佰捌拾贰元整", "账号:6222020200112230003", "收货人签字", "20260309"],
    ];
    let mut lines = Vec::new();
    for (row, texts) in ROWS.iter().enumerate() {
        for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let (left, top) = (200.0 * column as f32, 50.0 * row as f32);
            lines.push(TextLine {
                text: (*text).to_owned(),
                confidence: 0.9,
                region: Quad::rectangle(left, top, left + 150.0, top + 30.0),
                characters: Vec::new(),
            });
        }
    }
    lines
}

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

const OWNER: Owner<'static> =
    Owner { name: "云溪市顺远货运有限公司", person: Some("张三"), account: None };

/// An export of a bank or a platform, CSV or XLSX.
pub(crate) fn statement(data: &[u8]) {
    imported(import::statement(data, &OWNER));
}

/// Orders and receivables of another system, JSON.
pub(crate) fn orders(data: &[u8]) {
    imported(import::orders(data, OWNER.name));
}

/// Parcels of land, GeoJSON.
pub(crate) fn parcels(data: &[u8]) {
    imported(import::parcels(data, &KNOWLEDGE));
}

/// What a merchant says in a form, JSON.
pub(crate) fn form(data: &[u8]) {
    imported(import::form(data, &KNOWLEDGE));
}

/// Facts that a case takes, each of them once, or an error with a code.
fn imported(facts: Result<Vec<Fact>, ImportError>) {
    match facts {
        Err(error) => assert!(ImportError::CODES.contains(&error.code()), "{}", error.code()),
        Ok(facts) => {
            let ids: BTreeSet<&str> = facts.iter().map(|fact| fact.id.as_str()).collect();
            assert_eq!(ids.len(), facts.len(), "a fact that is there twice");
            for fact in &facts {
                assert!((0.0..=1.0).contains(&fact.confidence), "{}", fact.confidence);
                assert!(
                    fact.parts.values().all(|value| value.len() <= 512),
                    "longer than a case takes"
                );
            }
        }
    }
}

/// 2025-08-15, when the kept attestations are valid.
const NOW: i64 = 1_755_216_000;
