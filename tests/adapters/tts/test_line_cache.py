import os
from pathlib import Path

import pytest

import speech_models as models
from vinfer.adapters.tts.cache import LineCache, PassingLines
from vinfer.adapters.tts.kokoro import KokoroVoice


def test_a_line_is_found_only_under_everything_it_depends_on(tmp_path: Path) -> None:
    cache = LineCache(tmp_path, engine="a-1")
    cache.put("Hello", b"pcm", voice="v", language="en-IN")
    assert cache.get("Hello", voice="v", language="en-IN") == b"pcm"
    assert cache.get("Hello.", voice="v", language="en-IN") is None
    assert cache.get("Hello", voice="w", language="en-IN") is None
    assert cache.get("Hello", voice="v", language="hi-IN") is None
    assert LineCache(tmp_path, engine="a-2").get("Hello", voice="v", language="en-IN") is None


def test_what_is_said_stays_out_of_file_names_and_from_other_users(tmp_path: Path) -> None:
    LineCache(tmp_path / "c", engine="a").put("Asha", b"x", voice="v", language="en-IN")
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "Asha" not in str(path.relative_to(tmp_path))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_least_recently_used_lines_go_first(tmp_path: Path) -> None:
    cache = LineCache(tmp_path, engine="a", most_bytes=250)
    for age, text in enumerate(("old", "older", "oldest")):
        cache.put(text, bytes(100), voice="v", language="en-IN")
        (path,) = [p for p in tmp_path.rglob("*.pcm") if p.stat().st_mtime > 1_000_000]
        os.utime(path, (100_000 - age, 100_000 - age))
    assert cache.get("oldest", voice="v", language="en-IN")
    cache.prune()
    assert cache.get("older", voice="v", language="en-IN") is None
    assert cache.get("oldest", voice="v", language="en-IN")
    assert cache.get("old", voice="v", language="en-IN")


def test_lines_with_values_pass() -> None:
    now = [0.0]
    lines = PassingLines(most_bytes=250, keep_s=600, now_s=lambda: now[0])
    lines.put("Asha owes 5,000", bytes(100), voice="v", language="en-IN")
    assert lines.get("Asha owes 5,000", voice="v", language="en-IN") == bytes(100)
    assert lines.get("Asha owes 5,000", voice="w", language="en-IN") is None
    now[0] = 599.0
    lines.put("Ravi owes 6,000", bytes(100), voice="v", language="en-IN")
    now[0] = 600.0
    assert lines.get("Asha owes 5,000", voice="v", language="en-IN") is None
    assert lines.get("Ravi owes 6,000", voice="v", language="en-IN")
    for text in ("a", "b"):
        lines.put(text, bytes(100), voice="v", language="en-IN")
    assert lines.get("Ravi owes 6,000", voice="v", language="en-IN") is None
    lines.put("b", bytes(240), voice="v", language="en-IN")  # the same line again takes one place
    assert lines.get("b", voice="v", language="en-IN") == bytes(240)
    assert lines.get("a", voice="v", language="en-IN") is None


def files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.pcm"))


@pytest.mark.slow
async def test_only_lines_that_are_the_same_for_all_reach_the_disk(tmp_path: Path) -> None:
    voice = KokoroVoice(models.store(), models.pool(), cache_dir=tmp_path)

    async def said(text: str) -> bytes:
        speaking = voice.speak(text, language="en-IN", voice="female")
        return b"".join([chunk async for chunk in speaking])

    await voice.prepare(("Dear Asha.",), language="en-IN", voice="female", keep="awhile")
    assert await said("Dear Asha.")
    assert await said("Ravi.")
    assert files(tmp_path) == []
    await voice.prepare(("Goodbye.",), language="en-IN", voice="female", keep="always")
    assert len(files(tmp_path)) == 1
