//! From a photo to a quota over HTTP, with the real server process.

use bailing_tests::{Phone, Server, ocr_folder, page, sample};
use serde_json::Value;
use tempfile::tempdir;

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

#[test]
fn a_permit_raises_the_quota_once() {
    let ocr = ocr_folder();
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, ocr.as_deref(), DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let picture = sample("haulier-road-transport-permit.jpg");
    let bundle = phone.seal(&picture, "road_transport_permit", &phone.ticket());

    let answer = phone.put(&bundle);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["bundle"], hex::encode(bundle.sha256()));
    let decision = phone.decision(&bundle.sha256());
    let image = &decision["images"][0];
    assert_eq!(image["analysis"]["recapture"]["verdict"], "live", "{decision}");
    assert_eq!(decision["findings"], serde_json::json!([]), "{decision}");
    if ocr.is_some() {
        assert_eq!(decision["verdict"]["outcome"], "accepted", "{decision}");
        assert_eq!(image["recognition"]["kind"], "road_transport_permit");
        assert_eq!(image["recognition"]["fields"]["plate"]["value"], "浙C7Y682");
        assert_eq!(decision["quota_before"], 100_000);
        assert_eq!(decision["quota"]["quota"], 120_000);
        let reasons = decision["quota"]["reasons"].as_array().expect("reasons");
        let sum: i64 = reasons.iter().filter_map(|reason| reason["amount"].as_i64()).sum();
        assert_eq!(sum, 20_000);
    } else {
        assert_eq!(decision["verdict"]["outcome"], "review");
        assert_eq!(decision["verdict"]["reasons"][0], "recognition_unavailable");
    }

    // The same bytes again: the same answer, one bundle.
    let again = phone.put(&bundle);
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!(again.body["decision"], decision);
    let console = page(server.operator());
    let link = format!("href=\"/bundles/{}\"", hex::encode(bundle.sha256()));
    assert_eq!(console.matches(&link).count(), 1);
    assert!(!console.contains("<script"));
}

/// The haulier proves a permit, and then shows another business's licence.
#[test]
fn a_paper_of_another_business_contradicts_what_was_proved() {
    let Some(ocr) = ocr_folder() else { return };
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, Some(&ocr), DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let mut send = |file, kind| {
        let bundle = phone.seal(&sample(file), kind, &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        (hex::encode(bundle.sha256()), phone.decision(&bundle.sha256()))
    };
    let (permit, decision) = send("haulier-road-transport-permit.jpg", "road_transport_permit");
    assert_eq!(decision["contradictions"], serde_json::json!([]), "{decision}");
    let (licence, decision) = send("shopkeeper-business-licence.jpg", "business_licence");
    let contradiction = &decision["contradictions"][0];
    assert_eq!(contradiction["code"], "holder_conflict", "{decision}");
    assert_eq!(contradiction["class"], "content");
    let named = contradiction["places"].as_array().expect("two places").iter().map(|place| {
        assert!(place["region"].is_array(), "{place}");
        place["document"].as_str().expect("an id")
    });
    let mut documents = [permit + "-0", licence + "-0"];
    documents.sort();
    assert_eq!(named.collect::<Vec<_>>(), documents);
    assert_eq!(decision["verdict"]["outcome"], "review", "{decision}");
    assert_eq!(
        decision["quota"]["quota"], decision["quota_before"],
        "what is in doubt adds nothing"
    );
}

#[test]
fn refused_pictures_are_refused_for_what_is_wrong_with_them() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    for (file, kind, outcome, reason) in [
        ("fault-contract-blurred.jpg", "haulage_contract", "retake", "blurred"),
        ("fault-invoice-glare.jpg", "vat_invoice", "retake", "glare"),
        ("fault-licence-on-screen.jpg", "business_licence", "rejected", "screen_moire"),
    ] {
        let bundle = phone.seal(&sample(file), kind, &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        let decision = phone.decision(&bundle.sha256());
        assert_eq!(decision["verdict"]["outcome"], outcome, "{file}: {decision}");
        let reasons = decision["verdict"]["reasons"].as_array().expect("reasons");
        assert!(reasons.contains(&Value::from(reason)), "{file}: {reasons:?}");
        assert_eq!(decision["images"][0]["recognition"], Value::Null, "nobody reads it");
        assert_eq!(decision["quota"]["uplift"], 0);
    }
}

#[test]
fn the_same_picture_twice_is_found() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let picture = sample("haulier-waybill.jpg");
    let mut first = Phone::enrolled(server.public(), "haulier");
    let bundle = first.seal(&picture, "waybill", &first.ticket());
    assert_eq!(first.put(&bundle).status, 201);
    let mut second = Phone::enrolled(server.public(), "shopkeeper");
    let copy = second.seal(&picture, "waybill", &second.ticket());
    assert_eq!(second.put(&copy).status, 201);
    let decision = second.decision(&copy.sha256());
    assert_eq!(decision["findings"][0]["code"], "duplicate_image", "{decision}");
}

