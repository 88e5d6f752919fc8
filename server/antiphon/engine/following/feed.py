"""Keeps one followed session up to date, from this server's runs and from the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.following.event_log import EventLog, LoggedEvent
from antiphon.engine.following.followed_pane import FollowedPane
from antiphon.model.commands.follow import ChangedEvent, SnapshotEvent
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports.following import SessionLook, SessionLooks
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.model.conversation.events import PaneEvent
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session


class SessionFeed:
    """One session with its panes, and the log of the events that changed them.

    What the events of the log have brought is always what `snapshot` returns: both change in one
    step, between two waits of the event loop.
    """

    def __init__(
        self, session_id: str, looks: SessionLooks, runs: ActiveRuns, log: EventLog
    ) -> None:
        self.session_id = session_id
        self.log = log
        self.followers = 0
        self.is_dirty = False
        """Whether something has changed that no event of a run says."""
        self.is_deleted = False
        self._looks = looks
        self._runs = runs
        self._session: Session | None = None
        self._panes: dict[str, FollowedPane] = {}

    @property
    def awaits_others(self) -> bool:
        """Whether an answer runs that is not this server's, or nobody's any more."""
        return any(
            each.is_running and self._runs.live(key) is None for key, each in self._panes.items()
        )

    async def open(self) -> None:
        """Reads the session. Raises `AntiphonError` (`not_found`, `storage`)."""
        found = await self._looks.look(self.session_id, {})
        if found is None:
            raise error("not_found", "The session no longer exists.", field="$.sessionId")
        self._session = found.session
        for pane in found.session.panes:
            messages = [found.messages[each] for each in found.message_ids.get(pane.id, ())]
            self._adopt(pane, messages)
        for live in self._runs.in_session(self.session_id):
            if live.started and live.plan.pane.id not in self._panes:
                self._adopt(live.pane, ())

    def show(self, events: Sequence[PaneEvent]) -> None:
        """Takes events of this server's own run at the moment in which they are shown."""
        if self._session is None:
            return  # what they brought is read from the run when the session has been read
        logged: list[LoggedEvent] = []
        for event in events:
            live = self._runs.live(event.pane_id)
            if live is None:
                continue
            followed = self._panes.get(event.pane_id)
            if followed is None:
                followed, announced = self._announce(live.pane, live.plan.before)
                logged += announced
            logged += followed.show(event, live)
        self.log.add(logged)

    async def look(self) -> Sequence[LoggedEvent]:
        """Reads what changed in the history, and returns the events that it made of it."""
        if self._session is None or self.is_deleted:
            return ()
        shows = {key: each.shows for key, each in self._panes.items()}
        ours = {key for key in self._panes if self._runs.live(key) is not None}
        known = {
            message.id: message.status
            for key, each in self._panes.items()
            if key not in ours
            for message in each.messages
        }
        found = await self._looks.look(self.session_id, known, except_panes=ours)
        logged = self._delete() if found is None else self._take(found, shows, ours)
        self.log.add(logged)
        return logged

    def snapshot(self) -> SnapshotEvent:
        """Returns everything that is there now."""
        assert self._session is not None, "a feed is opened before it is followed"  # noqa: S101 - an invariant
        panes = [self._runs.pane_as_it_is(each.pane) for each in self._panes.values()]
        return SnapshotEvent(
            session_seq=0,
            session=self._session.model_copy(update={"panes": panes}),
            messages=[message for each in self._panes.values() for message in each.messages],
        )

    def _adopt(self, pane: Pane, messages: Sequence[Message]) -> None:
        followed = self._panes[pane.id] = FollowedPane(pane)
        followed.adopt(messages, self._runs.live(pane.id))

    def _announce(
        self, pane: Pane, messages: Sequence[Message]
    ) -> tuple[FollowedPane, list[LoggedEvent]]:
        followed = self._panes[pane.id] = FollowedPane(pane)
        return followed, followed.replace(messages)

    def _take(
        self, found: SessionLook, shows: Mapping[str, int], ours: set[str]
    ) -> list[LoggedEvent]:
        logged: list[LoggedEvent] = []
        for pane in found.session.panes:
            if pane.id in ours or self._runs.live(pane.id) is not None:
                continue
            followed = self._panes.get(pane.id)
            if followed is None:
                followed, announced = self._announce(pane, ())
                logged += announced
            elif followed.shows != shows.get(pane.id):  # a run has shown more since it was read
                self.is_dirty = True
                continue
            own = {message.id: message for message in followed.messages}
            ids = found.message_ids.get(pane.id, ())
            logged += followed.update(pane, [found.messages.get(id_) or own[id_] for id_ in ids])
        return logged + self._change_session(found.session)

    def _change_session(self, session: Session) -> list[LoggedEvent]:
        before, self._session = self._session, session
        if before is None or (before.title, before.tags) == (session.title, session.tags):
            return []
        event = ChangedEvent(
            session_seq=0,
            what="session",
            session_id=session.id,
            session=self._runs.with_live_state(session),
        )
        return [LoggedEvent(event, len(session.title))]

    def _delete(self) -> list[LoggedEvent]:
        self.is_deleted = True
        event = ChangedEvent(
            session_seq=0, what="session", session_id=self.session_id, deleted=True
        )
        return [LoggedEvent(event, 0)]
