-- What vouches for a key: 'software' (nothing), 'android' or 'ios'.
ALTER TABLE keys ADD COLUMN platform TEXT NOT NULL DEFAULT 'software'
    CHECK (platform IN ('software', 'android', 'ios'));

-- The attestation as it came, to ask the revocation list again at every upload: Android's
-- certificates in DER, one after another, or the App Attest object.
ALTER TABLE keys ADD COLUMN attestation BLOB;

-- The last counter of an App Attest key; each assertion's must be higher.
ALTER TABLE keys ADD COLUMN counter INTEGER NOT NULL DEFAULT 0;
