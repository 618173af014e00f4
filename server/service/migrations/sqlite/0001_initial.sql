-- Times are seconds since 1970. Hashes and ids are raw bytes.

-- One row a merchant. Seeded from the configuration; the bank's own system would write here.
CREATE TABLE merchants (
    id          TEXT PRIMARY KEY NOT NULL,
    name        TEXT,
    industry    TEXT,
    base_quota  INTEGER NOT NULL
) STRICT;

-- Secrets of this server, made at its first start.
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY NOT NULL,
    value  BLOB NOT NULL
) STRICT;

-- Challenges given out for enrolment; a row disappears when it is used or expires.
CREATE TABLE challenges (
    challenge   BLOB PRIMARY KEY NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- Device keys. All but the chain is immutable.
CREATE TABLE keys (
    key_id         BLOB PRIMARY KEY NOT NULL,
    public_key     BLOB NOT NULL,
    grade          TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D')),
    merchant_id    TEXT NOT NULL REFERENCES merchants (id),
    app_id         TEXT NOT NULL,
    enrolled_at    INTEGER NOT NULL,
    -- The chain: what the next manifest must carry.
    next_sequence  INTEGER NOT NULL DEFAULT 0,
    previous       BLOB
) STRICT;

-- Tickets that were used. Unused ones are not stored: their tag proves them. A row may go once the
-- ticket has expired.
CREATE TABLE used_tickets (
    ticket_id   BLOB PRIMARY KEY NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- Bundles that were verified and stored. The first columns are immutable.
CREATE TABLE bundles (
    sha256            BLOB PRIMARY KEY NOT NULL,
    key_id            BLOB NOT NULL REFERENCES keys (key_id),
    merchant_id       TEXT NOT NULL REFERENCES merchants (id),
    sequence          INTEGER NOT NULL,
    -- Whether the chain had a gap before it.
    gap               INTEGER NOT NULL,
    ticket_issued_at  INTEGER NOT NULL,
    received_at       INTEGER NOT NULL,
    -- Mutable, once: NULL until decided.
    decision          TEXT,
    decided_at        INTEGER,
    UNIQUE (key_id, sequence)
) STRICT;
CREATE INDEX bundles_by_time ON bundles (received_at);

-- Which picture came in which bundle, to find one that comes twice.
CREATE TABLE pictures (
    bundle    BLOB NOT NULL REFERENCES bundles (sha256),
    position  INTEGER NOT NULL,
    sha256    BLOB NOT NULL,
    PRIMARY KEY (bundle, position)
) STRICT;
CREATE INDEX pictures_by_hash ON pictures (sha256);

-- What was proved: the facts that a merchant's quota rests on.
CREATE TABLE facts (
    id           TEXT PRIMARY KEY NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    bundle       BLOB NOT NULL REFERENCES bundles (sha256),
    kind         TEXT NOT NULL,
    grade        TEXT NOT NULL,
    -- JSON object of texts.
    fields       TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_merchant ON facts (merchant_id);

-- One durable job a bundle; the row goes when the decision is stored.
CREATE TABLE jobs (
    bundle        BLOB PRIMARY KEY NOT NULL REFERENCES bundles (sha256),
    -- Counted when a worker takes the job, so that one which kills its worker is counted too.
    attempts      INTEGER NOT NULL DEFAULT 0,
    run_after     INTEGER NOT NULL,
    -- While this lies in the future a worker has it; a worker that lives moves it on.
    leased_until  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The last refusals, for the console.
CREATE TABLE refusals (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    code    TEXT NOT NULL,
    detail  TEXT NOT NULL,
    bundle  TEXT NOT NULL
) STRICT;
