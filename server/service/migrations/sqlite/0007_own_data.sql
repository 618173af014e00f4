-- The merchant's own data: what it is kept for and until when, under which key, and what became of it.

-- Each merchant's key, wrapped by the bank's key-encryption key. Without the row nothing under it can be read again.
CREATE TABLE data_keys (
    merchant_id  TEXT PRIMARY KEY NOT NULL REFERENCES merchants (id),
    -- Which key-encryption key wrapped it.
    wrapped_by   TEXT NOT NULL,
    wrapped      BLOB NOT NULL
) STRICT;

-- Each object's key, wrapped by its merchant's. An object without a row was stored before objects were encrypted.
CREATE TABLE object_keys (
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    sha256       BLOB NOT NULL,
    wrapped      BLOB NOT NULL,
    PRIMARY KEY (merchant_id, sha256)
) STRICT;

-- What a merchant agreed to. A row is written once; only its end is added.
CREATE TABLE consents (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    merchant_id   TEXT NOT NULL REFERENCES merchants (id),
    purpose       TEXT NOT NULL CHECK (purpose IN ('quota', 'assistant', 'partners')),
    -- `bundle:` or `import:` and a hash; NULL for the purpose as a whole.
    item          TEXT,
    given_at      INTEGER NOT NULL,
    until         INTEGER NOT NULL,
    ended_at      INTEGER,
    -- 'withdrawn', 'expired' or 'renewed'.
    ended_by      TEXT CHECK (ended_by IN ('withdrawn', 'expired', 'renewed'))
) STRICT;
CREATE INDEX consents_by_merchant ON consents (merchant_id, purpose, item);
CREATE INDEX consents_by_end ON consents (until) WHERE ended_at IS NULL;

-- Bundles that were there before were sent for this purpose; they end two years after they came.
INSERT INTO consents (merchant_id, purpose, item, given_at, until)
SELECT merchant_id, 'quota', 'bundle:' || lower(hex(sha256)), received_at, received_at + 63072000 FROM bundles;

-- When a bundle's pictures and what was read of them were erased; hashes and times stay, so that the same picture cannot
-- be used by somebody else.
ALTER TABLE bundles ADD COLUMN erased_at INTEGER;
CREATE INDEX bundles_by_merchant ON bundles (merchant_id, received_at);

-- Files that a merchant or the bank's other systems sent.
CREATE TABLE imports (
    sha256       BLOB NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    kind         TEXT NOT NULL CHECK (kind IN ('statement', 'form', 'orders', 'parcels')),
    received_at  INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, sha256)
) STRICT;

-- Facts belong to what they came with and go with it. Two files may say the same, so that an id is one's own only there.
CREATE TABLE facts_by_item (
    change       INTEGER PRIMARY KEY AUTOINCREMENT,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    item         TEXT NOT NULL,
    id           TEXT NOT NULL,
    -- JSON object: the fact.
    body         TEXT NOT NULL,
    -- The key that signed its picture, and the picture's hash, where there is one.
    device       BLOB,
    picture      BLOB,
    UNIQUE (merchant_id, item, id)
) STRICT;
INSERT INTO facts_by_item (merchant_id, item, id, body, device, picture)
SELECT f.merchant_id, 'bundle:' || lower(hex(f.bundle)), f.id, f.body, b.key_id, p.sha256
FROM facts AS f
JOIN bundles AS b ON b.sha256 = f.bundle
LEFT JOIN pictures AS p ON p.bundle = f.bundle AND p.position = json_extract(f.body, '$.source.image')
ORDER BY f.rowid;
DROP TABLE facts;
ALTER TABLE facts_by_item RENAME TO facts;

-- Facts that went, for graphs that have them.
CREATE TABLE forgotten_facts (
    change       INTEGER PRIMARY KEY AUTOINCREMENT,
    merchant_id  TEXT NOT NULL,
    id           TEXT NOT NULL
) STRICT;

-- What the assistant remembers of a merchant: no transcript.
CREATE TABLE conversations (
    merchant_id  TEXT PRIMARY KEY NOT NULL REFERENCES merchants (id),
    -- JSON object: the credit engine's conversation.
    state        TEXT NOT NULL,
    spoken_at    INTEGER NOT NULL
) STRICT;

-- Unified social credit code, where the bank knows it.
ALTER TABLE merchants ADD COLUMN code TEXT;
-- JSON object: what the bank knows of the loan and makes of the merchant.
ALTER TABLE merchants ADD COLUMN loan TEXT NOT NULL DEFAULT '{}';
-- Grows with every change of any merchant, for graphs that know them.
ALTER TABLE merchants ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX merchants_by_change ON merchants (change);

-- Reductions that a merchant was told of, and when (YYYY-MM-DD).
CREATE TABLE told (
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    code         TEXT NOT NULL,
    day          TEXT NOT NULL,
    PRIMARY KEY (merchant_id, code)
) STRICT;

-- What happened, each row chained to the one before by its hash.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    -- JSON object: codes and numbers, nothing that a paper says.
    detail    TEXT NOT NULL,
    hash      BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
