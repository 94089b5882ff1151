import os
from pathlib import Path

from vinfer.adapters.tts.cache import LineCache


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
