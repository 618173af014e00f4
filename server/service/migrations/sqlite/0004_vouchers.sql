-- What accepted pictures say, for later ones to be held against.
CREATE TABLE vouchers (
    bundle       BLOB NOT NULL REFERENCES bundles (sha256),
    position     INTEGER NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    kind         TEXT NOT NULL,
    -- JSON array of what recognition read: each fact with its parts, their fields and regions.
    facts        TEXT NOT NULL,
    PRIMARY KEY (bundle, position)
) STRICT;
CREATE INDEX vouchers_by_merchant ON vouchers (merchant_id);
