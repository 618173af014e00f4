//! Bundles in pieces, over networks that break and servers that go down.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use bailing_capture::SealedBundle;
use bailing_evidence::{bundle, digest};
use bailing_tests::{
    Answer, HostApp, Phone, Server, arriving, is_scaled, is_stored, objects_folder, page, refused,
    sample,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::{TempDir, tempdir};

/// Bundles are only taken here, not decided.
const TAKE: &[&str] = &["--allow-software-keys", "--workers", "0"];

const KIB: usize = 1024;

/// What a phone sends at once.
const PIECE: usize = 256 * KIB;

/// A JPEG with so many bytes behind its end, which decoders do not look at.
fn long(phone: &mut Phone, length: usize) -> SealedBundle {
    let ticket = phone.ticket();
    long_under(phone, length, &ticket)
}

fn long_under(phone: &mut Phone, length: usize, ticket: &[u8]) -> SealedBundle {
    let mut picture = sample("haulier-waybill.jpg");
    let end = picture.len();
    picture.resize(length, 0);
    ChaCha8Rng::seed_from_u64(1).fill_bytes(&mut picture[end..]);
    phone.seal(&picture, "waybill", ticket)
}

/// Sends the rest in pieces, and returns the last answer.
fn send_rest(phone: &Phone, bundle: &SealedBundle, mut from: usize) -> Answer {
    loop {
        let end = bundle.bytes.len().min(from + PIECE);
        let answer = phone.piece(&bundle.sha256(), from, &bundle.bytes[from..end]);
        if answer.status != 204 || end == bundle.bytes.len() {
            return answer;
        }
        assert_eq!(answer.offset(), end);
        from = end;
    }
}

/// The bundle was taken in, is what was sent, and nothing else takes up space.
fn taken_in(phone: &Phone, data: &TempDir, bundle: &SealedBundle) {
    assert_eq!(phone.bundle(&bundle.sha256()).body["state"], "received");
    let name = hex::encode(bundle.sha256());
    assert!(is_stored(data, &bundle.sha256(), bundle.bytes.len()));
    assert!(!arriving(data).contains(&name));
}

/// A PATCH from `from` on whose body is framed so, and what of it is sent.
fn unfinished(
    server: &Server,
    bundle: &SealedBundle,
    from: usize,
    framing: &str,
    sent: &[u8],
) -> TcpStream {
    let address = server.public().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "PATCH /api/v1/uploads/{} HTTP/1.1\r\nhost: bank\r\ntus-resumable: 1.0.0\r\n\
         upload-offset: {from}\r\ncontent-type: application/offset+octet-stream\r\n\
         {framing}\r\n\r\n",
        hex::encode(bundle.sha256()),
    )
    .and_then(|()| stream.write_all(sent))
    .expect("sent");
    stream
}

/// One that says it sends all from `from` on, and stops after `sent` bytes.
fn stalled(server: &Server, bundle: &SealedBundle, from: usize, sent: usize) -> TcpStream {
    let framing = format!("content-length: {}", bundle.bytes.len() - from);
    unfinished(server, bundle, from, &framing, &bundle.bytes[from..from + sent])
}

/// One that sends all from `from` on and does not end.
fn endless(server: &Server, bundle: &SealedBundle, from: usize) -> TcpStream {
    let rest = &bundle.bytes[from..];
    let chunk = [format!("{:x}\r\n", rest.len()).as_bytes(), rest, b"\r\n"].concat();
    unfinished(server, bundle, from, "transfer-encoding: chunked", &chunk)
}

