//! From stills to a bundle that a server would accept, and what it refuses to seal.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Cursor;

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{
    Capture, CaptureError, Chain, Config, DeviceKey, KeyError, Models, SealedBundle, Sealer, Slot,
};
use bailing_evidence::bundle::Reader;
use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::{ImageClaim, Manifest};
use bailing_evidence::signature::{self, Context};
use bailing_evidence::ticket::{Issuer, Ticket};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use ring::rand::SystemRandom;

const ORIGIN: &str = "https://bank.example";
const APP: &str = "org.bailing.example";

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn key() -> SoftwareKey {
    SoftwareKey::generate(SystemRandom::new()).expect("a key")
}

fn sealer(refuse_retake: bool) -> Sealer {
    let config = Config {
        server_origin: ORIGIN.to_owned(),
        app_id: APP.to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake,
    };
    Sealer::new(config, &Models::load().expect("networks"), [4; 16], &[5; 32])
}

fn ticket(key: &dyn DeviceKey) -> Vec<u8> {
    Issuer::new(&[9; 32]).issue(&Ticket {
        id: [1; 16],
        nonce: [2; 32],
        key_id: key.public_key().id(),
        issued_at: 1_000,
        expires_at: 1_600,
        kind: None,
    })
}

/// A grained, sharp picture, or a dark one.
fn picture(brightness: u8) -> Vec<u8> {
    let pixels = RgbImage::from_fn(960, 720, |x, y| {
        // Mixed twice: a product alone repeats along a row as evenly as a screen's raster.
        let mut grain = (y * 960 + x).wrapping_mul(2_654_435_761);
        grain = (grain ^ grain >> 15).wrapping_mul(2_246_822_519);
        grain = (grain ^ grain >> 13) >> 27;
        let block = if (x / 90 + y / 70) % 2 == 0 { brightness } else { brightness / 2 };
        Rgb([block.saturating_add(grain as u8 % (brightness / 8 + 1)); 3])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
    bytes.into_inner()
}

fn scene<'a>(encoded: &'a [u8], monotonic_ns: u64) -> Capture<'a> {
    Capture { encoded, kind: "shop_front", monotonic_ns, again: false }
}

