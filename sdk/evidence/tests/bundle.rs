//! The container: what was sealed comes out again, and nothing else does.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod device;

use std::io::{ErrorKind, Read, Write};
use std::sync::LazyLock;

use bailing_evidence::bundle::{self, BundleError, Reader};
use bailing_evidence::key::PublicKey;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::{digest, limits, signature};
use proptest::prelude::*;

use device::{CONTEXT, Device, manifest, record};

/// Length of what comes before the signed part, and of a blob record before the blob.
const HEAD: usize = 8 + 1 + 4;
const RECORD: usize = 1 + 4 + 8 + 8 + 32;

/// Everything a server does with a bundle before it looks at pixels.
fn read(bundle: &[u8], key: &PublicKey) -> Result<(Manifest, Vec<Vec<u8>>), &'static str> {
    let reader = Reader::open(bundle).map_err(|error| error.code())?;
    signature::claimed_key(reader.cose()).map_err(|error| error.code())?;
    let manifest = signature::verify(reader.cose(), key, &CONTEXT).map_err(|error| error.code())?;
    let pictures: Result<Vec<_>, BundleError> = reader.blobs(&manifest).collect();
    Ok((manifest, pictures.map_err(|error| error.code())?))
}

fn jpeg() -> Vec<u8> {
    let noise = (0u32..3_000).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8);
    [0xff, 0xd8].into_iter().chain(noise).collect()
}

#[test]
fn what_was_sealed_comes_out_again() {
    let device = Device::new();
    let (jpeg, text) = (jpeg(), b"a picture that shrinks ".repeat(100));
    let pictures: [&[u8]; 3] = [&jpeg, &text, b""];
    let sealed = device.seal(&pictures);
    let (claims, found) = read(&sealed, &device.key()).expect("sound");
    assert_eq!(claims, manifest(&device.key().id(), &pictures));
    assert_eq!(found, pictures);
    // The JPEG as it is, the text compressed.
    assert!(sealed.windows(jpeg.len()).any(|window| window == jpeg));
    assert!(sealed.len() < HEAD + limits::SIGNED_BYTES.min(1_500) + jpeg.len() + text.len() / 2);
}

#[test]
fn no_more_than_the_signed_part_has_to_be_there_to_verify_it() {
    let device = Device::new();
    let sealed = device.seal(&[&jpeg()]);
    let cose = Reader::open(sealed.as_slice()).expect("sound").cose().to_vec();
    let length = HEAD + cose.len();
    for there in 0..sealed.len() {
        let expected = if there < HEAD { HEAD } else { length };
        assert_eq!(bundle::head_length(&sealed[..there]), expected, "{there} bytes");
    }
    assert_eq!(Reader::open(&sealed[..length]).expect("sound").cose(), cose);
    let promised = [&sealed[..HEAD - 4], &[0xff; 4]].concat();
    assert_eq!(bundle::head_length(&promised), HEAD + limits::SIGNED_BYTES);
}

#[test]
fn an_early_end_and_more_bytes_are_refused() {
    let device = Device::new();
    let mut sealed = device.seal(&[&jpeg(), &b"text ".repeat(50)]);
    for length in 0..sealed.len() {
        assert!(read(&sealed[..length], &device.key()).is_err(), "{length} bytes");
    }
    sealed.push(0);
    assert_eq!(read(&sealed, &device.key()), Err("bundle_malformed"));
}

#[test]
fn records_are_those_of_the_manifest_in_its_order() {
    let device = Device::new();
    let (one, two): (&[u8], &[u8]) = (b"\xff\xd8 one", b"\xff\xd8 two");
    let cose = device.cose(&manifest(&device.key().id(), &[one, two]));
    let with =
        |pictures: &[&[u8]]| read(&bundle::write(&cose, pictures).expect("written"), &device.key());
    assert!(with(&[one, two]).is_ok());
    assert_eq!(with(&[two, one]), Err("blob_digest_mismatch"));
    assert_eq!(with(&[one]), Err("bundle_malformed"));
    assert_eq!(with(&[one, two, two]), Err("bundle_malformed"));
    assert_eq!(with(&[one, b"\xff\xd8 longer"]), Err("blob_digest_mismatch"));
    // The second record, numbered as the first.
    let mut sealed = bundle::write(&cose, &[one, two]).expect("written");
    let second = sealed.len() - two.len() - RECORD;
    sealed[second + 4] = 0;
    assert_eq!(read(&sealed, &device.key()), Err("bundle_malformed"));
}

/// A bundle whose one picture, `raw`, is claimed to be the zstd bytes `encoded`.
fn compressed(raw: &[u8], encoded: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    promised(raw.len() as u64, digest::sha256(raw), encoded)
}

