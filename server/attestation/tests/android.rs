//! Every point of the Android verdict, on chains made here: each fault alone is found, by its code.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod issuer;

use std::sync::LazyLock;

use bailing_attestation::{
    Anchors, AndroidPolicy, Challenge, Facts, Grade, Policy, RevocationList, Statement, Verdict,
    Verifier, android,
};
use proptest::prelude::*;

use issuer::android::{Description, Factory, KEY_DESCRIPTION, PACKAGE, SIGNER};
use issuer::{Authority, CHALLENGE, Certificate, NOW, explicit, integer, octets};

const PROVISIONING: &[u64] = &[1, 3, 6, 1, 4, 1, 11_129, 2, 1, 30];
const HUKS: &[u64] = &[1, 3, 6, 1, 4, 1, 2_011, 2, 376, 1, 3];

fn policy() -> Policy {
    let signer = "07".repeat(32);
    let android = AndroidPolicy {
        packages: vec![PACKAGE.to_owned()],
        signers: vec![signer],
        min_os_patch: Some(202_501),
        ..AndroidPolicy::default()
    };
    Policy { android, ..Policy::default() }
}

fn judge_with(
    root: &[u8],
    chain: &[Vec<u8>],
    revocation: Option<&RevocationList>,
    now: i64,
    policy: &Policy,
) -> Verdict {
    let mut anchors = Anchors::default();
    anchors.danger_trust(root).expect("a root");
    let verifier = Verifier { anchors: &anchors, revocation, now, policy };
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    verifier.verify(&Statement::Android { chain: &chain }, &Challenge::Plain(CHALLENGE))
}

fn code(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Rejected(rejection) => rejection.code(),
    }
}

/// One factory for all tests: keys take their time.
static TEE: LazyLock<Factory> = LazyLock::new(|| Factory::new("TEE"));

fn judge(description: &Description) -> &'static str {
    let chain = TEE.chain(&description.leaf());
    code(&judge_with(&TEE.authorities[0].der, &chain, None, NOW, &policy()))
}

#[test]
fn a_good_key_is_accepted_with_its_grade_and_facts() {
    for (element, level, grade) in [("TEE", 1, Grade::B), ("StrongBox", 2, Grade::A)] {
        let factory = Factory::new(element);
        let description = Description { levels: (level, level), ..Description::default() };
        let chain = factory.chain(&description.leaf());
        let verdict = judge_with(&factory.authorities[0].der, &chain, None, NOW, &policy());
        let Verdict::Accepted(key) = verdict else { unreachable!("{element}: {verdict:?}") };
        assert_eq!(key.grade, grade);
        assert!(key.public_key.is_some());
        let Facts::Android(facts) = key.facts else { unreachable!("{element}") };
        assert_eq!(facts.key.attestation_challenge, CHALLENGE);
        let app = facts.key.software_enforced.application_id().expect("an app");
        assert_eq!((app.packages[0].name.as_str(), app.packages[0].version), (PACKAGE, 7));
        assert!(facts.key.hardware_enforced.root_of_trust().expect("one").device_locked);
        // The root need not be sent.
        let without = &chain[..chain.len() - 1];
        let verdict = judge_with(&factory.authorities[0].der, without, None, NOW, &policy());
        assert_eq!(code(&verdict), "accepted");
    }
}

/// A chain of another day, made by the same code: what was accepted once stays accepted.
#[test]
fn the_kept_chain_is_accepted() {
    let fresh = || issuer::pem(&TEE.chain(&Description::default().leaf()));
    issuer::renew("android_tee.pem", fresh);
    let chain = issuer::unpem(&issuer::kept("android_tee.pem"));
    let root = chain.last().expect("a root");
    assert_eq!(code(&judge_with(root, &chain, None, NOW, &policy())), "accepted");
}

#[test]
fn facts_are_written_so() {
    let chain = TEE.chain(&Description::default().leaf());
    let verdict = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &policy());
    let Verdict::Accepted(key) = verdict else { unreachable!("{verdict:?}") };
    let Facts::Android(mut facts) = key.facts else { unreachable!("an Android phone") };
    // The key is another one every time.
    facts.spki_sha256 = "hexadecimal".to_owned();
    insta::assert_json_snapshot!(Facts::Android(facts));
}

