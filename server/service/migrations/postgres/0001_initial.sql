-- Times are seconds since 1970. Hashes and ids are raw bytes. The same tables as SQLite's after its ninth migration.

-- One row a merchant, by the bank's own id.
CREATE TABLE merchants (
    id          TEXT PRIMARY KEY,
    name        TEXT,
    person      TEXT,
    -- Unified social credit code, where the bank knows it.
    code        TEXT,
    industry    TEXT,
    stage       TEXT NOT NULL DEFAULT 'established' CHECK (stage IN ('starting', 'established')),
    base_quota  BIGINT NOT NULL,
    -- JSON object: what the bank knows of the loan and makes of the merchant.
    loan        TEXT NOT NULL DEFAULT '{}',
    -- Grows with every change of any merchant, for graphs that know them.
    change      BIGINT NOT NULL,
    -- How often what is known of it has changed by what it sent or took back.
    proofs      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX merchants_by_change ON merchants (change);

-- Reductions that a merchant was told of, and when (YYYY-MM-DD).
CREATE TABLE told (
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    code         TEXT NOT NULL,
    day          TEXT NOT NULL,
    PRIMARY KEY (merchant_id, code)
);

-- What the assistant remembers of a merchant: no transcript.
CREATE TABLE conversations (
    merchant_id  TEXT PRIMARY KEY REFERENCES merchants (id),
    -- JSON object: the credit engine's conversation.
    state        TEXT NOT NULL,
    spoken_at    BIGINT NOT NULL
);

-- Secrets of these servers, made at the first start.
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    value  BYTEA NOT NULL
);

-- Challenges given out for enrolment; a row disappears when it is used or expires.
CREATE TABLE challenges (
    challenge   BYTEA PRIMARY KEY,
    expires_at  BIGINT NOT NULL
);

-- Device keys. All but the chain and the counter is immutable.
CREATE TABLE keys (
    key_id         BYTEA PRIMARY KEY,
    public_key     BYTEA NOT NULL,
    grade          TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C', 'D')),
    merchant_id    TEXT NOT NULL REFERENCES merchants (id),
    app_id         TEXT NOT NULL,
    -- What vouches for it.
    platform       TEXT NOT NULL CHECK (platform IN ('software', 'android', 'ios')),
    -- The attestation as it came, to ask the revocation list again at every upload.
    attestation    BYTEA,
    enrolled_at    BIGINT NOT NULL,
    -- The chain: what the next manifest must carry.
    next_sequence  BIGINT NOT NULL DEFAULT 0,
    previous       BYTEA,
    -- The last counter of an App Attest key; each assertion's must be higher.
    counter        BIGINT NOT NULL DEFAULT 0
);

