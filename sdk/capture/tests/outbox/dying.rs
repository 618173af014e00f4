//! Deaths at every byte and every operation of a whole script.

use bailing_capture::{EntryState, OutboxError};
use proptest::prelude::*;

use super::app::{App, TODAY};
use super::bank::Bank;
use super::disk::{Death, Disk};

/// Enrolment, tickets, two bundles, decisions: begun anew after a death until it is through. `sealed` has what
/// `seal` has promised.
fn script(
    disk: &Disk,
    bank: &mut Bank,
    lengths: [usize; 2],
    sealed: &mut Vec<[u8; 32]>,
    seed: u64,
    lose: &mut dyn FnMut() -> bool,
) -> Result<(), OutboxError> {
    // A day a start, and tickets that last one: the clock goes on, and they do not run out.
    let now = bank.now;
    let mut app = App::start(disk, seed, now)?;
    kept(&app, bank, sealed);
    if app.outbox.enrolment().is_none() {
        app.outbox.enrol("haulier")?;
    }
    app.run_until(bank, lose, &mut |outbox, now| outbox.tickets_left(now) > 0)?;
    while let Some(length) = lengths.get(sealed.len()) {
        sealed.push(app.seal(*length)?);
    }
    app.run_until(bank, lose, &mut |outbox, _| {
        outbox.entries().all(|entry| entry.state == EntryState::Decided)
    })?;
    kept(&app, bank, sealed);
    Ok(())
}

/// Every bundle that was promised is here or there.
fn kept(app: &App, bank: &Bank, sealed: &[[u8; 32]]) {
    for bundle in sealed {
        let here = app.outbox.entries().find(|entry| entry.bundle == *bundle);
        let waits = here.is_some_and(|entry| {
            matches!(entry.state, EntryState::Waiting | EntryState::Sending { .. })
        });
        assert!(waits || bank.has(bundle), "{} is lost", hex::encode(bundle));
    }
    assert_eq!(app.outbox.set_aside(), 0);
}

/// Runs the script with a death after `left`, and once more to its end.
fn dies_after(left: u64, happens: bool, death: Death, every_byte: bool, lengths: [usize; 2], losing: bool) -> bool {
    let (disk, mut bank, mut sealed) = (Disk::default(), Bank::new(TODAY), Vec::new());
    let mut count = 0u32;
    let mut lose = || {
        count += 1;
        losing && count % 3 == 0
    };
    disk.die_after(left, happens, every_byte);
    let first = script(&disk, &mut bank, lengths, &mut sealed, 1, &mut lose);
    let died = disk.is_dead();
    assert_eq!(first.is_err(), died, "{first:?}");
    disk.start(death);
    script(&disk, &mut bank, lengths, &mut sealed, 2, &mut || false).expect("nothing fails any more");
    assert_eq!((bank.violations.as_slice(), sealed.len()), (&[][..], 2), "died after {left}");
    assert!(sealed.iter().all(|bundle| bank.has(bundle)));
    died
}

fn dies_everywhere(every_byte: bool, lengths: [usize; 2], losing: bool) -> u64 {
    let mut deaths = 0;
    for left in 0.. {
        let mut died = false;
        for death in [Death::Process, Death::Phone] {
            for happens in [false, true] {
                let dies = dies_after(left, happens, death, every_byte, lengths, losing);
                deaths += u64::from(dies);
                died |= dies;
            }
        }
        if !died {
            break;
        }
    }
    deaths
}

#[test]
fn at_every_byte_of_every_write() {
    let deaths = dies_everywhere(true, [300, 400], false);
    println!("{deaths} deaths");
    assert!(deaths > 50_000, "{deaths}");
}

#[test]
fn at_every_operation_while_pieces_and_answers_are_lost() {
    let deaths = dies_everywhere(false, [70_000, 600_000], true);
    println!("{deaths} deaths");
    assert!(deaths > 1_000, "{deaths}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Deaths, single failures and lost answers in any order: the two bundles arrive, once each.
    #[test]
    fn in_any_order(
        blows in proptest::collection::vec((0u64..400, any::<bool>(), any::<bool>(), any::<bool>()), 0..12),
        losses in proptest::collection::vec(any::<bool>(), 0..40),
    ) {
        let (disk, mut bank, mut sealed) = (Disk::default(), Bank::new(TODAY), Vec::new());
        let mut losses = losses.into_iter();
        let mut lose = || losses.next().unwrap_or_default();
        for (seed, (left, happens, phone, only_once)) in (1u64..).zip(blows) {
            if only_once { disk.fail_once_after(left, happens) } else { disk.die_after(left, happens, false) }
            let _ = script(&disk, &mut bank, [1_000, 600_000], &mut sealed, seed, &mut lose);
            bank.now += 60;
            disk.start(if phone { Death::Phone } else { Death::Process });
        }
        script(&disk, &mut bank, [1_000, 600_000], &mut sealed, 99, &mut || false).expect("to its end");
        prop_assert_eq!((bank.violations, sealed.len()), (Vec::new(), 2));
    }
}
