"""Writes a meter as comma-separated values (RFC 4180), with the total last."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Final

from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.meter import MeterFigures, MeterResult

_HEADER: Final = (
    "key", "label", "model", "sessionTitle", "answers", "notSent", "requests", "retries",
    "inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens",
    "cost", "unpricedAnswers", "estimatedAnswers", "estimatedCost",
    "queuedMs", "ttftMs", "totalMs", "tokensPerSecond",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets read as the beginning of a formula, full width too.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def write(result: MeterResult) -> None:
    """Writes every row, with unknown figures empty."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(_HEADER)
    for row in result.rows:
        named = (row.key, row.label, row.model, row.session_title)
        rows.writerow([*(_escape_cell(name or "") for name in named), *_list_figures(row)])
    rows.writerow(["total", "", "", "", *_list_figures(result.total)])


def _list_figures(figures: MeterFigures) -> list[str | int | float | None]:
    usage, latency, estimated = figures.usage, figures.latency, figures.estimated
    return [
        figures.answers, figures.not_sent, figures.requests, figures.retries,
        usage.input_tokens, usage.cached_input_tokens, usage.output_tokens, usage.reasoning_tokens,
        figures.cost.amount, figures.unpriced, estimated.answers, estimated.cost.amount,
        latency.queued_ms, latency.ttft_ms, latency.total_ms, latency.tokens_per_second,
    ]  # fmt: skip


def _escape_cell(text: str) -> str:
    # A title is a prompt's text, which no spreadsheet may run as a formula.
    cleaned = clean_line(text)
    return f"'{cleaned}" if cleaned.startswith(_FORMULA) else cleaned
