"""Sealed secrets: bound to their row, rotatable, under a file only the owner reads."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from vinfer.kit.seal import SealError, open_seal


def test_a_value_opens_only_where_it_belongs(tmp_path: Path) -> None:
    seal = open_seal(tmp_path / "keys")
    sealed = seal.seal(b"secret\0with nul", context="trunk:1")
    assert b"secret" not in sealed
    assert seal.open(sealed, context="trunk:1") == b"secret\0with nul"
    with pytest.raises(SealError, match="something else"):
        seal.open(sealed, context="trunk:2")
    with pytest.raises(SealError, match="cannot be opened"):
        open_seal(tmp_path / "other").open(sealed, context="trunk:1")


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys"
    sealed = open_seal(path).seal(b"x", context="c")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_seal(path).open(sealed, context="c") == b"x"
    assert [it.name for it in path.parent.iterdir()] == ["keys"]
    path.chmod(0o640)
    with pytest.raises(SealError, match="chmod 600"):
        open_seal(path)


def test_keys_rotate_by_a_new_one_on_top(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    old = open_seal(path)
    sealed = old.seal(b"x", context="c")
    path.write_text(Fernet.generate_key().decode() + "\n" + path.read_text())
    new = open_seal(path)
    assert new.open(sealed, context="c") == b"x"
    with pytest.raises(SealError):
        old.open(new.seal(b"x", context="c"), context="c")


def test_a_digest_tells_nothing_without_the_key_and_survives_its_rotation(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    old = open_seal(path)
    digest = old.digest("+919876543210", context="phone")
    assert digest == old.digest("+919876543210", context="phone")
    assert digest != old.digest("+919876543211", context="phone")
    assert digest != old.digest("+919876543210", context="other")
    assert digest != open_seal(tmp_path / "other").digest("+919876543210", context="phone")
    path.write_text(Fernet.generate_key().decode() + "\n" + path.read_text())
    new = open_seal(path)
    assert new.digest("+919876543210", context="phone") != digest
    assert digest in new.digests("+919876543210", context="phone")
