"""Where trunks may lead: by default, and by the operator's list."""

import pytest

from vinfer.kit import reach
from vinfer.kit.reach import Reach, Refused


def admits(policy: Reach, host: str, port: int = 5060) -> bool:
    try:
        policy.check_host(host, port)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("8.8.8.8", 5060),
        ("8.8.8.8", 40000),
        ("10.1.2.3", 5060),
        ("192.168.1.9", 5099),
        ("100.64.0.1", 5061),
        ("fd12::1", 5060),
        ("2606:4700::1", 5060),
        ("sip.carrier.example", 5060),
        ("pbx", 5060),  # where it leads is seen when it is dialled
    ],
)
def test_by_default_the_world_and_private_phone_systems(host: str, port: int) -> None:
    assert admits(Reach(), host, port)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("127.0.0.1", 5060),
        ("127.8.8.8", 5060),
        ("::1", 5060),
        ("::ffff:127.0.0.1", 5060),
        ("64:ff9b::7f00:1", 5060),
        ("2002:7f00:1::", 5060),
        ("0.0.0.0", 5060),
        ("::", 5060),
        ("169.254.169.254", 5060),
        ("fe80::1", 5060),
        ("fd00:ec2::254", 5060),
        ("100.100.100.200", 5060),
        ("168.63.129.16", 5060),
        ("224.0.0.1", 5060),
        ("255.255.255.255", 5060),
        ("10.1.2.3", 22),
        ("10.1.2.3", 6379),
        ("10.1.2.3", 5100),
        ("localhost", 5060),
        ("x.LOCALHOST.", 5060),
        ("127.1", 5060),
        ("0x7f.1", 5060),
        ("2130706433", 5060),
    ],
)
def test_by_default_never_this_machine_its_link_or_its_cloud(host: str, port: int) -> None:
    assert not admits(Reach(), host, port)


def test_a_list_admits_what_it_names_and_nothing_else() -> None:
    policy = reach.allow(["sip.carrier.example:5060", "10.1.0.0/16:5060-5070", "*.pbx.example"])
    assert admits(policy, "SIP.carrier.example.")
    assert admits(policy, "10.1.9.9", 5070)
    assert not admits(policy, "10.1.9.9", 5071)
    assert not admits(policy, "8.8.8.8")
    assert admits(policy, "a.pbx.example", 9)
    assert admits(policy, "another.example"), "it may lead into the network; dialling decides"
    with pytest.raises(Refused):
        policy.check_address("8.8.8.8", 5060)
    names_only = reach.allow(["sip.carrier.example:5060"])
    assert not admits(names_only, "sip.carrier.example", 5061)
    assert not admits(names_only, "another.example")


def test_a_list_may_add_to_the_default() -> None:
    policy = reach.allow(["default", "127.0.0.1:15060", "fd00::/8", "[::1]:15060"])
    assert admits(policy, "127.0.0.1", 15060)
    assert admits(policy, "::1", 15060)
    assert not admits(policy, "127.0.0.1", 5060)
    assert admits(policy, "fd00::1", 22)
    assert admits(policy, "8.8.8.8")


@pytest.mark.parametrize(
    "entry", ["10.0.0.0/99", "a b", "host:0", "host:70000", "host:9-5", "[host]:5060", "127.1", ""]
)
def test_an_entry_that_means_nothing_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="'"):
        reach.allow([entry])
