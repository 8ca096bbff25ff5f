"""Requests to addresses that people typed in: nothing inside the house can be reached through them (RELIABILITY 2.5).

The name is resolved once, every address that comes back is checked, and the connection goes to a checked address: a
second answer of the DNS changes nothing. TLS still checks the certificate against the name. No redirect is followed,
no proxy of the environment is used, and the whole exchange has one time limit.
"""

import ipaddress
import queue
import re
import socket
import ssl
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from core.watchdog import Watchdog

SECONDS, MOST, LONGEST_URL = 15.0, 65_536, 2048
PORTS = {"https": 443, "http": 80}
ADDRESSES = 4  # how many of a name's addresses are tried

# A name with a dot whose last part begins with a letter: no IPv4 in decimal, octal or hexadecimal, no `localhost`.
# Only ASCII: whoever wants an international name writes it as the DNS has it (xn--...).
_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)\Z", re.ASCII
)

# IANA's special-purpose registries, and what else leads inside.
_CLOSED_4 = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # the inside of a large cloud behind an outside address
    )
]  # fmt: skip
_OPEN_6 = ipaddress.ip_network("2000::/3")  # all that is global; NAT64, mapped, local and multicast lie elsewhere
_CLOSED_6 = [
    ipaddress.ip_network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # Teredo and others, examples, 6to4
]


class Refused(Exception):
    """The address may not be asked; `code` says why: scheme, port, name, userinfo, address, malformed."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Failed(Exception):
    """The address was asked and gave no answer; `code`: timeout, name_unknown, tls, connection, protocol."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """A checked URL. `trusted`: named in the settings, so its address is not checked."""

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool

    @property
    def origin(self) -> str:
        """Scheme, host, and the port where it is not the usual one (RFC 6454)."""
        usual = PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers in lower case, and as much of the body as was asked for."""

    status: int
    headers: dict[str, str]
    body: bytes


def target(url: str, *, trusted: bool = False) -> Target:
    """Return the parts of a URL that may be asked, without resolving its name. Raises Refused."""
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isascii() or re.search(r"[^\x21-\x7e]|\\", url):
        raise Refused("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("malformed") from None
    if parts.scheme not in PORTS:
        raise Refused("scheme")
    if "@" in parts.netloc:
        raise Refused("userinfo")
    host = parts.hostname or ""
    if parts.fragment or parts.netloc.lower() not in {host, f"{host}:{port}"}:
        raise Refused("malformed")  # such as an empty port, a zone, brackets
    port = PORTS[parts.scheme] if port is None else port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if trusted or f"{host}:{port}" in settings.EGRESS_ALLOWED:
        return Target(parts.scheme, host, port, path, trusted=True)
    if parts.scheme == "http" and not settings.EGRESS_HTTP:
        raise Refused("scheme")
    if port != PORTS[parts.scheme]:
        raise Refused("port")
    if not _NAME.match(host):
        raise Refused("name")
    return Target(parts.scheme, host, port, path, trusted=False)


def closed(address: str) -> bool:
    """Return whether an IP address leads inside, or nowhere: private, local, shared, multicast, tunnels, examples."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return True  # with a zone, or not an address
    if ip.version == 4:
        return any(ip in network for network in _CLOSED_4)
    return ip not in _OPEN_6 or any(ip in network for network in _CLOSED_6)


def fetch(
    method: str, url: str, *, body: bytes = b"", headers: dict[str, str], seconds: float = SECONDS, most: int = MOST,
    trusted: bool = False,
) -> Answer:  # fmt: skip
    """Ask a URL once and return the Answer, whatever its status.

    Args: `seconds` for everything together, from the name to the last byte; `most` bytes of the body are read, the
    rest is left; `trusted` for a URL of the settings. Raises Refused before anything is sent, else Failed.
    """
    to = target(url, trusted=trusted)
    with Watchdog(seconds) as dog:
        addresses = _resolve(to, dog.left)
        if not to.trusted and any(closed(address) for address in addresses):
            raise Refused("address")
        try:
            return _ask(to, addresses, dog, (method, body, headers), most)
        except (ssl.SSLError, SSLError):
            raise Failed("timeout" if dog.over else "tls") from None
        except TimeoutError:
            raise Failed("timeout") from None
        except OSError:
            raise Failed("timeout" if dog.over else "connection") from None
        except Exception as error:  # http.client and urllib3 have many for what a server may write
            if isinstance(error, HTTPError) and isinstance(error.__cause__, TimeoutError):
                raise Failed("timeout") from None
            raise Failed("timeout" if dog.over else "protocol") from None


def _resolve(to: Target, seconds: float) -> list[str]:
    """Return the addresses of the name, asked once. A resolver that hangs is left behind in its thread."""
    answers: queue.Queue = queue.Queue(1)

    def ask():
        try:
            answers.put(socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise Failed("timeout") from None
    if not found:
        raise Failed("name_unknown")
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def _ask(to: Target, addresses: list[str], dog: Watchdog, request: tuple, most: int) -> Answer:
    method, body, headers = request
    connection = _connected(to, addresses[:ADDRESSES], dog)
    try:
        sent = {"User-Agent": "Waymark", "Connection": "close", **headers}
        connection.request(method, to.path, body=body, headers=sent, preload_content=False, decode_content=False)
        response = connection.getresponse()
        read = response.read(most) if most else b""
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, read)
    finally:
        connection.close()


def _connected(to: Target, addresses: list[str], dog: Watchdog):
    """Return a connection to the first of the checked addresses that answers."""
    for number, address in enumerate(addresses, 1):
        connection = _CONNECTIONS[to.scheme](to, address, dog)
        try:
            connection.connect()
            return connection
        except (OSError, HTTPError):
            connection.close()
            if number == len(addresses) or dog.over:
                raise
    raise Failed("connection")


class _Pinned:
    """A connection whose name is the URL's and whose address was checked before."""

    def __init__(self, to: Target, address: str, dog: Watchdog, **options):
        super().__init__(to.host, to.port, timeout=dog.left, **options)
        self._address, self._dog = address, dog

    def _new_conn(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        with ExitStack() as closing:
            sock = closing.enter_context(socket.socket(family, socket.SOCK_STREAM))
            sock.settimeout(min(self._dog.left, 5))
            sock.connect((self._address, self.port))
            sock.settimeout(self._dog.left)
            self._dog.watch(sock)
            closing.pop_all()  # connected: whoever asked for it closes it
        return sock


class _Plain(_Pinned, HTTPConnection):
    pass


class _Secure(_Pinned, HTTPSConnection):
    def __init__(self, to: Target, address: str, dog: Watchdog):
        context = ssl.create_default_context(cafile=settings.EGRESS_CA_FILE or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(to, address, dog, ssl_context=context, cert_reqs="CERT_REQUIRED")


_CONNECTIONS = {"http": _Plain, "https": _Secure}