/// Waits until the server has kept as many bytes: what was sent need not have arrived. How many it then has.
fn wait_for(phone: &Phone, bundle: &SealedBundle, least: usize) -> usize {
    for _ in 0..200 {
        let answer = phone.standing(&bundle.sha256());
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.offset() >= least {
            return answer.offset();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the server does not have {least} bytes after 10 s");
}

#[test]
fn pieces_come_to_what_one_put_does() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 900 * KIB);
    let length = bundle.bytes.len();
    refused(&phone.piece(&bundle.sha256(), 0, b"early"), 404, "upload_unknown");
    assert_eq!(phone.standing(&bundle.sha256()).status, 404);
    let begun = phone.begin(&bundle);
    assert_eq!((begun.status, begun.offset()), (201, 0), "{begun:?}");
    assert_eq!(
        begun.header("location"),
        format!("/api/v1/uploads/{}", hex::encode(bundle.sha256()))
    );
    assert!(begun.header("upload-expires").ends_with(" GMT"), "{begun:?}");
    let first = phone.piece(&bundle.sha256(), 0, &bundle.bytes[..PIECE]);
    assert_eq!((first.status, first.offset()), (204, PIECE), "{first:?}");
    let standing = phone.standing(&bundle.sha256());
    assert_eq!((standing.status, standing.offset()), (200, PIECE));
    assert_eq!(standing.header("upload-length"), length.to_string());
    assert_eq!(standing.header("cache-control"), "no-store");
    assert_eq!(standing.header("tus-resumable"), "1.0.0");
    // Whoever lost everything but the bundle finds it again.
    assert_eq!(phone.begin(&bundle).offset(), PIECE);
    // A piece that begins elsewhere changes nothing.
    let elsewhere = phone.piece(&bundle.sha256(), PIECE - 1, &bundle.bytes[PIECE - 1..]);
    refused(&elsewhere, 409, "upload_offset_mismatch");
    refused(&phone.piece(&bundle.sha256(), PIECE + 1, b"x"), 409, "upload_offset_mismatch");
    let last = send_rest(&phone, &bundle, PIECE);
    assert_eq!((last.status, last.offset()), (204, length), "{last:?}");
    taken_in(&phone, &data, &bundle);
    // Its answer may have been lost: everything that can be asked says that it is complete.
    assert_eq!(phone.standing(&bundle.sha256()).offset(), length);
    assert_eq!(phone.begin(&bundle).offset(), length);
    let again = phone.piece(&bundle.sha256(), PIECE, &bundle.bytes[PIECE..]);
    assert_eq!((again.status, again.offset()), (204, length), "{again:?}");
    assert_eq!(phone.put(&bundle).status, 200);
    assert!(arriving(&data).is_empty());
}

#[test]
fn any_pieces_will_do() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    // All at once.
    let bundle = long(&mut phone, 400 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    assert_eq!(phone.piece(&bundle.sha256(), 0, &bundle.bytes).status, 204);
    taken_in(&phone, &data, &bundle);
    // Cut before, in and after every part of the beginning, with empty pieces between.
    let bundle = long(&mut phone, 400 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    let head = bundle::head_length(&bundle.bytes);
    let mut from = 0;
    for end in [0, 1, 12, 13, 14, head - 1, head, head, head + 1, bundle.bytes.len()] {
        let answer = phone.piece(&bundle.sha256(), from, &bundle.bytes[from..end]);
        assert_eq!((answer.status, answer.offset()), (204, end), "{answer:?}");
        from = end;
    }
    taken_in(&phone, &data, &bundle);
    // By a client that can only POST.
    let bundle = long(&mut phone, 400 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    let headers = [
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
    ];
    let name = hex::encode(bundle.sha256());
    assert_eq!(phone.tus("POST", &name, &headers, Some(&bundle.bytes)).status, 204);
    taken_in(&phone, &data, &bundle);
}

#[test]
fn what_came_before_a_cut_counts() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 2_000 * KIB);
    let head = bundle::head_length(&bundle.bytes);
    assert_eq!(phone.begin(&bundle).status, 201);
    let mut from = 0;
    for sent in [0, 5, head - 6, 1, 700 * KIB, 1] {
        stalled(&server, &bundle, from, sent).shutdown(Shutdown::Both).expect("cut");
        from += sent;
        assert_eq!(wait_for(&phone, &bundle, from), from);
    }
    assert_eq!(send_rest(&phone, &bundle, from).status, 204);
    taken_in(&phone, &data, &bundle);
}

#[test]
fn a_killed_server_loses_no_more_than_a_piece() {
    let data = tempdir().expect("a folder");
    let mut server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 2_000 * KIB);
    let begun = phone.begin(&bundle);
    let mut from = 0;
    // Before, in and after the signed part; in the middle of a request each time.
    for sent in [7, PIECE + 7, 3 * PIECE, PIECE] {
        let cut = stalled(&server, &bundle, from, sent);
        let kept = wait_for(&phone, &bundle, (from + sent).saturating_sub(PIECE - 1));
        server.kill();
        drop(cut);
        server = Server::start(&data, None, TAKE);
        phone.moved_to(server.public());
        let standing = phone.standing(&bundle.sha256());
        assert!(standing.status == 200 && standing.offset() >= kept, "{standing:?}");
        assert!(standing.offset() <= from + sent, "{standing:?}");
        from = standing.offset();
    }
    // Since the signed part holds, it has longer.
    assert_ne!(phone.begin(&bundle).header("upload-expires"), begun.header("upload-expires"));
    assert_eq!(send_rest(&phone, &bundle, from).status, 204);
    taken_in(&phone, &data, &bundle);
}

