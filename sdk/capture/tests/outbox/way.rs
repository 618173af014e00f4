//! The whole way with a server that keeps its own rules.

use bailing_capture::upload::{Method, Response};
use bailing_capture::{DeviceKey, EntryState, Errand, KeyError, News, OutboxError, PublicKey};

use super::app::{App, TODAY};
use super::bank::{Bank, problem};
use super::disk::Disk;

fn enrolled(disk: &Disk, bank: &mut Bank) -> App {
    let mut app = App::start(disk, 1, TODAY).expect("opened");
    app.outbox.enrol("haulier").expect("wanted");
    app.run_until(bank, &mut || false, &mut |outbox, now| outbox.tickets_left(now) > 0)
        .expect("enrolled");
    app
}

fn decided(app: &mut App, bank: &mut Bank) -> Vec<News> {
    let mut all = |outbox: &bailing_capture::Outbox, _: i64| {
        outbox.entries().all(|entry| entry.state == EntryState::Decided)
    };
    app.run_until(bank, &mut || false, &mut all).expect("run")
}

#[test]
fn a_short_and_a_long_bundle_are_decided() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    assert_eq!(app.outbox.enrolment().and_then(|key| key.grade.clone()).as_deref(), Some("B"));
    let [short, long] = [300_000, 700_000].map(|length| app.seal(length).expect("sealed"));
    let news = decided(&mut app, &mut bank);
    let steps: Vec<u64> = news
        .iter()
        .filter_map(|news| match news {
            News::Progress { bundle, sent, .. } if *bundle == long => Some(*sent),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [262_144, 524_288, 700_000]);
    for bundle in [short, long] {
        assert!(
            news.contains(&News::Received { bundle }) && news.contains(&News::Decided { bundle })
        );
        let decision = app.outbox.decision(&bundle).expect("kept").expect("a decision");
        assert_eq!(decision["verdict"]["outcome"], "accepted");
    }
    assert_eq!(bank.violations, Vec::<String>::new());
    // Bundles go, receipts stay: also for the next process.
    assert!(!disk.names().iter().any(|name| name.starts_with("bundle.")), "{:?}", disk.names());
    drop(app);
    let app = App::start(&disk, 2, TODAY).expect("opened again");
    let states: Vec<EntryState> = app.outbox.entries().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Decided, EntryState::Decided]);
    assert!(app.outbox.decision(&short).expect("kept").is_some());
}

#[test]
fn a_server_without_pieces_gets_it_whole() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    bank.takes_pieces = false;
    let mut app = enrolled(&disk, &mut bank);
    app.seal(700_000).expect("sealed");
    let before = bank.requests;
    decided(&mut app, &mut bank);
    assert_eq!(app.outbox.entries().next().expect("one").state, EntryState::Decided);
    // Asked for a place, put, polled twice.
    assert!(bank.requests - before <= 5, "{}", bank.requests - before);
}

#[test]
fn a_server_that_forgot_the_pieces_gets_them_again() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    let long = app.seal(700_000).expect("sealed");
    let mut some = |outbox: &bailing_capture::Outbox, _: i64| {
        outbox
            .entries()
            .any(|entry| matches!(entry.state, EntryState::Sending { sent, .. } if sent > 500_000))
    };
    app.run_until(&mut bank, &mut || false, &mut some).expect("run");
    bank.forget_uploads();
    decided(&mut app, &mut bank);
    assert!(bank.has(&long) && bank.violations.is_empty());
}

#[test]
fn what_is_refused_says_why_and_lets_the_next_go() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    let bundle = app.seal(1_000).expect("sealed");
    let refusal = problem(422, "blob_digest_mismatch");
    let news = app.step(&mut |_| Ok(refusal.clone())).expect("answered");
    let (code, detail) = ("blob_digest_mismatch".to_owned(), "a test's refusal".to_owned());
    assert_eq!(
        news,
        Some(Some(News::Refused { bundle, code: code.clone(), detail: detail.clone() }))
    );
    assert_eq!(
        app.outbox.entries().next().expect("listed").state,
        EntryState::Refused { code, detail }
    );
    app.outbox.forget(&bundle).expect("forgotten");
    assert_eq!(app.outbox.entries().count(), 0);
}