#[test]
fn each_fault_alone_is_found() {
    let good = Description::default;
    let own_boot_key = Description { boot: Some((true, 1)), ..good() };
    let cases: Vec<(&str, Description)> = vec![
        ("challenge_mismatch", Description { challenge: b"another".to_vec(), ..good() }),
        ("challenge_mismatch", Description { challenge: Vec::new(), ..good() }),
        ("key_in_software", Description { levels: (0, 0), ..good() }),
        ("key_in_software", Description { levels: (0, 1), ..good() }),
        ("key_in_software", Description { levels: (2, 1), ..good() }),
        ("strongbox_not_in_chain", Description { levels: (2, 2), ..good() }),
        ("key_not_generated", Description { origin: Some(2), ..good() }),
        ("key_not_generated", Description { origin: None, ..good() }),
        ("key_purpose_not_allowed", Description { purposes: vec![2, 1], ..good() }),
        ("key_purpose_not_allowed", Description { purposes: vec![7], ..good() }),
        ("key_purpose_not_allowed", Description { purposes: vec![], ..good() }),
        ("key_for_all_apps", { Description { hardware: vec![explicit(600, &[5, 0])], ..good() } }),
        ("key_for_all_apps", { Description { software: vec![explicit(600, &[5, 0])], ..good() } }),
        ("key_description_differs", Description { algorithm: 1, ..good() }),
        ("root_of_trust_missing", Description { boot: None, ..good() }),
        ("boot_not_verified", own_boot_key.clone()),
        ("boot_not_verified", Description { boot: Some((true, 2)), ..good() }),
        ("bootloader_unlocked", Description { boot: Some((false, 0)), ..good() }),
        ("app_mismatch", Description { application: false, ..good() }),
        ("app_mismatch", Description { package: "org.bailing.copy".to_owned(), ..good() }),
        ("app_signer_mismatch", Description { signers: vec![[6; 32]], ..good() }),
        ("app_signer_mismatch", Description { signers: vec![SIGNER, [6; 32]], ..good() }),
        ("app_signer_mismatch", Description { signers: vec![], ..good() }),
        ("patch_level_too_old", Description { patch: 202_412, ..good() }),
        ("key_description_malformed", Description { trailing: vec![0], ..good() }),
        ("key_description_malformed", Description { boot: Some((true, 4)), ..good() }),
        ("key_description_malformed", {
            // A tag twice: parsers that keep the first and those that keep the last would disagree.
            Description { hardware: vec![explicit(702, &integer(0))], ..good() }
        }),
        ("key_description_malformed", {
            Description { hardware: vec![explicit(1_000, &integer(0))], ..good() }
        }),
        // Later systems may say more of what they themselves enforce.
        ("accepted", Description { software: vec![explicit(1_000, &integer(0))], ..good() }),
        // A phone of 2026 writes them in this order.
        ("accepted", Description { software: vec![explicit(724, &octets(&[1]))], ..good() }),
    ];
    for (expected, description) in cases {
        let der = description.der();
        assert_eq!(judge(&description), expected, "{der:02x?}");
    }
    // The owner's own system, where the policy names its key.
    let mut lenient = policy();
    lenient.android.boot_keys = vec!["09".repeat(32)];
    let chain = TEE.chain(&own_boot_key.leaf());
    let verdict = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &lenient);
    assert_eq!(code(&verdict), "accepted");
}

#[test]
fn an_attested_key_cannot_attest_another() {
    // A genuine key, on a phone with an open bootloader, signs a leaf that claims the opposite.
    let honest = Description { boot: Some((false, 2)), ..Description::default() };
    let mut extended = Factory::new("TEE");
    let device = extended.authorities.last().expect("one").issue(&honest.leaf());
    extended.authorities.push(device);
    let chain = extended.chain(&Description::default().leaf());
    let verdict = judge_with(&extended.authorities[0].der, &chain, None, NOW, &policy());
    assert_eq!(code(&verdict), "key_description_above_leaf");
}

