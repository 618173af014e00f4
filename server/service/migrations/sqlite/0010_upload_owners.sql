-- Who began an upload, where a token said so. Nobody that the bank has to know: the key that signs it is asked for that.
ALTER TABLE uploads ADD COLUMN merchant_id TEXT;