fn promised(length: u64, sha256: [u8; 32], encoded: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    static DEVICE: LazyLock<Device> = LazyLock::new(Device::new);
    let mut claims = manifest(&DEVICE.key().id(), &[b""]);
    (claims.images[0].blob_len, claims.images[0].blob_sha256) = (length, sha256);
    record(&mut claims);
    let mut sealed = bundle::write(&DEVICE.cose(&claims), &[]).expect("written");
    sealed.push(0x81);
    sealed.extend_from_slice(&0u32.to_be_bytes());
    sealed.extend_from_slice(&length.to_be_bytes());
    sealed.extend_from_slice(&(encoded.len() as u64).to_be_bytes());
    sealed.extend_from_slice(&sha256);
    sealed.extend_from_slice(encoded);
    read(&sealed, &DEVICE.key()).map(|(_, pictures)| pictures)
}

fn frame(raw: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(raw, 3).expect("compressed")
}

#[test]
fn one_zstd_frame_of_the_promised_length() {
    let raw = b"a picture that shrinks ".repeat(40);
    assert_eq!(compressed(&raw, &frame(&raw)), Ok(vec![raw.clone()]));
    let (one, two) = raw.split_at(400);
    let frames = [frame(one), frame(two)].concat();
    assert_eq!(compressed(&raw, &frames), Err("bundle_malformed"));
    assert_eq!(compressed(one, &frames), Err("bundle_malformed"));
    let trailing = [frame(&raw), vec![0]].concat();
    assert_eq!(compressed(&raw, &trailing), Err("bundle_malformed"));
    // A skippable frame is a frame, and not the picture.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9][..], &frame(&raw)].concat();
    assert!(compressed(&raw, &skippable).is_err());
    assert_eq!(compressed(&raw, b""), Err("bundle_limit_exceeded"));
    assert_eq!(compressed(&raw, &frame(&raw)[..20]), Err("bundle_malformed"));
    for length in [raw.len() - 1, raw.len() + 1] {
        let sha256 = digest::sha256(&raw);
        assert!(promised(length as u64, sha256, &frame(&raw)).is_err(), "{length}");
    }
}

#[test]
fn a_dictionary_is_refused() {
    let raw = b"a picture that shrinks ".repeat(40);
    let mut encoder =
        zstd::Encoder::with_dictionary(Vec::new(), 3, &raw).expect("a raw dictionary");
    encoder.write_all(&raw).expect("written");
    let encoded = encoder.finish().expect("finished");
    assert!(encoded.len() < frame(&raw).len());
    assert_eq!(compressed(&raw, &encoded), Err("bundle_malformed"));
}

#[test]
fn the_window_is_limited_exactly() {
    let raw = b"a picture that shrinks ".repeat(40);
    let with = |log| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
        encoder.window_log(log).expect("a window");
        encoder.write_all(&raw).expect("written");
        compressed(&raw, &encoder.finish().expect("finished"))
    };
    assert!(with(limits::WINDOW_LOG).is_ok());
    assert_eq!(with(limits::WINDOW_LOG + 1), Err("bundle_malformed"));
}

#[test]
fn the_ratio_is_limited_exactly() {
    // Zeros of any number take about twenty bytes: somewhere the ratio is met exactly.
    let ratio = usize::try_from(limits::COMPRESSION_RATIO).expect("small");
    let met = (5..100).find(|length| frame(&vec![0; ratio * length]).len() == *length);
    let length = ratio * met.expect("a length with that ratio");
    assert!(compressed(&vec![0; length], &frame(&vec![0; length])).is_ok());
    let more = vec![0; length + 1];
    assert_eq!(frame(&more).len(), met.expect("found"));
    assert_eq!(compressed(&more, &frame(&more)), Err("bundle_limit_exceeded"));
    // What would exceed it is stored as it is, so that a writer's bundle is always read.
    let device = Device::new();
    assert!(read(&device.seal(&[&more]), &device.key()).is_ok());
}

#[test]
fn a_promise_of_more_than_all_pictures_costs_nothing() {
    let encoded = frame(b"little");
    for length in [limits::RAW_BYTES + 1, u64::MAX] {
        assert_eq!(promised(length, [0; 32], &encoded), Err("bundle_limit_exceeded"));
    }
}

#[test]
fn lengths_are_limited_exactly() {
    let malformed = |bytes: &[u8]| Reader::open(bytes).expect_err("no bundle").code();
    // A picture of zeros that makes the bundle just as long, without ever lying in memory: all of it is
    // read, and then its hash is another one.
    let of_length = |length: u64| {
        let device = Device::new();
        let mut claims = manifest(&device.key().id(), &[b""]);
        claims.images[0].blob_len = length;
        record(&mut claims);
        let mut head = bundle::write(&device.cose(&claims), &[]).expect("written");
        head.push(0x01);
        head.extend_from_slice(&0u32.to_be_bytes());
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(&claims.images[0].blob_sha256);
        let whole = head.len() as u64 + length;
        let reader = Reader::open(head.chain(std::io::repeat(0).take(length))).expect("a bundle");
        let mut blobs = reader.blobs(&claims);
        let copied = blobs.copy_next(&mut std::io::sink()).expect("a picture");
        (whole, copied.expect_err("of another hash").code())
    };
    let longest = limits::BUNDLE_BYTES as u64;
    let (whole, _) = of_length(longest / 2);
    let fits = longest / 2 + (longest - whole);
    // The length itself takes as many bytes in the claims.
    assert_eq!(of_length(fits), (longest, "blob_digest_mismatch"));
    assert_eq!(of_length(fits + 1), (longest + 1, "bundle_limit_exceeded"));

    let cose = vec![0; limits::SIGNED_BYTES + 1];
    let error = bundle::write(&cose, &[]).expect_err("too long");
    assert_eq!(error.code(), "bundle_limit_exceeded");
    let mut longest = bundle::write(&cose[1..], &[]).expect("just fits");
    assert!(Reader::open(longest.as_slice()).is_ok());
    longest[HEAD - 4..HEAD].copy_from_slice(&(limits::SIGNED_BYTES as u32 + 1).to_be_bytes());
    longest.push(0);
    assert_eq!(malformed(&longest), "bundle_limit_exceeded");

    let pictures = [&b"\xff\xd8"[..]; limits::IMAGES + 1];
    assert!(bundle::write(&[], &pictures[1..]).is_ok());
    let error = bundle::write(&[], &pictures).expect_err("too many");
    assert_eq!(error.code(), "bundle_limit_exceeded");
}