/// Server and phone compare a second photo with the first in the same way.
#[test]
fn a_second_photo_is_judged_beside_the_first() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let pictures = ["haulier-vat-invoice-1.jpg", "haulier-vat-invoice-2.jpg"].map(sample);
    let [first, second] = &pictures;
    let bundle = phone.seal_twice([first, second], "vat_invoice", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    let decision = phone.decision(&bundle.sha256());
    let has = |image: &Value| {
        let signals = image["analysis"]["recapture"]["signals"].as_array().expect("signals");
        signals.iter().any(|signal| signal["code"] == "moire_moved")
    };
    let images = decision["images"].as_array().expect("images");
    assert_eq!(images.iter().map(has).collect::<Vec<_>>(), [false, true], "{decision}");
    for image in images {
        let findings = image["findings"].as_array().expect("findings");
        assert!(findings.iter().all(|finding| finding["severity"] == "pass"), "{decision}");
    }
}

#[test]
fn a_missing_bundle_shows_as_a_gap() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let picture = sample("haulier-waybill.jpg");
    let _lost = phone.seal(&picture, "waybill", &phone.ticket());
    let next = phone.seal(&picture, "waybill", &phone.ticket());
    assert_eq!(phone.put(&next).status, 201);
    let decision = phone.decision(&next.sha256());
    assert_eq!(decision["findings"][0]["code"], "sequence_gap", "{decision}");
}

#[test]
fn a_bundle_survives_the_server() {
    let data = tempdir().expect("a folder");
    // This one only takes bundles, so that nothing can be decided before it is killed.
    let server = Server::start(&data, None, &["--allow-software-keys", "--workers", "0"]);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    let answer = phone.put(&bundle);
    assert_eq!((answer.status, &answer.body["state"]), (201, &Value::from("received")));
    server.kill();

    let server = Server::start(&data, None, DEMO);
    phone.moved_to(server.public());
    let decision = phone.decision(&bundle.sha256());
    assert_eq!(decision["verdict"]["outcome"], "review", "{decision}");
    // The chain, too, goes on where it was.
    let next = phone.seal(&sample("haulier-truck.jpg"), "vehicle_photo", &phone.ticket());
    assert_eq!(phone.put(&next).status, 201);
    assert_eq!(phone.decision(&next.sha256())["findings"], serde_json::json!([]));
}

#[test]
fn a_server_killed_while_deciding_decides_after_its_restart() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundles: Vec<_> = (0..3)
        .map(|_| {
            let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
            assert_eq!(phone.put(&bundle).status, 201);
            bundle
        })
        .collect();
    server.kill();
    // A job that was being worked on is free again when its lease ends, within a minute.
    let server = Server::start(&data, None, DEMO);
    phone.moved_to(server.public());
    for bundle in bundles {
        let decision = phone.decision(&bundle.sha256());
        assert_eq!(decision["verdict"]["outcome"], "review", "{decision}");
    }
}

#[test]
fn the_service_says_what_it_has() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let phone = Phone::new(server.public());
    assert_eq!(phone.fetch("/healthz").status, 200);
    let ready = phone.fetch("/readyz");
    assert_eq!(ready.status, 200);
    assert_eq!(
        ready.body,
        serde_json::json!({ "database": "ready", "objects": "ready", "recognition": "absent" })
    );
    let console = page(&format!("{}/?lang=en", server.operator()));
    assert!(console.contains("No recognition engine"));
    assert!(page(&format!("{}/metrics", server.operator())).contains("bailing_jobs_waiting 0"));
    assert_eq!(phone.fetch("/api/v1/openapi.json").status, 200);
    // The operator's pages are not on the public listener.
    assert_eq!(phone.fetch("/metrics").code(), "not_found");
}