#[test]
fn what_was_changed_on_its_way_or_sent_by_another_account_is_sent_again() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    let bundle = app.seal(1_000).expect("sealed");
    for refusal in [problem(422, "digest_mismatch"), problem(403, "key_unknown")] {
        app.now += 60;
        assert_eq!(app.step(&mut |_| Ok(refusal.clone())), Ok(Some(None)));
    }
    decided(&mut app, &mut bank);
    assert!(bank.has(&bundle));
}

#[test]
fn waits_are_kept_and_the_network_ends_those_that_it_made() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    app.seal(1_000).expect("sealed");
    app.step(&mut |_| Err(bailing_capture::upload::Unreachable)).expect("noted");
    let Ok(Errand::WaitUntil(until)) = app.outbox.next(app.now) else { panic!("it waits") };
    assert!((1..=5).contains(&(until - app.now)));
    // Also in the next process.
    drop(app);
    let mut app = App::start(&disk, 2, TODAY).expect("opened again");
    assert!(matches!(app.outbox.next(app.now), Ok(Errand::WaitUntil(at)) if at == until));
    app.outbox.network_is_back().expect("told");
    let busy = Response {
        status: 503,
        headers: vec![("Retry-After".to_owned(), "600".to_owned())],
        body: Vec::new(),
    };
    app.step(&mut |_| Ok(busy.clone())).expect("noted").expect("was sent");
    app.outbox.network_is_back().expect("told");
    assert!(matches!(app.outbox.next(app.now), Ok(Errand::WaitUntil(at)) if at == app.now + 600));
}

#[test]
fn an_answer_is_awaited_for_three_minutes() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    let bundle = app.seal(1_000).expect("sealed");
    let Ok(Errand::Send { exchange, request }) = app.outbox.next(app.now) else { panic!("sent") };
    assert!(matches!(app.outbox.next(app.now), Ok(Errand::WaitUntil(at)) if at == app.now + 180));
    app.now += 180;
    let Ok(Errand::Send { exchange: again, request: same }) = app.outbox.next(app.now) else {
        panic!("sent again")
    };
    assert!(again != exchange && same == request && request.method == Method::Put);
    bank.now = app.now;
    let answer = bank.answer(&request);
    assert_eq!(app.outbox.answer(exchange, Ok(answer.clone()), app.now), Ok(None));
    let news = app.outbox.answer(again, Ok(answer), app.now);
    assert_eq!(news, Ok(Some(News::Received { bundle })));
}

#[test]
fn tickets_are_kept_above_the_mark_and_expire() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    assert_eq!(app.outbox.tickets_left(app.now), 16);
    for length in 0..9 {
        app.seal(1_000 + length).expect("sealed");
    }
    assert_eq!(app.outbox.tickets_left(app.now), 7);
    app.now += 30;
    decided(&mut app, &mut bank);
    assert_eq!(app.outbox.tickets_left(app.now), 16);
    // A day without a network: none is left, and the outbox says so.
    app.now += 86_400;
    assert_eq!(app.outbox.tickets_left(app.now), 0);
    assert_eq!(app.seal(1_000), Err(OutboxError::NoTicket));
    bank.now = app.now;
    app.step(&mut |request| Ok(bank.answer(request))).expect("fetched").expect("was due");
    assert_eq!(app.outbox.tickets_left(app.now), 16);
}

#[test]
fn as_much_waits_as_may() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = enrolled(&disk, &mut bank);
    for length in 0..64 {
        if app.outbox.tickets_left(app.now) == 0 {
            app.now += 30;
            bank.now = app.now;
            let news = app.step(&mut |request| Ok(bank.answer(request))).expect("fetched");
            assert_eq!(news, Some(Some(News::Tickets(16))));
        }
        app.seal(1_000 + length).expect("sealed");
    }
    let error = app.seal(2_000).expect_err("64 wait");
    assert_eq!((error.code(), app.outbox.entries().count()), ("outbox_full", 64));
    decided(&mut app, &mut bank);
    app.now += 30;
    decided(&mut app, &mut bank);
    bank.now = app.now;
    app.step(&mut |request| Ok(bank.answer(request))).expect("tickets, where they are few");
    assert!(bank.violations.is_empty() && app.seal(2_000).is_ok());
}

