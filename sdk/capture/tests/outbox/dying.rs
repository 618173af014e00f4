//! Deaths at every byte and every operation of a whole script.

use bailing_capture::{EntryState, Errand, OutboxError};
use proptest::prelude::*;

use super::app::{App, TODAY};
use super::bank::Bank;
use super::disk::{Death, Disk};

/// Enrolment, tickets, two bundles, decisions: begun anew after a death until it is through. `sealed` has
/// what `seal` has promised.
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

/// One step of the script, from any checkpoint.
fn step(app: &mut App, bank: &mut Bank, number: usize) -> Result<(), OutboxError> {
    bank.now = app.now;
    let mut never = || false;
    match number {
        0 => app.outbox.enrol("haulier"),
        1 => app
            .run_until(bank, &mut never, &mut |outbox, _| outbox.enrolment().is_some())
            .map(|_| ()),
        2 => app
            .run_until(bank, &mut never, &mut |outbox, now| outbox.tickets_left(now) > 0)
            .map(|_| ()),
        3 | 4 => app.seal(300 + number).map(|_| ()),
        _ => app.step(&mut |request| Ok(bank.answer(request))).map(|_| ()),
    }
}

/// All that can be seen of an outbox: what it lists, and under which ticket and where in the chain it would
/// seal.
fn seen(app: &mut App) -> String {
    let mut place = None;
    let _: Result<[u8; 32], OutboxError> = app.outbox.seal(app.now, |at| {
        place = Some(format!("{at:?}"));
        Err(OutboxError::Damaged)
    });
    let entries: Vec<_> = app.outbox.entries().collect();
    format!(
        "{entries:?} {:?} {place:?} {}",
        app.outbox.enrolment(),
        app.outbox.tickets_left(app.now)
    )
}

/// At every byte of every write of a step the outbox that is opened afterwards is as before the step or as
/// after one of its changes, and nothing between.
#[test]
fn at_every_byte_it_is_as_before_or_as_after() {
    let (mut disk, mut bank) = (Disk::default(), Bank::new(TODAY));
    bank.tickets_at_once = 9;
    let (mut now, mut deaths, mut number) = (TODAY, 0, 0);
    loop {
        let start = |disk: &Disk| App::start(disk, number as u64, now).expect("opened");
        let before = seen(&mut start(&disk.copy()));
        // Once to its end: how much it writes, and what comes of it.
        let (through, mut after_bank) = (disk.copy(), bank.clone());
        let mut app = start(&through);
        let opening = through.spent();
        through.die_after(u64::MAX, false, true);
        step(&mut app, &mut after_bank, number).expect("nothing dies");
        let writes = through.spent() - opening;
        let after = seen(&mut app);
        for left in 0..writes {
            let (dying, mut bank) = (disk.copy(), bank.clone());
            let mut app = start(&dying);
            dying.die_after(left, false, true);
            let result = step(&mut app, &mut bank, number);
            drop(app);
            dying.start(Death::Process);
            let found = seen(&mut start(&dying));
            assert!(
                found == before || found == after,
                "{number}, {left}:\n{found}\n{before}\n{after}"
            );
            // Some writes may fail unheard: the removal of what is needed no longer.
            assert!(result.is_err() || found == after, "{number}, {left}: promised and not kept");
            deaths += 1;
        }
        now = app.now;
        if number > 4
            && let Ok(Errand::WaitUntil(until)) = app.outbox.next(now)
        {
            now = until;
        }
        let decided =
            app.outbox.entries().filter(|entry| entry.state == EntryState::Decided).count();
        drop(app);
        (disk, bank, number) = (through.copy(), after_bank, number + 1);
        if decided == 2 {
            break;
        }
    }
    println!("{deaths} deaths in {number} steps");
    assert!(deaths > 20_000 && bank.violations.is_empty());
}

/// Runs the script with a death after `left`, and once more to its end.
fn dies_after(left: u64, happens: bool, death: Death, losing: bool) -> bool {
    let (disk, mut bank, mut sealed) = (Disk::default(), Bank::new(TODAY), Vec::new());
    let lengths = [70_000, 600_000];
    let mut count = 0u32;
    let mut lose = || {
        count += 1;
        losing && count.is_multiple_of(3)
    };
    disk.die_after(left, happens, false);
    let first = script(&disk, &mut bank, lengths, &mut sealed, 1, &mut lose);
    let died = disk.is_dead();
    // A removal may fail unheard.
    assert!(first.is_ok() || died, "{first:?}");
    disk.start(death);
    script(&disk, &mut bank, lengths, &mut sealed, 2, &mut || false)
        .expect("nothing fails any more");
    assert_eq!((bank.violations.as_slice(), sealed.len()), (&[][..], 2), "died after {left}");
    assert!(sealed.iter().all(|bundle| bank.has(bundle)));
    died
}

#[test]
fn at_every_operation_while_pieces_and_answers_are_lost() {
    let mut deaths = 0;
    for left in 0.. {
        let mut died = 0;
        for death in [Death::Process, Death::Phone] {
            for happens in [false, true] {
                for losing in [false, true] {
                    died += u64::from(dies_after(left, happens, death, losing));
                }
            }
        }
        deaths += died;
        if died == 0 {
            break;
        }
    }
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
