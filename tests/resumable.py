#!/usr/bin/env python3
"""Uploads a bundle in pieces with a tus client that this project did not write (tuspy).

usage: tests/resumable.py [FOLDER]

FOLDER holds `bailing` and `bailing-server` (target/release). Starts a server, enrols a software key, seals
sample photos with `bailing capture`, and sends them: half by one client, the rest by another after the server
was killed; then with checksums, by a client that begins anew; then a forged one, which must be refused. Needs
tuspy and cryptography; tests/run installs them below target/.
"""
import base64
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import urllib.request

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
APP_ID = "org.bailing.cli"
ORIGIN = "https://bank.example"
PIECE = 64 * 1024
MERCHANTS = '[[merchants]]\nid = "haulier"\nindustry = "road_freight"\nbase_quota = 100000\n'


class Server:
    """The real process, over a folder that outlives it."""

    def __init__(self, binaries, folder, listen="127.0.0.1:0"):
        configuration = os.path.join(folder, "server.toml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(MERCHANTS)
        self.process = subprocess.Popen(
            [os.path.join(binaries, "bailing-server"), "serve", "--json", "--allow-software-keys", "--workers", "0",
             "--listen", listen, "--operator-listen", "127.0.0.1:0", "--origin", ORIGIN,
             "--config", configuration, "--data", os.path.join(folder, "data")],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = json.loads(self.process.stdout.readline())["public"]

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://{self.address}{path}", method=method, headers={"content-type": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def uploads(self):
        return TusClient(f"http://{self.address}/api/v1/uploads")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(encoded):
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


class Phone:
    """A software key, and bundles that `bailing capture` seals with it."""

    def __init__(self, binaries, folder, server):
        self.binaries, self.folder, self.server = binaries, folder, server
        self.key = os.path.join(folder, "key.pk8")
        # The first bundle only makes the key.
        self.capture("first.bailing", "haulier-truck.jpg")
        with open(self.key, "rb") as file:
            key = serialization.load_der_private_key(file.read(), None)
        point = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.key_id = hashlib.sha256(point).hexdigest()
        challenge = server.call("POST", "/api/v1/challenges", {})["challenge"]
        message = b"".join(struct.pack(">I", len(part)) + part for part in
                           [b"bailing-enrolment-v1", data(challenge), APP_ID.encode(), point])
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        server.call("POST", "/api/v1/keys", {
            "platform": "software", "app_id": APP_ID, "merchant_id": "haulier", "challenge": challenge,
            "public_key": text(point), "proof": text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))})

    def capture(self, name, *samples, more=()):
        out = os.path.join(self.folder, name)
        photos = [os.path.join(ROOT, "demo", "samples", sample) for sample in samples]
        subprocess.run(
            [os.path.join(self.binaries, "bailing"), "capture", *photos, "--kind", "waybill", "--out", out,
             "--key", self.key, "--origin", ORIGIN, *more],
            check=True, stdout=subprocess.DEVNULL)
        return out

    def seal(self, name, *samples):
        tickets = self.server.call("POST", "/api/v1/tickets", {"key_id": self.key_id, "count": 1})["tickets"]
        return self.capture(name, *samples, more=["--ticket", data(tickets[0]).hex()])


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def begin(server, path, **more):
    return server.uploads().uploader(path, chunk_size=PIECE, metadata={"sha256": digest(path)}, **more)


def main():
    binaries = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target", "release")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binaries, folder)
        try:
            phone = Phone(binaries, folder, server)

            path = phone.seal("broken-off.bailing", "haulier-haulage-contract.jpg", "haulier-waybill.jpg")
            size = os.path.getsize(path)
            first = begin(server, path)
            first.upload(stop_at=size // 2)
            assert PIECE < first.offset < size, first.offset
            server.kill()
            server = phone.server = Server(binaries, folder, server.address)
            second = server.uploads().uploader(path, chunk_size=PIECE, url=first.url)
            assert second.offset == first.offset, (second.offset, first.offset)
            second.upload()
            assert server.call("GET", f"/api/v1/bundles/{digest(path)}")["state"] == "received"
            print(f"{size} bytes: {first.offset} before the server was killed, the rest after")

            # Every `bailing capture` begins a chain, so each bundle that is to be taken in needs its own key.
            os.remove(phone.key)
            phone = Phone(binaries, folder, server)
            path = phone.seal("checked.bailing", "haulier-haulage-contract.jpg", "haulier-truck.jpg")
            begin(server, path).upload(stop_at=PIECE)
            # It knows nothing of the first, begins anew, is told where the upload stands, and goes on there.
            begin(server, path, upload_checksum=True, retries=1, retry_delay=0).upload()
            assert server.call("GET", f"/api/v1/bundles/{digest(path)}")["state"] == "received"
            print(f"{os.path.getsize(path)} bytes with checksums")

            forged = os.path.join(folder, "forged.bailing")
            with open(path, "rb") as source, open(forged, "wb") as target:
                bundle = bytearray(source.read())
                bundle[600] ^= 1
                target.write(bundle)
            try:
                begin(server, forged).upload()
                sys.exit("a forged bundle was taken in")
            except TusUploadFailed as refusal:
                assert refusal.status_code in (403, 422), refusal.status_code
                code = json.loads(refusal.response_content)["code"]
                print(f"a forged one was refused after its first piece: {refusal.status_code} {code}")
            assert os.listdir(os.path.join(folder, "data", "objects", "incoming")) == []
        finally:
            server.kill()
    print("3 uploads by tuspy")


if __name__ == "__main__":
    main()
