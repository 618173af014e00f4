-- Bundles that a person decides on.
ALTER TABLE bundles ADD COLUMN verdict TEXT;
UPDATE bundles SET verdict = json_extract(decision, '$.verdict.outcome') WHERE decision IS NOT NULL;
ALTER TABLE bundles ADD COLUMN reviewed_at INTEGER;
-- JSON object: who decided what, and the note.
ALTER TABLE bundles ADD COLUMN review TEXT;
CREATE INDEX bundles_to_review ON bundles (received_at)
    WHERE verdict = 'review' AND reviewed_at IS NULL AND erased_at IS NULL;
