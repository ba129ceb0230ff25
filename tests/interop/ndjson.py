#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what terra-hook really prints for programs to docs/ndjson.schema.json, by a validator that
knows nothing of it. Usage: ndjson.py PATH-OF-TERRA-HOOK PATH-OF-THE-SOURCES

Every line of every command that prints NDJSON is validated as `COMMAND.TYPE`, every document as
`COMMAND.json`; one member more, anywhere in it, must be refused; and each definition must have been
seen, and be told of in docs/ndjson.md.
"""
import copy
import hashlib
import hmac
import http.server
import json
import os
import queue
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import jsonschema

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCES = Path(sys.argv[2])
SCHEMA = json.loads((SOURCES / "docs/ndjson.schema.json").read_text(encoding="utf-8"))
SECRET = "the secret of the schema's test"
DEADLINE = 60
# Their values are somebody else's JSON, which may have any member.
FOREIGN = {"body", "value", "old", "new"}

home = Path(tempfile.mkdtemp(prefix="terra-hook-ndjson-"))
environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERRA_SIGNING_SECRET": SECRET}
for name in os.environ:
    if name.endswith("SAN_OPTIONS"):
        environment[name] = os.environ[name]
seen = set()
mistakes = []
validators = {}


def validator(name):
    if name not in validators:
        schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
        validators[name] = jsonschema.Draft202012Validator(schema)
    return validators[name]


def places(value, path=()):
    """Where an object of ours is in `value`."""
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            if key not in FOREIGN:
                yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:2]):
            yield from places(inner, (*path, index))


def check(name, value):
    if name not in SCHEMA["$defs"]:
        mistakes.append(f"{name} is not in the schema: {str(value)[:300]}")
        return
    error = jsonschema.exceptions.best_match(validator(name).iter_errors(value))
    if error:
        mistakes.append(f"{name}: {error.json_path}: {error.message[:300]} in {json.dumps(value)[:300]}")
        return
    if name in seen and len(json.dumps(value)) > 5000:
        return
    seen.add(name)
    for path in places(value):
        more = copy.deepcopy(value)
        at = more
        for step in path:
            at = at[step]
        at["undocumented"] = {"x": 1}
        if validator(name).is_valid(more):
            mistakes.append(f"{name}: one more member in /{'/'.join(map(str, path))} is not refused")


def check_harmless(command, text):
    """What a terminal acts on is in no output, whatever a payload or a target said."""
    acting = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    if acting:
        mistakes.append(f"{command}: {text[max(0, acting.start() - 60):acting.end()]!r} acts on a terminal")


def check_lines(command, text):
    check_harmless(command, text)
    for line in text.split("\n")[:-1]:
        value = json.loads(line)
        check(f"{command}.{value.get('type', 'without a type')}", value)


def run(*words, code=0, text=""):
    done = subprocess.run([PROGRAM, *words], env=environment, cwd=home, input=text, timeout=DEADLINE,
                          capture_output=True, encoding="utf-8", check=False)
    if done.returncode != code:
        mistakes.append(f"{' '.join(words)}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def lines_of(*words, **more):
    check_lines(words[0], run(*words, "--format", "ndjson", **more))


def document_of(*words, **more):
    text = run(*words, "--format", "json", **more)
    check_harmless(words[0], text)
    if text:
        check(f"{words[0]}.json", json.loads(text))


class Running:
    """A command that goes on; its lines are validated as they come."""

    def __init__(self, *words):
        self.command = words[0]
        self.child = subprocess.Popen([PROGRAM, *words, "--format", "ndjson"], env=environment, cwd=home,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.child.stdout:
            self.lines.put(line)

    def next(self, kind):
        end = time.monotonic() + DEADLINE
        while True:
            line = self.lines.get(timeout=max(0, end - time.monotonic()))
            check_lines(self.command, line)
            value = json.loads(line)
            if value["type"] == kind:
                return value

    def stop(self):
        self.child.send_signal(signal.SIGINT)
        self.next("summary")
        self.child.wait(DEADLINE)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the path says: /ok, /fail, or a file for /payload."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"type":"body","data":[]}' if self.path.startswith("/payload") else b"\xff no \xc2\x9b31m"
        self.send_response(500 if "fail" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


def post(port, body, headers=None, raw=None):
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    fields = {"Host": "x", "Connection": "close", "Content-Length": str(len(body)),
              "X-Terra-Signature": f"t={stamp},v1={digest}", **(headers or {})}
    head = "POST /terra HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as wire:
        wire.sendall(raw if raw is not None else head.encode() + b"\r\n" + body)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
    return answer


def port_of(url):
    return int(re.search(r":(\d+)", url).group(1))


def event(kind, **more):
    return json.dumps({"type": kind, "user": {"user_id": "u-1", "provider": "GARMIN", "reference_id": "Zoë"},
                       "data": [{"metadata": {"start_time": "2026-07-01T00:00:00Z"}}], **more}).encode()


def check_listen(target):
    listener = Running("listen", "--port", "0", "--forward-to", f"{target}/ok", "--forward-to",
                       f"sleep={target}/fail", "--exec", "cat", "--expect", "type==sleep", "--expect",
                       "type==athlete", "--fetch-payload", "--count", "50")
    port = port_of(listener.next("ready")["url"])
    ids = {"X-Terra-Trace-Id": "t-1", "X-Terra-Ordering-Timestamp": "1782880000000", "terra-reference": "r-1"}
    post(port, event("sleep"), ids)
    post(port, event("sleep"), ids)
    post(port, event("daily"), {"X-Terra-Signature": "t=1,v1=00"})
    post(port, event("daily"), {"terra-reference": "r-2:chunk:2", "X-Terra-Trace-Id": "t-2:chunk:2"})
    post(port, b'{"type":"large_request_sending","expected_payloads":3,"reference":"r-2"}', {"terra-reference": "r-2"})
    post(port, b"no JSON")
    post(port, b"\xff\xfe")
    for _ in range(3):
        listener.next("forward")
    post(port, b"", raw=b"this is no HTTP\r\n\r\n")
    listener.next("refused")
    for link in (f"{target}/payload?signature=x", "http://127.0.0.1:1/x"):
        post(port, json.dumps({"type": "s3_payload", "url": link}).encode())
    listener.next("fetch_failed")
    listener.stop()

    # A store that can't grow.
    listener = Running("listen", "--port", "0", "--respond", "500")
    port = port_of(listener.next("ready")["url"])
    post(port, event("sleep"))
    unlimited = resource.prlimit(listener.child.pid, resource.RLIMIT_FSIZE, (65536, resource.RLIM_INFINITY))
    post(port, event("daily", x="x" * (1 << 20)))
    listener.next("lost")
    resource.prlimit(listener.child.pid, resource.RLIMIT_FSIZE, unlimited)
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(b"POST /terra HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n{}")
        time.sleep(0.2)
        listener.child.send_signal(signal.SIGINT)
        listener.next("stopping")
        wire.sendall(b"  ")
        listener.next("summary")

    listener = Running("listen", "--port", "0", "--no-store", "--secret", SECRET, "--verbose", "--tunnel",
                       "sh -c 'echo https://a.example.com; exec sleep 2'")
    listener.next("note")
    listener.next("tunnel_output")
    while listener.next("tunnel")["state"] != "closed":
        pass
    listener.stop()


def check_captures(target):
    lines_of("list")
    lines_of("list", "--group", "reference")
    document_of("list")
    document_of("list", "--group", "reference")
    lines_of("show", "1..10")
    lines_of("show", "1", "--path", "/data/0")
    document_of("show", "1")
    document_of("show", "1..3")
    lines_of("verify", "1")
    lines_of("verify", "3", code=2)
    document_of("verify", "3", code=2)
    (home / "body.json").write_bytes(event("sleep"))
    lines_of("sign", "body.json")
    document_of("sign", "body.json")
    lines_of("replay", "1", "--to", f"{target}/ok")
    lines_of("replay", "1..4", "--to", f"{target}/fail", "--retries", "10ms", code=1)
    lines_of("replay", "1", "--to", f"{target}/ok", "--dry-run")
    lines_of("show", "1")
    lines_of("trigger", "sleep", "--to", f"{target}/ok")
    lines_of("trigger", "sleep", "--to", "http://127.0.0.1:1/", code=1)
    lines_of("trigger", "sleep", "--to", f"{target}/ok", "--dry-run")
    early = {"type": "sleep", "user": {"user_id": "u"},
             "data": [{"metadata": {"summary_id": "s", "start_time": "2026-07-01T00:00:00Z", "end_time": "2026-07-01T08:00:00Z"},
                       "score": 7, "only": 1, "heart": [{"timestamp": f"2026-07-01T00:0{n}:00Z", "bpm": n} for n in range(9)]}]}
    late = copy.deepcopy(early)
    late["data"][0].pop("only")
    late["data"][0].update(score=None, heart=early["data"][0]["heart"][:4], more={"a": 1})
    (home / "early.json").write_text(json.dumps(early))
    (home / "late.json").write_text(json.dumps(late))
    lines_of("diff", "early.json", "late.json", code=8)
    document_of("diff", "early.json", "late.json", code=8)
    lines_of("tag", "1", "2", "kept")
    lines_of("tag")
    document_of("tag")
    lines_of("tag", "--delete", "1", "kept")
    exported = run("export", "1..10", "--format", "ndjson")
    check_lines("export", exported)
    (home / "day.ndjson").write_text(exported + '{"type":"something"}\n', encoding="utf-8")
    lines_of("verify", "day.ndjson", code=2)
    document_of("verify", "day.ndjson", code=2)
    lines_of("import", "day.ndjson", "--store", "other.db")
    lines_of("prune", "--keep", "5", "--yes")
    document_of("conform", f"{target}/ok", "--only", "valid,bad-signature", code=8)
    document_of("conform", "--list")
    document_of("doctor", "--offline", "--port", "45991")
    (home / ".terra-hook.toml").write_text('[listen]\nport = 4000\n')
    check("config.json", json.loads(run("config", "show", "listen", "--format", "json")))
    (home / ".terra-hook.toml").unlink()


def check_emulator(target):
    script = home / "script.txt"
    script.write_text("connect GARMIN reference_id=alice\nsync alice type=daily\nwait 1s\n")
    emulator = Running("emulate", "--port", "0", "--webhook", f"{target}/fail", "--speed", "100000x", "--seed", "7",
                       "--script", str(script))
    emulator.next("ready")
    emulator.next("step")
    emulator.next("attempt")
    emulator.stop()

    # What is asked of the emulator comes to a listener of `request`.
    with socket.create_server(("127.0.0.1", 0)) as free:
        webhook = free.getsockname()[1]
    emulator = Running("emulate", "--port", "0", "--webhook", f"http://127.0.0.1:{webhook}/")
    ready = emulator.next("ready")
    user = ready["users"][0]["user_id"]
    environment.update(TERRA_DEV_ID="d", TERRA_API_KEY="k", TERRA_DATA_BASE_URL=ready["api_url"])
    lines_of("request", "sleep", "--user-id", user, "--start-date", "90d", "--wait", "30s", "--listen",
             "--port", str(webhook))
    emulator.next("request")
    emulator.next("attempt")
    emulator.stop()


def main():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    handler = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=handler.serve_forever, daemon=True).start()
    target = f"http://127.0.0.1:{handler.server_port}"
    try:
        check_listen(target)
        check_captures(target)
        check_emulator(target)
    finally:
        handler.shutdown()
        shutil.rmtree(home, ignore_errors=True)
    told = (SOURCES / "docs/ndjson.md").read_text(encoding="utf-8")
    command = ""
    rows = set()
    for row in re.findall(r"^\| (?:`([a-z]+)`)? *\| `([a-z_]+)` \|", told, re.MULTILINE):
        command = row[0] or command
        rows.add(f"{command}.{row[1]}")
    defined = {name for name in SCHEMA["$defs"] if "." in name}
    lines = {name for name in defined if not name.endswith(".json")}
    mistakes.extend(f"docs/ndjson.md and the schema differ about {name}" for name in sorted(rows ^ lines))
    mistakes.extend(f"{name} was never printed" for name in sorted(defined - seen))
    if {ref["$ref"] for ref in SCHEMA["anyOf"]} != {f"#/$defs/{name}" for name in lines}:
        mistakes.append("the schema's anyOf does not have every line")
    for mistake in mistakes:
        print(f"FAILED  {mistake}")
    print(f"{len(seen)} of {len(defined)} kinds of output validated, {len(mistakes)} mistakes")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
