"""Drives a capture session through the generated bindings. Started by host.rs; argument: its folder.

The key is a real P-256 key in plain Python: slow, and good for a test only.
"""
import base64
import gc
import hashlib
import json
import os
import secrets
import sys

import bailing

folder = sys.argv[1]

# P-256 (FIPS 186-5, SP 800-186).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    if p == q:
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def times(k, point):
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


class PlainKey(bailing.SigningKey):
    def __init__(self):
        self.secret = secrets.randbelow(N - 1) + 1
        x, y = times(self.secret, G)
        self.point = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")

    def public_key(self):
        return self.point

    def algorithm(self):
        return bailing.KeyAlgorithm.ES256

    def attestation(self):
        return None

    def sign(self, message):
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        k = secrets.randbelow(N - 1) + 1
        r = times(k, G)[0] % N
        s = pow(k, -1, N) * (digest + r * self.secret) % N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class LockedKey(PlainKey):
    def sign(self, message):
        raise bailing.SdkError.Failed(code="key_failed", detail="the screen is locked")


class AppleKey(PlainKey):
    """As far as the SDK sees it: whether an assertion is sound is the server's to say."""
    def algorithm(self):
        return bailing.KeyAlgorithm.APP_ATTEST

    def attestation(self):
        return bytes(range(32))

    def sign(self, message):
        return b"an assertion"


class OddKey(PlainKey):
    def attestation(self):
        return b"short"


def code_of(call):
    try:
        call()
    except bailing.SdkError.Failed as error:
        return error.code
    sys.exit("no error was raised")


def config(folder_name="outbox", storage_key=bytes(32), origin="https://bank.example"):
    return bailing.OutboxConfig(
        folder=os.path.join(folder, folder_name), storage_key=storage_key, server_origin=origin,
        app_id="cn.example.wallet", app_version="1.0", boot_marker="boot 1")


def bank(request):
    """A bank that agrees to everything."""
    body = {"bundle": request.path.rsplit("/", 1)[-1], "state": "received"}
    if request.path == "/api/v1/challenges":
        body = {"challenge": base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()}
    elif request.path == "/api/v1/keys":
        assert json.loads(request.body)["merchant_id"] == "haulier"
        body = {"key_id": "03" * 32, "grade": "B"}
    elif request.path == "/api/v1/tickets":
        body = {"tickets": [base64.urlsafe_b64encode(t).rstrip(b"=").decode() for t in tickets]}
    headers = [bailing.HttpHeader(name="content-type", value="application/json")]
    return bailing.HttpResponse(status=201, headers=headers, body=json.dumps(body).encode())


def run_errands(outbox, until):
    """Runs errands until one's news is of a kind, or its request goes to a path: that request."""
    while True:
        errand = outbox.next_errand()
        if errand.is_ATTEST():
            outbox.attested_android([b"leaf", b"root"])
            continue
        assert errand.is_SEND(), errand
        news = outbox.answer(errand.exchange, bank(errand.request))
        if until(errand.request, news):
            return errand.request


def session(outbox, mode=bailing.CaptureMode.DOCUMENT()):
    return bailing.CaptureSession(outbox, bailing.CaptureTask(kind="waybill", mode=mode))


with open(os.path.join(folder, "tickets"), "rb") as file:
    content = file.read()
length = len(content) // 8
tickets = [content[at:at + length] for at in range(0, len(content), length)]

assert code_of(lambda: bailing.Outbox.open(config(storage_key=b"short"))) == "request_malformed"
outbox = bailing.Outbox.open(config())
assert code_of(lambda: bailing.Outbox.open(config())) == "storage_in_use"
assert outbox.enrolment() is None and outbox.next_errand().is_NOTHING()
outbox.enrol("haulier")

# Nothing came back: it waits, and goes on when there is a network again.
errand = outbox.next_errand()
assert outbox.answer(errand.exchange, None) is None
assert outbox.next_errand().is_WAIT_UNTIL()
outbox.network_is_back()
run_errands(outbox, lambda _, news: news is not None and news.is_ENROLLED())
assert outbox.enrolment().grade == "B"
assert outbox.enrolment().attestation == hashlib.sha256(b"leafroot").digest()
run_errands(outbox, lambda _, news: news is not None and news.is_TICKETS())
assert outbox.tickets_left() == 8

running = session(outbox)
assert running.frame_handle() == running.frame_handle() > 0

# Preview: an empty table has no document; sizes that do not fit are refused.
luma = bytes([90]) * (640 * 480)
for _ in range(5):
    seen = running.process(luma, 640, 480, 640, 90)
assert seen.guidance == bailing.Guidance.NO_DOCUMENT() and not seen.corners, seen
assert not seen.capture
assert code_of(lambda: running.process(luma[:-1], 640, 480, 640, 0)) == "frame_unusable"
assert code_of(lambda: running.process(luma, 640, 480, 640, 45)) == "frame_unusable"

# Every hint has a number of its own and says something in both languages.
hints = bailing.all_guidance()
assert len({(hint.kind, hint.detail) for hint in hints}) == len(hints) > 20
for language in (bailing.Language.CHINESE, bailing.Language.ENGLISH):
    assert len({bailing.guidance_text(hint.guidance, language) for hint in hints}) == len(hints)

with open(os.path.join(folder, "picture.jpg"), "rb") as file:
    picture = file.read()

assert code_of(lambda: running.seal(PlainKey())) == "nothing_captured"
assert code_of(lambda: running.photograph(b"no picture")) == "image_format_unknown"
still = running.photograph(picture)
assert (still.width, still.height) == (1000, 800)
assert still.outcome == bailing.PhotographOutcome.KEPT, still
assert len(still.corners) == 8, still
assert abs(still.corners[0] - 0.1) < 6e-3 and abs(still.corners[1] - 0.1) < 8e-3, still.corners
assert running.pages() == 1
assert code_of(lambda: running.photograph(picture)) == "session_full"

assert code_of(lambda: running.seal(LockedKey())) == "signing_failed"
assert code_of(lambda: running.seal(OddKey())) == "request_malformed"
assert (running.pages(), outbox.tickets_left()) == (1, 8), "what could not be sealed is still there"
running.seal(AppleKey())
asserted = run_errands(outbox, lambda request, _: request.method == "PUT").body
assert b"an assertion" in asserted and bytes(range(32)) in asserted

key = PlainKey()
running = session(outbox, bailing.CaptureMode.PAGES(2))
running.photograph(picture)
running.drop_last()
running.photograph(picture)
name = running.seal(key)
assert (running.pages(), outbox.tickets_left()) == (0, 6)

# The process goes: what was sealed is there again.
del running
del outbox
gc.collect()
assert code_of(lambda: bailing.Outbox.open(config(storage_key=b"1" * 32))) == "storage_key_wrong"
assert code_of(lambda: bailing.Outbox.open(config(origin="https://other.example"))) == "stored_for_another"
outbox = bailing.Outbox.open(config())
first, second = outbox.entries()
assert (second.bundle, second.kinds) == (name, ["waybill"]) and second.state.is_WAITING(), second
assert first.state.is_RECEIVED(), first
request = run_errands(outbox, lambda request, _: request.method == "PUT")
assert request.path.endswith(name) and hashlib.sha256(request.body).hexdigest() == name
assert outbox.decision(name) is None
assert code_of(lambda: outbox.decision("no name")) == "request_malformed"
with open(os.path.join(folder, "bundle"), "wb") as file:
    file.write(request.body)
with open(os.path.join(folder, "point"), "wb") as file:
    file.write(key.point)
