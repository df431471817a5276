"""What can go wrong when processes are started; the messages are for the person at the terminal."""

from __future__ import annotations


class StackError(Exception):
    """The servers or services can't be started, or one of them ended; the message says what to do."""


class AlreadyRunning(StackError):
    """Another process has the folder of the stack in use."""


class PortTaken(StackError):
    """A port that is needed is in use by something else."""


class ProgramMissing(StackError):
    """A program of the stack is not installed; `make setup` installs it."""
