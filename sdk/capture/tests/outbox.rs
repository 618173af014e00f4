//! The outbox against a server's rules, a storage that dies, answers that are hostile, and files that are
//! damaged.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[path = "outbox/app.rs"]
mod app;
#[path = "outbox/bank.rs"]
mod bank;
#[path = "outbox/damage.rs"]
mod damage;
#[path = "outbox/disk.rs"]
mod disk;
#[path = "outbox/dying.rs"]
mod dying;
#[path = "outbox/hostile.rs"]
mod hostile;
#[path = "outbox/killed.rs"]
mod killed;
#[path = "outbox/policy.rs"]
mod policy;
#[path = "outbox/way.rs"]
mod way;
