"""The runs of this server that have not ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.run.run import Run
    from antiphon.model.conversation.session import Pane, Session


class ActiveRuns:
    """Finds what is running, by run and by pane."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._panes: dict[str, LivePane] = {}
        self._claimed: set[str] = set()

    def add(self, run: Run) -> None:
        """`run` has been stored and is about to begin."""
        self._runs[run.plan.run_id] = run
        self._panes.update({live.plan.pane.id: live for live in run.panes})

    def remove(self, run: Run) -> None:
        """`run` has ended."""
        del self._runs[run.plan.run_id]
        for live in run.panes:
            if self._panes.get(live.plan.pane.id) is live:  # else it is in a newer run already
                del self._panes[live.plan.pane.id]

    def live(self, pane_id: str) -> LivePane | None:
        """The running answer of a pane."""
        return self._panes.get(pane_id)

    def busy(self, pane_id: str) -> bool:
        """Whether the pane is answering, or about to; not for its run's other panes' sake."""
        live = self._panes.get(pane_id)
        return pane_id in self._claimed or (live is not None and not live.done)

    def claim(self, pane_ids: set[str]) -> None:
        """Keeps other runs off these panes while their run is being planned."""
        self._claimed |= pane_ids

    def release(self, pane_ids: set[str]) -> None:
        """Ends a claim."""
        self._claimed -= pane_ids

    def cancel(self, run_id: str | None, pane_id: str | None) -> int:
        """Stops what is named, or everything; the number of panes that were still running."""
        chosen = [run for key, run in self._runs.items() if run_id in {None, key}]
        return sum(run.cancel(pane_id) for run in chosen)

    def with_live_state(self, session: Session) -> Session:
        """`session` with its panes' states as they are now."""
        panes = [self.pane_as_it_is(pane) for pane in session.panes]
        return session.model_copy(update={"panes": panes})

    def pane_as_it_is(self, pane: Pane) -> Pane:
        """`pane` with its state as it is now."""
        live = self._panes.get(pane.id)
        return pane if live is None else pane.model_copy(update={"state": live.state})
