"""Nothing inside the house is reached through an address that somebody typed in, however it is written."""

import socket
import threading
import time

import pytest

from core import egress
from tests.receivers import certificate, receiver, resolving

# Written in the URL itself.
URLS = [
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0177.0.0.1/",
    "https://0x7f.0.0.1/", "https://0x7f000001/", "https://017700000001/", "https://0/", "https://0.0.0.0/",
    "https://127.0.0.1./", "https://localhost/", "https://LOCALHOST/", "https://redis/", "https://metadata/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/", "https://[2002:7f00:1::]/",
    "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://8.8.8.8/", "https://1.1.1.1:443/",
    "https://user@partner.example/", "https://user:word@partner.example/", "https://partner.example@127.0.0.1/",
    "https://127.0.0.1#@partner.example/", "https://partner.example#part", "https://partner.example:6379/",
    "https://partner.example:5432/", "https://partner.example:22/", "https://partner.example:8443/",
    "https://partner.example:0/", "https://partner.example:/", "https://partner.example:99999/",
    "https://partner.example:443x/", "http://partner.example/", "http://partner.example:443/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://partner.example/", "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/", "jar:https://partner.example/", "data:text/plain,x", "//127.0.0.1/", "127.0.0.1", "", "https://",
    "https:///127.0.0.1/", "https:\\\\127.0.0.1\\", "https://127.0.0.1\\@partner.example/",
    "https://partner.example\t/", "https://partner.example/\r\nHost: 127.0.0.1", "https://partner .example/",
    "https://１２７.０.０.１/", "https://127。0。0。1/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://партнёр.example/",
    "https://ｐartner.example/", "https://partner.example%2f@127.0.0.1/", "https://%31%32%37.0.0.1/",
    "https://partner..example/", "https://.partner.example/", "https://-partner.example/", "https://partner.1/",
    "https://partner.0x7f/", "https://partner_x.example/", "https://" + "a" * 64 + ".example/",
    "https://partner.example/" + "a" * 2048, None,
]  # fmt: skip

# What the DNS may answer.
ADDRESSES = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.255.254",
    "192.168.0.1", "192.168.255.254", "100.64.0.1", "100.127.255.254", "100.100.100.200", "169.254.169.254",
    "169.254.0.1", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.254",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:53aa:64c:0:0:0:1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
HERE = ["127.0.0.1", "127.8.8.8", "0.0.0.0"]


@pytest.fixture
def listener():
    """Ports of every address of this machine, and how many connections came in."""
    count, sockets = [], []
    server = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    sockets.append(server)

    def take():
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return
            count.append(1)

    threading.Thread(target=take, daemon=True).start()
    yield server.getsockname()[1], count
    server.close()


@pytest.fixture
def connected(monkeypatch):
    """Every address that a socket was told to connect to."""
    real, seen = socket.socket.connect, []

    def connect(self, address):
        seen.append(address[0])
        if address[0] not in {*HERE, "::1"}:
            raise ConnectionRefusedError  # such as those of the outside: not from a test
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def ask(url):
    return egress.fetch("POST", url, body=b"{}", headers={})


@pytest.mark.parametrize("url", URLS)
def test_an_address_that_is_written_in_a_dangerous_way_is_refused_before_its_name_is_asked(url, connected, monkeypatch):
    asked = resolving(monkeypatch, {"partner.example": ["127.0.0.1"]})
    with pytest.raises(egress.Refused):
        ask(url)
    assert (asked, connected) == ([], [])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_leads_inside_is_refused_and_nothing_is_reached(
    address, connected, listener, monkeypatch, settings
):
    port, count = listener
    monkeypatch.setitem(egress.PORTS, "https", port)
    resolving(monkeypatch, {"partner.example": [address]})
    with pytest.raises(egress.Refused, match="address"):
        ask("https://partner.example/")
    assert (connected, count) == ([], [])


def test_one_address_inside_among_others_is_enough_to_refuse(connected, monkeypatch):
    resolving(monkeypatch, {"partner.example": ["93.184.215.14", "10.0.0.1"]})
    with pytest.raises(egress.Refused, match="address"):
        ask("https://partner.example/")
    assert connected == []


