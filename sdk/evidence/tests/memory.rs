//! What reading a bundle of the greatest length takes, in a process of its own: prints it, and holds it
//! below eight mebibytes. Linux only, where a process can ask for its own peak.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stderr, reason = "the figure is what it is for")]

mod device;

use std::io::{Read, Write};

use bailing_evidence::bundle::{self, Reader};
use bailing_evidence::{limits, signature};
use ring::digest::{Context, SHA256};

use device::{CONTEXT, Device, manifest, record};

const MIB: u64 = 1024 * 1024;

/// The most memory that this process has had, bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
    kib.expect("a number") * 1024
}

/// A pattern without end that does not shrink.
fn noise() -> impl Read {
    struct Noise(u32);
    impl Read for Noise {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            for byte in buffer.iter_mut() {
                self.0 = self.0.wrapping_add(1);
                *byte = (self.0.wrapping_mul(2_654_435_761) >> 24) as u8;
            }
            Ok(buffer.len())
        }
    }
    Noise(0)
}

#[test]
fn the_longest_bundle_takes_little_memory() {
    let device = Device::new();
    // As long as fits beside the signed part.
    let length = limits::RAW_BYTES - MIB;
    let mut hash = Context::new(&SHA256);
    let (mut source, mut chunk) = (noise(), vec![0; MIB as usize]);
    for _ in 0..length / MIB {
        source.read_exact(&mut chunk).expect("noise");
        hash.update(&chunk);
    }
    let mut claims = manifest(&device.key().id(), &[b""]);
    claims.images[0].blob_len = length;
    claims.images[0].blob_sha256 = hash.finish().as_ref().try_into().expect("32 bytes");
    record(&mut claims);
    let mut head = bundle::write(&device.cose(&claims), &[]).expect("written");
    head.push(0x01);
    head.write_all(&0u32.to_be_bytes()).expect("memory");
    head.write_all(&[length.to_be_bytes(), length.to_be_bytes()].concat()).expect("memory");
    head.write_all(&claims.images[0].blob_sha256).expect("memory");

    let before = peak();
    let reader = Reader::open(head.chain(noise().take(length))).expect("a bundle");
    let verified = signature::verify(reader.cose(), &device.key(), &CONTEXT).expect("signed");
    let mut blobs = reader.blobs(&verified);
    assert_eq!(blobs.copy_next(&mut std::io::sink()), Some(Ok(())));
    assert_eq!(blobs.copy_next(&mut std::io::sink()), None);
    let more = peak() - before;
    eprintln!("{} MiB were verified with {} KiB more than before", length / MIB, more / 1024);
    assert!(more <= 8 * MIB, "{more} bytes");
}
