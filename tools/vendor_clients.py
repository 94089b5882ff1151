"""Record what the vendors' own clients send and read, for tests/contracts/test_vendor_clients.py.

They are no dependency of the project: run it in an environment that has them
(`pip install openai deepgram-sdk assemblyai sarvamai`), from the project's root. Each client talks
to a recorder on this machine, which answers with what the contract suite's engines answer; a client
that cannot read one of these answers stops this script.
"""

import io
import json
import threading
import typing
import wave
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import metadata, version
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import assemblyai
import deepgram
import openai
import sarvamai
from assemblyai import types as assemblyai_types
from deepgram.environment import DeepgramClientEnvironment
from openai.types import CompletionUsage, audio, chat
from pydantic import BaseModel
from sarvamai.environment import SarvamAIEnvironment

TRAFFIC = Path("tests/contracts/traffic")
KEY = "key-of-test"
LOUD = b"\x00\x20" * 32_000  # 2 s
TELLING = ("authorization", "api-subscription-key", "content-type")  # headers that say something


class Recorder:
    """A server that gives `answers` in turn and keeps what it was asked."""

    def __init__(self, answers):
        self.requests = []
        recorder, left = self, list(answers)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                """Say nothing."""

            def asked(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                recorder.requests.append(request_of(self.command, self.path, self.headers, body))
                answer = left.pop(0) if len(left) > 1 else left[0]
                text = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = asked

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


def request_of(method, target, headers, body):
    """A request in the terms of tests/replaying.py."""
    url = urlsplit(target)
    told = {name: headers[name] for name in TELLING if headers[name]}
    request = {"method": method, "path": url.path, "query": folded(parse_qsl(url.query))}
    kind = told.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        told["content-type"] = "multipart/form-data"
        fields, file = form_of(kind, body)
        request |= {"form": folded(fields), "file": file}
    elif kind == "application/json":
        request["json"] = json.loads(body)
    elif body:
        request["audio_bytes"] = len(body)
    return request | {"headers": told}


def form_of(kind, body):
    """The fields of a form in order, and its file's name, media type and size."""
    fields, file = [], None
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = dict(part.get_params(header="content-disposition"))
        content = part.get_payload(decode=True)
        if "filename" in name:
            file = [name["filename"], part.get_content_type()]
        else:
            fields.append((name["name"], content.decode()))
    return fields, file


def folded(pairs):
    """Values by their names, several of one name as a list."""
    values = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def wav():
    """Two seconds of sound, as the suite sends them."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(LOUD)
    return out.getvalue()


def answers(name):
    """The answers of a conversation of the suite."""
    told = json.loads((TRAFFIC / f"{name}.json").read_text())["exchanges"]
    return [each["response"]["json"] for each in told if each["response"]["status"] == 200]


def fields_of(model):
    """The fields of a response model, and whether an answer must have them."""
    if hasattr(model, "__pydantic_validator__"):
        return {name: field.is_required() for name, field in model.model_fields.items()}
    return {name: bool(field.required) for name, field in model.__fields__.items()}


def write(name, package, requests, read, models):
    """Keep a client's requests and response models; `read` are pairs of a model and an answer."""
    for model, answer in read:  # strictly, as the clients themselves do not
        (getattr(model, "model_validate", None) or model.parse_obj)(answer)
    licence = metadata(package).get("License-Expression") or metadata(package).get("License")
    record = {
        "source": f"{package} {version(package)}, its own client against a recorder",
        "licence": licence or "none named in its package",
        "requests": requests,
        "models": {each.__name__: fields_of(each) for each in models},
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (TRAFFIC / "clients" / f"{name}.json").write_text(text + "\n")


def record_openai():
    """Transcriptions of both families of models, with and without a language; a chat."""
    (said,), (plain,), (colour,) = (
        answers("openai/said"),
        answers("gpt/said"),
        answers("chat/schema"),
    )
    recorder = Recorder([said, said, plain, plain, colour])
    client = openai.OpenAI(api_key=KEY, base_url=recorder.url, max_retries=0)
    file = ("audio.wav", wav(), "audio/wav")
    timed = {"response_format": "verbose_json", "temperature": 0,
             "timestamp_granularities": ["word", "segment"]}  # fmt: skip
    create = client.audio.transcriptions.create
    create(file=file, model="whisper-1", **timed)
    create(file=file, model="whisper-1", language="ta", **timed)
    create(file=file, model="gpt-transcribe", response_format="json", languages=["en", "hi"])
    create(file=file, model="gpt-4o-transcribe", response_format="json", language="ta")

    class Shade(BaseModel):
        name: str
        light: bool

    class Colour(BaseModel):
        colour: str
        shades: list[Shade]

    class Verdict(BaseModel):
        verdict: typing.Literal["met", "not_met"]
        line: int
        score: float
        note: str | None

    asked = [("system", "Name a colour."), ("user", "Any.")]
    messages = [{"role": role, "content": text} for role, text in asked]
    parse = client.chat.completions.parse
    for kind in (Colour, Verdict):
        try:
            parse(model="small-chat", messages=messages, response_format=kind,
                  max_tokens=50, temperature=0)  # fmt: skip
        except ValueError:
            assert kind is Verdict  # the answer is a colour
    write(
        "openai",
        "openai",
        recorder.requests,
        [(audio.TranscriptionVerbose, said), (audio.Transcription, plain),
         (chat.ChatCompletion, colour)],
        [audio.TranscriptionVerbose, audio.TranscriptionSegment, audio.TranscriptionWord,
         audio.Transcription, chat.ChatCompletion, chat.chat_completion.Choice,
         chat.ChatCompletionMessage, CompletionUsage],
    )  # fmt: skip


def record_deepgram():
    """A recording in English and Hindi, one in Tamil."""
    (said,) = answers("deepgram/said")
    recorder = Recorder([said])
    names = ("base", "production", "agent", "agent_rest")
    environment = DeepgramClientEnvironment(**dict.fromkeys(names, recorder.url))
    client = deepgram.DeepgramClient(api_key=KEY, environment=environment)
    asked = {"request": wav(), "model": "nova-3", "punctuate": True, "mip_opt_out": True}
    transcribe = client.listen.v1.media.transcribe_file
    found = transcribe(**asked, language="multi", language_hint=["en", "hi"])
    transcribe(**asked, language="ta")
    channel = found.results.channels[0]
    alternative = channel.alternatives[0]
    parts = [found, found.results, channel, alternative, alternative.words[0]]
    models = [type(each) for each in parts]
    write("deepgram", "deepgram-sdk", recorder.requests, [(models[0], said)], models)


def record_sarvam():
    """A window in each of two languages."""
    (said,) = answers("sarvam/said")
    recorder = Recorder([said])
    names = ("base", "creative", "production")
    environment = SarvamAIEnvironment(**dict.fromkeys(names, recorder.url))
    client = sarvamai.SarvamAI(api_subscription_key=KEY, environment=environment)
    for code in ("en-IN", "ta-IN"):
        client.speech_to_text.transcribe(
            file=("audio.wav", wav(), "audio/wav"), model="saaras:v3", mode="transcribe",
            language_code=code, with_timestamps=True,
        )  # fmt: skip
    models = [sarvamai.SpeechToTextResponse, sarvamai.TimestampsModel]
    write("sarvam", "sarvamai", recorder.requests, [(models[0], said)], models)


def record_assemblyai():
    """Upload, submission, two looks, and the erasure."""
    said = answers("assemblyai/said")
    recorder = Recorder(said)
    assemblyai.settings.base_url = recorder.url
    assemblyai.settings.api_key = KEY
    assemblyai.settings.polling_interval = 0.01
    config = assemblyai.TranscriptionConfig(language_code="en", speech_models=["universal-2"])
    found = assemblyai.Transcriber(config=config).transcribe(wav())
    assert found.status == assemblyai.TranscriptStatus.completed
    assemblyai.Transcript.delete_by_id(found.id)
    models = [assemblyai_types.TranscriptResponse, assemblyai_types.Word]
    read = [(models[0], each) for each in said[1:]]
    write("assemblyai", "assemblyai", recorder.requests, read, models)


if __name__ == "__main__":
    record_openai()
    record_deepgram()
    record_sarvam()
    record_assemblyai()
