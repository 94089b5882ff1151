"""CSV that no spreadsheet runs, and that programs read as it was."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinfer.domains.reports.cells import harmless, lines

RUNS = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
TEXTS = st.text(st.sampled_from("=+-@\t\r\n;,' \"a1\uff1d\0"), max_size=12) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\n-1", "a\n'-1"),
        ("+919876543210", "+919876543210"),
        ("+91 98765 43210", "'+91 98765 43210"),
        ("desk-7", "desk-7"),
        ("1-2, a = b", "1-2, a = b"),
        ("ऋण नवीनीकरण", "ऋण नवीनीकरण"),
        ("a\0b", "ab"),
    ],
)
def test_texts(text: str, safe: str):
    assert harmless(text) == safe


def test_numbers_dates_and_nothing():
    row = [-5, 1.5, None, True, date(2026, 3, 4), datetime(2026, 3, 4, 12, tzinfo=UTC)]
    assert lines([row]) == "-5,1.5,,true,2026-03-04,2026-03-04T12:00:00+00:00\r\n"


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_what_a_spreadsheet_reads_is_never_a_formula(texts: list[str]):
    text = lines([texts])
    (row,) = csv.reader(io.StringIO(text, newline=""))
    assert len(row) == len(texts)
    for cell in row:
        assert not RUNS.match(cell) or PHONE.fullmatch(cell)
        for part in re.split(r"[;\t\r\n]", cell)[1:]:
            assert not RUNS.match(part)


@given(TEXTS)
def test_nothing_is_added_but_apostrophes(text: str):
    clean = text.replace("\0", "")
    safe = harmless(text)
    assert safe.replace("'", "") == clean.replace("'", "")
    assert len(safe) >= len(clean)
