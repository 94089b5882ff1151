"""The settings of the page on engines are taken as they stand there."""

import re
from pathlib import Path

import pytest

from vinfer.adapters.llm.fake import OwnPurse
from vinfer.app import engines, models, settings
from vinfer.kit.clock import SystemClock

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "engines.md").read_text("utf-8")
BLOCKS: list[dict[str, str]] = [
    dict(line.split("=", 1) for line in block.split("\n"))
    for block in re.findall(r"```sh\n(VINFER_.*?)\n```", PAGE, re.DOTALL)
]


def test_the_page_tells_of_every_setting_of_an_engine() -> None:
    names = {f"VINFER_{it.upper()}" for it in settings.Settings.__struct_fields__}
    ours = {it for it in names if it.startswith(("VINFER_STT", "VINFER_LLM"))}
    told = set(re.findall(r"VINFER_\w+", PAGE))
    assert told <= names
    assert ours - told == {"VINFER_LLM_KEY", "VINFER_LLM_TIMEOUT_S", "VINFER_LLM_CONCURRENCY"}


@pytest.mark.parametrize("block", BLOCKS, ids=str)
async def test_each_example_names_one_engine(block: dict[str, str]) -> None:
    config = settings.load(block)
    (named,) = [each for each in models.listed(config).data if not each.figures and not each.files]
    assert named.kind == ("llm" if config.llm_url else "stt")
    async with engines.engines(config, purse=OwnPurse(per_day=1, clock=SystemClock())) as made:
        assert (made.model is not None) == (config.llm_url is not None)
        assert (made.service is not None) == (config.stt not in ("offline", "folder"))
        if made.service is not None:
            assert made.service.capabilities.id == named.id


def test_the_table_tells_what_the_engines_say_of_themselves() -> None:
    for name in engines.OFFERED:
        assert f"`{name}`" in PAGE
        assert f"`{engines.OFFERED[name].model}`" in PAGE or name == "openai"
