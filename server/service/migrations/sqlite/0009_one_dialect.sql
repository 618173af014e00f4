-- What PostgreSQL has no like of is said otherwise: the order of rows is a column.

-- Number in the log of what brought the bundle: which of two came first. Those that were there before come before all.
ALTER TABLE bundles ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
UPDATE bundles SET arrived = rowid - (SELECT max(rowid) FROM bundles);
CREATE INDEX bundles_by_arrival ON bundles (merchant_id, arrived);

-- What is done with a bundle, and why that failed the last time: NULL where nobody lived to say so.
ALTER TABLE jobs ADD COLUMN step TEXT NOT NULL DEFAULT 'verify';
ALTER TABLE jobs ADD COLUMN failure TEXT;
CREATE INDEX jobs_by_time ON jobs (run_after);
CREATE INDEX facts_by_id ON facts (merchant_id, id, change);

-- What only one transaction does at a time.
CREATE TABLE turns (
    name   TEXT PRIMARY KEY NOT NULL,
    taken  INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO turns (name) VALUES ('log'), ('uploads'), ('prototypes');

-- What the pixels of a bundle that is not decided yet said: JSON object.
CREATE TABLE examinations (
    bundle  BLOB PRIMARY KEY NOT NULL REFERENCES bundles (sha256),
    body    TEXT NOT NULL
) STRICT;

-- Parts of pictures' likenesses, to find another file of the same photo.
CREATE TABLE likenesses (
    band      INTEGER NOT NULL,
    bundle    BLOB NOT NULL REFERENCES bundles (sha256),
    position  INTEGER NOT NULL,
    PRIMARY KEY (band, bundle, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX likenesses_by_bundle ON likenesses (bundle);

-- What a picture is like: 32 bytes.
ALTER TABLE pictures ADD COLUMN likeness BLOB;

-- When an object was last begun to be stored, until it belongs to something: one that never does goes after a time.
ALTER TABLE object_keys ADD COLUMN begun_at INTEGER;
CREATE INDEX object_keys_by_time ON object_keys (begun_at) WHERE begun_at IS NOT NULL;

-- How often what is known of a merchant has changed by what it sent or took back.
ALTER TABLE merchants ADD COLUMN proofs INTEGER NOT NULL DEFAULT 0;
