#!/usr/bin/env python3
"""Fills a server's database with the rows of bundles that came before: tests/fill.py bailing.db COUNT.

Only rows: for measuring how a full database is slower than an empty one. Hashes are random, the log's chain is not one.
"""
import os
import sqlite3
import sys

path, count = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(path)
database.execute("PRAGMA synchronous = OFF")
merchants, keys = 20_000, 40_000
database.executemany(
    "INSERT INTO merchants (id, name, industry, base_quota, change) VALUES (?, ?, 'general_retail', 50000, ?)",
    ((f"filled-{at}", f"商行{at}", at + 10) for at in range(merchants)))
ids = [os.urandom(32) for _ in range(keys)]
database.executemany(
    "INSERT INTO keys (key_id, public_key, grade, merchant_id, app_id, enrolled_at, next_sequence, platform)"
    " VALUES (?, ?, 'A', ?, 'cn.example.wallet', 0, ?, 'ios')",
    ((key, os.urandom(65), f"filled-{at % merchants}", count) for at, key in enumerate(ids)))
last = database.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()[0]
decision = '{"filled":true,"pad":"' + "x" * 2_000 + '"}'
for begin in range(0, count, 10_000):
    rows = range(begin, min(count, begin + 10_000))
    hashes = [os.urandom(32) for _ in rows]
    database.executemany(
        "INSERT INTO bundles (sha256, key_id, merchant_id, sequence, gap, ticket_issued_at, received_at, arrived,"
        " decision, verdict, decided_at) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, 'accepted', ?)",
        ((sha256, ids[at % keys], f"filled-{at % keys % merchants}", at // keys, at, at, last + at + 1, decision, at)
         for at, sha256 in zip(rows, hashes)))
    database.executemany("INSERT INTO pictures (bundle, position, sha256, likeness) VALUES (?, 0, ?, ?)",
                         ((sha256, os.urandom(32), os.urandom(32)) for sha256 in hashes))
    database.executemany("INSERT INTO likenesses (band, bundle, position) VALUES (?, ?, 0)",
                         ((band << 32 | int.from_bytes(os.urandom(4), "big"), sha256)
                          for sha256 in hashes for band in range(1, 9)))
    database.executemany(
        "INSERT INTO object_keys (merchant_id, sha256, wrapped) VALUES (?, ?, ?)",
        ((f"filled-{at % keys % merchants}", sha256, os.urandom(60)) for at, sha256 in zip(rows, hashes)))
    database.executemany(
        "INSERT INTO consents (merchant_id, purpose, item, given_at, until) VALUES (?, 'quota', ?, 0, 99999999999)",
        ((f"filled-{at % keys % merchants}", "bundle:" + sha256.hex()) for at, sha256 in zip(rows, hashes)))
    database.executemany(
        "INSERT INTO audit (seq, at, actor, action, subject, detail, hash) VALUES (?, 0, 'server', 'bundle.received', ?,"
        " '{}', ?)",
        ((last + at + 1, "bundle:" + sha256.hex(), os.urandom(32)) for at, sha256 in zip(rows, hashes)))
    database.commit()
# A day's, which may not be forgotten yet: of 50 million a year.
database.executemany("INSERT INTO used_tickets (ticket_id, expires_at) VALUES (?, 99999999999)",
                     ((os.urandom(16),) for _ in range(min(count, 137_000))))
database.commit()
database.close()
