//! Every point of the App Attest verdict, on objects made here: each fault alone is found, by its code.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod issuer;

use std::sync::LazyLock;

use bailing_attestation::{
    Anchors, Challenge, Environment, Facts, Grade, IosPolicy, Policy, Statement, Verdict, Verifier,
};
use ciborium::Value;
use proptest::prelude::*;
use rcgen::{KeyPair, PublicKeyData};

use issuer::apple::{APP, Apple, Attestation, assertion, cbor, hash, map};
use issuer::{CHALLENGE, DAY, NOW, device_key};

/// Root and intermediate, the same for all tests.
static APPLE: LazyLock<Apple> = LazyLock::new(|| Apple::new((30, 60)));

fn policy(environment: Environment) -> Policy {
    let ios = IosPolicy { app_id: APP.to_owned(), environment };
    Policy { ios, ..Policy::default() }
}

fn with_verifier<T>(now: i64, policy: &Policy, judge: impl FnOnce(&Verifier<'_>) -> T) -> T {
    let mut anchors = Anchors::default();
    anchors.danger_trust(&APPLE.root.der).expect("a root");
    judge(&Verifier { anchors: &anchors, revocation: None, now, policy })
}

fn judge(object: &[u8]) -> Verdict {
    with_verifier(NOW, &policy(Environment::Production), |verifier| {
        verifier.verify(&Statement::AppAttest { object }, &Challenge::Plain(CHALLENGE))
    })
}

fn code(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Rejected(rejection) => rejection.code(),
    }
}

#[test]
fn a_good_key_is_accepted_with_its_grade_and_facts() {
    let key = device_key();
    // As iOS 27 writes it, with flags that say otherwise.
    let claims = map(vec![
        ("apple_bundle_version_01".into(), "1314".into()),
        ("apple_validation_category_01".into(), Value::Bytes(vec![3, 0, 0, 0])),
    ]);
    let object =
        Attestation { claims: Some(claims), ..Attestation::default() }.object(&APPLE, &key);
    let Verdict::Accepted(attested) = judge(&object) else { unreachable!("to be accepted") };
    assert_eq!(attested.grade, Grade::A);
    assert_eq!(attested.public_key.as_ref().map(|point| &point[..]), Some(key.der_bytes()));
    let Facts::Ios(mut facts) = attested.facts else { unreachable!("an iPhone") };
    // The key is another one every time.
    facts.key_id = "hexadecimal".to_owned();
    insta::assert_json_snapshot!(Facts::Ios(facts), @r#"
    {
      "platform": "ios",
      "key_id": "hexadecimal",
      "app_id_sha256": "e742f1358a5adf3e7901cb80d934465e43031deeb740f058ac4beb6fc5de7473",
      "environment": "production",
      "bundle_version": "1314",
      "validation_category": 3
    }
    "#);
}

#[test]
fn the_environments_are_told_apart() {
    let production = Attestation::default().object(&APPLE, &device_key());
    let aaguid = *b"appattestdevelop";
    let development =
        Attestation { aaguid, ..Attestation::default() }.object(&APPLE, &device_key());
    let judge = |object: &[u8], environment| {
        with_verifier(NOW, &policy(environment), |verifier| {
            verifier.verify(&Statement::AppAttest { object }, &Challenge::Plain(CHALLENGE))
        })
    };
    use Environment::{Development, Production};
    assert_eq!(code(&judge(&production, Production)), "accepted");
    assert_eq!(code(&judge(&production, Development)), "environment_mismatch");
    assert_eq!(code(&judge(&development, Production)), "environment_mismatch");
    let Verdict::Accepted(key) = judge(&development, Development) else { unreachable!("accepted") };
    assert_eq!(key.grade, Grade::C);
    let Facts::Ios(facts) = key.facts else { unreachable!("an iPhone") };
    assert_eq!(facts.environment, Development);
}

#[test]
fn each_fault_alone_is_found() {
    let good = Attestation::default;
    let cases = [
        ("accepted", good()),
        ("accepted", Attestation { flags: 0xc0, ..good() }),
        ("accepted", Attestation { flags: 0x00, ..good() }),
        ("nonce_mismatch", Attestation { client_data: b"another".to_vec(), ..good() }),
        ("app_mismatch", Attestation { app: "ABCDE12345.org.bailing.copy", ..good() }),
        ("counter_not_increasing", Attestation { counter: 1, ..good() }),
        ("environment_mismatch", Attestation { aaguid: [0; 16], ..good() }),
        ("key_id_mismatch", Attestation { id: Some(vec![7; 32]), ..good() }),
        ("key_id_mismatch", Attestation { other_point: true, ..good() }),
        ("app_attest_malformed", Attestation { id: Some(vec![7; 31]), ..good() }),
        ("app_attest_malformed", Attestation { trailing: vec![0], ..good() }),
        ("app_attest_malformed", Attestation { claims: Some(Value::Array(vec![])), ..good() }),
        ("app_attest_malformed", Attestation { format: "packed", ..good() }),
    ];
    for (index, (expected, attestation)) in cases.into_iter().enumerate() {
        let verdict = judge(&attestation.object(&APPLE, &device_key()));
        assert_eq!(code(&verdict), expected, "case {index}");
    }
}

#[test]
fn the_chain_leads_to_apple_in_time() {
    let object = Attestation::default().object(&APPLE, &device_key());
    let at = |days: i64| {
        with_verifier(NOW + days * DAY, &policy(Environment::Production), |verifier| {
            let statement = Statement::AppAttest { object: &object };
            code(&verifier.verify(&statement, &Challenge::Plain(CHALLENGE)))
        })
    };
    assert_eq!((at(0), at(3), at(-2)), ("accepted", "certificate_expired", "certificate_expired"));
    let policy = policy(Environment::Production);
    let verifier =
        Verifier { anchors: &Anchors::default(), revocation: None, now: NOW, policy: &policy };
    let statement = Statement::AppAttest { object: &object };
    let verdict = verifier.verify(&statement, &Challenge::Plain(CHALLENGE));
    assert_eq!(code(&verdict), "anchor_unknown");
    // What was passed as it is, and what was hashed first, are different things.
    let raw = hash(&[CHALLENGE]);
    with_verifier(NOW, &policy, |verifier| {
        let passed = verifier.verify(&statement, &Challenge::ClientDataHash(&raw));
        assert_eq!(code(&passed), "accepted");
        let passed = verifier.verify(&statement, &Challenge::Plain(&raw));
        assert_eq!(code(&passed), "nonce_mismatch");
    });
}

fn assert_with(
    key: &KeyPair,
    assertion: &[u8],
    data: &[u8],
    stored: u32,
) -> Result<u32, &'static str> {
    let point = key.der_bytes().try_into().expect("a point");
    with_verifier(NOW, &policy(Environment::Production), |verifier| {
        verifier.verify_assertion(assertion, data, &point, stored).map_err(|error| error.code())
    })
}