-- Tickets that were used. Unused ones are not stored: their tag proves them. A row may go once the ticket has expired.
CREATE TABLE used_tickets (
    ticket_id   BYTEA PRIMARY KEY,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX used_tickets_by_expiry ON used_tickets (expires_at);

-- Bundles that were verified and stored.
CREATE TABLE bundles (
    sha256            BYTEA PRIMARY KEY,
    key_id            BYTEA NOT NULL REFERENCES keys (key_id),
    merchant_id       TEXT NOT NULL REFERENCES merchants (id),
    sequence          BIGINT NOT NULL,
    -- 1 where the chain had a gap before it.
    gap               BIGINT NOT NULL,
    ticket_issued_at  BIGINT NOT NULL,
    received_at       BIGINT NOT NULL,
    -- Number in the log of what brought the bundle: which of two came first.
    arrived           BIGINT NOT NULL,
    -- Mutable, once: NULL until decided, and again when the bundle was erased.
    decision          TEXT,
    verdict           TEXT,
    decided_at        BIGINT,
    -- What a person decided where the verdict is 'review': JSON object, with the note.
    review            TEXT,
    reviewed_at       BIGINT,
    -- When its pictures and what was read of them were erased; hashes and times stay, so that the same picture cannot be
    -- used by somebody else.
    erased_at         BIGINT,
    UNIQUE (key_id, sequence)
);
CREATE INDEX bundles_by_time ON bundles (received_at);
CREATE INDEX bundles_by_merchant ON bundles (merchant_id, received_at);
CREATE INDEX bundles_by_arrival ON bundles (merchant_id, arrived);
CREATE INDEX bundles_to_review ON bundles (received_at)
    WHERE verdict = 'review' AND reviewed_at IS NULL AND erased_at IS NULL;

-- Which picture came in which bundle, to find one that comes twice.
CREATE TABLE pictures (
    bundle    BYTEA NOT NULL REFERENCES bundles (sha256),
    position  BIGINT NOT NULL,
    sha256    BYTEA NOT NULL,
    -- What it is like: 32 bytes; NULL before it was looked at and after it was erased.
    likeness  BYTEA,
    PRIMARY KEY (bundle, position)
);
CREATE INDEX pictures_by_hash ON pictures (sha256);

-- One durable job a bundle; the row goes when the decision is stored.
CREATE TABLE jobs (
    bundle        BYTEA PRIMARY KEY REFERENCES bundles (sha256),
    -- Counted when a worker takes the job, so that one which kills its worker is counted too.
    attempts      BIGINT NOT NULL DEFAULT 0,
    run_after     BIGINT NOT NULL,
    -- While this lies in the future a worker has it; a worker that lives moves it on.
    leased_until  BIGINT NOT NULL DEFAULT 0,
    -- What is done with it, and why that failed the last time: NULL where nobody lived to say so.
    step          TEXT NOT NULL DEFAULT 'verify',
    failure       TEXT
);
CREATE INDEX jobs_by_time ON jobs (run_after);

-- The last refusals, for the console.
CREATE TABLE refusals (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT NOT NULL,
    code    TEXT NOT NULL,
    detail  TEXT NOT NULL,
    bundle  TEXT NOT NULL
);

-- Bundles that arrive piece by piece; a row goes when its bundle is taken in, refused, ended by its sender or expired.
CREATE TABLE uploads (
    sha256      BYTEA PRIMARY KEY,
    -- Bytes of the whole bundle, as its sender said.
    length      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    -- Whose signature held; NULL until one did, and until then no more than the signed part is kept.
    key_id      BYTEA REFERENCES keys (key_id),
    -- Who began it, where a token said so. Nobody that the bank has to know: the key that signs it is asked for that.
    merchant_id TEXT
);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

-- What accepted pictures say, for later ones to be held against.
CREATE TABLE vouchers (
    bundle       BYTEA NOT NULL REFERENCES bundles (sha256),
    position     BIGINT NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    kind         TEXT NOT NULL,
    -- JSON array of what recognition read: each fact with its parts, their fields and regions.
    facts        TEXT NOT NULL,
    PRIMARY KEY (bundle, position)
);
CREATE INDEX vouchers_by_merchant ON vouchers (merchant_id);

-- Files that a merchant or the bank's other systems sent.
CREATE TABLE imports (
    sha256       BYTEA NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    kind         TEXT NOT NULL CHECK (kind IN ('statement', 'form', 'orders', 'parcels')),
    received_at  BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, sha256)
);

-- Facts belong to what they came with and go with it.
CREATE TABLE facts (
    change       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    -- `bundle:` or `import:` and a hash.
    item         TEXT NOT NULL,
    -- One's own only in its item: two files may say the same.
    id           TEXT NOT NULL,
    -- JSON object: the fact.
    body         TEXT NOT NULL,
    -- The key that signed its picture, and the picture's hash, where there is one.
    device       BYTEA,
    picture      BYTEA,
    UNIQUE (merchant_id, item, id)
);
CREATE INDEX facts_by_id ON facts (merchant_id, id, change);

