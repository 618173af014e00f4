#!/usr/bin/env python3
"""Reads evidence bundles by the letter of sdk/evidence/SPEC.md, and by none of this project's code.

usage: tests/evidence.py [FOLDER]

Holds every FOLDER/*.bundle (tests/vectors/evidence) against the .json beside it: what is accepted there must
be accepted here with the same claims, what is refused there must be refused here. Needs cbor2, cryptography
and zstandard; tests/run installs them below target/.
"""
import glob
import hashlib
import json
import os
import struct
import sys

import cbor2
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

MEBIBYTE = 1 << 20


class Refused(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Refused(what)


def take(data, count):
    need(len(data) >= count, "an early end")
    return data[:count], data[count:]


def container(data):
    """SPEC 2: the signed part, and the records as bytes."""
    need(len(data) <= 64 * MEBIBYTE, "length of the bundle")
    magic, data = take(data, 8)
    need(magic == b"\x89BLE\r\n\x1a\n", "magic")
    version, data = take(data, 1)
    need(version == b"\x01", "version")
    length, data = take(data, 4)
    length = struct.unpack(">I", length)[0]
    need(length <= 256 * 1024, "length of the signed part")
    return take(data, length)


def one_form(data):
    """SPEC 3: one item, in the one form that deterministic CBOR has."""
    try:
        item = cbor2.loads(data)
    except Exception as error:
        raise Refused(f"CBOR: {error}") from None
    need(cbor2.dumps(item, canonical=True) == data, "not in deterministic form")
    return item


def verified_claims(cose, case):
    """SPEC 4: the claims that the key signed for this server and app."""
    tagged = one_form(cose)
    need(isinstance(tagged, cbor2.CBORTag) and tagged.tag == 18, "no COSE_Sign1")
    need(isinstance(tagged.value, (list, tuple)) and len(tagged.value) == 4, "no COSE_Sign1")
    protected, unprotected, payload, signature = tagged.value
    app_attest = "team" in case
    header = {1: -65537 if app_attest else -7}
    need(protected == cbor2.dumps(header, canonical=True), "another header than one algorithm")
    need(unprotected == {}, "an unprotected header")
    need(isinstance(payload, bytes) and isinstance(signature, bytes), "no payload")
    claims = one_form(payload)
    check_claims(claims)
    point = bytes.fromhex(case["public_key"])
    aad = "\0".join(["bailing-evidence-v1", case["server_origin"], case["app_id"]]).encode()
    message = cbor2.dumps(["Signature1", protected, aad, payload])
    if app_attest:
        app = f"{case['team']}.{case['app_id']}"
        signature, message = asserted(signature, message, app)
    else:
        need(len(signature) == 64, "a signature of another length")
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        signature = encode_dss_signature(r, s)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("signature") from None
    need(claims[-65545] == hashlib.sha256(point).digest(), "another key claimed")
    return claims


def asserted(assertion, message, app):
    """SPEC 4: an App Attest assertion's signature, and what it is over."""
    need(1 <= len(assertion) <= 1024, "an assertion of another length")
    try:
        assertion = cbor2.loads(assertion)
    except Exception as error:
        raise Refused(f"CBOR: {error}") from None
    need(isinstance(assertion, dict), "no assertion")
    signature, data = assertion.get("signature"), assertion.get("authenticatorData")
    need(isinstance(signature, bytes) and isinstance(data, bytes) and len(data) >= 37, "no assertion")
    need(data[:32] == hashlib.sha256(app.encode()).digest(), "another app's assertion")
    need(struct.unpack(">I", data[33:37])[0] > 0, "an assertion that does not count up")
    return signature, hashlib.sha256(data + hashlib.sha256(message).digest()).digest()


def text(value):
    return (isinstance(value, str) and len(value.encode()) <= 256
            and not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in value))


def sized(length):
    return lambda value: isinstance(value, bytes) and len(value) == length


