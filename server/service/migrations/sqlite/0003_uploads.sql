-- Bundles that arrive piece by piece. Their bytes lie in a file each, whose length is how far they have
-- come; a row goes when its bundle is taken in, refused, ended by its sender or expired.
CREATE TABLE uploads (
    sha256      BLOB PRIMARY KEY NOT NULL,
    -- Bytes of the whole bundle, as its sender said.
    length      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    -- Whose signature held; NULL until one did, and until then no more than the signed part is kept.
    key_id      BLOB REFERENCES keys (key_id)
) STRICT;
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
