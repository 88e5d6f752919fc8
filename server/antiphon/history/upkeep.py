"""Has the figures and counts by which any history is looked after."""

from __future__ import annotations

from typing import Final

from antiphon.history.conversations.access import THIS_MACHINE
from antiphon.model.failure import error

FIGURES: Final = """
    SELECT (SELECT count(*) FROM sessions) AS sessions,
           (SELECT count(*) FROM panes) AS panes,
           (SELECT count(*) FROM messages) AS messages,
           (SELECT count(*) FROM contexts) AS contexts,
           (SELECT min(updated_at) FROM sessions) AS oldest,
           (SELECT max(updated_at) FROM sessions) AS newest
"""
"""Counts what there is."""
WRONG: Final = {
    "text of an answer that does not run": """
        SELECT count(*) FROM chunks WHERE NOT EXISTS (
          SELECT 1 FROM messages WHERE number = message AND status = 'streaming')""",
    "context text that no prompt holds": """
        SELECT count(*) FROM contexts WHERE NOT EXISTS (
          SELECT 1 FROM context_uses WHERE context_uses.sha256 = contexts.sha256)""",
    "prompt whose context text is missing": """
        SELECT count(DISTINCT message) FROM context_uses WHERE NOT EXISTS (
          SELECT 1 FROM contexts WHERE context_uses.sha256 = contexts.sha256)""",
    "reservation for an answer that does not run": """
        SELECT count(*) FROM spending WHERE status = 'running' AND NOT EXISTS (
          SELECT 1 FROM messages WHERE id = answer AND messages.status = 'streaming')""",
    "day whose sum of spending is wrong": """
        SELECT count(*) FROM (
          SELECT owner, day, model, sum(cost), sum(held), sum(answers), sum(requests)
          FROM spending_figures GROUP BY owner, day, model
          EXCEPT SELECT owner, day, model, cost, held, answers, requests FROM spending_days
        ) AS wrong""",
}
"""Counts rows that contradict others, by what they are."""


def require_machine_user(user: str) -> None:
    """Raises `AntiphonError` (`permission`) unless the user is that of this machine."""
    if user != THIS_MACHINE:
        raise error(
            "permission",
            "Only the user of the server's machine looks after the history.",
            hint="Ask who runs the server.",
        )
