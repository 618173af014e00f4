//! What a host stores between runs, as it is written: an app's update must still read it.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use bailing_capture::{Chain, Outbox};

#[test]
fn a_chain_is_written_so() {
    let chain = Chain { next_sequence: 3, previous: Some([7; 32]) };
    let written = serde_json::to_string(&chain).expect("serialised");
    insta::assert_snapshot!(written);
}

#[test]
fn an_outbox_is_written_so() {
    let mut outbox = Outbox::default();
    outbox.add(&[1; 32]).expect("room");
    outbox.add(&[2; 32]).expect("room");
    outbox.postpone(&"01".repeat(32), 1_763_900_000, None);
    insta::assert_json_snapshot!(outbox);
}
