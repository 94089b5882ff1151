"""The conversation of one call as a pure state machine: readings in, lines out."""

from vinfer.media.dialog.ahead import read_backs
from vinfer.media.dialog.machine import Dialog
from vinfer.media.dialog.reply import Reply
from vinfer.media.rendering import Line

__all__ = ["Dialog", "Line", "Reply", "read_backs"]
