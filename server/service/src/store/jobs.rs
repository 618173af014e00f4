//! The queue: one durable job a bundle, taken under a lease.

use super::pictures::resemble;
use super::{Dialect, Store};
use crate::work::Likeness;

/// A job that a worker has taken.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Job {
    pub(crate) bundle: Vec<u8>,
    /// This attempt counted.
    pub(crate) attempts: i64,
    /// What was done with it last.
    pub(crate) step: String,
    /// Why the last attempt failed, where it lived to say so.
    pub(crate) failure: Option<String>,
}

/// How long a taken job stays with a worker that does not move it on, seconds.
pub(crate) const LEASE_SECONDS: i64 = 60;

impl Store {
    /// Takes the job that has been due longest and that nobody has.
    pub(crate) async fn take_job(&self, now: i64) -> Result<Option<Job>, sqlx::Error> {
        let mut light = self.light().await?;
        let job = sqlx::query_as(match self.dialect {
            Dialect::Sqlite => {
                "UPDATE jobs SET attempts = attempts + 1, leased_until = $2 WHERE bundle =
                     (SELECT bundle FROM jobs WHERE run_after <= $1 AND leased_until <= $1
                      ORDER BY run_after LIMIT 1)
                     RETURNING bundle, attempts, step, failure"
            }
            Dialect::Postgres => {
                "UPDATE jobs SET attempts = attempts + 1, leased_until = $2 WHERE bundle =
                     (SELECT bundle FROM jobs WHERE run_after <= $1 AND leased_until <= $1
                      ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED)
                     RETURNING bundle, attempts, step, failure"
            }
        })
        .bind(now)
        .bind(now.saturating_add(LEASE_SECONDS))
        .fetch_optional(light.connection())
        .await?;
        light.end().await?;
        Ok(job)
    }

    /// A bundle's job, where it has one.
    pub(crate) async fn job(&self, bundle: &[u8]) -> Result<Option<Job>, sqlx::Error> {
        sqlx::query_as("SELECT bundle, attempts, step, failure FROM jobs WHERE bundle = $1")
            .bind(bundle)
            .fetch_optional(&self.reader)
            .await
    }

    /// Keeps a job that is being worked on.
    pub(crate) async fn keep_job(&self, bundle: &[u8], now: i64) -> Result<(), sqlx::Error> {
        let mut light = self.light().await?;
        sqlx::query("UPDATE jobs SET leased_until = $1 WHERE bundle = $2")
            .bind(now.saturating_add(LEASE_SECONDS))
            .bind(bundle)
            .execute(light.connection())
            .await?;
        light.end().await
    }

    /// Gives a job back, to be tried again later, and says why.
    pub(crate) async fn postpone_job(
        &self,
        bundle: &[u8],
        failure: &str,
        until: i64,
    ) -> Result<(), sqlx::Error> {
        let mut light = self.light().await?;
        sqlx::query(
            "UPDATE jobs SET leased_until = 0, run_after = $1, failure = $2 WHERE bundle = $3",
        )
        .bind(until)
        .bind(failure)
        .bind(bundle)
        .execute(light.connection())
        .await?;
        light.end().await
    }

    /// Says what is done with a bundle next. Until it has come to something, its failure is that nobody lived to say so.
    pub(crate) async fn begin_step(&self, bundle: &[u8], step: &str) -> Result<(), sqlx::Error> {
        let mut light = self.light().await?;
        sqlx::query("UPDATE jobs SET step = $1, failure = NULL WHERE bundle = $2")
            .bind(step)
            .bind(bundle)
            .execute(light.connection())
            .await?;
        light.end().await
    }

    /// What the pixels of a bundle said, JSON; none where nobody has looked.
    pub(crate) async fn examination(&self, bundle: &[u8]) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT body FROM examinations WHERE bundle = $1")
            .bind(bundle)
            .fetch_optional(&self.reader)
            .await
    }

    /// Remembers what the pixels of a bundle said until it is decided, and what its pictures are like for as long as they
    /// are kept. Whoever was first is right: both looked at the same.
    pub(crate) async fn remember_examination(
        &self,
        bundle: &[u8],
        body: &str,
        likenesses: &[Likeness],
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin().await?;
        let first = sqlx::query(
            "INSERT INTO examinations (bundle, body)
             SELECT sha256, $2 FROM bundles
             WHERE sha256 = $1 AND decision IS NULL AND erased_at IS NULL
             ON CONFLICT DO NOTHING",
        )
        .bind(bundle)
        .bind(body)
        .execute(&mut *transaction)
        .await?;
        if first.rows_affected() == 0 {
            return Ok(());
        }
        for (position, likeness) in (0i64..).zip(likenesses) {
            resemble(&mut transaction, bundle, position, likeness).await?;
        }
        transaction.commit().await
    }

    /// Jobs that wait or are being worked on.
    pub(crate) async fn job_count(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT count(*) FROM jobs").fetch_one(&self.reader).await
    }
}

impl Store {
    /// When the bundle came that waits longest, seconds since 1970; `None` where none waits.
    pub(crate) async fn oldest_job(&self) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT min(bundles.received_at) FROM jobs JOIN bundles ON bundles.sha256 = jobs.bundle",
        )
        .fetch_one(&self.reader)
        .await
    }
}

#[cfg(test)]
mod tests {
    use bailing_attestation::Grade;

    use super::super::{Arrival, ArrivalError, Enrolled, Seen, Settled, for_test};
    use super::*;
    use crate::device::Platform;

