//! What each check digit catches of the two commonest errors, one wrong character and two neighbours
//! swapped: all of them, for codes at random, and the exceptions that the arithmetic leaves.

use proptest::prelude::*;

use super::*;

const DIGITS: &str = "0123456789";
const DIGITS_AND_CAPITALS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Every code that differs in one character, with the place and what was and is there.
fn one_wrong<'a>(
    code: &'a [char],
    alphabet: &'a str,
) -> impl Iterator<Item = (usize, [char; 2], String)> + 'a {
    code.iter().enumerate().flat_map(move |(at, right)| {
        alphabet.chars().filter(move |wrong| wrong != right).map(move |wrong| {
            let mut other = code.to_vec();
            other[at] = wrong;
            (at, [*right, wrong], other.into_iter().collect())
        })
    })
}

/// Every code with two different neighbours swapped, with the place and the two.
fn swapped(code: &[char]) -> impl Iterator<Item = (usize, [char; 2], String)> {
    (1..code.len()).filter(|at| code[at - 1] != code[*at]).map(|at| {
        let mut other = code.to_vec();
        other.swap(at - 1, at);
        (at - 1, [code[at - 1], code[at]], other.into_iter().collect())
    })
}

/// The one valid completion of a body whose check character stands at `at`.
fn complete(body: &str, at: usize, alphabet: &str, is_valid: impl Fn(&str) -> bool) -> Vec<char> {
    let (before, behind) = body.split_at(at);
    let mut found = alphabet.chars().map(|check| format!("{before}{check}{behind}"));
    let code = found.find(|code| is_valid(code)).expect("a check character");
    assert!(found.all(|code| !is_valid(&code)), "two check characters");
    code.chars().collect()
}

fn number(character: char) -> u32 {
    character.to_digit(36).expect("a digit or a capital")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_credit_code_shows_every_error(body in "[0-9A-HJ-NPQRTUWXY]{17}") {
        let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        let code = complete(&body, 17, alphabet, is_valid_uscc);
        for (.., wrong) in one_wrong(&code, DIGITS_AND_CAPITALS).chain(swapped(&code)) {
            prop_assert!(!is_valid_uscc(&wrong), "{}", wrong);
        }
    }

    /// But for two characters eleven, 22 or 33 apart: 0 and B, 1 and C … 9 and K, A and L.
    #[test]
    fn an_organisation_code_shows_every_other_error(body in "[0-9A-Z]{8}") {
        let code = complete(&body, 8, "0123456789X", is_valid_organisation_code);
        for (at, [right, wrong], other) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            let alike = at < 8 && number(right).abs_diff(number(wrong)).is_multiple_of(11);
            prop_assert_eq!(is_valid_organisation_code(&other), alike, "{}", other);
        }
        for (at, [one, two], other) in swapped(&code) {
            // The check character X is ten, as a character before it 33, which is none.
            let alike = if at == 7 && (one == 'X' || two == 'X') {
                (one, two) == ('X', '1') || (one, two) == ('1', 'X')
            } else {
                number(one).abs_diff(number(two)).is_multiple_of(11) && (at < 7 || one.is_ascii_digit())
            };
            prop_assert_eq!(is_valid_organisation_code(&other), alike, "{}", other);
        }
    }

    #[test]
    fn a_residents_number_shows_every_error_behind_the_area_and_the_birthday(serial in 0u32..1_000) {
        let body = format!("33010619880808{serial:03}");
        let code = complete(&body, 17, "0123456789X", is_valid_resident_number);
        for (.., wrong) in one_wrong(&code, "0123456789X").chain(swapped(&code)) {
            prop_assert!(!is_valid_resident_number(&wrong), "{}", wrong);
        }
    }

    /// An old number: in its first six digits a wrong one is shown where it leaves no province.
    #[test]
    fn a_taxpayers_number_shows_what_its_organisation_code_does(body in "[0-9A-Z]{8}") {
        let code = complete(&format!("330106{body}"), 14, "0123456789X", is_valid_taxpayer_number);
        for (at, _, wrong) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            let organisation = is_valid_organisation_code(&wrong[6..]);
            let area = wrong[..6].bytes().all(|digit| digit.is_ascii_digit())
                && (at > 1 || Province::of_code(&wrong).is_some() || wrong.starts_with("10"));
            prop_assert_eq!(is_valid_taxpayer_number(&wrong), organisation && area, "{}", wrong);
        }
    }

    /// But for 09 and 90.
    #[test]
    fn a_card_shows_every_wrong_digit_and_nearly_every_swap(body in "[0-9]{11,18}") {
        let code = complete(&body, body.len(), DIGITS, is_valid_card);
        for (.., wrong) in one_wrong(&code, DIGITS) {
            prop_assert!(!is_valid_card(&wrong), "{}", wrong);
        }
        for (_, pair, other) in swapped(&code) {
            let alike = matches!(pair, ['0', '9'] | ['9', '0']);
            prop_assert_eq!(is_valid_card(&other), alike, "{}", other);
        }
    }

    /// But for letters and digits of the same value (A, J and 1; B, K, S and 2; …), and a swap of the check
    /// digit with the one before it, whose weight is ten: less one in eleven.
    #[test]
    fn a_vehicles_number_shows_every_other_error(body in "[0-9A-HJ-NPR-Z]{16}") {
        let code = complete(&body, 8, "0123456789X", is_valid_vin);
        for (at, [right, wrong], other) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            let alike = at != 8 && worth(right) == worth(wrong);
            prop_assert_eq!(is_valid_vin(&other), alike, "{}", other);
        }
        for (at, [one, two], other) in swapped(&code) {
            let check = match at {
                7 => Some([one, two]),
                8 => Some([two, one]),
                _ => None,
            };
            let alike = match check {
                None => worth(one) == worth(two),
                // The letter comes to stand for the check, and the check for a letter.
                Some([letter, check]) => {
                    let weight = if at == 7 { 10 } else { 9 };
                    let of_check = |character: char| match character {
                        'X' => Some(10),
                        digit => digit.to_digit(10),
                    };
                    of_check(letter).is_some_and(|new| {
                        let old = of_check(check).expect("a check digit");
                        let moved = weight * (11 + worth(check).expect("in the alphabet")
                            - worth(letter).expect("in the alphabet"));
                        (old + moved) % 11 == new
                    })
                }
            };
            prop_assert_eq!(is_valid_vin(&other), alike, "{}", other);
            if at == 7 && one.is_ascii_digit() && two.is_ascii_digit() {
                prop_assert!(alike, "{}", other);
            }
        }
    }

    /// Where one look-alike was misread, the proposal is the truth or there is none.
    #[test]
    fn a_proposal_mends_a_look_alike_rightly_or_not_at_all(
        body in "91(1[1-5]|2[1-3]|3[1-7]|4[1-6])[0-9]{4}",
        organisation in "[0-9A-HJ-NPQRTUWXY]{8}",
        vehicle in "L[0-9A-HJ-NPR-Z]{7}[1-9A-HJ-NPR-TV-Y][0-9A-HJ-NPR-Z]{3}[0-9]{4}",
    ) {
        let organisation: String =
            complete(&organisation, 8, "0123456789X", is_valid_organisation_code).iter().collect();
        let code = complete(
            &(body + &organisation), 17, "0123456789ABCDEFGHJKLMNPQRTUWXY", is_valid_uscc);
        let truth: String = code.iter().collect();
        for (_, [right, wrong], read) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            if let Some(proposed) = uscc_correction(&read)
                && only_correction(&right.to_string(), |other| *other == wrong.to_string()).is_some()
            {
                prop_assert_eq!(&proposed, &truth, "{}", read);
            }
        }
        let code = complete(&vehicle, 8, "0123456789X", is_valid_vin);
        let truth: String = code.iter().collect();
        for (at, [right, wrong], read) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            if let Some(proposed) = vin_correction(&read)
                && at != 9
                && only_correction(&right.to_string(), |other| *other == wrong.to_string()).is_some()
            {
                prop_assert_eq!(&proposed, &truth, "{}", read);
            }
        }
    }
}

