"""Counters of the relay and the consumers, scraped at the worker's metrics port."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

RELAYED = Counter("tongbao_relayed_total", "Events confirmed by the broker and marked.", ("source",))
HELD = Counter("tongbao_relay_held_total", "Events that stayed pending, by cause.", ("source", "cause"))
HELD_NOW = Gauge("tongbao_relay_holding", "Events held back at present.", ("source",))
RELAY_FAILURES = Counter("tongbao_relay_failures_total", "Rounds ended by broker or database.", ("source",))

CONSUMED = Counter("tongbao_consumed_total", "Messages whose effect is stored.", ("queue",))
REPEATED = Counter("tongbao_repeated_total", "Messages that had their effect before.", ("queue",))
RETRIED = Counter("tongbao_retried_total", "Messages sent up the retry ladder.", ("queue",))
PARKED = Counter("tongbao_parked_total", "Messages parked, by reason.", ("queue", "reason"))
RECONNECTED = Counter("tongbao_consumer_reconnects_total", "Connections lost or given up.", ("queue",))
WATCHDOG = Counter("tongbao_watchdog_total", "Connections given up for lack of progress.", ("queue",))
STOPPED = Gauge("tongbao_consumer_stopped", "1 while the stop switch is on.", ("queue",))