    async fn store_with_key() -> (tempfile::TempDir, Store) {
        let (folder, store) = for_test().await;
        let key = Enrolled {
            key_id: [1; 32],
            public_key: &[4; 65],
            grade: Grade::A,
            merchant_id: "m",
            app_id: "app",
            platform: Platform::Ios,
            attestation: Some(b"attestation"),
        };
        assert!(store.add_key(&key, 0).await.expect("a key"));
        assert!(!store.add_key(&key, 0).await.expect("a query"), "known already");
        let row = store.key(&[1; 32]).await.expect("a query").expect("the key");
        assert_eq!((row.platform, row.attestation.as_deref()), (key.platform, key.attestation));
        (folder, store)
    }

    /// Takes a bundle in, whose object is there.
    async fn take_in(store: &Store, arrival: &Arrival) -> Result<(), ArrivalError> {
        let (_, of_merchant) = store.data_key_or("m", "bank", b"key").await.expect("a key");
        let key = store.object_key_or("m", &of_merchant, &arrival.sha256, b"wrapped", 100);
        assert!(key.await.expect("a query").is_some());
        store.take_in(arrival, 100).await.map(drop)
    }

    fn arrival(sequence: u8) -> Arrival {
        Arrival {
            sha256: [sequence; 32],
            key_id: [1; 32],
            merchant_id: "m".to_owned(),
            sequence: u64::from(sequence),
            previous: sequence.checked_sub(1).map(|earlier| [earlier; 32]),
            counter: Some(u32::from(sequence) + 1),
            signed_sha256: [sequence; 32],
            ticket_id: [sequence; 16],
            ticket_issued_at: 0,
            ticket_expires_at: 1_000,
            pictures: vec![[9; 32]],
            kept_for: 1_000,
        }
    }

    #[tokio::test]
    async fn a_job_is_taken_once_until_its_lease_ends() {
        let (_folder, store) = store_with_key().await;
        take_in(&store, &arrival(0)).await.expect("taken in");
        let job = store.take_job(100).await.expect("a query").expect("a job");
        assert_eq!(job.attempts, 1);
        assert_eq!(store.take_job(100 + LEASE_SECONDS - 1).await.expect("a query"), None);
        store.keep_job(&job.bundle, 150).await.expect("kept");
        assert_eq!(store.take_job(100 + LEASE_SECONDS).await.expect("a query"), None);
        let again = store.take_job(150 + LEASE_SECONDS).await.expect("a query").expect("a job");
        assert_eq!(again.attempts, 2);
        store.postpone_job(&again.bundle, "database", 500).await.expect("postponed");
        assert_eq!(store.take_job(499).await.expect("a query"), None);
        assert!(store.take_job(500).await.expect("a query").is_some());
        let settled = Settled {
            merchant_id: "m",
            proofs: 0,
            decision: "{}",
            verdict: "accepted",
            quota: 1,
            facts: &[],
            vouchers: &[],
        };
        assert!(store.settle(&[0; 32], &settled, 600).await.expect("settled"));
        assert!(!store.settle(&[0; 32], &settled, 601).await.expect("settled once"));
        assert_eq!(store.job_count().await.expect("a count"), 0);
    }

    #[tokio::test]
    async fn two_workers_never_take_the_same_job() {
        let (_folder, store) = store_with_key().await;
        for sequence in 0..20 {
            take_in(&store, &arrival(sequence)).await.expect("taken in");
        }
        let worker = |store: Store| async move {
            let mut taken = Vec::new();
            while let Some(job) = store.take_job(100).await.expect("a query") {
                taken.push(job.bundle);
            }
            taken
        };
        let (one, other) =
            tokio::join!(tokio::spawn(worker(store.clone())), tokio::spawn(worker(store.clone())));
        let mut all = [one.expect("a worker"), other.expect("a worker")].concat();
        assert_eq!(all.len(), 20);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 20);
    }

    #[tokio::test]
    async fn tickets_sequences_and_counters_count_once_and_gaps_show() {
        let (_folder, store) = store_with_key().await;
        take_in(&store, &arrival(0)).await.expect("taken in");
        let same_ticket = Arrival { ticket_id: [0; 16], ..arrival(1) };
        assert!(matches!(take_in(&store, &same_ticket).await, Err(ArrivalError::TicketUsed)));
        let same_sequence = Arrival { ticket_id: [7; 16], sha256: [7; 32], ..arrival(0) };
        assert!(matches!(
            take_in(&store, &same_sequence).await,
            Err(ArrivalError::SequenceReplayed)
        ));
        let same_counter = Arrival { counter: Some(1), ..arrival(1) };
        assert!(matches!(take_in(&store, &same_counter).await, Err(ArrivalError::CounterReplayed)));
        // A refused arrival has not used its ticket up.
        let later = Arrival { ticket_id: [7; 16], ..arrival(2) };
        take_in(&store, &later).await.expect("taken in");
        assert!(store.bundle(&[2; 32]).await.expect("a query").expect("a row").gap != 0);
        assert!(store.bundle(&[0; 32]).await.expect("a query").expect("a row").gap == 0);
        let likeness = Likeness([5; 32]);
        let seen = async |bundle: [u8; 32]| {
            store.seen_before(&bundle, 0, &likeness).await.expect("a query")
        };
        assert_eq!(seen([2; 32]).await, Some(Seen::Same));
        assert_eq!(seen([0; 32]).await, None);
    }

    #[tokio::test]
    async fn used_tickets_are_forgotten_once_they_expired() {
        let (_folder, store) = store_with_key().await;
        take_in(&store, &arrival(0)).await.expect("taken in");
        let same_ticket = Arrival { ticket_id: [0; 16], ..arrival(1) };
        store.forget_tickets(same_ticket.ticket_expires_at).await.expect("a query");
        assert!(matches!(take_in(&store, &same_ticket).await, Err(ArrivalError::TicketUsed)));
        store.forget_tickets(same_ticket.ticket_expires_at + 1).await.expect("a query");
        take_in(&store, &same_ticket).await.expect("taken in");
    }
}