#[test]
fn the_chain_has_one_form() {
    let good = TEE.chain(&Description::default().leaf());
    let root = &TEE.authorities[0].der;
    let judge = |chain: &[Vec<u8>]| code(&judge_with(root, chain, None, NOW, &policy()));
    assert_eq!(judge(&good), "accepted");
    assert_eq!(judge(&[]), "chain_shape");
    assert_eq!(judge(&good[..1]), "anchor_unknown");
    assert_eq!(judge(&good[..2]), "anchor_unknown");
    let swapped = [good[0].clone(), good[2].clone(), good[1].clone(), good[3].clone()];
    assert_eq!(judge(&swapped), "chain_broken");
    let twice = [&good[..1], &good[..]].concat();
    assert_eq!(judge(&twice), "chain_broken");
    assert_eq!(judge(&vec![good[3].clone(); 11]), "chain_shape");
    assert_eq!(judge(&[vec![0x30; 9_000]]), "chain_malformed");
    let short = {
        let root = Authority::root();
        let leaf = root.issue(&Description::default().leaf());
        let chain = [leaf.der, root.der.clone()];
        code(&judge_with(&root.der, &chain, None, NOW, &policy()))
    };
    assert_eq!(short, "chain_shape");
    let other = Factory::new("TEE");
    let verdict = judge_with(&other.authorities[0].der, &good, None, NOW, &policy());
    assert_eq!(code(&verdict), "anchor_unknown");

    let harmony = Certificate::leaf(vec![(HUKS.to_vec(), vec![0x30, 0])]);
    assert_eq!(judge(&TEE.chain(&harmony)), "huks_unsupported");
    let plain = Certificate::leaf(Vec::new());
    assert_eq!(judge(&TEE.chain(&plain)), "key_description_missing");
}

#[test]
fn times_count_for_provisioned_keys() {
    let root = Authority::root();
    let mut provisioned = Factory { authorities: vec![root] };
    for name in ["Droid CA2", "Droid CA3", "Attesting"] {
        let mut certificate = Certificate::authority(name, "Google LLC");
        if name == "Attesting" {
            certificate.days = (1, 7);
            certificate.organisation = "TEE";
            certificate.extensions = vec![(PROVISIONING.to_vec(), vec![0xa1, 1, 4])];
        }
        let next = provisioned.authorities.last().expect("one").issue(&certificate);
        provisioned.authorities.push(next);
    }
    let chain = provisioned.chain(&Description::default().leaf());
    let at = |days: i64| {
        let now = NOW + days * issuer::DAY;
        code(&judge_with(&provisioned.authorities[0].der, &chain, None, now, &policy()))
    };
    assert_eq!(
        (at(0), at(7), at(8), at(-2)),
        ("accepted", "accepted", "certificate_expired", "certificate_expired")
    );

    // A factory's certificates are taken after they expired, and not before they began.
    let chain = TEE.chain(&Description::default().leaf());
    let at = |days: i64| {
        let now = NOW + days * issuer::DAY;
        code(&judge_with(&TEE.authorities[0].der, &chain, None, now, &policy()))
    };
    assert_eq!((at(0), at(5_000), at(-31)), ("accepted", "accepted", "certificate_expired"));
}

#[test]
fn revoked_and_suspended_certificates_are_refused() {
    let chain = TEE.chain(&Description::default().leaf());
    let judge = |entries: &str, policy: &Policy| {
        let json = format!("{{\"entries\": {{{entries}}}}}");
        let list = RevocationList::from_json(json.as_bytes(), Some(NOW - 10)).expect("a list");
        code(&judge_with(&TEE.authorities[0].der, &chain, Some(&list), NOW, policy))
    };
    // "Batch" and 0x7f: the serial number that the issuer gave.
    let entry = |serial: &str, status: &str| format!("\"{serial}\": {{\"status\": \"{status}\"}}");
    assert_eq!(judge(&entry("42617463687f", "REVOKED"), &policy()), "certificate_revoked");
    assert_eq!(judge(&entry("42617463687F", "SUSPENDED"), &policy()), "certificate_revoked");
    assert_eq!(judge(&entry("72986331932799", "REVOKED"), &policy()), "certificate_revoked");
    assert_eq!(judge(&entry("0042617463687f", "REVOKED"), &policy()), "accepted");
    // Every phone's leaf has the serial number 1.
    assert_eq!(judge(&entry("1", "REVOKED"), &policy()), "accepted");

    let mut careful = policy();
    careful.android.max_revocation_age = Some(10);
    assert_eq!(judge("", &careful), "accepted");
    careful.android.max_revocation_age = Some(9);
    assert_eq!(judge("", &careful), "revocation_list_stale");
    let verdict = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &careful);
    assert_eq!(code(&verdict), "revocation_list_missing");
}

