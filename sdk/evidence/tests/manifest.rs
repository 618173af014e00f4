//! The claims: one encoding each, limits that hold exactly.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod device;

use bailing_evidence::limits;
use bailing_evidence::manifest::{ImageClaim, Manifest, ModelClaim, SignalClaim};
use ciborium::Value;
use proptest::prelude::*;

use device::manifest;

fn sample() -> Manifest {
    manifest(&[8; 32], &[b"\xff\xd8 a picture"])
}

#[test]
fn a_manifest_is_read_so() {
    insta::assert_json_snapshot!(sample());
}

#[test]
fn a_manifest_is_signed_so() {
    let bytes = sample().to_cbor().expect("encoded");
    let lines: Vec<String> = bytes
        .chunks(32)
        .map(|chunk| chunk.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

fn with(change: impl FnOnce(&mut Manifest)) -> Result<(), &'static str> {
    let mut manifest = sample();
    change(&mut manifest);
    let bytes = manifest.to_cbor().map_err(|error| error.code())?;
    assert_eq!(Manifest::from_cbor(&bytes), Ok(manifest));
    Ok(())
}

#[test]
fn limits_hold_exactly() {
    const EXCEEDED: Result<(), &str> = Err("manifest_limit_exceeded");
    let texts: [fn(&mut Manifest, String); 7] = [
        |manifest, text| manifest.app_id = text,
        |manifest, text| manifest.app_version = text,
        |manifest, text| manifest.models[0].name = text,
        |manifest, text| manifest.images[0].media_type = text,
        |manifest, text| manifest.images[0].kind = text,
        |manifest, text| manifest.images[0].verdict = text,
        |manifest, text| manifest.images[0].signals[0].code = text,
    ];
    for (place, put) in texts.into_iter().enumerate() {
        let longest = format!("{}a", "证".repeat(limits::TEXT_BYTES / 3));
        assert_eq!(with(|manifest| put(manifest, longest.clone())), Ok(()), "place {place}");
        let longer = format!("{longest}b");
        assert_eq!(with(|manifest| put(manifest, longer)), EXCEEDED, "place {place}");
        let control = "a\u{0}b".to_owned();
        let malformed = Err("manifest_malformed");
        assert_eq!(with(|manifest| put(manifest, control)), malformed, "place {place}");
    }
    type Put = fn(&mut Manifest, usize);
    let many: [(usize, Put); 5] = [
        (64, |manifest, count| manifest.nonce = vec![1; count]),
        (limits::TICKET_BYTES, |manifest, count| manifest.ticket = vec![1; count]),
        (limits::MODELS, |manifest, count| {
            manifest.models = vec![manifest.models[0].clone(); count];
        }),
        (limits::IMAGES, |manifest, count| {
            manifest.images = vec![manifest.images[0].clone(); count];
        }),
        (limits::SIGNALS, |manifest, count| {
            let signal = manifest.images[0].signals[0].clone();
            manifest.images[0].signals = vec![signal; count];
        }),
    ];
    for (limit, put) in many {
        assert_eq!(with(|manifest| put(manifest, limit)), Ok(()), "{limit}");
        assert_eq!(with(|manifest| put(manifest, limit + 1)), EXCEEDED, "{limit}");
    }
    assert_eq!(with(|manifest| manifest.images.clear()), Err("manifest_malformed"));
    for score in [f32::NAN, f32::INFINITY] {
        let put = |manifest: &mut Manifest| manifest.images[0].signals[0].score = score;
        assert_eq!(with(put), Err("manifest_malformed"));
    }
}

/// Claims in the outer map.
const CLAIMS: usize = 16;

/// The claims as a CBOR map, changed and read again.
fn changed(change: impl FnOnce(&mut Vec<(Value, Value)>)) -> &'static str {
    let bytes = sample().to_cbor().expect("encoded");
    let mut value: Value = ciborium::from_reader(bytes.as_slice()).expect("CBOR");
    let claims = value.as_map_mut().expect("a map");
    assert_eq!(claims.len(), CLAIMS);
    change(claims);
    let mut bytes = Vec::new();
    ciborium::into_writer(&value, &mut bytes).expect("encoded");
    Manifest::from_cbor(&bytes).expect_err("to be refused").code()
}

