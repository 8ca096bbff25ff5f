"""Real receivers on this machine: they keep what arrives and answer as they are told, slowly or wrongly too."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Arrived:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`status` and `headers` are the next answers; `trickle` seconds go by between its bytes."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    trickle: float = 0
    length: int = 0
    arrived: list[Arrived] = field(default_factory=list)


@contextmanager
def receiver(*, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"):
    """Run a receiver in a thread; with `tls` it talks HTTPS."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.arrived.append(Arrived(self.path, headers, body))
            if told.trickle:
                with_pauses = b"HTTP/1.1 204 No Content\r\nX-Slow: " + b"x" * 100
                for byte in with_pauses:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(told.trickle)
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(told.length))
            self.end_headers()
            self.wfile.write(b"x" * told.length)

        do_GET = do_POST

        def log_message(self, *_):
            return

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_):
            return  # the other side hung up: what some tests are about

    server = Quiet((host, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder, name: str) -> ssl.SSLContext:
    """Write a certificate for `name` that signs itself to folder/ca.pem; return the context of a server with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


def resolving(monkeypatch, names: dict[str, list[str] | list[list[str]]]) -> list[str]:
    """Answer these names as told (a list of lists: another answer each time); return the list of names asked."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in names:
            return real(host, port, *args, **kwargs)
        answers = names[host]
        found = answers[min(asked.count(host), len(answers) - 1)] if isinstance(answers[0], list) else answers
        asked.append(host)
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(families[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