#[test]
fn assertions_count_up_and_are_the_keys_own() {
    let key = device_key();
    let one = assertion(&key, APP, 1, b"manifest", &[]);
    assert_eq!(assert_with(&key, &one, b"manifest", 0), Ok(1));
    assert_eq!(assert_with(&key, &one, b"manifest", 1), Err("counter_not_increasing"));
    assert_eq!(assert_with(&key, &one, b"another", 0), Err("assertion_signature_invalid"));
    assert_eq!(
        assert_with(&device_key(), &one, b"manifest", 0),
        Err("assertion_signature_invalid")
    );
    let copy = assertion(&key, "ABCDE12345.org.bailing.copy", 1, b"manifest", &[]);
    assert_eq!(assert_with(&key, &copy, b"manifest", 0), Err("app_mismatch"));
    let claims = cbor(&map(vec![("apple_bundle_version_01".into(), "9".into())]));
    let later = assertion(&key, APP, u32::MAX, b"manifest", &claims);
    assert_eq!(assert_with(&key, &later, b"manifest", u32::MAX - 1), Ok(u32::MAX));
    assert_eq!(assert_with(&key, &later, b"manifest", u32::MAX), Err("counter_not_increasing"));
    let odd = assertion(&key, APP, 2, b"manifest", &[0]);
    assert_eq!(assert_with(&key, &odd, b"manifest", 0), Err("app_attest_malformed"));
    assert_eq!(assert_with(&key, &[0; 1_025], b"", 0), Err("app_attest_malformed"));
    assert_eq!(assert_with(&key, b"", b"", 0), Err("app_attest_malformed"));
}

/// An object and an assertion of another day: what was accepted once stays accepted.
#[test]
fn the_kept_object_is_accepted() {
    let key = device_key();
    issuer::renew("ios_attestation.cbor", || Attestation::default().object(&APPLE, &key));
    issuer::renew("ios_assertion.cbor", || assertion(&key, APP, 1, b"manifest", &[]));
    issuer::renew("ios_root.pem", || issuer::pem(std::slice::from_ref(&APPLE.root.der)));
    let [object, made, root] =
        ["ios_attestation.cbor", "ios_assertion.cbor", "ios_root.pem"].map(issuer::kept);
    let mut anchors = Anchors::default();
    anchors.danger_trust(&issuer::unpem(&root)[0]).expect("a root");
    let policy = policy(Environment::Production);
    let verifier = Verifier { anchors: &anchors, revocation: None, now: NOW, policy: &policy };
    let statement = Statement::AppAttest { object: &object };
    let verdict = verifier.verify(&statement, &Challenge::Plain(CHALLENGE));
    let Verdict::Accepted(attested) = verdict else { unreachable!("{verdict:?}") };
    let point = attested.public_key.expect("a P-256 key");
    assert_eq!(verifier.verify_assertion(&made, b"manifest", &point, 0), Ok(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// But in the receipt, which is for Apple's own server and not read here.
    #[test]
    fn any_changed_bit_is_refused(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        static OBJECT: LazyLock<Vec<u8>> =
            LazyLock::new(|| Attestation::default().object(&APPLE, &device_key()));
        let mut object = OBJECT.clone();
        let receipt = object.windows(3).position(|bytes| bytes == [1, 2, 3]).expect("one");
        let at = at.index(object.len());
        // The receipt, its length and its name.
        prop_assume!(!(receipt.saturating_sub(9)..receipt + 3).contains(&at));
        object[at] ^= 1 << bit;
        prop_assert_ne!(code(&judge(&object)), "accepted", "byte {} of {}", at, object.len());
    }

    #[test]
    fn any_changed_bit_of_an_assertion_is_refused(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        static ASSERTION: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
            let key = device_key();
            (assertion(&key, APP, 1, b"manifest", &[]), key.serialize_der())
        });
        let (mut bytes, key) = ASSERTION.clone();
        let key = KeyPair::try_from(key).expect("the key");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(assert_with(&key, &bytes, b"manifest", 0).is_err(), "byte {}", at);
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_ne!(code(&judge(&bytes)), "accepted");
    }
}
