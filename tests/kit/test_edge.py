"""Who really asks: forwarded headers that are believed, and those that are made up."""

from typing import Any

import pytest

from vinfer.kit import edge
from vinfer.kit.edge import Client, Edge
from vinfer.kit.errors import InvalidParameter

PROXIES = Edge(proxies=edge.networks(["10.0.0.0/8", "fd00::/8", "127.0.0.1"]))


def scope(peer: str, *headers: tuple[str, str], scheme: str = "http") -> dict[str, Any]:
    return {
        "client": (peer, 1),
        "scheme": scheme,
        "method": "GET",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }


def client(peer: str, *headers: tuple[str, str], scheme: str = "http") -> Client:
    return PROXIES.client_of(scope(peer, *headers, scheme=scheme))


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        (["203.0.113.7, 10.1.1.1"], "203.0.113.7"),
        (["203.0.113.7", "10.1.1.1"], "203.0.113.7"),
        (["6.6.6.6, 203.0.113.7"], "203.0.113.7"),  # the left one was sent by the client
        (["127.0.0.1, 203.0.113.7 , 10.1.1.1"], "203.0.113.7"),
        (["10.3.3.3, 10.2.2.2"], "10.3.3.3"),  # a client of the inside
        (["203.0.113.7:4711"], "203.0.113.7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["::ffff:203.0.113.7"], "203.0.113.7"),
        (["::ffff:10.1.1.1"], "10.1.1.1"),
        (["203.0.113.7, unknown"], "10.0.0.1"),
        (["203.0.113.7, 10.1.1.1, , "], "10.0.0.1"),
        (["203.0.113.7, <script>, 10.1.1.1"], "10.1.1.1"),
        ([""], "10.0.0.1"),
        ([], "10.0.0.1"),
    ],
)
def test_the_client_is_the_nearest_stranger(forwarded: list[str], address: str) -> None:
    found = client("10.0.0.1", *(("X-Forwarded-For", line) for line in forwarded))
    assert found == Client(address, secure=False)


@pytest.mark.parametrize("peer", ["203.0.113.9", "11.0.0.1", "2001:db8::1", "local"])
def test_a_stranger_s_word_is_not_believed(peer: str) -> None:
    lies = (("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-Proto", "https"))
    assert client(peer, *lies) == Client(peer, secure=False)
    assert Edge().client_of(scope("127.0.0.1", *lies)) == Client("127.0.0.1", secure=False)


def test_a_proxy_may_come_by_a_mapped_address() -> None:
    found = client("::ffff:10.0.0.1", ("X-Forwarded-For", "203.0.113.7"))
    assert found.address == "203.0.113.7"


@pytest.mark.parametrize(
    ("schemes", "secure"),
    [
        ("https", True),
        ("HTTPS", True),
        ("http", False),
        ("https, http", True),  # the client's own hop of two
        ("http, https", False),
        ("https, http, http", False),  # more than hops: only the nearest proxy's word counts
        ("wss", False),
    ],
)
def test_the_scheme_is_that_of_the_client_s_hop(schemes: str, secure: bool) -> None:
    headers = (("X-Forwarded-For", "203.0.113.7, 10.1.1.1"), ("X-Forwarded-Proto", schemes))
    assert client("10.0.0.1", *headers).secure is secure


def test_own_tls_needs_no_header_and_a_proxy_corrects_it() -> None:
    assert client("203.0.113.9", scheme="https").secure
    said = ("X-Forwarded-Proto", "http")
    assert not client("10.0.0.1", said, scheme="https").secure


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("api.example.com", True),
        ("API.Example.COM.:8443", True),
        ("a.tenants.example.com", True),
        ("a.b.tenants.example.com", True),
        ("tenants.example.com", False),
        ("eviltenants.example.com", False),
        ("[::1]:8080", True),
        ("evil.example.com", False),
        ("api.example.com.evil.com", False),
        ("api.example.com:80:80", False),
        ("user@api.example.com", False),
        ("api.example.com/x", False),
        ("", False),
    ],
)
def test_hosts(host: str, answered: bool) -> None:
    names = ("api.example.com", "*.tenants.example.com", "[::1]")
    strict = Edge(hosts=frozenset(edge.parse_host(name) for name in names))
    if answered:
        strict.require_host(scope("1.1.1.1", ("Host", host)))
    else:
        with pytest.raises(InvalidParameter):
            strict.require_host(scope("1.1.1.1", ("Host", host)))


def test_two_hosts_are_never_answered_and_none_only_where_any_is() -> None:
    twice = scope("1.1.1.1", ("Host", "a"), ("Host", "a"))
    with pytest.raises(InvalidParameter):
        Edge().require_host(twice)
    Edge().require_host(scope("1.1.1.1"))
    with pytest.raises(InvalidParameter):
        Edge(hosts=frozenset({"a"})).require_host(scope("1.1.1.1"))


@pytest.mark.parametrize("text", ["a:80", "https://a", "*", "*.", "a b", "[::1]:80"])
def test_host_settings_that_mean_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        edge.parse_host(text)


@pytest.mark.parametrize(
    "text", ["app.example.com", "https://app.example.com/", "https://App.example.com", "null", ""]
)
def test_origin_settings_that_mean_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        edge.parse_origin(text)
    assert edge.parse_origin("https://app.example.com:8443") == "https://app.example.com:8443"
