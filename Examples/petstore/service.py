#!/usr/bin/env python3
"""The pet service of the demo. service.py PORT=VERSION ... serves each version on its port of 127.0.0.1."""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PETS = [{"id": 1, "name": "Rex", "kind": "dog"}, {"id": 2, "name": "Misty", "kind": "cat"}]


def make_handler(version):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.partition("?")[0]
            if path == "/api/pets":
                self.answer(200, {"version": version, "pets": PETS})
            elif path.startswith("/api/pets/"):
                pet = next((pet for pet in PETS if str(pet["id"]) == path.removeprefix("/api/pets/")), None)
                self.answer(200, pet) if pet else self.answer(404, {"error": "no such pet"})
            elif path == "/echo":
                self.answer(200, {"version": version, "path": self.path, "headers": dict(self.headers)})
            else:
                self.answer(404, {"error": f"nothing at {path}"})

        def answer(self, status, value):
            body = json.dumps(value, indent=2).encode() + b"\n"
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.send_header("x-petstore-internal", "for the gateway to hide")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    threads = []
    for argument in sys.argv[1:]:
        port, _, version = argument.partition("=")
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), make_handler(version))
        threads.append(threading.Thread(target=server.serve_forever))
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