#[test]
fn what_came_whole_and_was_not_taken_in_is_when_asked() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 600 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    assert_eq!(phone.piece(&bundle.sha256(), 0, &bundle.bytes[..PIECE]).status, 204);
    // All of it comes, and the request is cut off before its end.
    let cut = endless(&server, &bundle, PIECE);
    std::thread::sleep(Duration::from_millis(300));
    cut.shutdown(Shutdown::Both).expect("cut");
    assert_eq!(phone.bundle(&bundle.sha256()).status, 404);
    assert_eq!(wait_for(&phone, &bundle, bundle.bytes.len()), bundle.bytes.len());
    taken_in(&phone, &data, &bundle);
}

#[test]
fn the_newest_of_two_senders_gets_the_upload() {
    let data = tempdir().expect("a folder");
    let server = Server::configured(&data, "requests_per_second = 10000\n", None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 2_000 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    // The phone has lost this connection; the server does not know yet.
    let mut older = stalled(&server, &bundle, 0, 500 * KIB);
    let kept = wait_for(&phone, &bundle, 500 * KIB - PIECE);
    // What it has read and not kept yet, it keeps before it leaves.
    let mut answer = send_rest(&phone, &bundle, kept);
    while answer.status == 409 {
        let kept = phone.standing(&bundle.sha256()).offset();
        assert!(kept <= 500 * KIB, "{kept}");
        answer = send_rest(&phone, &bundle, kept);
    }
    assert_eq!(answer.status, 204, "{answer:?}");
    taken_in(&phone, &data, &bundle);
    let mut said = String::new();
    older.read_to_string(&mut said).expect("an answer");
    assert!(said.starts_with("HTTP/1.1 423"), "{said}");
    assert!(said.contains("upload_locked"), "{said}");

    // Many at once, each with the right bytes at the offset that it was told.
    let bundle = long(&mut phone, 3_000 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let phone = Phone::new(server.public());
                for _ in 0..400 {
                    let standing = phone.standing(&bundle.sha256());
                    if standing.status == 423 {
                        continue;
                    }
                    let from = standing.offset();
                    let end = bundle.bytes.len().min(from + 50 * KIB);
                    if from == end {
                        return;
                    }
                    let answer = phone.piece(&bundle.sha256(), from, &bundle.bytes[from..end]);
                    assert!([204, 409, 423].contains(&answer.status), "{answer:?}");
                }
                panic!("no end after 400 pieces");
            });
        }
    });
    taken_in(&phone, &data, &bundle);
}

#[test]
fn what_does_not_hold_is_refused_early_and_takes_no_space() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 900 * KIB);
    let head = bundle::head_length(&bundle.bytes);
    let changed = |at: usize| {
        let mut bytes = bundle.bytes.clone();
        bytes[at] ^= 1;
        SealedBundle { bytes, ..bundle.clone() }
    };
    let gone = |bundle: &SealedBundle| {
        assert_eq!(phone.standing(&bundle.sha256()).status, 404);
        assert!(arriving(&data).is_empty());
        assert_eq!(phone.bundle(&bundle.sha256()).status, 404);
    };
    for (at, status, code) in [
        (0, 422, "bundle_malformed"),
        (8, 422, "bundle_malformed"),
        (head - 1, 403, "signature_invalid"),
    ] {
        let forged = changed(at);
        assert_eq!(phone.begin(&forged).status, 201);
        refused(&phone.piece(&forged.sha256(), 0, &forged.bytes[..PIECE]), status, code);
        gone(&forged);
    }
    // The signed part in two pieces: nothing is known before the second.
    let forged = changed(head - 1);
    assert_eq!(phone.begin(&forged).status, 201);
    assert_eq!(phone.piece(&forged.sha256(), 0, &forged.bytes[..head - 1]).status, 204);
    let rest = &forged.bytes[head - 1..];
    refused(&phone.piece(&forged.sha256(), head - 1, rest), 403, "signature_invalid");
    gone(&forged);
    // What can only be seen at the end.
    let forged = changed(bundle.bytes.len() - 1);
    assert_eq!(phone.begin(&forged).status, 201);
    refused(&send_rest(&phone, &forged, 0), 422, "blob_digest_mismatch");
    gone(&forged);
    let length = bundle.bytes.len();
    assert_eq!(phone.begin_as(&"00".repeat(32), &length.to_string()).status, 201);
    refused(&phone.piece(&[0; 32], 0, &bundle.bytes), 422, "digest_mismatch");
    // Shorter than its signed part says.
    assert_eq!(phone.begin_as(&"00".repeat(32), "100").status, 201);
    refused(&phone.piece(&[0; 32], 0, &bundle.bytes[..100]), 422, "bundle_malformed");
    let mut stranger = Phone::new(server.public());
    let unknown = long_under(&mut stranger, 400 * KIB, &phone.ticket());
    assert_eq!(stranger.begin(&unknown).status, 201);
    refused(&stranger.piece(&unknown.sha256(), 0, &unknown.bytes), 403, "key_unknown");
    gone(&unknown);
    // None of that used anything up, and the operator reads of it.
    assert_eq!(phone.begin(&bundle).status, 201);
    assert_eq!(send_rest(&phone, &bundle, 0).status, 204);
    taken_in(&phone, &data, &bundle);
    let console = page(server.operator());
    assert!(console.contains("signature_invalid") && console.contains("digest_mismatch"));
}

