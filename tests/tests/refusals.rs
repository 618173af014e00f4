//! What the door refuses, each with its stable code, against the real server process.

use bailing_tests::{Phone, Server, page, refused, sample};
use serde_json::json;
use tempfile::tempdir;

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

#[test]
fn forged_bundles() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let picture = sample("haulier-waybill.jpg");
    let before = phone.chain();
    let bundle = phone.seal(&picture, "waybill", &phone.ticket());
    let change = |at: usize| {
        let mut bytes = bundle.bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    let end = bundle.bytes.len();
    let blob = end - picture.len();
    refused(&phone.put_bytes(&change(end - 1000)), 422, "blob_digest_mismatch");
    // The blob's record: its hash, then its lengths, then its index, then its kind.
    refused(&phone.put_bytes(&change(blob - 1)), 422, "blob_digest_mismatch");
    refused(&phone.put_bytes(&change(blob - 41)), 422, "blob_digest_mismatch");
    refused(&phone.put_bytes(&change(blob - 49)), 422, "bundle_malformed");
    refused(&phone.put_bytes(&change(blob - 53)), 422, "bundle_malformed");
    refused(&phone.put_bytes(&change(blob - 54)), 403, "signature_invalid");
    refused(&phone.put_bytes(&change(0)), 422, "bundle_malformed");
    refused(&phone.put_bytes(&change(8)), 422, "bundle_malformed");
    refused(&phone.put_bytes(&bundle.bytes[..end - 1]), 422, "bundle_malformed");
    refused(&phone.put_bytes(&[&bundle.bytes[..], &[0]].concat()), 422, "bundle_malformed");
    refused(&phone.put_bytes(b""), 422, "bundle_malformed");
    refused(&phone.put_as(&"00".repeat(32), &bundle.bytes), 422, "digest_mismatch");
    refused(&phone.put_as("no-hash", b""), 400, "request_malformed");

    // Meant for another server.
    let ticket = phone.ticket();
    let mut elsewhere = Phone::signing_for(server.public(), "https://another.example");
    assert_eq!(elsewhere.enrol("haulier").status, 201);
    let ticket_elsewhere = elsewhere.ticket();
    let astray = elsewhere.seal(&picture, "waybill", &ticket_elsewhere);
    refused(&elsewhere.put(&astray), 403, "signature_invalid");

    // Another key's ticket, no ticket at all.
    let mut other = Phone::enrolled(server.public(), "haulier");
    let borrowed = other.seal(&picture, "waybill", &ticket);
    refused(&other.put(&borrowed), 403, "ticket_wrong_key");
    let mut unread = ticket.clone();
    *unread.last_mut().expect("a ticket") ^= 1;
    phone.restore(before.clone());
    let invented = phone.seal(&picture, "waybill", &unread);
    refused(&phone.put(&invented), 403, "ticket_invalid");

    // None of that used anything up: the true bundle is taken in.
    assert_eq!(phone.put(&bundle).status, 201);

    // Its ticket now is, and so is its sequence number.
    let used = phone.seal(&picture, "waybill", &{
        let mut fresh = Phone::enrolled(server.public(), "haulier");
        let ticket = fresh.ticket();
        let first = fresh.seal(&picture, "waybill", &ticket);
        assert_eq!(fresh.put(&first).status, 201);
        let second = fresh.seal(&picture, "waybill", &ticket);
        refused(&fresh.put(&second), 409, "ticket_used");
        phone.ticket()
    });
    assert_eq!(phone.put(&used).status, 201);
    phone.restore(before);
    let replayed = phone.seal(&picture, "waybill", &phone.ticket());
    refused(&phone.put(&replayed), 409, "sequence_replayed");

    let console = page(server.operator());
    for code in ["blob_digest_mismatch", "signature_invalid", "ticket_used", "sequence_replayed"] {
        assert!(console.contains(code), "the console shows {code}");
    }
}

#[test]
fn expired_tickets() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, &["--allow-software-keys", "--ticket-seconds", "1"]);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let ticket = phone.ticket();
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    std::thread::sleep(std::time::Duration::from_secs(2));
    refused(&phone.put(&bundle), 403, "ticket_expired");
}

#[test]
fn keys_that_may_not_enrol() {
    let data = tempdir().expect("a folder");
    let strict = Server::start(&data, None, &[]);
    refused(&Phone::new(strict.public()).enrol("haulier"), 403, "software_key_refused");
    drop(strict);

    let server = Server::start(&data, None, DEMO);
    let phone = Phone::new(server.public());
    refused(&phone.tickets(1), 403, "key_unknown");
    refused(&phone.enrol("nobody"), 404, "merchant_unknown");
    assert_eq!(phone.enrol("haulier").status, 201);
    refused(&phone.enrol("haulier"), 409, "key_known");
    refused(&phone.tickets(0), 400, "request_malformed");
    refused(&phone.tickets(17), 400, "request_malformed");

    let mut unknown = Phone::new(server.public());
    let ticket = phone.ticket();
    let bundle = unknown.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    refused(&unknown.put(&bundle), 403, "key_unknown");
}

#[test]
fn hostile_requests() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let phone = Phone::enrolled(server.public(), "haulier");
    let enrolment = |field: &str, value: serde_json::Value| {
        let mut body = json!({
            "platform": "software", "app_id": "app", "merchant_id": "haulier",
            "challenge": "AAAA", "public_key": "AAAA", "proof": "AAAA",
        });
        body[field] = value;
        phone.post("/api/v1/keys", &body)
    };
    refused(&enrolment("platform", json!("toaster")), 400, "platform_unknown");
    refused(&enrolment("app_id", json!("")), 400, "request_malformed");
    refused(&enrolment("challenge", json!("***")), 400, "request_malformed");
    refused(&enrolment("public_key", json!("AAAA")), 422, "public_key_malformed");
    refused(&enrolment("more", json!(1)), 400, "request_malformed");
    refused(&enrolment("proof", json!([1])), 400, "request_malformed");
    refused(&phone.post_bytes("/api/v1/tickets", b"{"), 400, "request_malformed");
    refused(&phone.post_bytes("/api/v1/tickets", &[b'['; 10_000]), 400, "request_malformed");
    refused(&phone.post_bytes("/api/v1/tickets", &[b' '; 200_000]), 413, "request_too_large");
    refused(&phone.fetch(&format!("/api/v1/bundles/{}", "00".repeat(32))), 404, "bundle_unknown");
    refused(&phone.fetch("/api/v1/bundles/%00"), 400, "request_malformed");
    refused(&phone.fetch("/nowhere"), 404, "not_found");
    // After all of that it still works.
    assert_eq!(phone.tickets(16).status, 201);
}