#[test]
fn nothing_is_sealed_without_a_key_and_failure_changes_nothing() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = App::start(&disk, 1, TODAY).expect("opened");
    assert_eq!(app.seal(1_000), Err(OutboxError::NotEnrolled));
    assert_eq!(app.outbox.next(app.now), Ok(Errand::Nothing));
    drop(app);
    let mut app = enrolled(&disk, &mut bank);
    let failed: Result<[u8; 32], OutboxError> =
        app.outbox.seal(app.now, |_| Err(OutboxError::Damaged));
    assert_eq!(failed, Err(OutboxError::Damaged));
    assert_eq!(app.outbox.tickets_left(app.now), 16);
    app.seal(1_000).expect("sealed");
    decided(&mut app, &mut bank);
    assert!(bank.violations.is_empty());
}

#[test]
fn an_enrolment_that_is_refused_ends() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = App::start(&disk, 1, TODAY).expect("opened");
    app.outbox.enrol("haulier").expect("wanted");
    let news =
        app.run_until(&mut bank, &mut || false, &mut |outbox, _| outbox.enrolment().is_some());
    assert_eq!(news.expect("enrolled").last(), Some(&News::Enrolled));
    let key = app.outbox.enrolment().cloned();
    app.outbox.enrol("haulier").expect("wanted again, with another key");
    app.step(&mut |request| Ok(bank.answer(request))).expect("a challenge");
    let refusal = problem(403, "software_key_refused");
    while !matches!(
        app.step(&mut |_| Ok(refusal.clone())).expect("answered"),
        Some(Some(News::EnrolmentRefused { .. }))
    ) {}
    assert_eq!(app.outbox.enrolment().cloned(), key, "the old key stays");
}

#[test]
fn a_boot_has_one_id() {
    let disk = Disk::default();
    let mut app = App::start(&disk, 1, TODAY).expect("opened");
    let first = app.outbox.boot_id("boot 7").expect("an id");
    drop(app);
    let mut app = App::start(&disk, 2, TODAY).expect("opened");
    assert_eq!(app.outbox.boot_id("boot 7"), Ok(first));
    assert_ne!(app.outbox.boot_id("boot 8"), Ok(first));
}

/// A key that nothing attests.
struct Software;

impl DeviceKey for Software {
    fn public_key(&self) -> PublicKey {
        let mut point = [1; 65];
        point[0] = 4;
        PublicKey::from_bytes(&point).expect("of the right form")
    }

    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(vec![0; 64])
    }
}

#[test]
fn a_software_key_whose_enrolment_was_not_answered_is_ours() {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = App::start(&disk, 1, TODAY).expect("opened");
    app.outbox.enrol("haulier").expect("wanted");
    let mut lost = false;
    while app.outbox.enrolment().is_none() {
        bank.now = app.now;
        match app.outbox.next(app.now).expect("an errand") {
            Errand::Attest { .. } => {
                app.outbox.attested_by_software(&Software, app.now).expect("proved");
            }
            Errand::Send { exchange, request } => {
                let answer = bank.answer(&request);
                if request.path.ends_with("/keys") && !lost {
                    // The server has it, and the process dies before it hears so.
                    lost = true;
                    drop(app);
                    app = App::start(&disk, 2, TODAY).expect("opened again");
                } else {
                    app.outbox.answer(exchange, Ok(answer), app.now).expect("understood");
                }
            }
            Errand::WaitUntil(until) => app.now = until,
            Errand::Nothing => panic!("it is wanted"),
        }
    }
    let key = app.outbox.enrolment().expect("enrolled");
    assert_eq!((key.key_id, &key.grade), (Software.public_key().id(), &None));
}
