//! Reading a bundle of 1.5 MB with two pictures, against the cryptography that it cannot do without.
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]
#![allow(missing_docs, reason = "criterion writes main")]

#[path = "../tests/device/mod.rs"]
mod device;

use std::hint::black_box;

use bailing_evidence::bundle::Reader;
use bailing_evidence::{digest, signature};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use device::{CONTEXT, Device};

/// Bytes of one picture: nothing in them repeats, as in a JPEG.
const PICTURE: usize = 750_000;

fn picture(seed: u32) -> Vec<u8> {
    let noise = (0u32..).map(|index| ((index ^ seed).wrapping_mul(2_654_435_761) >> 24) as u8);
    [0xff, 0xd8].into_iter().chain(noise).take(PICTURE).collect()
}

fn read(criterion: &mut Criterion) {
    let device = Device::new();
    let (one, two) = (picture(1), picture(2));
    let sealed = device.seal(&[&one, &two]);
    let key = device.key();
    let reader = Reader::open(sealed.as_slice()).expect("a bundle");
    let manifest = signature::verify(reader.cose(), &key, &CONTEXT).expect("signed");
    let message = b"a message of about the size of a manifest ".repeat(30);
    let signed = device.sign(&message).expect("signed");

    let mut group = criterion.benchmark_group("bundle of 1.5 MB");
    group.throughput(Throughput::Bytes(sealed.len() as u64));
    group.bench_function("verified and read", |bencher| {
        bencher.iter(|| {
            let reader = Reader::open(black_box(sealed.as_slice())).expect("a bundle");
            let manifest = signature::verify(reader.cose(), &key, &CONTEXT).expect("signed");
            reader.blobs(&manifest).map(|blob| blob.expect("a picture").len()).sum::<usize>()
        });
    });
    group.bench_function("bare cryptography: SHA-256, one ECDSA, two Ed25519", |bencher| {
        bencher.iter(|| {
            let hashes = [&one, &two].map(|picture| digest::sha256(black_box(picture)));
            let sound = key.verifies(black_box(&message), &signed);
            let recorded = manifest.images.iter().all(|image| {
                image.frame(&manifest.boot_id).is_signed(&manifest.session_key, &image.record)
            });
            assert!(sound && recorded);
            hashes
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
