//! What the bank asks of its phones: believed only where its key has signed it, and never an older one after a newer.

use bailing_capture::{News, Outbox, Policy, Service};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::app::{App, KEY, TODAY, service};
use super::bank::Bank;
use super::disk::{Disk, Seeded};

const DAY: i64 = 86_400;

struct Signer(Ed25519KeyPair);

impl Signer {
    #[expect(clippy::disallowed_methods, reason = "a bank makes its key once")]
    fn new() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self(Ed25519KeyPair::from_pkcs8(key.as_ref()).expect("a key"))
    }

    fn key(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().expect("32 bytes")
    }

    /// A policy for a week.
    fn signed(&self, revision: u64, origin: &str) -> Vec<u8> {
        let policy = Policy {
            revision,
            issued_at: TODAY,
            expires_at: TODAY + 7 * DAY,
            thresholds: [("glare".to_owned(), 0.05)].into(),
            tasks: Vec::new(),
        };
        let sign = |message: &[u8]| Ok::<_, String>(self.0.sign(message).as_ref().to_vec());
        policy.sign(origin, sign).expect("signed")
    }
}

fn app(disk: &Disk, key: Option<[u8; 32]>, now: i64) -> App {
    let service = Service { policy_key: key, ..service() };
    let random = Box::new(Seeded::new(1));
    let outbox = Outbox::open(Box::new(disk.clone()), random, &KEY, service, now).expect("opened");
    App::with(outbox, now)
}

/// Enrols where it has to, and runs all that is to be done now: what the phone was told of policies.
fn told(app: &mut App, bank: &mut Bank) -> Vec<u64> {
    if app.outbox.enrolment().is_none() {
        app.outbox.enrol("haulier").expect("wanted");
    }
    bank.now = app.now;
    let mut told = Vec::new();
    while let Some(news) = app.step(&mut |request| Ok(bank.answer(request))).expect("run") {
        told.extend(news.and_then(|news| match news {
            News::Policy(revision) => Some(revision),
            _ => None,
        }));
    }
    told
}

#[test]
fn a_newer_one_replaces_an_older_one_and_never_the_other_way_round() {
    let (disk, mut bank, signer) = (Disk::default(), Bank::new(TODAY), Signer::new());
    let origin = service().origin;
    let mut app = app(&disk, Some(signer.key()), TODAY);
    assert_eq!((told(&mut app, &mut bank), app.outbox.policy(TODAY)), (vec![], None));
    for (revision, taken) in [(3, vec![3]), (3, vec![]), (2, vec![]), (4, vec![4])] {
        bank.policy = Some(signer.signed(revision, &origin));
        app.now += 6 * 3_600;
        assert_eq!(told(&mut app, &mut bank), taken);
    }
    let held = app.outbox.policy(app.now).expect("it holds");
    assert_eq!((held.revision, held.thresholds["glare"]), (4, 0.05));
    // Not asked for again at once, nor where the server has none any more.
    let requests = bank.requests;
    assert_eq!((told(&mut app, &mut bank), bank.requests), (vec![], requests));
    bank.policy = None;
    app.now += 6 * 3_600;
    assert!(told(&mut app, &mut bank).is_empty());
    assert!(app.outbox.policy(app.now).is_some());
    // It ends, and holds back older ones all the same.
    app.now = TODAY + 7 * DAY;
    assert_eq!(app.outbox.policy(app.now), None);
    bank.policy = Some(signer.signed(3, &origin));
    assert!(told(&mut app, &mut bank).is_empty());
}

#[test]
fn it_survives_the_process_and_is_its_keys_alone() {
    let (disk, mut bank, signer) = (Disk::default(), Bank::new(TODAY), Signer::new());
    bank.policy = Some(signer.signed(3, &service().origin));
    let mut first = app(&disk, Some(signer.key()), TODAY);
    assert_eq!(told(&mut first, &mut bank), [3]);
    drop(first);
    let again = app(&disk, Some(signer.key()), TODAY);
    assert_eq!(again.outbox.policy(TODAY).map(|policy| policy.revision), Some(3));
    drop(again);
    // An app that was built with another key, and one with none.
    let other = Signer::new();
    let mut updated = app(&disk, Some(other.key()), TODAY + DAY);
    assert_eq!(updated.outbox.policy(updated.now), None);
    bank.policy = Some(other.signed(1, &service().origin));
    assert_eq!(told(&mut updated, &mut bank), [1]);
    drop(updated);
    assert_eq!(app(&disk, None, TODAY).outbox.policy(TODAY), None);
}

#[test]
fn what_the_key_has_not_signed_for_this_server_is_not_believed() {
    let signer = Signer::new();
    let origin = service().origin;
    let mut changed = signer.signed(3, &origin);
    if let Some(byte) = changed.last_mut() {
        *byte ^= 1;
    }
    for hostile in [
        Signer::new().signed(3, &origin),
        signer.signed(3, "https://other.example"),
        changed,
        vec![0xff; 70_000],
        b"{}".to_vec(),
        Vec::new(),
    ] {
        let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
        bank.policy = Some(hostile);
        let mut app = app(&disk, Some(signer.key()), TODAY);
        assert_eq!((told(&mut app, &mut bank), app.outbox.policy(TODAY)), (vec![], None));
        assert!(app.outbox.tickets_left(TODAY) > 0, "nothing else suffers");
    }
}
