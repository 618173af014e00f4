-- Facts as the credit engine takes them: typed, with the place of each part. What was proved before is made anew from
-- what recognition read, which 0004 keeps; a fact that no picture stands behind has no bundle.
DROP TABLE facts;
CREATE TABLE facts (
    id           TEXT PRIMARY KEY NOT NULL,
    merchant_id  TEXT NOT NULL REFERENCES merchants (id),
    bundle       BLOB REFERENCES bundles (sha256),
    -- JSON object: the fact.
    body         TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_merchant ON facts (merchant_id);

INSERT INTO facts (id, merchant_id, bundle, body)
SELECT lower(hex(v.bundle)) || '-' || v.position || '-' || fact.key,
       v.merchant_id,
       v.bundle,
       json_object(
           'id', lower(hex(v.bundle)) || '-' || v.position || '-' || fact.key,
           'name', json_extract(fact.value, '$.name'),
           'kind', v.kind,
           'parts', (
               SELECT json_group_object(part.key, json_extract(part.value, '$.value'))
               FROM json_each(fact.value, '$.parts') AS part
           ),
           'source', json_object(
               'from', 'photo',
               'bundle', lower(hex(v.bundle)),
               'image', v.position,
               'grade', k.grade
           )
       )
FROM vouchers AS v
JOIN bundles AS b ON b.sha256 = v.bundle
JOIN keys AS k ON k.key_id = b.key_id
JOIN json_each(v.facts) AS fact;

-- Who runs the business, and for how long.
ALTER TABLE merchants ADD COLUMN person TEXT;
ALTER TABLE merchants ADD COLUMN stage TEXT NOT NULL DEFAULT 'established'
    CHECK (stage IN ('starting', 'established'));

-- Industries are those of the knowledge base now.
UPDATE merchants SET industry = 'road_freight' WHERE industry = 'haulage';
UPDATE merchants SET industry = 'general_retail' WHERE industry = 'retail';
