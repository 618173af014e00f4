//! How many bundles one worker decides, and several.

use std::time::{Duration, Instant};

use bailing_tests::{Phone, Server, ocr_folder, sample};
use tempfile::tempdir;

/// A demo on a day on which the samples are in force.
const DEMO: [&str; 3] = ["--allow-software-keys", "--demo-today", "2026-11-23"];

/// Nobody else asks, and nobody is told to wait.
const UNHURRIED: &str = "requests_per_second = 100000\nrequests_per_second_of_one = 100000\n";

/// How often it is looked what is decided: whoever asks takes time from those who decide.
const LOOK: Duration = Duration::from_millis(300);

/// What is sent, again and again: a picture and what it is sent as.
const SENT: [(&str, &str); 4] = [
    ("haulier-haulage-contract.jpg", "haulage_contract"),
    ("haulier-waybill.jpg", "waybill"),
    ("haulier-vat-invoice-1.jpg", "vat_invoice"),
    ("haulier-vehicle-licence.jpg", "vehicle_licence"),
];

#[derive(Debug, clap::Args)]
pub(crate) struct Deciding {
    /// Bundles that wait for each number of workers
    #[arg(long, default_value_t = 40)]
    count: usize,
    /// Numbers of workers, one after the other
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    workers: Vec<usize>,
}

/// Lets workers decide what waits, and gives the figures.
pub(crate) fn measure(arguments: &Deciding) -> serde_json::Value {
    let per_second: Vec<f64> =
        arguments.workers.iter().map(|workers| decided(*workers, arguments.count)).collect();
    let first = per_second.first().copied().unwrap_or_default();
    let times: Vec<f64> = per_second.iter().map(|rate| rate / first).collect();
    serde_json::json!({
        "bundles": arguments.count, "workers": arguments.workers,
        "decided_per_second": per_second, "times": times,
    })
}

/// Bundles a second that so many workers decide, from the first decision on: until then they load networks.
fn decided(workers: usize, count: usize) -> f64 {
    let data = tempdir().expect("a folder");
    let taking =
        Server::configured(&data, UNHURRIED, None, &[&DEMO[..], &["--workers", "0"]].concat());
    let mut phone = Phone::enrolled(taking.public(), "haulier");
    let sent: Vec<[u8; 32]> = (0..count)
        .map(|at| {
            let (picture, kind) = SENT[at % SENT.len()];
            let ticket = phone.ticket();
            let bundle = phone.seal(&sample(picture), kind, &ticket);
            assert_eq!(phone.put(&bundle).status, 201);
            bundle.sha256()
        })
        .collect();
    drop(taking);
    let (ocr, number) = (ocr_folder(), workers.to_string());
    let deciding = [&DEMO[..], &["--workers", &number]].concat();
    let server = Server::configured(&data, UNHURRIED, ocr.as_deref(), &deciding);
    phone.moved_to(server.public());
    let (mut waiting, mut first) = (sent, None);
    loop {
        waiting.retain(|bundle| phone.bundle(bundle).body["state"] != "decided");
        let (began, left) = match first {
            None if waiting.len() == count => {
                std::thread::sleep(LOOK);
                continue;
            }
            None => *first.insert((Instant::now(), waiting.len())),
            Some(first) => first,
        };
        if waiting.is_empty() {
            return left as f64 / began.elapsed().as_secs_f64();
        }
        std::thread::sleep(LOOK);
    }
}
