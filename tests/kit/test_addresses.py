"""The corpus of addresses and URLs that a customer must not be able to send this server to."""

import pytest

from vinfer.kit.addresses import AddressPolicy, AddressRefused, allow

INWARD = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "2606:4700::1111",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "2002:808:808::",
]
REFUSED_URLS = [
    "",
    "example.com/hook",
    "http://example.com/hook",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://example.com:99999/",
    "https://exa mple.com/",
    "https://example.com\\@127.0.0.1/",
    "https://127.0.0.1%00.example.com/",
    "https://example.com/\r\nX-Injected: 1",
    "https://example.com/\t",
    "https://exämple.com/",
    "https://example.com/" + "a" * 2048,
    "https://127.0.0.1/",
    "https://127.0.0.1:8080/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data",
    "https://[64:ff9b::a9fe:a9fe]/",
]


@pytest.mark.parametrize("address", INWARD)
def test_inward_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        AddressPolicy().check_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_admitted(address: str) -> None:
    AddressPolicy().check_address(address)


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_urls_that_are_refused_without_a_look_up(url: str) -> None:
    with pytest.raises(AddressRefused):
        AddressPolicy().check_url(url)


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://example.com:8443/a?b=c", "HTTPS://8.8.8.8/"]
)
def test_urls_that_are_admitted(url: str) -> None:
    assert AddressPolicy().check_url(url).hostname


def test_the_operator_admits_hosts_networks_and_plain_http() -> None:
    policy = allow(["Bench.Internal.", "10.1.0.0/16", "::1"], plain_http=True)
    assert policy.admits_host("bench.internal")
    assert not policy.admits_host("internal")
    assert policy.check_url("http://10.1.2.3/").hostname
    assert policy.check_url("http://[::1]:80/").hostname
    for url in ("http://10.2.0.1/", "http://127.0.0.1/"):
        with pytest.raises(AddressRefused):
            policy.check_url(url)


def test_a_malformed_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        allow(["10.0.0.1/8"], plain_http=False)
