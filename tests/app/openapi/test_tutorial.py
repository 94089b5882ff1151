"""The tutorial's requests, in its order, with the ids that come back."""

import re
import shlex
from pathlib import Path

import httpx

from closed_api import open_closed
from conformance import contract
from vinfer.kit import reach
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal

TUTORIAL = Path("docs/tutorial/first-campaign.md")


def commands() -> list[list[str]]:
    """The words of each `api` command, whose bodies run over several lines."""
    blocks = re.findall(r"```console\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    lines = [line for block in blocks for line in re.split(r"^\$ ", block, flags=re.MULTILINE)]
    return [shlex.split(line) for line in lines if line.startswith("api /")]


async def send(client: httpx.AsyncClient, words: list[str]) -> httpx.Response:
    """Do what curl does with these words."""
    path, options = words[1], dict(zip(words[2::2], words[3::2], strict=True))
    headers = {"content-type": "application/json"}
    if "-H" in options:
        name, _, value = options["-H"].partition(": ")
        headers[name] = value.replace("$(uuidgen)", "0f3b")
    body = options.get("-d")
    method = options.get("-X", "GET" if body is None else "POST")
    return await client.request(method, f"/v1{path}", headers=headers, content=body)


async def test_the_tutorial_works(db: Database, tmp_path: Path) -> None:
    admitted = reach.allow(["127.0.0.1"])  # as VINFER_TRUNK_ALLOW of the tutorial does
    api = await open_closed(db, open_seal(tmp_path / "keys"), trunk_reach=admitted)
    ids: dict[str, str] = {}
    async with api.client(await api.key()) as client:
        found = commands()
        for words in found:
            known = [re.sub(r"(\w{3})_…", lambda it: ids[it[1]], word) for word in words]
            answer = await send(client, known)
            assert answer.is_success, (known, answer.text)
            assert not contract().problems(
                answer.request.method,
                answer.request.url.path,
                answer.status_code,
                answer.headers,
                answer.content,
            )
            made = answer.json().get("id", "")
            ids[made[:3]] = made
    assert [words[1] for words in found] == [
        *("/trunks", "/scripts", "/campaigns", "/campaigns/cmp_…/start", "/campaigns/cmp_…/calls")
    ]
