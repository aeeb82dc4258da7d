"""Another user of this machine, who tries what any user can."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.provision import mirror
from workbench.settings import BASE_TAG

STRANGER = 65534  # a user's and a group's number, and none of ours
# Overwrites an image in a registry, as any user of the machine can try; prints the status of each request.
OVERWRITE = """
import hashlib, http.client, json, sys
address, repository, tag = sys.argv[1:]

def send(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer

def upload(data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    began = send("POST", f"/v2/{repository}/blobs/uploads/")
    seen.append(began.status)
    if began.status == 202:
        place = began.getheader("Location").partition(address)[2]
        seen.append(send("PUT", f"{place}&digest={digest}", data).status)
    return {"mediaType": "application/octet-stream", "digest": digest, "size": len(data)}

seen = []
rootfs = {"type": "layers", "diff_ids": []}
config = upload(json.dumps({"architecture": "amd64", "os": "linux", "rootfs": rootfs}).encode())
config["mediaType"] = "application/vnd.docker.container.image.v1+json"
kind = "application/vnd.docker.distribution.manifest.v2+json"
manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []})
path = f"/v2/{repository}/manifests/"
seen.append(send("PUT", path + tag, manifest, **{"Content-Type": kind}).status)
mine = send("HEAD", path + tag, Accept=kind).getheader("Docker-Content-Digest")
seen.append(send("DELETE", path + (mine or tag)).status)
print(json.dumps(seen))
"""
# Answers on a port, and says when it does.
LISTEN = """
import http.server, sys
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
print("listens", flush=True)
server.serve_forever()
"""


def _stranger(script: str, *arguments: str) -> list[str]:
    user = ["/usr/bin/setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups", "--"]
    return [*user, "/usr/bin/python3", "-I", "-c", script, *arguments]


def overwritten(address: str) -> set[int]:
    """Let another user overwrite the base in a registry; give the statuses of what was answered."""
    line = _stranger(OVERWRITE, address, mirror.REPOSITORY, BASE_TAG)
    told = subprocess.run(line, check=True, capture_output=True, text=True, cwd="/")
    return set(json.loads(told.stdout))


@contextmanager
def another_program(port: int) -> Iterator[None]:
    """Let another user's program listen on a port."""
    line = _stranger(LISTEN, str(port))
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/") as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == b"listens\n"
        try:
            yield
        finally:
            listener.terminate()