-- Facts that went, for graphs that have them.
CREATE TABLE forgotten_facts (
    change       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id  TEXT NOT NULL,
    id           TEXT NOT NULL
);

-- Each merchant's key, wrapped by the bank's key-encryption key. Without the row nothing under it can be read again.
CREATE TABLE data_keys (
    merchant_id  TEXT PRIMARY KEY REFERENCES merchants (id),
    -- Which key-encryption key wrapped it.
    wrapped_by   TEXT NOT NULL,
    wrapped      BYTEA NOT NULL
);

-- Each object's key, wrapped by its merchant's.
CREATE TABLE object_keys (
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    sha256       BYTEA NOT NULL,
    wrapped      BYTEA NOT NULL,
    -- When the object was last begun to be stored, until it belongs to something: one that never does goes after a time.
    begun_at     BIGINT,
    PRIMARY KEY (merchant_id, sha256)
);
CREATE INDEX object_keys_by_time ON object_keys (begun_at) WHERE begun_at IS NOT NULL;

-- What a merchant agreed to. A row is written once; only its end is added.
CREATE TABLE consents (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id   TEXT NOT NULL REFERENCES merchants (id),
    purpose       TEXT NOT NULL CHECK (purpose IN ('quota', 'assistant', 'partners')),
    -- `bundle:` or `import:` and a hash; NULL for the purpose as a whole.
    item          TEXT,
    given_at      BIGINT NOT NULL,
    until         BIGINT NOT NULL,
    ended_at      BIGINT,
    ended_by      TEXT CHECK (ended_by IN ('withdrawn', 'expired', 'renewed'))
);
CREATE INDEX consents_by_merchant ON consents (merchant_id, purpose, item);
CREATE INDEX consents_by_end ON consents (until) WHERE ended_at IS NULL;

-- Classes that operators enrol from photos. The photos lie in the object store, by their hash.
CREATE TABLE prototypes (
    id          TEXT PRIMARY KEY,
    -- Class of the taxonomy.
    class       TEXT NOT NULL,
    -- What the operator calls it.
    label       TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE prototype_photos (
    prototype  TEXT NOT NULL REFERENCES prototypes (id) ON DELETE CASCADE,
    sha256     BYTEA NOT NULL,
    -- The network whose features these are; others are worked out anew from the photo.
    model      TEXT NOT NULL,
    -- float32, the lowest byte first.
    features   BYTEA NOT NULL,
    PRIMARY KEY (prototype, sha256)
);
CREATE INDEX prototype_photos_by_hash ON prototype_photos (sha256);

-- Counts changes to both, so that a worker reads them again only then.
CREATE TABLE prototype_changes (
    count  BIGINT NOT NULL
);
INSERT INTO prototype_changes (count) VALUES (0);

-- What happened, each row chained to the one before by its hash.
CREATE TABLE audit (
    seq       BIGINT PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    -- JSON object: codes and numbers, nothing that a paper says.
    detail    TEXT NOT NULL,
    hash      BYTEA NOT NULL
);
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to';
END
$$;
CREATE TRIGGER audit_is_kept_as_it_is BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();

-- What only one transaction does at a time.
CREATE TABLE turns (
    name   TEXT PRIMARY KEY,
    taken  BIGINT NOT NULL DEFAULT 0
);
INSERT INTO turns (name) VALUES ('log'), ('uploads'), ('prototypes');

-- What the pixels of a bundle that is not decided yet said: JSON object.
CREATE TABLE examinations (
    bundle  BYTEA PRIMARY KEY REFERENCES bundles (sha256),
    body    TEXT NOT NULL
);

-- Parts of pictures' likenesses, to find another file of the same photo.
CREATE TABLE likenesses (
    band      BIGINT NOT NULL,
    bundle    BYTEA NOT NULL REFERENCES bundles (sha256),
    position  BIGINT NOT NULL,
    PRIMARY KEY (band, bundle, position)
);
CREATE INDEX likenesses_by_bundle ON likenesses (bundle);
