"""Defines every figure: its name, its kind, its labels and what it means.

https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

_MODEL: Final = ("provider", "model")
_QUICK_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_FIRST_TEXT_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_ANSWER_S: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)


@dataclass(frozen=True)
class Definition:
    """One figure, by the name that it is exported with."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    text: str
    labels: Sequence[str] = ()
    buckets: Sequence[float] = ()
    """The upper bounds of a histogram's buckets."""


RUNS: Final = Definition("antiphon_runs_total", "counter", "Runs that ended.", ("status",))
ANSWERS: Final = Definition(
    "antiphon_answers_total", "counter", "Answers that ended.", (*_MODEL, "status")
)
REQUESTS: Final = Definition(
    "antiphon_requests_total",
    "counter",
    "Requests to providers that ended, those that were sent again included.",
    (*_MODEL, "outcome"),
)
RETRIES: Final = Definition(
    "antiphon_retries_total",
    "counter",
    "Requests that were sent again, by the failure before.",
    ("provider", "reason"),
)
TOKENS: Final = Definition(
    "antiphon_tokens_total",
    "counter",
    "Tokens that requests used.",
    (*_MODEL, "direction"),
)
STREAMS: Final = Definition(
    "antiphon_running_streams", "gauge", "Requests that have not ended.", ("provider",)
)
FIRST_TEXT: Final = Definition(
    "antiphon_first_token_seconds",
    "histogram",
    "From sending a request to the first text of its answer.",
    _MODEL,
    _FIRST_TEXT_S,
)
ANSWER_TIME: Final = Definition(
    "antiphon_answer_duration_seconds",
    "histogram",
    "From the start of a run to the end of an answer, waiting included.",
    _MODEL,
    _ANSWER_S,
)
HISTORY_TIME: Final = Definition(
    "antiphon_history_operation_duration_seconds",
    "histogram",
    "Time of an operation of the history, waiting for its connection included.",
    ("operation",),
    _QUICK_S,
)
HISTORY_ERRORS: Final = Definition(
    "antiphon_history_errors_total",
    "counter",
    "Operations that failed because the history could not be used.",
    ("operation",),
)
LOOP_LAG: Final = Definition(
    "antiphon_event_loop_lag_seconds",
    "histogram",
    "How late the event loop is, measured four times a second.",
    (),
    _QUICK_S,
)
CLIENTS: Final = Definition("antiphon_clients", "gauge", "Clients that are connected.")
WAITING: Final = Definition(
    "antiphon_waiting_requests", "gauge", "Requests that wait for a slot at a host."
)
UNSAVED: Final = Definition(
    "antiphon_history_waiting_records",
    "gauge",
    "Pieces of answers that could not be stored yet and are kept in memory.",
)
WAL: Final = Definition("antiphon_history_wal_bytes", "gauge", "Size of SQLite's write-ahead log.")
AVAILABLE: Final = Definition(
    "antiphon_history_available", "gauge", "Whether the database can be used: 1, or else 0."
)
CONNECTIONS: Final = Definition(
    "antiphon_connections_total", "counter", "WebSockets that were opened."
)
REFUSED: Final = Definition(
    "antiphon_refused_total", "counter", "Connections that were refused.", ("reason",)
)
RECEIVED: Final = Definition(
    "antiphon_received_bytes_total", "counter", "Bytes of messages from clients."
)
SENT: Final = Definition("antiphon_sent_bytes_total", "counter", "Bytes of messages to clients.")
