-- Classes that operators enrol from photos. The photos lie in the object store, by their hash.
CREATE TABLE prototypes (
    id          TEXT PRIMARY KEY NOT NULL,
    -- Class of the taxonomy.
    class       TEXT NOT NULL,
    -- What the operator calls it.
    label       TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE prototype_photos (
    prototype  TEXT NOT NULL REFERENCES prototypes (id) ON DELETE CASCADE,
    sha256     BLOB NOT NULL,
    -- The network whose features these are; others are worked out anew from the photo.
    model      TEXT NOT NULL,
    -- float32, the lowest byte first.
    features   BLOB NOT NULL,
    PRIMARY KEY (prototype, sha256)
) STRICT;
CREATE INDEX prototype_photos_by_hash ON prototype_photos (sha256);

-- Counts changes to both, so that a worker reads them again only then.
CREATE TABLE prototype_changes (
    count  INTEGER NOT NULL
) STRICT;
INSERT INTO prototype_changes (count) VALUES (0);
