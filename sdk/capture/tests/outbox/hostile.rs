//! A server that answers anything at all.

use bailing_capture::upload::{Method, Request, Response, Unreachable};
use bailing_capture::{Entry, EntryState, Errand};
use proptest::prelude::*;
use serde_json::json;

use super::app::{App, TODAY};
use super::bank::{Bank, problem};
use super::disk::Disk;

/// Exchanges that one moment may take: with 400 KiB waiting in pieces, and tickets one by one, fewer than
/// these.
const AT_ONCE: usize = 24;

fn any_answer() -> impl Strategy<Value = Option<Response>> {
    let status = prop_oneof![
        Just(200u16),
        Just(201),
        Just(204),
        Just(404),
        Just(409),
        Just(422),
        Just(429),
        Just(503),
        any::<u16>()
    ];
    let number = prop_oneof![
        (0u64..800_000).prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        Just("-1".to_owned()),
        Just("99999999999999999999999".to_owned()),
        any::<String>()
    ];
    let header = (
        prop_oneof![
            Just("Upload-Offset".to_owned()),
            Just("upload-length".to_owned()),
            Just("RETRY-AFTER".to_owned()),
            Just("Location".to_owned()),
            any::<String>()
        ],
        number,
    );
    let value = prop_oneof![
        any::<String>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        Just(json!("received")),
        Just(json!("decided")),
        Just(json!("upload_offset_mismatch")),
        Just(json!("challenge_unknown")),
        Just(json!([])),
        Just(json!({ "a": null })),
        proptest::collection::vec("[A-Za-z0-9_-]{0,300}", 0..30).prop_map(serde_json::Value::from),
    ];
    let name = prop_oneof![
        Just("challenge"),
        Just("key_id"),
        Just("grade"),
        Just("tickets"),
        Just("bundle"),
        Just("state"),
        Just("decision"),
        Just("code"),
        Just("detail")
    ];
    let fields = proptest::collection::vec((name, value), 0..6).prop_map(|fields| {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        serde_json::Value::Object(fields.collect()).to_string().into_bytes()
    });
    let body = prop_oneof![fields, proptest::collection::vec(any::<u8>(), 0..200)];
    let answer = (status, proptest::collection::vec(header, 0..4), body)
        .prop_map(|(status, headers, body)| Response { status, headers, body });
    proptest::option::weighted(0.9, answer)
}

/// An app with tickets and two bundles, one of them long.
fn prepared(disk: &Disk) -> (App, Bank, [[u8; 32]; 2]) {
    let mut bank = Bank::new(TODAY);
    let mut app = App::start(disk, 1, TODAY).expect("opened");
    app.outbox.enrol("haulier").expect("wanted");
    app.run_until(&mut bank, &mut || false, &mut |outbox, now| outbox.tickets_left(now) > 0)
        .expect("enrolled");
    let bundles = [600_000, 1_000].map(|length| app.seal(length).expect("sealed"));
    (app, bank, bundles)
}

/// Whether something that the server said may have ended a bundle's wait.
fn may_settle(request: &Request, response: &Response) -> bool {
    let last_word = [400, 403, 409, 410, 413, 415, 422].contains(&response.status);
    let problem = serde_json::from_slice::<serde_json::Value>(&response.body);
    let problem = problem.is_ok_and(|problem| problem["code"].is_string());
    let sends = matches!(request.method, Method::Put | Method::Patch | Method::Post);
    sends && last_word && problem
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// No answer makes it loop hot, grow, lose a bundle or panic; and an honest server then gets what is
    /// left.
    #[test]
    fn no_answer_does_harm(answers in proptest::collection::vec(any_answer(), 1..120)) {
        let disk = Disk::default();
        let (mut app, mut bank, bundles) = prepared(&disk);
        let mut settled = 0;
        let (mut now, mut at_once) = (app.now, 0);
        for answer in answers {
            let mut settles = false;
            let stepped = app.step(&mut |request| match &answer {
                None => Err(Unreachable),
                Some(answer) => {
                    settles = may_settle(request, answer);
                    Ok(answer.clone())
                }
            }).expect("storage works");
            settled += usize::from(settles);
            if stepped.is_none() {
                match app.outbox.next(app.now).expect("storage works") {
                    Errand::WaitUntil(until) => {
                        prop_assert!(until > app.now && until <= app.now + 86_400);
                        app.now = until;
                    }
                    Errand::Nothing => break,
                    other => panic!("{other:?} after none"),
                }
            }
            at_once = if app.now == now { at_once + 1 } else { 0 };
            now = app.now;
            prop_assert!(at_once <= AT_ONCE, "{at_once} exchanges at once");
            prop_assert!(disk.size() < 1_000_000, "{} bytes", disk.size());
        }
        let is_refused = |entry: &Entry| matches!(entry.state, EntryState::Refused { .. });
        let refused = app.outbox.entries().filter(is_refused).count();
        prop_assert!(refused <= settled);
        prop_assert_eq!((app.outbox.entries().count(), app.outbox.set_aside()), (2, 0));
        // The process dies, the server is honest again.
        let now = app.now;
        drop(app);
        let mut app = App::start(&disk, 2, now).expect("opened again");
        app.run_until(&mut bank, &mut || false, &mut |outbox, _| outbox.entries().all(|entry| {
            matches!(entry.state, EntryState::Decided | EntryState::Refused { .. })
        })).expect("to its end");
        for (entry, bundle) in app.outbox.entries().zip(bundles) {
            prop_assert_eq!(entry.bundle, bundle);
            let refused = matches!(entry.state, EntryState::Refused { .. });
            prop_assert!(refused || bank.has(&bundle));
        }
    }
}

