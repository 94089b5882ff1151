"""`POST /chat/completions`, as OpenAI and nearly all servers of language models answer it.

Shape: OpenAI's API reference, "Create chat completion", and its guide "Structured Outputs":
`response_format` of type `json_schema`; answer of `choices[].message` with `content` or `refusal`,
`finish_reason`, and `usage`. Servers that know no schemas get `json_object`, and the schema in
words.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from vinfer.adapters.http_out.vendor import Vendor
from vinfer.adapters.llm.schemas import schema_of
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.llm import Completion, LlmCapabilities, Message, Usage

MOST_CHARACTERS: Final = 100_000
_BAD_REQUEST: Final = frozenset({400, 404, 415, 422})
_NO_MATTER_OF_FORM: Final = frozenset(  # what no other form of answer would mend
    {"context_length_exceeded", "exceed_context_size_error", "model_not_found"}
)
_FENCE: Final = "```"
_IN_WORDS: Final = "Answer with one JSON object and nothing else. It must follow this JSON schema: "

T = TypeVar("T")


def headers(key: str | None) -> dict[str, str]:
    """What says who asks; a server of one's own may ask for no key."""
    return {"Authorization": f"Bearer {key}"} if key else {}


class OpenAiModel:
    """A chat model. Once its server refuses schemas, they are told to it in words."""

    def __init__(
        self, vendor: Vendor, *, model: str, url: str, most_characters: int = MOST_CHARACTERS
    ) -> None:
        self.capabilities = LlmCapabilities(f"openai/{model}", most_characters)
        self._vendor = vendor
        self._model = model
        self._own = f".{urlsplit(url).hostname or ''}".endswith(".openai.com")
        self._schemas = True

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port."""
        if sum(len(each.text) for each in messages) > self.capabilities.most_characters:
            raise EngineRefused("the messages are longer than the model is given")
        schema = schema_of(kind)
        if self._schemas:
            try:
                return await self._asked(_constrained(messages, schema), kind, most_tokens)
            except EngineRefused as error:
                if error.status not in _BAD_REQUEST or error.name in _NO_MATTER_OF_FORM:
                    raise
        found = await self._asked(_worded(messages, schema), kind, most_tokens)
        self._schemas = False
        return found

    async def _asked(self, body: dict[str, Any], kind: type[T], most_tokens: int) -> Completion[T]:
        limit = "max_completion_tokens" if self._own else "max_tokens"
        body |= {"model": self._model, limit: most_tokens}
        if not self._own:  # whose reasoning models take no temperature
            body |= {"temperature": 0}
        answer = await self._vendor.post("/chat/completions", body)
        try:
            found = msgspec.convert(answer, _Answer)
        except msgspec.ValidationError:
            raise EngineBusy(
                f"{self._vendor.name} answered in a form that is not its own"
            ) from None
        return Completion(self._value(found, kind), found.counted)

    def _value(self, found: "_Answer", kind: type[T]) -> T:
        choice = found.choices[0] if found.choices else None
        if choice is None or choice.message.refusal or not choice.message.content:
            raise EngineRefused(f"{self._vendor.name} gave no answer")
        if choice.finish_reason == "length":
            raise EngineRefused(f"{self._vendor.name} was cut off")
        try:
            return msgspec.json.decode(_json_in(choice.message.content), type=kind)
        except (msgspec.DecodeError, RecursionError):
            told = f"{self._vendor.name} answered outside the schema"
            raise EngineRefused(told) from None


class _Said(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int
    completion_tokens: int = 0


class _Answer(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None

    @property
    def counted(self) -> Usage | None:
        """What it cost, if it is told."""
        if self.usage is None:
            return None
        return Usage(max(0, self.usage.prompt_tokens), max(0, self.usage.completion_tokens))


def _constrained(messages: Sequence[Message], schema: dict[str, Any]) -> dict[str, Any]:
    wanted = {"name": "answer", "strict": True, "schema": schema}
    form = {"type": "json_schema", "json_schema": wanted}
    return {"messages": [_message(each) for each in messages], "response_format": form}


def _worded(messages: Sequence[Message], schema: dict[str, Any]) -> dict[str, Any]:
    words = _IN_WORDS + msgspec.json.encode(schema).decode()
    first, *others = messages
    told = [Message(first.role, f"{first.text}\n\n{words}"), *others]
    form = {"type": "json_object"}
    return {"messages": [_message(each) for each in told], "response_format": form}


def _message(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.text}


def _json_in(content: str) -> str:
    """The JSON of an answer: after what a model thought aloud, out of a fence."""
    content = content.rpartition("</think>")[2].strip()
    first, last = content.find(_FENCE), content.rfind(_FENCE)
    if first < last and not content.startswith("{"):
        content = content[first + len(_FENCE) : last].removeprefix("json")
    return content
