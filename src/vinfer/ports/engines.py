"""How engines outside this machine fail: what may pass, and what an operator must mend."""

from vinfer.ports.audio import EngineUnavailable


class EngineBusy(EngineUnavailable):
    """No answer now: a later attempt may have one, not before `after_s` where the engine says.

    `status` is that of its HTTP answer, where there was one.
    """

    def __init__(
        self, message: str, *, after_s: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.after_s = after_s
        self.status = status


class EngineLate(EngineBusy):
    """No answer within the time that there was."""


class EngineBaffled(EngineUnavailable):
    """The engine is well, but has no answer to this: another piece of audio may have one."""


class EngineRefused(EngineUnavailable):
    """The engine does not take this request, and will not take it again: key, model or setting.

    `status` is that of its HTTP answer, where there was one; `name` what the engine calls it.
    """

    def __init__(self, message: str, *, status: int | None = None, name: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