/// How often a proposal is what was printed: 100 credit codes drawn from a generator with a fixed seed, each
/// with every single misreading once. With `--nocapture` it prints the shares.
#[test]
fn a_proposal_is_right_far_more_often_than_wrong() {
    let alphabet: Vec<char> = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().collect();
    let mut state = 8u64;
    let mut draw = |from: &[char]| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[usize::try_from(state >> 33).expect("31 bits") % from.len()]
    };
    let mut body = || {
        let body: String = (0..6).map(|_| draw(&alphabet)).collect();
        let area: String = (0..4).map(|_| draw(&alphabet[..10])).collect();
        format!("9133{area}MA{body}")
    };
    let ([mut alike, mut mended], [mut unlike, mut misled]) = ([0u32; 2], [0u32; 2]);
    for _ in 0..100 {
        let body = body();
        let organisation = complete(&body[8..], 8, "0123456789X", is_valid_organisation_code);
        let body: String = body[..8].chars().chain(organisation).collect();
        let code = complete(&body, 17, "0123456789ABCDEFGHJKLMNPQRTUWXY", is_valid_uscc);
        let truth: String = code.iter().collect();
        for (_, [right, wrong], read) in one_wrong(&code, DIGITS_AND_CAPITALS) {
            let read = uscc_in_alphabet(&read);
            if read == truth {
                continue;
            }
            let proposed = uscc_correction(&read);
            if only_correction(&right.to_string(), |other| *other == wrong.to_string()).is_some() {
                alike += 1;
                mended += u32::from(proposed.as_ref() == Some(&truth));
                assert!(proposed.is_none_or(|proposed| proposed == truth), "{read}");
            } else {
                unlike += 1;
                misled += u32::from(proposed.is_some_and(|proposed| proposed != truth));
            }
        }
    }
    println!(
        "look-alikes: {mended} of {alike} mended, none wrongly; others: {misled} of {unlike} misled"
    );
    assert!(f64::from(mended) >= 0.95 * f64::from(alike), "{mended} of {alike}");
    assert!(f64::from(misled) <= 0.05 * f64::from(unlike), "{misled} of {unlike}");
}

/// What a character of a vehicle's number counts, by the standard's table 2.
fn worth(character: char) -> Option<u32> {
    let table = ["0", "1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ"];
    let found = table.iter().position(|row| row.contains(character))?;
    u32::try_from(found).ok()
}
