"""One outbound call: ring, talk, and tell what came of it."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from vinfer.kit.clock import Clock
from vinfer.media import script as scripts
from vinfer.media import session
from vinfer.media.engines import Engines
from vinfer.media.plan import CallPlan, CallResult, CallSink, NotAnswered
from vinfer.media.ticker import Ticker
from vinfer.ports.audio import EngineUnavailable, Hearing
from vinfer.ports.nlu import Understanding
from vinfer.ports.telephony import CallNotAnswered, Leg, Telephony, TrunkLine
from vinfer.ports.tts import Voice

log = structlog.get_logger()


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
    hangup: asyncio.Event | None = None,
) -> CallResult | NotAnswered:
    """Place the call of `plan` and carry it to its end.

    The recording grows at `recording.path_of(spool_dir, call_id)`. Setting `hangup` calls it off at
    any moment. Raises `script.ScriptInvalid` for a plan without a valid script, and nothing else.
    """
    script = scripts.parse(plan.script)
    hangup = hangup or asyncio.Event()
    engines = Engines(hearing, voice, understanding)
    with structlog.contextvars.bound_contextvars(call_id=plan.call_id):
        async with asyncio.TaskGroup() as group:
            warming = group.create_task(_prepare(plan, script, engines, clock))
            dialing = group.create_task(
                _ring(telephony, trunk, plan, caller_id=caller_id, timeout_s=ring_timeout_s)
            )
            leg = await _unless(hangup, dialing, group)
            if isinstance(leg, NotAnswered):
                warming.cancel()
                return leg
            _tell_answered(sink, plan.call_id, clock)
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
            result = await talk.run(hangup)
            warming.cancel()
        return result


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
    hangup: asyncio.Event, dialing: asyncio.Task[Leg | NotAnswered], group: asyncio.TaskGroup
) -> Leg | NotAnswered:
    requested = group.create_task(hangup.wait())
    await asyncio.wait((dialing, requested), return_when=asyncio.FIRST_COMPLETED)
    requested.cancel()
    if dialing.done():
        return dialing.result()
    dialing.cancel()
    return NotAnswered("agent_hangup", detail="called off while it rang")


def _tell_answered(sink: CallSink, call_id: str, clock: Clock) -> None:
    try:
        sink.answered(call_id, clock.now())
    except Exception:
        log.exception("sink_failed")


async def _prepare(plan: CallPlan, script: scripts.Script, engines: Engines, clock: Clock) -> None:
    """While it rings: learn the script's phrases and render the opening."""
    today = clock.now().astimezone(ZoneInfo(plan.timezone))
    opening = session.dialog_of(plan, script, today=today).start()
    try:
        await engines.understanding.learn(plan.script_key, scripts.phrases(script))
        await engines.voice.prepare(
            tuple(line.text for line in opening.lines),
            language=plan.language,
            voice=plan.voice,
        )
    except EngineUnavailable as error:
        log.warning("engine_away", engine="preparation", error=repr(error))
    except Exception:
        log.exception("preparation_failed")