def unsigned(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64


def several(least, most, check):
    return lambda value: (isinstance(value, (list, tuple)) and least <= len(value) <= most
                          and all(map(check, value)))


def exactly(checks):
    return lambda value: (isinstance(value, dict) and list(value) == list(checks)
                          and all(check(value[name]) for name, check in checks.items()))


SIGNAL = exactly({1: text, 2: lambda v: isinstance(v, float), 3: lambda v: isinstance(v, float)})
MODEL = exactly({1: text, 2: sized(32)})
IMAGE = exactly({1: unsigned, 2: sized(32), 3: sized(32), 4: unsigned, 5: unsigned, 6: unsigned, 7: text,
                 8: text, 9: several(0, 64, SIGNAL), 10: text, 11: sized(64)})
MANIFEST = exactly({
    6: lambda v: isinstance(v, int) and not isinstance(v, bool),
    10: lambda v: isinstance(v, bytes) and len(v) <= 64,
    265: lambda v: v == "urn:bailing:evidence:1",
    -65537: lambda v: isinstance(v, bytes) and len(v) <= 512,
    -65538: sized(16), -65539: unsigned, -65540: unsigned, -65541: unsigned,
    -65542: lambda v: v is None or sized(32)(v),
    -65543: text, -65544: text, -65545: sized(32),
    -65546: several(0, 16, MODEL), -65547: several(1, 32, IMAGE), -65548: sized(32),
    -65549: lambda v: v is None or sized(32)(v),
})


def check_claims(claims):
    """SPEC 5: these claims, no others, of these types and sizes."""
    need(MANIFEST(claims), "the claims")


def check_frames(claims):
    """SPEC 6: the session's key recorded every picture."""
    key = ed25519.Ed25519PublicKey.from_public_bytes(claims[-65548])
    for image in claims[-65547]:
        record = b"".join([b"bailing-frame-v1", claims[-65538], struct.pack(">Q", image[1]), image[2], image[3]])
        try:
            key.verify(image[11], record)
        except InvalidSignature:
            raise Refused("a frame record") from None


def check_blobs(records, claims):
    """SPEC 7: one record a picture, in order, each the signed one."""
    total = 0
    for index, image in enumerate(claims[-65547]):
        head, records = take(records, 53)
        kind, position, raw_length, length, digest = struct.unpack(">BIQQ32s", head)
        need(kind & 0x7F == 1 and position == index, "a record's kind or place")
        need(raw_length == image[4] and digest == image[3], "another picture than signed")
        total += raw_length
        need(total <= 64 * MEBIBYTE, "length of the pictures")
        encoded, records = take(records, length)
        raw = decompressed(encoded, raw_length) if kind & 0x80 else encoded
        need(len(raw) == raw_length and hashlib.sha256(raw).digest() == digest, "another picture than signed")
    need(not records, "bytes after the last picture")


def decompressed(encoded, raw_length):
    need(raw_length <= 200 * len(encoded), "compression ratio")
    # The library counts a window of 2^23 as one of 8 MiB.
    frame = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
    try:
        raw = frame.decompress(encoded)
    except zstandard.ZstdError as error:
        raise Refused(f"zstd: {error}") from None
    need(frame.eof and not frame.unused_data, "not one zstd frame")
    return raw


def readable(claims):
    """The claims by the names that the .json files use."""
    def plain(value):
        return value.hex() if isinstance(value, bytes) else value

    signal = {1: "code", 2: "score", 3: "threshold"}
    image = {1: "monotonic_ns", 2: "pixels_sha256", 3: "blob_sha256", 4: "blob_len", 5: "width", 6: "height",
             7: "media_type", 8: "kind", 10: "verdict", 11: "record"}
    names = {6: "issued_at", 10: "nonce", -65537: "ticket", -65538: "boot_id", -65539: "monotonic_start_ns",
             -65540: "monotonic_end_ns", -65541: "sequence", -65542: "previous", -65543: "app_id",
             -65544: "app_version", -65545: "key_id", -65548: "session_key", -65549: "attestation"}
    found = {name: plain(claims[number]) for number, name in names.items()}
    found["models"] = [{"name": model[1], "sha256": plain(model[2])} for model in claims[-65546]]
    found["images"] = [
        {name: plain(of[number]) for number, name in image.items()}
        | {"signals": [{name: one[number] for number, name in signal.items()} for one in of[9]]}
        for of in claims[-65547]]
    return found


def same(one, other):
    """Equal, where a number read from JSON need only be as exact as 32 bits are."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
    return one == other


def main():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors", "evidence")
    folder = sys.argv[1] if len(sys.argv) > 1 else beside
    paths, wrong = sorted(glob.glob(os.path.join(folder, "*.bundle"))), 0
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        with open(path[:-len("bundle")] + "json", encoding="utf-8") as file:
            case = json.load(file)
        try:
            cose, records = container(data)
            claims = verified_claims(cose, case)
            check_frames(claims)
            check_blobs(records, claims)
            outcome = "accepted"
            agrees = case["expect"] == "accepted" and same(readable(claims), case["manifest"])
        except Refused as refusal:
            outcome = f"refused ({refusal})"
            agrees = case["expect"] != "accepted"
        if not agrees:
            wrong += 1
            print(f"{os.path.basename(path)}: expected {case['expect']}, here {outcome}")
    print(f"{len(paths)} bundles, {wrong} that the two readers disagree on")
    sys.exit(1 if wrong or len(paths) < 25 else 0)


if __name__ == "__main__":
    main()