/// Seals at the end of a chain, which takes the bundle in.
fn seal(
    sealer: &mut Sealer,
    captures: &[Capture<'_>],
    ticket: &[u8],
    chain: &mut Chain,
    key: &dyn DeviceKey,
    [wall_clock, monotonic_ns]: [u64; 2],
) -> Result<SealedBundle, CaptureError> {
    let slot = Slot { ticket, chain };
    let sealed = sealer.seal(captures, slot, key, wall_clock as i64, monotonic_ns)?;
    chain.append(sealed.signed_sha256);
    Ok(sealed)
}

/// The claims and the pictures, as a server reads them.
fn opened(sealed: &SealedBundle, key: &PublicKey) -> (Manifest, Vec<Vec<u8>>) {
    let reader = Reader::open(sealed.bytes.as_slice()).expect("a bundle");
    let context = Context { server_origin: ORIGIN, app_id: APP };
    let manifest = signature::verify(reader.cose(), key, &context).expect("signed");
    let pictures = reader.blobs(&manifest).map(|blob| blob.expect("a picture"));
    let pictures = pictures.collect();
    (manifest, pictures)
}

#[test]
fn what_was_captured_is_what_a_server_reads() {
    let (key, one, two) = (key(), picture(200), picture(160));
    let (mut sealer, mut chain, ticket) = (sealer(true), Chain::default(), ticket(&key));
    let captures = [scene(&one, 5), scene(&two, 6)];
    let sealed =
        seal(&mut sealer, &captures, &ticket, &mut chain, &key, [1_234, 7]).expect("sealed");
    let (manifest, pictures) = opened(&sealed, &key.public_key());
    assert_eq!(pictures, [one, two]);
    assert_eq!((manifest.nonce.as_slice(), manifest.issued_at), (&[2; 32][..], 1_234));
    assert_eq!((manifest.monotonic_start_ns, manifest.monotonic_end_ns), (5, 7));
    assert_eq!((manifest.boot_id, manifest.sequence, manifest.previous), ([4; 16], 0, None));
    for image in &manifest.images {
        assert_eq!((image.width, image.height, image.verdict.as_str()), (960, 720, "accepted"));
        for signal in &image.signals {
            assert!(signal.score.is_finite(), "{signal:?}");
        }
    }
    let named: Vec<&str> = manifest.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(
        named,
        [
            "document",
            "recapture-crop",
            "recapture-view",
            "quality/4",
            "recapture/2",
            "recapture-fft/2",
            "recapture-print/1"
        ]
    );
}

/// A page with lines on a desk, over all of it a raster finer than the camera's pixels; from so much nearer.
fn page_on_a_display(nearer: f32) -> Vec<u8> {
    let pixels = RgbImage::from_fn(1_200, 900, |x, y| {
        let [across, down] = [x, y].map(|place| place as f32 / nearer);
        let on_page = (160.0..800.0).contains(&across) && (130.0..650.0).contains(&down);
        let is_ink = (220.0..740.0).contains(&across) && (down as u32 / 12).is_multiple_of(3);
        let luma = if !on_page {
            70.0
        } else if is_ink && down > 190.0 && down < 600.0 {
            90.0
        } else {
            205.0
        };
        let raster = (std::f32::consts::TAU * 0.69 * (across + 0.11 * down)).sin();
        Rgb([(luma + 8.0 * raster) as u8; 3])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

/// A second photo is compared with the first where the app says that it shows the same.
#[test]
fn a_second_photo_is_sealed_with_what_it_settled() {
    let (key, [first, second]) = (key(), [1.0, 1.12].map(page_on_a_display));
    let ticket = ticket(&key);
    let moved = |again: bool| {
        let waybill = |encoded, again| Capture { encoded, kind: "waybill", monotonic_ns: 5, again };
        let captures = [waybill(&first, false), waybill(&second, again)];
        let (mut sealer, mut chain) = (sealer(false), Chain::default());
        let sealed =
            seal(&mut sealer, &captures, &ticket, &mut chain, &key, [1_234, 7]).expect("sealed");
        let (manifest, _) = opened(&sealed, &key.public_key());
        let signals =
            |image: &ImageClaim| image.signals.iter().find(|s| s.code == "moire_moved").cloned();
        manifest.images.iter().map(signals).collect::<Vec<_>>()
    };
    assert_eq!(moved(false), [None, None]);
    let [None, Some(signal)] = &moved(true)[..] else { panic!("no second look") };
    assert!(signal.score > 0.8, "{signal:?}");
}

#[test]
fn every_bundle_names_the_one_before() {
    let (key, encoded) = (key(), picture(200));
    let (mut sealer, mut chain, ticket) = (sealer(true), Chain::default(), ticket(&key));
    let mut previous = None;
    for sequence in 0..3 {
        let captures = [scene(&encoded, 1)];
        let sealed =
            seal(&mut sealer, &captures, &ticket, &mut chain, &key, [0, 2]).expect("sealed");
        let (manifest, _) = opened(&sealed, &key.public_key());
        assert_eq!((manifest.sequence, manifest.previous), (sequence, previous));
        let reader = Reader::open(sealed.bytes.as_slice()).expect("a bundle");
        previous = Some(digest::sha256(reader.cose()));
    }
    let stored = serde_json::to_string(&chain).expect("serialised");
    assert_eq!(serde_json::from_str::<Chain>(&stored).expect("and back"), chain);
}

/// A hardware key that the user's new fingerprint has invalidated.
struct Invalidated(PublicKey);

impl DeviceKey for Invalidated {
    fn public_key(&self) -> PublicKey {
        self.0
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, KeyError> {
        Err(KeyError { reason: "the key was invalidated".to_owned() })
    }
}

#[test]
fn what_cannot_be_sealed_leaves_the_chain_as_it_was() {
    let (key, good, dark) = (key(), picture(200), picture(24));
    let ticket = ticket(&key);
    let mut chain = Chain { next_sequence: 5, previous: Some([5; 32]) };
    let before = chain.clone();
    let mut refused = |refuse, captures: &[Capture<'_>], ticket: &[u8], key: &dyn DeviceKey| {
        let error = seal(&mut sealer(refuse), captures, ticket, &mut chain, key, [0, 2]);
        assert_eq!(chain, before);
        error.map(|_| ()).expect_err("to be refused")
    };
    assert_eq!(refused(true, &[], &ticket, &key).code(), "nothing_captured");
    let broken = [scene(&good[..500], 1)];
    assert_eq!(refused(true, &broken, &ticket, &key).code(), "image_damaged");
    assert_eq!(refused(true, &[scene(&good, 1)], b"no ticket", &key).code(), "ticket_invalid");
    let invalidated = Invalidated(key.public_key());
    let error = refused(true, &[scene(&good, 1)], &ticket, &invalidated);
    assert_eq!(error.code(), "signing_failed");
    let error = refused(true, &[scene(&good, 1), scene(&dark, 1)], &ticket, &key);
    let CaptureError::Retake { codes } = &error else { unreachable!("{error}") };
    assert!(codes.contains(&"too_dark".to_owned()), "{codes:?}");

    // A desktop may seal it all the same; the server then asks for another.
    let captures = [scene(&dark, 1)];
    let sealed =
        seal(&mut sealer(false), &captures, &ticket, &mut chain, &key, [0, 2]).expect("sealed");
    assert_eq!(opened(&sealed, &key.public_key()).0.images[0].verdict, "retake");
    assert_eq!(chain.next_sequence, 6);
}
