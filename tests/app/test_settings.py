"""Settings: where they come from, what is refused, and that each one has an effect."""

import ast
import os
from pathlib import Path

import pytest

import vinfer
from vinfer.app import settings
from vinfer.app.settings import Settings, SettingsError, load, to_environment

SOURCE = Path(vinfer.__file__).parent


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path):
    (tmp_path / "vinfer.toml").write_text('port = 1\nhost = "::1"\nring_timeout_s = 20\n')
    environ = {"VINFER_CONFIG": str(tmp_path / "vinfer.toml"), "VINFER_PORT": "2", "HOME": "/x"}
    made = load(environ | {"VINFER_HOST": "::2"}, port=3, host=None)
    assert (made.port, made.host, made.ring_timeout_s) == (3, "::2", 20.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NO_SUCH_THING", "1"),
        ("PORT", "many"),
        ("PORT", "70000"),
        ("RTP_PORTS", "9-5"),
        ("TIMEZONE", "Mars/Olympus"),
        ("MEDIA_PROCESSES", "-1"),
        ("LOG_LEVEL", "loud"),
        ("WORKER_LANES", "light,gpu"),
        ("WORKER_LANES", ""),
        ("AUDIO_MAX_BYTES", "0"),
        ("DATA_DIR", "/srv/" + "deep/" * 20),
        ("CONFIG", "/nowhere/vinfer.toml"),
        ("CLICKHOUSE_URL", "clickhouse:8443"),
        ("CLICKHOUSE_URL", "https://user:word@clickhouse:8443"),
        ("CLICKHOUSE_DATABASE", "a; drop"),
        ("CLICKHOUSE_PASSWORD", "word"),
    ],
)
def test_refuses_what_it_cannot_mean(name: str, value: str):
    with pytest.raises(SettingsError):
        load({f"VINFER_{name}": value})


def test_a_password_of_another_database_goes_over_tls_or_nowhere():
    named = {"VINFER_CLICKHOUSE_USER": "u", "VINFER_CLICKHOUSE_PASSWORD": "p"}
    for url in ("https://far.test:8443", "http://127.0.0.1:8123", "http://localhost:8123"):
        assert load(named | {"VINFER_CLICKHOUSE_URL": url}).clickhouse_url == url
    with pytest.raises(SettingsError, match="TLS"):
        load(named | {"VINFER_CLICKHOUSE_URL": "http://far.test:8123"})


def test_a_child_process_gets_the_same_settings(tmp_path: Path):
    made = load(
        {"VINFER_WEBHOOK_ALLOW": "10.0.0.0/8, hooks.test", "VINFER_SPEECH_THREADS": "3"},
        data_dir=tmp_path,
        log_personal=True,
    )
    assert made.webhook_allow == ("10.0.0.0/8", "hooks.test")
    assert load(to_environment(made) | {settings.PARENT: "1"}) == made


_SETTINGS = {"settings", "self.settings", "self", "desk.settings", "deps.settings"}


def test_every_setting_is_read_somewhere():
    read = {
        node.attr
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in _SETTINGS
        and (ast.unparse(node.value) != "self" or path.name == "settings.py")
    }
    assert set(Settings.__struct_fields__) - read == set()


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("3", "3")])
def test_numpy_gets_one_thread_unless_the_operator_says_more(
    monkeypatch: pytest.MonkeyPatch, given: str | None, used: str
):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    settings.one_blas_thread()
    assert os.environ["OPENBLAS_NUM_THREADS"] == used
