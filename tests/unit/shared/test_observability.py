"""What libraries may write into the log: no text of an exception, which may quote a value."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

from shared.observability import PlacesOnly

CANARY = "91330106CANARY"

DYING = f"""
import threading
from shared.observability import configure_logging

def die() -> None:
    raise ValueError("{CANARY}")

configure_logging("test")
dying = threading.Thread(target=die)
dying.start()
dying.join()
"""


def fail() -> None:
    raise ValueError(CANARY)


def test_of_an_exception_the_class_and_the_places_are_told() -> None:
    try:
        fail()
    except ValueError:
        record = logging.LogRecord("pika", logging.ERROR, "", 0, "of %s", (CANARY,), sys.exc_info())

    text = PlacesOnly("%(levelname)s %(name)s %(msg)s").format(record)

    assert text.startswith("ERROR pika of %s\nValueError at test_observability.py:")
    assert CANARY not in text


def test_a_thread_that_dies_tells_its_place_only() -> None:
    run = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, check=True)

    assert json.loads(run.stdout)["event"] == "thread_died"
    assert CANARY not in run.stdout + run.stderr