/// Bytes that come one at a time, now and then with a pause, and perhaps not all.
struct Trickle<'a> {
    rest: &'a [u8],
    pause: bool,
    broken: bool,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.pause = !self.pause;
        match self.rest.split_first() {
            _ if self.pause => Err(ErrorKind::Interrupted.into()),
            Some((first, rest)) if !buffer.is_empty() => {
                (buffer[0], self.rest) = (*first, rest);
                Ok(1)
            }
            None if self.broken => Err(ErrorKind::ConnectionReset.into()),
            _ => Ok(0),
        }
    }
}

#[test]
fn pieces_of_any_size_make_the_same_bundle() {
    let device = Device::new();
    let (jpeg, text) = (jpeg(), b"a picture that shrinks ".repeat(100));
    let sealed = device.seal(&[&jpeg, &text]);
    let trickle = |broken, length| Trickle { rest: &sealed[..length], pause: false, broken };
    let outcome = |source: Trickle<'_>| -> Result<Vec<Vec<u8>>, BundleError> {
        let reader = Reader::open(source)?;
        let manifest = signature::verify(reader.cose(), &device.key(), &CONTEXT).expect("signed");
        reader.blobs(&manifest).collect()
    };
    assert_eq!(outcome(trickle(false, sealed.len())), Ok(vec![jpeg.clone(), text.clone()]));
    // A connection that breaks is not a bundle that ends, wherever it does.
    for length in [0, 10, 200, sealed.len() - jpeg.len(), sealed.len() - 1, sealed.len()] {
        let error = outcome(trickle(true, length)).expect_err("broken");
        assert_eq!(error.code(), "bundle_unreadable", "{length} bytes");
        if length < sealed.len() {
            let error = outcome(trickle(false, length)).expect_err("cut short");
            assert_eq!(error.code(), "bundle_malformed", "{length} bytes");
        }
    }
}

/// Where a picture is handed on may have no room.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_picture_that_cannot_be_handed_on_is_no_forgery() {
    let device = Device::new();
    let sealed = device.seal(&[&jpeg()]);
    let reader = Reader::open(sealed.as_slice()).expect("a bundle");
    let manifest = signature::verify(reader.cose(), &device.key(), &CONTEXT).expect("signed");
    let copied = reader.blobs(&manifest).copy_next(&mut Full).expect("a picture");
    assert_eq!(copied.expect_err("full").code(), "bundle_unreadable");
}

/// Every bit of a bundle, one after another.
#[test]
fn any_changed_bit_is_refused() {
    let (device, text) = (Device::new(), b"text ".repeat(50));
    let (picture, key) = (jpeg(), device.key());
    let sealed = device.seal(&[&picture, &text]);
    let mut ignored = Vec::new();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1 << bit;
            if let Ok((_, pictures)) = read(&bytes, &key) {
                assert_eq!(&pictures, &[picture.clone(), text.clone()]);
                ignored.push((at, bit));
            }
        }
    }
    eprintln!("{} bits changed, {} of them of no effect", sealed.len() * 8, ignored.len());
    // zstd ignores a bit of its frame's header: what comes out is what was signed.
    let frame_at = sealed.len() - frame(&text).len();
    assert!(ignored.len() <= 1 && ignored.iter().all(|(at, _)| *at == frame_at + 4), "{ignored:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(
        magic in any::<bool>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let key = PublicKey::from_bytes(&[4; 65]).expect("of that form");
        let head: &[u8] = if magic { b"\x89BLE\r\n\x1a\n\x01\x00\x00\x00\x20" } else { b"" };
        prop_assert!(read(&[head, &bytes].concat(), &key).is_err());
    }

    #[test]
    fn any_records_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut sealed = bundle::write(&[], &[]).expect("written");
        sealed.extend_from_slice(&bytes);
        let reader = Reader::open(sealed.as_slice()).expect("an empty signed part");
        let claims = manifest(&[0; 32], &[b"one"]);
        prop_assert!(reader.blobs(&claims).any(|blob| blob.is_err()));
    }
}