#[test]
fn a_key_is_asked_for_again_when_it_is_used() {
    let chain = TEE.chain(&Description::default().leaf());
    let bytes = chain.concat();
    let certificates = android::certificates(&bytes).expect("as they were sent");
    assert_eq!(certificates, chain);
    let check = |serial: &str, age: Option<i64>| {
        let json = format!("{{\"entries\": {{\"{serial}\": {{\"status\": \"REVOKED\"}}}}}}");
        let list = RevocationList::from_json(json.as_bytes(), Some(NOW)).expect("a list");
        let mut policy = policy();
        policy.android.max_revocation_age = age;
        // Long after the certificates have expired: the list alone is asked.
        let now = NOW + 400 * issuer::DAY;
        let anchors = Anchors::default();
        let verifier =
            Verifier { anchors: &anchors, revocation: Some(&list), now, policy: &policy };
        let statement = Statement::Android { chain: &certificates };
        verifier.check_revocation(&statement).map_err(|rejection| rejection.code())
    };
    assert_eq!(check("1", None), Ok(()));
    assert_eq!(check("42617463687f", None), Err("certificate_revoked"));
    assert_eq!(check("1", Some(issuer::DAY)), Err("revocation_list_stale"));
}

#[test]
fn a_chain_in_one_string_is_bounded() {
    let code = |bytes: &[u8]| match android::certificates(bytes) {
        Ok(chain) => Ok(chain.len()),
        Err(rejection) => Err(rejection.code()),
    };
    assert_eq!(code(&[]), Ok(0));
    let chain = TEE.chain(&Description::default().leaf()).concat();
    assert_eq!(code(&chain[..chain.len() - 1]), Err("chain_malformed"));
    assert_eq!(code(&[0x30, 0x80]), Err("chain_malformed"));
    assert_eq!(code(&[0x30, 0].repeat(10)), Ok(10));
    assert_eq!(code(&[0x30, 0].repeat(11)), Err("chain_shape"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// The root is the verifier's own: its certificate is not signed by anything.
    #[test]
    fn any_changed_bit_below_the_root_is_refused(
        certificate in 0usize..3,
        at in any::<proptest::sample::Index>(),
        bit in 0u8..8,
    ) {
        static CHAIN: LazyLock<Vec<Vec<u8>>> =
            LazyLock::new(|| TEE.chain(&Description::default().leaf()));
        let mut chain = CHAIN.clone();
        let at = at.index(chain[certificate].len());
        chain[certificate][at] ^= 1 << bit;
        let verdict = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &policy());
        prop_assert_ne!(code(&verdict), "accepted", "byte {} of certificate {}", at, certificate);
    }

    #[test]
    fn any_bytes_are_answered(
        chain in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..6),
    ) {
        let verdict = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &policy());
        prop_assert_ne!(code(&verdict), "accepted");
    }

    /// A description with anything in it, properly signed.
    #[test]
    fn any_description_is_answered(
        at in any::<proptest::sample::Index>(),
        byte: u8,
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let mut der = Description::default().der();
        let at = at.index(der.len());
        der[at] = byte;
        if let Some(cut) = cut {
            der.truncate(cut.index(der.len()));
        }
        let leaf = Certificate::leaf(vec![(KEY_DESCRIPTION.to_vec(), der)]);
        let chain = TEE.chain(&leaf);
        let _ = judge_with(&TEE.authorities[0].der, &chain, None, NOW, &policy());
    }
}
