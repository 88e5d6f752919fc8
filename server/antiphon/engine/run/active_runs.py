"""Tracks the runs of this server that have not ended."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.run.run import Run
    from antiphon.model.conversation.events import PaneEvent
    from antiphon.model.conversation.session import Pane, Session


class RunningClient:
    """Marks what one client runs. `user` is `None` for the user of this machine."""

    def __init__(self, user: str | None = None) -> None:
        self.user = user


_NOBODY: Final = RunningClient()


class ActiveRuns:
    """Finds what is running, by run and by pane."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._panes: dict[str, LivePane] = {}
        self._claimed: set[str] = set()
        self._groups: dict[str, Callable[[], int]] = {}
        self._clients: dict[str, RunningClient] = {}
        """Which client each run and group belongs to."""
        self._listeners: dict[str, Callable[[Sequence[PaneEvent]], None]] = {}

    def add(self, run: Run, client: RunningClient = _NOBODY) -> None:
        """Adds a run of `client` that has been stored and is about to begin."""
        self._clients[run.plan.run_id] = client
        self._runs[run.plan.run_id] = run
        run.listener = self._listeners.get(run.plan.session.id)
        self._panes.update({live.plan.pane.id: live for live in run.panes})

    def remove(self, run: Run) -> None:
        """Removes a run that has ended."""
        del self._runs[run.plan.run_id], self._clients[run.plan.run_id]
        for live in run.panes:
            if self._panes.get(live.plan.pane.id) is live:  # else a newer run has the pane already
                del self._panes[live.plan.pane.id]

    def listen(self, session_id: str, listener: Callable[[Sequence[PaneEvent]], None]) -> None:
        """Calls `listener` with the events of a session's runs when they are shown."""
        self._listeners[session_id] = listener
        self._hand_on(session_id)

    def unlisten(self, session_id: str) -> None:
        """Ends what `listen` began."""
        self._listeners.pop(session_id, None)
        self._hand_on(session_id)

    def in_session(self, session_id: str) -> list[LivePane]:
        """Returns the running answers of a session."""
        return [live for live in self._panes.values() if live.plan.pane.session_id == session_id]

    def live(self, pane_id: str) -> LivePane | None:
        """Returns the running answer of a pane, or `None`."""
        return self._panes.get(pane_id)

    def is_of_another(self, pane_id: str, user: str | None) -> bool:
        """Checks whether a pane is answering to another user than this one."""
        live = self._panes.get(pane_id)
        return live is not None and self._clients[live.run_id].user != user

    def busy(self, pane_id: str) -> bool:
        """Checks whether the pane itself is answering or about to."""
        live = self._panes.get(pane_id)
        return pane_id in self._claimed or (live is not None and not live.done)

    def claim(self, pane_ids: set[str]) -> None:
        """Keeps other runs off these panes while their run is being planned."""
        self._claimed |= pane_ids

    def release(self, pane_ids: set[str]) -> None:
        """Ends a claim."""
        self._claimed -= pane_ids

    def cancel(
        self, run_id: str | None, pane_id: str | None, client: RunningClient = _NOBODY
    ) -> int:
        """Stops a run, a pane or everything of `client`, and returns how many panes ran.

        A run or pane that is named may be another client's of the same user.
        """

        def is_meant(key: str) -> bool:
            named = run_id is not None or pane_id is not None
            owner = self._clients[key]
            is_theirs = owner.user == client.user if named else owner is client
            return run_id in {None, key} and is_theirs

        stopped = 0
        for key, stop in [*self._groups.items()] if pane_id is None else ():
            stopped += stop() if is_meant(key) else 0
        chosen = [run for key, run in self._runs.items() if is_meant(key)]
        return stopped + sum(run.cancel(pane_id) for run in chosen)

    @contextmanager
    def group(
        self, group_id: str, stop: Callable[[], int], client: RunningClient = _NOBODY
    ) -> Generator[None]:
        """Lets `cancel` stop several runs under one id in the block: those of a pipeline."""
        self._groups[group_id] = stop
        self._clients[group_id] = client
        try:
            yield
        finally:
            del self._groups[group_id], self._clients[group_id]

    def has_group(self, group_id: str) -> bool:
        """Checks whether runs go on under this id."""
        return group_id in self._groups

    def with_live_state(self, session: Session) -> Session:
        """Returns `session` with its panes' present states."""
        panes = [self.pane_as_it_is(pane) for pane in session.panes]
        return session.model_copy(update={"panes": panes})

    def pane_as_it_is(self, pane: Pane) -> Pane:
        """Returns `pane` with its present state."""
        live = self._panes.get(pane.id)
        return pane if live is None else pane.model_copy(update={"state": live.state})

    def _hand_on(self, session_id: str) -> None:
        for run in self._runs.values():
            if run.plan.session.id == session_id:
                run.listener = self._listeners.get(session_id)
