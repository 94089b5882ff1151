"""Pages: whatever texts hold stands on them as text, and nothing costs more than its limits."""

import hashlib
import re
import zlib
from importlib.resources import as_file, files

import pytest
import typst

from vinfer.adapters.documents import TypesetLimits, TypstTypesetter
from vinfer.adapters.documents.child import fonts
from vinfer.adapters.documents.data import LONGEST_RUN, breakable, encode
from vinfer.ports.documents import (
    Chart,
    Column,
    Document,
    DocumentFailed,
    Figures,
    KeyFigure,
    Section,
    Table,
    Text,
)

HOSTILE = '#panic("x") $x$ *b* _i_ @ref <l> \\ `r` #read("/etc/passwd") // = h'
HINDI = "ऋण नवीनीकरण — क्षितिज श्रृंखला"

SCRIPTS = {
    "Bengali": "কৃষ্ণা চট্টোপাধ্যায়",
    "Gujarati": "શ્રી કૃષ્ણ પટેલ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Kannada": "ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣ",
    "Malayalam": "ലക്ഷ്മി കൃഷ്ണൻ",
    "Tamil": "ஸ்ரீ லக்ஷ்மி",
    "Telugu": "శ్రీ కృష్ణమూర్తి",
}


def document(*, rows: int = 3, name: str = HOSTILE) -> Document:
    columns = (Column("Campaign", share=3), Column("Calls", "right"))
    return Document(
        title=name,
        subtitle="1 – 7 March 2026",
        facts=[("Campaign", name)],
        sections=[
            Section(
                name,
                [
                    Figures([KeyFigure("Calls", "12,34,56,789", name, "good")]),
                    Chart("columns", name, ["a", "b"], [1, None]),
                    Chart("line", "", [], []),
                    Chart("bars", "", [name], [0.0], " %"),
                    Table(name, columns, [[name, str(n)] for n in range(rows)], name),
                    Text(name),
                ],
            )
        ],
    )


async def test_texts_are_never_markup_and_every_part_has_pages() -> None:
    pdf = await TypstTypesetter().typeset(document())
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) >= 1


async def test_a_long_table_goes_over_many_pages() -> None:
    pdf = await TypstTypesetter().typeset(document(rows=500, name=HINDI))
    assert pages(pdf) > 10


async def test_the_shipped_fonts_are_the_ones_that_are_embedded() -> None:
    pdf = await TypstTypesetter().typeset(document(name=HINDI))
    names = set(re.findall(rb"/[A-Z]{6}\+([A-Za-z-]+)", inflated(pdf)))
    assert names == {b"NotoSans-Regular", b"NotoSans-SemiBold"}


async def test_every_script_of_the_languages_of_india_has_a_font() -> None:
    pdf = await TypstTypesetter().typeset(document(name=" ".join(SCRIPTS.values())))
    names = set(re.findall(rb"/[A-Z]{6}\+NotoSans([A-Za-z]*)-Regular", inflated(pdf)))
    assert names == {b"", *(name.encode() for name in SCRIPTS)}


def test_shaping_joins_hindi() -> None:
    """Conjuncts have fewer glyphs than letters: a font without shaping draws them apart."""
    source = (
        '#set text(font: "Noto Sans")\n'
        '#context [#metadata(measure("क्ष").width / measure("कष").width) <m>]'
    )
    found = typst.query({"main.typ": source.encode()}, "<m>", field="value", font_paths=fonts())  # type: ignore[type-var]
    (ratio,) = (float(part) for part in found.strip("[]\n ").split(","))
    assert ratio < 0.8


@pytest.mark.parametrize(
    "limits",
    [
        TypesetLimits(wall_s=0.01),
        TypesetLimits(memory_bytes=32 << 20),
        TypesetLimits(document_bytes=100),
        TypesetLimits(pdf_bytes=1000),
    ],
)
async def test_a_document_that_costs_too_much_is_given_up(limits: TypesetLimits) -> None:
    with pytest.raises(DocumentFailed):
        await TypstTypesetter(limits).typeset(document())


def test_long_runs_may_be_broken_but_not_what_shaping_joins() -> None:
    assert breakable("short word") == "short word"
    assert breakable("a" * 40).count("\u200b") == 39
    hindi = breakable("क्षत्रिय" * 5)
    assert len(hindi) > LONGEST_RUN
    assert "्\u200b" not in hindi
    assert "\u200bि" not in hindi


def test_control_and_direction_characters_are_no_part_of_a_page() -> None:
    data = encode(document(name="a\x07b\u202ec"))
    assert b"\\u0007" not in data
    assert "\u202e".encode() not in data


def test_the_fonts_are_those_whose_hashes_are_written_down() -> None:
    with as_file(files("vinfer.adapters.documents") / "fonts") as folder:
        listed = dict(re.findall(r"\| `(\S+\.ttf)` .*`([0-9a-f]{64})` \|", readme(folder)))
        found = {path.name: path.read_bytes() for path in folder.glob("*.ttf")}
        assert {n: hashlib.sha256(data).hexdigest() for n, data in found.items()} == listed
        assert "SIL Open Font License" in (folder / "OFL.txt").read_text()


def readme(folder: object) -> str:
    return (folder / "README.md").read_text()  # type: ignore[operator,no-any-return]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", inflated(pdf)))


def inflated(pdf: bytes) -> bytes:
    """The file with the streams of its objects opened."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)
