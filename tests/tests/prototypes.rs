//! An operator enrols a class from photos, and a merchant's picture is told by it: with the real server
//! process.

#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Cursor;
use std::path::Path;

use bailing_tests::{Answer, Phone, Server, looked_at, objects_folder, operate, refused, sample};
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use tempfile::tempdir;

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

const TRUCK: &str = "/api/v1/prototypes/own-truck";

/// The sample of a truck, from this near: a photo of its own.
fn photo(truck: &DynamicImage, near: u32) -> Vec<u8> {
    let (width, height) = (truck.width(), truck.height());
    let part = truck.crop_imm(near, near, width - 2 * near, height - 2 * near).thumbnail(320, 320);
    let mut written = Cursor::new(Vec::new());
    part.write_to(&mut written, ImageFormat::Png).expect("a photo");
    written.into_inner()
}

fn wanted(server: &Server, path: &str, class: &str, label: &str) -> Answer {
    let body = json!({ "class": class, "label": label }).to_string();
    operate(server.operator(), "PUT", path, Some(("application/json", body.as_bytes())))
}

fn add(server: &Server, photo: &[u8]) -> Answer {
    let path = format!("{TRUCK}/photos");
    operate(server.operator(), "POST", &path, Some(("image/png", photo)))
}

fn list(server: &Server) -> Value {
    operate(server.operator(), "GET", "/api/v1/prototypes", None).body["prototypes"].clone()
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[test]
fn an_enrolled_class_is_told_until_it_is_removed() {
    let data = tempdir().expect("a folder");
    let mut server = Server::start(&data, None, DEMO);
    let picture = sample("haulier-truck.jpg");
    let truck = image::load_from_memory(&picture).expect("a photo");
    assert_eq!(wanted(&server, TRUCK, "truck", "Our own").status, 201);
    for near in 0..5 {
        let answer = add(&server, &photo(&truck, 4 * near));
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.body["photos"], near + 1);
        assert_eq!(answer.body["told"], near == 4);
    }
    assert_eq!(add(&server, &photo(&truck, 0)).status, 200, "the same photo");
    assert_eq!(wanted(&server, TRUCK, "truck", "Our own").status, 200, "the same class");

    // Another process knows it as well.
    server.kill();
    server = Server::start(&data, None, DEMO);
    let [enrolled] = list(&server).as_array().cloned().expect("a list").try_into().expect("one");
    assert_eq!([&enrolled["class"], &enrolled["label"]], ["truck", "Our own"]);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let mut seen = || {
        let bundle = phone.seal(&picture, "vehicle_photo", &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        phone.decision(&bundle.sha256())["images"][0]["recognition"].clone()
    };
    let read = seen();
    let enrolled = |read: &Value| {
        let objects = read["objects"].as_array().cloned().expect("objects");
        objects.into_iter().find(|object| object["known_by"]["way"] == "prototypes")
    };
    let object = enrolled(&read).expect("the truck");
    assert_eq!([&object["class"], &object["label"]], ["truck", "Our own"], "{read}");
    let looked_for = |read: &Value, class: &str| {
        read["looked_for"].as_array().expect("classes").contains(&json!(class))
    };
    assert!(looked_for(&read, "truck") && looked_for(&read, "apple"));
    assert!(!looked_for(&read, "excavator"));

    let photos = objects_folder(&data).join("prototypes");
    assert_eq!(files(&photos), 5);
    assert_eq!(operate(server.operator(), "DELETE", TRUCK, None).status, 204);
    assert_eq!(files(&photos), 0);
    refused(&operate(server.operator(), "DELETE", TRUCK, None), 404, "prototype_unknown");
    let read = seen();
    assert_eq!(enrolled(&read), None);
    assert!(!looked_for(&read, "truck"));
}

#[test]
fn photos_are_described_by_a_process_that_a_photo_may_end() {
    let describe = |memory: u64, asked: &str, photo: &[u8]| {
        let output = looked_at("describe", memory, asked, photo);
        let answer = serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default();
        (output.status.success(), answer)
    };
    let truck = image::load_from_memory(&sample("haulier-truck.jpg")).expect("a photo");
    let photo = photo(&truck, 0);
    let (ended_well, described) = describe(1 << 30, "[]\n", &photo);
    assert!(ended_well && described["Ok"].as_array().is_some_and(|features| features.len() > 32));
    let (ended_well, refused) = describe(1 << 30, "[]\n", b"no picture");
    assert!(ended_well && refused["Err"]["code"] == "image_format_unknown", "{refused}");
    let (ended_well, refused) = describe(1 << 30, "[\"none.onnx\"]\n", &photo);
    assert!(ended_well && refused["Err"]["code"] == "object_model_unusable", "{refused}");
    // One that wants more memory than there is ends its process, and nothing else.
    let mut large = Cursor::new(Vec::new());
    let grey = DynamicImage::new_luma8(8_000, 8_000);
    grey.write_to(&mut large, ImageFormat::Png).expect("a photo");
    let memory = 192 << 20;
    assert!(describe(memory, "[]\n", &photo).0);
    assert_eq!(describe(memory, "[]\n", &large.into_inner()), (false, Value::Null));
    assert_eq!(describe(1 << 30, "no list\n", &photo), (false, Value::Null));
}

#[test]
fn what_cannot_be_enrolled_is_refused() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, DEMO);
    let truck = image::load_from_memory(&sample("haulier-truck.jpg")).expect("a photo");
    refused(&add(&server, &photo(&truck, 0)), 404, "prototype_unknown");
    assert_eq!(wanted(&server, TRUCK, "truck", "Our own").status, 201);
    refused(&wanted(&server, TRUCK, "van", "Our own"), 409, "prototype_known");
    refused(&wanted(&server, "/api/v1/prototypes/A", "van", "x"), 400, "request_malformed");
    refused(&wanted(&server, "/api/v1/prototypes/a", "unicorn", "x"), 422, "prototype_unusable");
    refused(&wanted(&server, "/api/v1/prototypes/a", "van", " "), 422, "prototype_unusable");
    refused(&add(&server, b"no picture"), 422, "image_format_unknown");
    refused(&add(&server, &vec![0; 17 << 20]), 413, "request_too_large");
    // What a page of another site could send unasked.
    let path = format!("{TRUCK}/photos");
    let plain = Some(("text/plain", &b"x"[..]));
    refused(&operate(server.operator(), "POST", &path, plain), 415, "content_type_wrong");
    for near in 0..20 {
        assert_eq!(add(&server, &photo(&truck, 2 * near)).status, 201);
    }
    refused(&add(&server, &photo(&truck, 50)), 409, "prototypes_full");
    // Phones have no say in it.
    let phone = Phone::new(server.public());
    refused(&phone.fetch("/api/v1/prototypes"), 404, "not_found");
}
