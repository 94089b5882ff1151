"""What the demo shows: progress while it runs, one table at the end."""

import shlex
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

GOOD, BAD, QUIET = "green", "red", "dim"
OTHER_COLUMNS_WIDTH = 102
PLAIN_WIDTH = 140  # columns where no terminal tells its own


class Screen:
    """The terminal, or plain lines where there is none."""

    def __init__(self) -> None:
        self._console = Console()
        if not self._console.is_terminal:
            self._console = Console(width=PLAIN_WIDTH)
        self._heard_width = max(20, self._console.width - OTHER_COLUMNS_WIDTH)
        self._live: Live | None = None
        self._last = ""

    def step(self, text: str) -> None:
        """A milestone."""
        self._console.print(text, highlight=False)

    @contextmanager
    def waiting(self, text: str) -> Generator[None]:
        """While something takes long."""
        if self._console.is_terminal:
            with self._console.status(text):
                yield
        else:
            self.step(text)
            yield

    @contextmanager
    def running(self) -> Generator[None]:
        """While the campaign runs."""
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, refresh_per_second=4, transient=True) as self._live:
            yield
        self._live = None

    def progress(self, campaign: Mapping[str, Any], live: Sequence[Mapping[str, Any]]) -> None:
        """The state of the campaign now."""
        parts = campaign["progress"]
        line = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in parts.items())
        talking = ", ".join(str(call["contact"]["name"]) for call in live)
        if self._live is not None:
            self._live.update(Text(f"{line}\non the line: {talking or '–'}"))
        elif line != self._last:
            self._console.print(f"  {line}", highlight=False)
        self._last = line

    def results(self, calls: Sequence[Mapping[str, Any]]) -> None:
        """One row a call: who, what came of it, what was heard, how fast the agent answered."""
        table = Table(box=None, pad_edge=False, header_style=QUIET)
        for title in ("contact", "persona", "disposition", "ended by", "s", "captured", "heard"):
            table.add_column(
                title,
                justify="right" if title == "s" else "left",
                no_wrap=True,
                max_width=self._heard_width if title == "heard" else None,
            )
        table.add_column("answers in", justify="right", no_wrap=True)
        for call in calls:
            sign, style = ("✓", GOOD) if as_expected(call) else ("✗", BAD)
            table.add_row(
                str(call["contact"]["name"]),
                call["persona"],
                Text(f"{sign} {call['disposition']}", style=style),
                call["end_reason"] or "",
                str(call["duration_seconds"]),
                ", ".join(str(value)[:16] for value in call["captured"].values()),
                heard(call),
                _latency(call),
            )
        self._console.print(table)

    def next_steps(self, *, url: str, key: str, campaign_id: str, call_id: str | None) -> None:
        """Commands to go on with."""
        header = shlex.quote(f"Authorization: Bearer {key}")
        lines = [f"curl -H {header} {url}/v1/campaigns/{campaign_id}"]
        if call_id:
            lines.append(f"curl -H {header} {url}/v1/calls/{call_id}")
        lines.append(f"curl -H {header} {url}/v1/campaigns/{campaign_id}/calls")
        self._console.print("\nGo on with:", style=QUIET)
        for line in lines:
            self._console.print(f"  {line}", highlight=False, soft_wrap=True)


def as_expected(call: Mapping[str, Any]) -> bool:
    """Whether the call came out as its persona should."""
    return (call["disposition"], call["end_reason"]) == (
        call["expected_disposition"],
        call["expected_end_reason"],
    )


def heard(call: Mapping[str, Any]) -> str:
    """What the customer said."""
    turns: Sequence[Mapping[str, Any]] = call["transcript"]
    return " / ".join(turn["text"] for turn in turns if turn["speaker"] == "customer")


def _latency(call: Mapping[str, Any]) -> str:
    latency: Mapping[str, Any] | None = call["latency_ms"]
    return f"{latency['p50'] / 1000:.2f} s" if latency else ""
