//! Wrong keys, damaged files, other versions: a typed error or a count, and nothing else lost.

use bailing_capture::{EntryState, Outbox, OutboxError, Service};
use proptest::prelude::*;

use super::app::{App, KEY, TODAY, service};
use super::bank::Bank;
use super::disk::{Disk, Seeded};

/// A disk with three bundles of some length each, and the bank that waits for them.
fn prepared(length: usize) -> (Disk, Bank, Vec<[u8; 32]>) {
    let (disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    let mut app = App::start(&disk, 1, TODAY).expect("opened");
    app.outbox.enrol("haulier").expect("wanted");
    app.run_until(&mut bank, &mut || false, &mut |outbox, now| outbox.tickets_left(now) > 0)
        .expect("enrolled");
    let sealed = (0..3).map(|number| app.seal(length + number).expect("sealed")).collect();
    (disk, bank, sealed)
}

fn open(disk: &Disk, key: &[u8; 32], service: Service) -> Result<Outbox, OutboxError> {
    Outbox::open(Box::new(disk.clone()), Box::new(Seeded::new(9)), key, service, TODAY)
}

fn file_of(disk: &Disk, bundle: &[u8; 32]) -> String {
    let name = hex::encode(bundle);
    disk.names().into_iter().find(|file| file.ends_with(&name)).expect("its file")
}

/// Sends all, and counts what arrived.
fn arrived(app: &mut App, bank: &mut Bank, sealed: &[[u8; 32]]) -> usize {
    app.run_until(bank, &mut || false, &mut |outbox, _| {
        outbox
            .entries()
            .all(|entry| matches!(entry.state, EntryState::Decided | EntryState::Refused { .. }))
    })
    .expect("run");
    sealed.iter().filter(|bundle| bank.has(bundle)).count()
}

#[test]
fn a_wrong_key_and_a_wrong_service_touch_nothing() {
    let (disk, mut bank, sealed) = prepared(1_000);
    let before = disk.names();
    assert_eq!(open(&disk, &[8; 32], service()).err(), Some(OutboxError::WrongKey));
    let other = Service { app_id: "org.bailing.other".to_owned(), ..service() };
    assert_eq!(open(&disk, &KEY, other).err(), Some(OutboxError::OtherService));
    assert_eq!(disk.names(), before);
    // Also where the state is damaged and only the bundles can tell.
    let damaged = disk.copy();
    damaged.damage("state", Vec::clear);
    assert_eq!(open(&damaged, &[8; 32], service()).err(), Some(OutboxError::WrongKey));
    assert_eq!(damaged.names(), before);
    let mut app = App::start(&disk, 2, TODAY).expect("opened");
    assert_eq!(arrived(&mut app, &mut bank, &sealed), 3);
}

#[test]
fn a_newer_version_is_refused_and_kept() {
    let (disk, _, _) = prepared(1_000);
    let before = disk.names();
    // The layout's version stands behind the first seven bytes.
    disk.damage("state", |bytes| bytes[7] = 2);
    let error = open(&disk, &KEY, service()).expect_err("newer");
    assert_eq!((error.code(), disk.names()), ("stored_newer", before));
    assert!(error.to_string().contains("update the app"));
}

#[test]
fn a_damaged_state_costs_the_enrolment_and_no_bundle() {
    let damages: [fn(&mut Vec<u8>); 4] =
        [|bytes| bytes[100] ^= 1, |bytes| bytes.truncate(50), Vec::clear, |bytes| bytes.push(0)];
    for damage in damages {
        let (disk, mut bank, sealed) = prepared(1_000);
        disk.damage("state", damage);
        let mut app = App::start(&disk, 2, TODAY).expect("opened");
        assert_eq!((app.outbox.set_aside(), app.outbox.enrolment()), (1, None));
        let found: Vec<[u8; 32]> = app.outbox.entries().map(|entry| entry.bundle).collect();
        assert_eq!(found, sealed, "in their order");
        // A new key enrols, its chain begins anew, and all arrive.
        app.outbox.enrol("haulier").expect("wanted");
        app.run_until(&mut bank, &mut || false, &mut |outbox, now| outbox.tickets_left(now) > 0)
            .expect("enrolled");
        let fourth = app.seal(5_000).expect("sealed");
        assert_eq!(arrived(&mut app, &mut bank, &[sealed, vec![fourth]].concat()), 4);
        assert!(bank.violations.is_empty(), "{:?}", bank.violations);
    }
}

#[test]
fn a_damaged_bundle_is_set_aside_and_the_others_arrive() {
    let damages: [fn(&mut Vec<u8>); 4] = [
        // Noticed when it is opened …
        |bytes| bytes.truncate(70_000),
        Vec::clear,
        // … and when it is read.
        |bytes| bytes[66_000] ^= 1,
        |bytes| bytes[45] ^= 1,
    ];
    for damage in damages {
        let (disk, _, sealed) = prepared(100_000);
        disk.damage(&file_of(&disk, &sealed[2]), damage);
        let mut bank = Bank::new(TODAY);
        bank.now = TODAY;
        let (mut app, mut bank) = {
            // The bank that issued the tickets: the same, prepared anew.
            let (_, same, _) = prepared(100_000);
            bank.clone_from(&same);
            (App::start(&disk, 2, TODAY).expect("opened"), bank)
        };
        assert_eq!(arrived(&mut app, &mut bank, &sealed), 2);
        let last = app.outbox.entries().last().expect("listed");
        assert!(matches!(last.state, EntryState::Refused { code, .. } if code == "stored_damaged"));
        assert_eq!(app.outbox.set_aside(), 1);
        assert!(bank.violations.is_empty());
    }
}

#[test]
fn chunks_cannot_change_places_or_files() {
    let (disk, _, sealed) = prepared(200_000);
    let (one, two) = (file_of(&disk, &sealed[0]), file_of(&disk, &sealed[1]));
    const HEAD: usize = 40;
    const CHUNK: usize = 65_536 + 28;
    // Two chunks of one file.
    let swapped = disk.copy();
    swapped.damage(&one, |bytes| {
        let (head, second) = bytes.split_at_mut(HEAD + CHUNK);
        head[HEAD..].swap_with_slice(&mut second[..CHUNK]);
    });
    // A whole file under another's name.
    let renamed = disk.copy();
    let other = disk.content(&two).expect("a file");
    renamed.damage(&one, |bytes| *bytes = other.clone());
    // The last chunk left out, and a head that says so.
    let shortened = disk.copy();
    shortened.damage(&one, |bytes| {
        bytes.truncate(HEAD + 3 * CHUNK);
        bytes[32..40].copy_from_slice(&(3 * 65_536u64).to_be_bytes());
    });
    for disk in [swapped, renamed, shortened] {
        let mut outbox = open(&disk, &KEY, service()).expect("opened");
        let next = outbox.next(TODAY).expect("the second bundle, instead of the first");
        let sends = matches!(&next, bailing_capture::Errand::Send { request, .. }
            if request.path.ends_with(&hex::encode(sealed[1])));
        assert!(sends, "{next:?}");
        assert_eq!(outbox.set_aside(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any change of any file: an error that says what to do, or a count; the other bundles are there.
    #[test]
    fn any_damage_is_noticed(file in 0usize..4, at in any::<usize>(), bit in 0u8..8, cut in any::<bool>()) {
        let (disk, _, sealed) = prepared(2_000);
        let name = match sealed.get(file) {
            Some(bundle) => file_of(&disk, bundle),
            None => "state".to_owned(),
        };
        disk.damage(&name, |bytes| {
            let at = at % bytes.len();
            if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        });
        match open(&disk, &KEY, service()) {
            Ok(mut outbox) => {
                while let Ok(bailing_capture::Errand::Send { exchange, .. }) = outbox.next(TODAY) {
                    let refusal = super::bank::problem(403, "a_test");
                    outbox.answer(exchange, Ok(refusal), TODAY).expect("understood");
                }
                prop_assert_eq!((outbox.set_aside(), outbox.entries().count()), (1, 3));
            }
            Err(error) => {
                prop_assert!(matches!(error, OutboxError::WrongKey | OutboxError::Newer), "{}", error);
                prop_assert_eq!(disk.names().len(), 4);
            }
        }
    }
}
