"""One outbound call: ring, talk, and tell what came of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from vinfer.kit.clock import Clock
from vinfer.media import handover, session
from vinfer.media import script as scripts
from vinfer.media.dialog import read_backs
from vinfer.media.engines import Engines, patiently
from vinfer.media.plan import WITHDRAWN, CallPlan, CallResult, CallSink, NotAnswered
from vinfer.media.telling import tell
from vinfer.media.ticker import Ticker
from vinfer.ports.audio import EngineUnavailable, Hearing
from vinfer.ports.nlu import Understanding
from vinfer.ports.telephony import CallNotAnswered, Leg, Telephony, TrunkLine
from vinfer.ports.tts import Voice

PREPARE_S: Final = 20.0
SOON_DAYS: Final = 3  # what most customers name
READ_BACK_DAYS: Final = 16  # two weeks, wherever on earth the customer's day has begun

log = structlog.get_logger()


async def _always() -> bool:
    return True


async def run_call(
    plan: CallPlan,
    *,
    telephony: Telephony,
    trunk: TrunkLine,
    caller_id: str,
    ring_timeout_s: float,
    hearing: Hearing,
    voice: Voice,
    understanding: Understanding,
    sink: CallSink,
    clock: Clock,
    ticker: Ticker,
    spool_dir: Path,
    may_ring: Callable[[], Awaitable[bool]] = _always,
    hangup: asyncio.Event | None = None,
) -> CallResult | NotAnswered:
    """Place the call of `plan` and carry it to its end.

    `may_ring` is asked just before the INVITE. The recording grows at
    `recording.path_of(spool_dir, call_id)`. Setting `hangup` calls it off at
    any moment. Raises `script.ScriptInvalid` for a plan without a valid script, and nothing else.
    """
    script = scripts.parse(plan.script)
    hangup = hangup or asyncio.Event()
    engines = Engines(hearing, voice, understanding)

    async def place() -> Leg | NotAnswered:
        if not await _prepared(plan, script, engines, clock):
            return NotAnswered(WITHDRAWN, detail="the speech engines are away")
        if not await may_ring():
            return NotAnswered(WITHDRAWN, detail="no longer to be called")
        return await _ring(telephony, trunk, plan, caller_id=caller_id, timeout_s=ring_timeout_s)

    with structlog.contextvars.bound_contextvars(call_id=plan.call_id):
        leg = await _unless(hangup, place())
        if isinstance(leg, NotAnswered):
            return leg
        tell(lambda: sink.answered(plan.call_id, clock.now()))
        try:
            talk = session.Session(
                plan,
                script,
                leg,
                with_engines=engines,
                sink=sink,
                clock=clock,
                ticker=ticker,
                spool_dir=spool_dir,
            )
        except Exception:  # nobody would ever end the answered call
            await leg.hangup()
            raise
        return await talk.run(hangup)


async def _prepared(plan: CallPlan, script: scripts.Script, engines: Engines, clock: Clock) -> bool:
    """Learn the script's phrases and render the opening; false when the engines are away.

    Nobody's phone should ring before there is something to say. What takes longer than `PREPARE_S`
    is rendered while the call goes on.
    """
    today = clock.now().astimezone(ZoneInfo(plan.timezone))
    dialog = session.dialog_of(plan, script, today=today)
    texts = tuple(line.text for line in dialog.start().lines)
    key, listened = handover.key_of(plan.script_key, plan.triggers), handover.phrases(plan.triggers)

    async def prepare() -> None:
        await engines.understanding.learn(key, scripts.phrases(script) | listened)
        with contextlib.suppress(EngineUnavailable):  # or the first answer would wait for the fit
            watch = handover.labels(plan.triggers)
            await engines.understanding.read(
                "hello", key=key, labels=dialog.labels, now=today, watch=watch
            )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PREPARE_S):
                await engines.voice.prepare(
                    texts, language=plan.language, voice=plan.voice, keep="awhile"
                )

    try:
        await patiently(prepare, engine="voice", clock=clock, answer_s=2 * PREPARE_S)
    except EngineUnavailable:
        return False
    return True


async def rehearse(
    body: dict[str, Any],
    language: str,
    *,
    voice: str,
    key: str,
    engines: Engines,
    today: date,
    ready: Callable[[], None],
) -> None:
    """Learn a script's phrases under `key` and render every line that all contacts hear alike.

    Calls may be placed from `ready` on: only built-in lines, which few calls need, and the
    read-backs of the days after `today` (of UTC), which could still be made in time, are left then.
    Raises `EngineUnavailable` and `script.ScriptInvalid`.
    """
    script = scripts.parse(body)
    days = [today + timedelta(days=ahead) for ahead in range(READ_BACK_DAYS)]

    async def render(texts: tuple[str, ...]) -> None:
        await engines.voice.prepare(texts, language=language, voice=voice, keep="always")

    await engines.understanding.learn(key, scripts.phrases(script))
    await render(scripts.own_lines(script, language))
    ready()
    await render(read_backs(script, language, days[:SOON_DAYS]))  # the first call may need these
    await render(scripts.fixed_lines(script, language))
    await render(read_backs(script, language, days))


async def _ring(
    telephony: Telephony, trunk: TrunkLine, plan: CallPlan, *, caller_id: str, timeout_s: float
) -> Leg | NotAnswered:
    try:
        return await telephony.dial(
            trunk,
            plan.phone,
            caller_id=caller_id,
            call_id=plan.call_id,
            ring_timeout_s=timeout_s,
        )
    except CallNotAnswered as failure:
        return NotAnswered(failure.reason.value, failure.sip_status, failure.detail)
    except Exception as error:
        # the INVITE may be out, so this must not count as a call that never rang
        log.exception("dial_failed")
        return NotAnswered("interrupted", detail=type(error).__name__)


async def _unless(
    hangup: asyncio.Event, placing: Coroutine[Any, Any, Leg | NotAnswered]
) -> Leg | NotAnswered:
    """The outcome of `placing`, which is broken off when `hangup` is set first."""
    async with asyncio.TaskGroup() as group:
        placed = group.create_task(placing)
        called_off = group.create_task(hangup.wait())
        await asyncio.wait((placed, called_off), return_when=asyncio.FIRST_COMPLETED)
        called_off.cancel()
        if not placed.done():
            placed.cancel()
    if placed.cancelled():
        return NotAnswered("agent_hangup", detail="called off before an answer")
    return placed.result()
