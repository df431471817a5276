"""Frozen dataclasses as payloads to seal, and back: what `payload` keeps by itself is left as it is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import cattrs


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    for kept in (datetime, date, Decimal, bytes):
        converter.register_structure_hook(kept, lambda value, _: value)
        converter.register_unstructure_hook(kept, lambda value: value)
    converter.register_unstructure_hook(StrEnum, lambda member: member.value)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    return converter


CONVERTER = _converter()