/// Requests in one day of a server that answers every request in the same way.
fn requests_in_a_day(mut answer: impl FnMut(&Request) -> Response) -> usize {
    let disk = Disk::default();
    let (mut app, _, _) = prepared(&disk);
    let (end, mut requests) = (app.now + 86_400, 0);
    while app.now < end {
        let stepped = app.step(&mut |request| {
            requests += 1;
            Ok(answer(request))
        });
        if stepped.expect("storage works").is_none() {
            match app.outbox.next(app.now).expect("storage works") {
                Errand::WaitUntil(until) => app.now = until,
                _ => break,
            }
        }
        assert!(requests < 1_000, "hot");
    }
    assert_eq!(app.outbox.entries().count(), 2);
    requests
}

#[test]
fn endless_refusals_are_asked_ever_more_seldom() {
    let offset = |status: u16, offset: u64| Response {
        status,
        headers: vec![("Upload-Offset".to_owned(), offset.to_string())],
        body: Vec::new(),
    };
    let conflict = requests_in_a_day(|request| match request.method {
        Method::Patch => problem(409, "upload_offset_mismatch"),
        _ => offset(200, 0),
    });
    // Takes a piece, forgets it, takes it again.
    let forgets = requests_in_a_day(|request| match request.method {
        Method::Patch => {
            let from = request.headers.iter().find(|(name, _)| *name == "upload-offset");
            let from: u64 = from.expect("an offset").1.parse().expect("a number");
            if from == 0 { offset(204, 262_144) } else { problem(409, "upload_offset_mismatch") }
        }
        _ => offset(200, 0),
    });
    // Has all of it, says so, and knows nothing of it.
    let complete = requests_in_a_day(|request| match request.method {
        Method::Get | Method::Put => problem(404, "bundle_unknown"),
        _ => offset(200, 600_000),
    });
    let byte_by_byte = {
        let mut taken = 0;
        requests_in_a_day(move |request| {
            taken += u64::from(request.method == Method::Patch);
            offset(if request.method == Method::Patch { 204 } else { 200 }, taken)
        })
    };
    let fails = requests_in_a_day(|_| Response { status: 500, ..Response::default() });
    let for_years = requests_in_a_day(|_| Response {
        status: 503,
        headers: vec![("Retry-After".to_owned(), (50 * 31_536_000u64).to_string())],
        body: Vec::new(),
    });
    let found = [conflict, forgets, complete, byte_by_byte, fails, for_years];
    println!("requests in a day: {found:?}");
    assert!(found.iter().all(|requests| *requests < 400), "{found:?}");
    assert!(
        (4..=5).contains(&for_years),
        "{for_years}: asked again every six hours, whatever it says"
    );
}

#[test]
fn tickets_that_are_none_are_not_used() {
    let disk = Disk::default();
    let (mut app, mut bank, _) = prepared(&disk);
    let mut first = None;
    for length in 0..16 {
        bank.now = app.now;
        let _ = app.seal(2_000 + length);
    }
    let left = app.outbox.tickets_left(app.now);
    // The same tickets again and again: those that were used stay used.
    for _ in 0..50 {
        app.now += 3_600;
        bank.now = app.now;
        let _ = app.step(&mut |request| {
            if !request.path.ends_with("/tickets") {
                return Err(Unreachable);
            }
            let answer = first.get_or_insert_with(|| bank.answer(request));
            Ok(answer.clone())
        });
        app.outbox.network_is_back().expect("told");
        while app.outbox.tickets_left(app.now) > 0 && app.seal(3_000).is_ok() {}
    }
    assert!(left < 16);
    assert_eq!(app.outbox.entries().count(), 2 + 14 + 16, "each ticket once");
}

#[test]
fn receipts_and_decisions_are_bounded() {
    let disk = Disk::default();
    let (mut app, mut bank, _) = prepared(&disk);
    let long = "x".repeat(1_000_000);
    let mut all = Vec::new();
    for number in 0..300 {
        app.now += 30;
        bank.now = app.now;
        while app.outbox.tickets_left(app.now) < 8 {
            app.step(&mut |request| {
                if request.path.ends_with("/tickets") {
                    Ok(bank.answer(request))
                } else {
                    Err(Unreachable)
                }
            })
            .expect("storage works");
            app.outbox.network_is_back().expect("told");
        }
        all.push(app.seal(1_000 + number).expect("sealed"));
        for _ in 0..3 {
            app.step(&mut |request| {
                let name = request.path.rsplit('/').next().unwrap_or_default();
                if request.path.contains("/uploads") {
                    return Ok(Response { status: 501, ..Response::default() });
                }
                let body =
                    json!({ "bundle": name, "state": "decided", "decision": { "text": long } });
                let body = body.to_string().into_bytes();
                Ok(Response { status: 200, headers: Vec::new(), body })
            })
            .expect("storage works");
        }
    }
    assert_eq!(app.outbox.entries().count(), 256);
    assert!(disk.size() < 18_000_000, "{}", disk.size());
    let newest = all.last().expect("many");
    assert!(app.outbox.decision(newest).expect("kept").is_some());
    let oldest = app.outbox.entries().next().expect("256").bundle;
    assert_eq!(app.outbox.decision(&oldest), Ok(None));
}