#[test]
fn an_upload_may_take_longer_than_its_ticket_and_uses_it_up_all_the_same() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, &[TAKE, &["--ticket-seconds", "10"]].concat());
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let ticket = phone.ticket();
    let [slow, twin, late] = [300, 301, 302].map(|kib| long_under(&mut phone, kib * KIB, &ticket));
    for named_in_time in [&slow, &twin] {
        assert_eq!(phone.begin(named_in_time).status, 201);
    }
    std::thread::sleep(Duration::from_secs(11));
    refused(&phone.put(&late), 403, "ticket_expired");
    assert_eq!(phone.begin(&late).status, 201);
    refused(&phone.piece(&late.sha256(), 0, &late.bytes), 403, "ticket_expired");
    assert_eq!(send_rest(&phone, &slow, 0).status, 204);
    taken_in(&phone, &data, &slow);
    refused(&send_rest(&phone, &twin, 0), 409, "ticket_used");
    assert!(arriving(&data).is_empty());
}

#[test]
fn what_expires_is_swept() {
    let data = tempdir().expect("a folder");
    let server = Server::configured(&data, "", None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 400 * KIB);
    drop(server);
    if !is_scaled() {
        let stray = objects_folder(&data).join("incoming").join("ab".repeat(32));
        std::fs::create_dir_all(&stray).expect("made");
        std::fs::write(stray.join("00000000-00000009"), b"of nobody").expect("written");
        // Where pieces lay before they were sealed.
        let older = data.path().join("data/incoming");
        std::fs::create_dir_all(&older).expect("made");
        std::fs::write(older.join("cd".repeat(32)), b"in the clear").expect("written");
    }
    let toml = "upload_seconds = 5\n";
    let server = Server::configured(&data, toml, None, TAKE);
    phone.moved_to(server.public());
    assert_eq!(phone.begin(&bundle).status, 201);
    assert_eq!(phone.piece(&bundle.sha256(), 0, &bundle.bytes[..PIECE]).status, 204);
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(phone.standing(&bundle.sha256()).status, 404);
    refused(&phone.piece(&bundle.sha256(), PIECE, b"late"), 404, "upload_unknown");
    // The sweep comes every 10 s.
    for _ in 0..150 {
        if arriving(&data).is_empty() {
            assert!(!data.path().join("data/incoming").exists());
            // It can be begun again.
            assert_eq!(phone.begin(&bundle).offset(), 0);
            assert_eq!(phone.piece(&bundle.sha256(), 0, &bundle.bytes).status, 204);
            return taken_in(&phone, &data, &bundle);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("not swept within 15 s: {:?}", arriving(&data));
}

#[test]
fn uploads_are_bounded() {
    let data = tempdir().expect("a folder");
    let toml = "requests_per_second = 10000\nupload_bytes = 67108864\n";
    let server = Server::configured(&data, toml, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    // Of one key, signed and not completed.
    let mut begun = Vec::new();
    for _ in 0..9 {
        let bundle = long(&mut phone, 300 * KIB);
        assert_eq!(phone.begin(&bundle).status, 201);
        let answer = phone.piece(&bundle.sha256(), 0, &bundle.bytes[..PIECE]);
        if begun.len() == 8 {
            refused(&answer, 429, "uploads_full");
            assert_eq!(answer.header("retry-after"), "5");
            // What came of it is kept, and counts once there is a place.
            let first: &SealedBundle = &begun[0];
            let name = hex::encode(first.sha256());
            assert_eq!(phone.tus("DELETE", &name, &[], None).status, 204);
            assert_eq!(phone.tus("DELETE", &name, &[], None).status, 404);
            let from = phone.standing(&bundle.sha256()).offset();
            assert_eq!(from, bundle::head_length(&bundle.bytes));
            assert_eq!(send_rest(&phone, &bundle, from).status, 204);
            taken_in(&phone, &data, &bundle);
        } else {
            assert_eq!(answer.status, 204, "{answer:?}");
            begun.push(bundle);
        }
    }
    // Of all keys together: 62 MiB and these do not fit.
    let mut other = Phone::enrolled(server.public(), "haulier");
    let whole = long(&mut other, 63 * KIB * KIB);
    assert_eq!(other.begin(&whole).status, 201);
    let answer = other.piece(&whole.sha256(), 0, &whole.bytes[..PIECE]);
    refused(&answer, 503, "uploads_full");
    assert_eq!(answer.header("retry-after"), "5");
    // Of nobody, with nothing signed.
    for number in 0..1_023 {
        let name = format!("{number:064x}");
        assert_eq!(phone.begin_as(&name, "1000").status, 201, "{number}");
    }
    let answer = phone.begin_as(&"ff".repeat(32), "1000");
    refused(&answer, 503, "uploads_full");
    assert_eq!(answer.header("retry-after"), "5");
    // One that is there already is found all the same.
    assert_eq!(phone.begin_as(&format!("{:064x}", 0), "1000").status, 201);
}

#[test]
fn damaged_pieces() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 600 * KIB);
    assert_eq!(phone.begin(&bundle).status, 201);
    let mut from = 0;
    for end in [PIECE, 2 * PIECE, bundle.bytes.len()] {
        let sound = &bundle.bytes[from..end];
        let checksum = format!("sha256 {}", STANDARD.encode(digest::sha256(sound)));
        let send = |bytes: &[u8]| {
            phone.piece_with(&bundle.sha256(), from, bytes, &[("upload-checksum", &checksum)])
        };
        // In the first piece the signed part is damaged, which alone would refuse the bundle; or what
        // follows it, which would be seen at the very end.
        for at in [600, sound.len() - 1] {
            let mut damaged = sound.to_vec();
            damaged[at] ^= 1;
            refused(&send(&damaged), 460, "upload_checksum_mismatch");
            assert_eq!(phone.standing(&bundle.sha256()).offset(), from);
        }
        let answer = send(sound);
        assert_eq!((answer.status, answer.offset()), (204, end), "{answer:?}");
        from = end;
    }
    taken_in(&phone, &data, &bundle);
}

#[test]
fn hostile_headers() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, TAKE);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = long(&mut phone, 300 * KIB);
    let name = hex::encode(bundle.sha256());

    let abilities = phone.request("OPTIONS", "", &[], None);
    assert_eq!(abilities.status, 204);
    assert_eq!(abilities.header("tus-version"), "1.0.0");
    assert_eq!(abilities.header("tus-extension"), "creation,expiration,termination,checksum");
    assert_eq!(abilities.header("tus-max-size"), "67108864");
    assert_eq!(abilities.header("tus-checksum-algorithm"), "sha256,sha1");
    assert_eq!(phone.request("OPTIONS", &name, &[], None).header("tus-version"), "1.0.0");

    for version in [None, Some(("tus-resumable", "0.2.2")), Some(("tus-resumable", ""))] {
        let headers: Vec<_> = version.into_iter().collect();
        for (method, name, body) in [
            ("POST", "", Some(&[][..])),
            ("HEAD", name.as_str(), None),
            ("PATCH", name.as_str(), Some(&bundle.bytes[..])),
            ("DELETE", name.as_str(), None),
        ] {
            let answer = phone.request(method, name, &headers, body);
            assert_eq!(answer.status, 412, "{method} {answer:?}");
            assert_eq!(answer.header("tus-version"), "1.0.0");
            if method != "HEAD" {
                refused(&answer, 412, "upload_version_unsupported");
            }
        }
    }

    for length in ["", "0", "-1", "+1", "1e3", "0x10", "12 34", "99999999999999999999"] {
        refused(&phone.begin_as(&name, length), 400, "request_malformed");
    }
    refused(&phone.begin_as(&name, "67108865"), 413, "request_too_large");
    for hash in ["", "ab", &"zz".repeat(32), &"ab".repeat(33)] {
        refused(&phone.begin_as(hash, "1000"), 422, "request_unusable");
    }
    let metadata = format!("sha256 {}", STANDARD.encode(&name));
    for metadata in ["", ",", "sha256", "sha256 ***", "name YQ==", &metadata.repeat(2)] {
        let headers = [("upload-length", "1000"), ("upload-metadata", metadata)];
        refused(&phone.tus("POST", "", &headers, Some(&[])), 422, "request_unusable");
    }
    for missing in [&[("upload-length", "1000")][..], &[("upload-metadata", metadata.as_str())][..]]
    {
        refused(&phone.tus("POST", "", missing, Some(&[])), 400, "request_malformed");
    }
    assert!(arriving(&data).is_empty());

    assert_eq!(phone.begin(&bundle).status, 201);
    refused(&phone.begin_as(&name, "1000"), 400, "request_malformed");
    let piece = ("content-type", "application/offset+octet-stream");
    for offset in ["", "-1", "+0", "0.0", "99999999999999999999"] {
        let headers = [piece, ("upload-offset", offset)];
        refused(&phone.tus("PATCH", &name, &headers, Some(b"x")), 400, "request_malformed");
    }
    refused(&phone.tus("PATCH", &name, &[piece], Some(b"x")), 400, "request_malformed");
    let other = [("content-type", "application/octet-stream"), ("upload-offset", "0")];
    refused(&phone.tus("PATCH", &name, &other, Some(b"x")), 415, "content_type_wrong");
    for checksum in ["", "sha256", "md5 AAAA", "sha256 AAAA", "sha256 ***"] {
        let answer = phone.piece_with(&bundle.sha256(), 0, b"x", &[("upload-checksum", checksum)]);
        refused(&answer, 400, "request_malformed");
    }
    for name in ["no-hash", "%00", &"0".repeat(63)] {
        refused(&phone.tus("DELETE", name, &[], None), 400, "request_malformed");
    }
    refused(&phone.tus("DELETE", &"00".repeat(32), &[], None), 404, "upload_unknown");
    refused(&phone.tus("POST", &name, &[], Some(b"x")), 405, "request_malformed");
    // More than was said, with its length told and not.
    let more = [&bundle.bytes[..], b"more"].concat();
    refused(&phone.piece(&bundle.sha256(), 0, &more), 413, "request_too_large");
    let address = server.public().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "PATCH /api/v1/uploads/{name} HTTP/1.1\r\nhost: bank\r\ntus-resumable: 1.0.0\r\n\
         upload-offset: 0\r\n{}: {}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
         {:x}\r\n",
        piece.0,
        piece.1,
        more.len()
    )
    .and_then(|()| stream.write_all(&more))
    .and_then(|()| stream.write_all(b"\r\n0\r\n\r\n"))
    .expect("sent");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("an answer");
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    // After all of that it still works.
    let from = phone.standing(&bundle.sha256()).offset();
    assert_eq!(send_rest(&phone, &bundle, from).status, 204);
    taken_in(&phone, &data, &bundle);
}

#[test]
fn one_merchant_begins_no_more_than_its_share() {
    let data = tempdir().expect("a folder");
    let app = HostApp::new("one");
    let server = Server::configured(&data, &app.configuration(data.path()), None, TAKE);
    let phone = Phone::of(&app, server.public(), "haulier");
    let name = |number: u32| format!("{number:064x}");
    for number in 0..16 {
        assert_eq!(phone.begin_as(&name(number), "1000").status, 201, "{number}");
    }
    refused(&phone.begin_as(&name(16), "1000"), 429, "uploads_full");
    assert_eq!(phone.begin_as(&name(3), "1000").status, 201, "one that it has begun");
    let other = Phone::of(&app, server.public(), "shopkeeper");
    assert_eq!(other.begin_as(&name(16), "1000").status, 201);
    assert_eq!(phone.tus("DELETE", &name(0), &[], None).status, 204);
    assert_eq!(phone.begin_as(&name(17), "1000").status, 201);
}
