"""Advisory locks of the database: two that share a number would wait for each other."""

import re
from importlib.resources import files
from pathlib import Path

NUMBER = re.compile(r"Final(?:\[int\])? = (0x76_?69_?6E_?66_?65_?72\w*)")


def test_every_lock_has_a_number_of_its_own() -> None:
    sources = Path(str(files("vinfer"))).rglob("*.py")
    found = [int(number, 16) for it in sources for number in NUMBER.findall(it.read_text())]
    assert len(found) >= 7
    assert len(set(found)) == len(found)
