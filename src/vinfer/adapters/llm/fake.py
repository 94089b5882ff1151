"""A language model that answers what it was told to answer."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from vinfer.ports.engines import EngineRefused
from vinfer.ports.llm import Completion, LlmCapabilities, Message, Usage

T = TypeVar("T")


class ScriptedModel:
    """Gives `answers` in turn, raises those that are errors, and keeps what it was `asked`.

    Four characters are a token.
    """

    def __init__(self, answers: Sequence[Any] = ()) -> None:
        self.capabilities = LlmCapabilities("scripted", most_characters=100_000)
        self.asked: list[tuple[Message, ...]] = []
        self._answers = list(answers)

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port."""
        self.asked.append(tuple(messages))
        if not self._answers:
            raise EngineRefused("the script has ended")
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        written = msgspec.json.encode(answer)
        usage = Usage(sum(len(each.text) for each in messages) // 4, len(written) // 4)
        if usage.output_tokens > most_tokens:
            raise EngineRefused("the script's answer is too long")
        try:
            return Completion(msgspec.json.decode(written, type=kind), usage)
        except msgspec.ValidationError:
            raise EngineRefused("the script answers outside the schema") from None