#[test]
fn other_claims_another_order_and_other_types_are_refused() {
    const MALFORMED: &str = "manifest_malformed";
    assert_eq!(changed(|claims| claims.swap(0, 1)), MALFORMED);
    assert_eq!(changed(|claims| drop(claims.pop())), MALFORMED);
    assert_eq!(changed(|claims| claims.push((7.into(), 1.into()))), MALFORMED);
    assert_eq!(changed(|claims| claims.push(claims[0].clone())), MALFORMED);
    assert_eq!(changed(|claims| claims[0].0 = 5.into()), MALFORMED);
    for index in 0..CLAIMS {
        let put = |value: Value| changed(|claims| claims[index].1 = value);
        assert_eq!(put(Value::Bool(true)), MALFORMED, "claim {index}");
        assert_eq!(put(Value::Array(vec![Value::Null])), MALFORMED, "claim {index}");
    }
}

#[test]
fn longer_forms_of_the_same_claims_are_refused() {
    let bytes = sample().to_cbor().expect("encoded");
    // The map's length, and its first key, in a byte more than they take.
    let map = [&[0xb8, bytes[0] & 0x1f], &bytes[1..]].concat();
    let key = [&[bytes[0], 0x18, bytes[1]], &bytes[2..]].concat();
    let tagged = [&[0xc1], bytes.as_slice()].concat();
    for longer in [map, key, tagged] {
        assert_eq!(Manifest::from_cbor(&longer).expect_err("longer").code(), "manifest_malformed");
    }
}

prop_compose! {
    fn image()(
        monotonic_ns: u64, blob_len: u64, width: u32, height: u32, hash: [u8; 32],
        kind in "[a-z_]{0,30}", verdict in "\\PC{0,40}",
        signals in proptest::collection::vec(("[a-z_]{1,20}", -1e9f32..1e9, any::<i16>()), 0..8),
    ) -> ImageClaim {
        let signals = signals.into_iter().map(|(code, score, threshold)| {
            SignalClaim { code, score, threshold: f32::from(threshold) / 64.0 }
        });
        ImageClaim {
            monotonic_ns, pixels_sha256: hash, blob_sha256: hash, blob_len, width, height,
            media_type: "image/jpeg".to_owned(), kind, signals: signals.collect(), verdict,
            record: [hash, hash].concat().try_into().expect("64 bytes"),
        }
    }
}

prop_compose! {
    fn any_manifest()(
        nonce in proptest::collection::vec(any::<u8>(), 0..=64),
        ticket in proptest::collection::vec(any::<u8>(), 0..=512),
        issued_at: i64, boot_id: [u8; 16], monotonic_start_ns: u64, monotonic_end_ns: u64,
        sequence: u64, previous: Option<[u8; 32]>, key_id: [u8; 32],
        app_id in "\\PC{0,60}", app_version in "[0-9.]{0,12}",
        models in proptest::collection::vec(("\\PC{0,40}", any::<[u8; 32]>()), 0..4),
        images in proptest::collection::vec(image(), 1..4),
    ) -> Manifest {
        let models = models.into_iter().map(|(name, sha256)| ModelClaim { name, sha256 });
        Manifest {
            nonce, issued_at, ticket, boot_id, monotonic_start_ns, monotonic_end_ns, sequence,
            previous, app_id, app_version, key_id, models: models.collect(), images, session_key: key_id,
            attestation: previous,
        }
    }
}

proptest! {
    #[test]
    fn every_manifest_survives_cbor_and_json(manifest in any_manifest()) {
        let bytes = manifest.to_cbor().expect("within limits");
        prop_assert_eq!(&Manifest::from_cbor(&bytes).expect("read again"), &manifest);
        let json = serde_json::to_string(&manifest).expect("serialised");
        prop_assert_eq!(serde_json::from_str::<Manifest>(&json).expect("read again"), manifest);
    }

    /// One byte changed: another manifest in its one form, or none.
    #[test]
    fn what_is_read_is_what_would_be_written(at in any::<proptest::sample::Index>(), byte: u8) {
        let mut bytes = sample().to_cbor().expect("encoded");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(manifest) = Manifest::from_cbor(&bytes) {
            prop_assert_eq!(manifest.to_cbor().expect("encoded"), bytes);
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Manifest::from_cbor(&bytes).is_err());
    }
}