@pytest.mark.parametrize("address", HERE)
def test_the_listener_is_reached_when_the_check_is_taken_away(address, listener, monkeypatch):
    port, count = listener
    monkeypatch.setitem(egress.PORTS, "https", port)
    resolving(monkeypatch, {"partner.example": [address]})
    monkeypatch.setattr(egress, "closed", lambda address: False)
    with pytest.raises(egress.Failed):
        ask("https://partner.example/")
    for _ in range(50):
        if count:
            return
        time.sleep(0.02)
    pytest.fail("the test of the addresses could not fail")


def test_addresses_of_the_outside_are_not_refused():
    for address in ("93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:80b::200e", "223.255.255.254"):
        assert not egress.closed(address)


def test_a_name_that_changes_its_mind_is_asked_once_and_the_checked_address_is_used(connected, monkeypatch):
    asked = resolving(monkeypatch, {"partner.example": [["93.184.215.14"], ["127.0.0.1"]]})
    with pytest.raises(egress.Failed, match="connection"):
        ask("https://partner.example/")
    assert asked == ["partner.example"]
    assert connected == ["93.184.215.14"]


def test_a_resolver_that_hangs_ends_with_the_time_limit(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    began = time.monotonic()
    with pytest.raises(egress.Failed, match="timeout"):
        egress.fetch("POST", "https://partner.example/", headers={}, seconds=0.3)
    assert time.monotonic() - began < 1.5


@pytest.fixture
def partner(tmp_path, settings, monkeypatch):
    """A receiver with a certificate for partner.test, which the name leads to."""
    with receiver(tls=certificate(tmp_path, "partner.test")) as told:
        settings.EGRESS_CA_FILE = str(tmp_path / "ca.pem")
        settings.EGRESS_ALLOWED = {f"partner.test:{told.port}", f"other.test:{told.port}"}
        resolving(monkeypatch, {"partner.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
        yield told


def test_the_name_is_in_the_request_and_in_the_certificate_though_the_address_is_pinned(partner):
    assert ask(f"https://partner.test:{partner.port}/in?x=1").status == 204
    (arrived,) = partner.arrived
    assert (arrived.path, arrived.headers["host"]) == ("/in?x=1", f"partner.test:{partner.port}")
    with pytest.raises(egress.Failed, match="tls"):
        ask(f"https://other.test:{partner.port}/")


def test_a_certificate_that_nobody_signed_is_refused(partner, settings):
    settings.EGRESS_CA_FILE = ""
    with pytest.raises(egress.Failed, match="tls"):
        ask(f"https://partner.test:{partner.port}/")
    assert partner.arrived == []


def test_a_redirect_is_an_answer_and_is_not_followed(partner, connected):
    partner.status, partner.headers = 302, {"Location": "http://169.254.169.254/"}
    assert ask(f"https://partner.test:{partner.port}/").status == 302
    assert connected == ["127.0.0.1"]


def test_a_proxy_of_the_environment_is_not_used(partner, monkeypatch, connected):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    assert ask(f"https://partner.test:{partner.port}/").status == 204
    assert connected == ["127.0.0.1"]


def test_who_trickles_is_hung_up_on_when_the_time_is_over(partner):
    partner.trickle = 0.05
    began = time.monotonic()
    with pytest.raises(egress.Failed, match="timeout"):
        egress.fetch("POST", f"https://partner.test:{partner.port}/", headers={}, seconds=0.5)
    assert time.monotonic() - began < 2


def test_a_handshake_that_never_ends_is_hung_up_on(settings, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.EGRESS_ALLOWED = {f"partner.test:{port}"}
        resolving(monkeypatch, {"partner.test": ["127.0.0.1"]})
        with pytest.raises(egress.Failed, match="timeout"):
            egress.fetch("POST", f"https://partner.test:{port}/", headers={}, seconds=0.4)


def test_of_a_large_answer_only_so_much_is_read(partner):
    partner.status, partner.length = 200, 10_000_000
    url = f"https://partner.test:{partner.port}/"
    assert len(ask(url).body) == egress.MOST == 65_536
    assert egress.fetch("POST", url, headers={}, most=0).body == b""


def test_plain_http_is_asked_only_where_the_settings_say_so(settings, monkeypatch, connected):
    resolving(monkeypatch, {"partner.example": ["93.184.215.14"]})
    settings.EGRESS_HTTP = True
    with pytest.raises(egress.Failed, match="connection"):
        ask("http://partner.example/")
    assert connected == ["93.184.215.14"]
