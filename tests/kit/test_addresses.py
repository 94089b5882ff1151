"""The corpus of addresses and URLs that a customer must not be able to send this server to."""

import pytest

from inward import INWARD, PUBLIC, REFUSED_URLS
from vinfer.kit.addresses import AddressPolicy, AddressRefused, allow


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


def test_where_networks_are_admitted_inner_names_are_judged_by_their_addresses() -> None:
    assert allow(["10.0.0.0/8"], plain_http=False).check_url("https://hooks.internal/").hostname


def test_a_malformed_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        allow(["10.0.0.1/8"], plain_http=False)
