"""Writes the turns of a session as steps that refer to each other."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.pipelines.recording.recorded_digests import read_instruction
from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    CompareStep,
    ConsensusStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import Params, given, is_title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pipelines.recording.session_turns import PaneTurn, Turn
    from antiphon.engine.ports.pipelines import KeptComparison
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.conversation.session import Pane, Session

_IDS: Final = {
    "broadcast": "ask",
    "ask": "more",
    "send": "send",
    "summarize": "summary",
    "merge": "merge",
    "compare": "diff",
    "consensus": "same",
}
_ROLE_USER: Final = "user"


class StepWriter:
    """The steps so far, and where each message of the session comes from."""

    def __init__(self, session: Session) -> None:
        self.steps: list[PipelineStep] = []
        self.notes: list[str] = []
        """What a pipeline cannot do again as it was."""
        self._titles = {pane.id: pane.title for pane in session.panes}
        self._references: dict[str, str] = {}
        """Which reference means a message, by its id."""
        self._latest: dict[str, str] = {}
        """Which reference means a pane as it is now."""
        self._ids: set[str] = set()

    def add(self, turn: Turn) -> None:
        """Adds the step or the steps of one turn."""
        digests = [each for each in turn.panes if each.is_first and each.pane.sources]
        for each in digests if digests and digests[0].pane.type == "merge" else ():
            self._add_digest([each])
        if digests and digests[0].pane.type == "summary":
            self._add_digest(digests)
        others = [each for each in turn.panes if each not in digests]
        sent = [each for each in others if each.transferred]
        if sent:
            self._add_send(sent)
        asked = [each for each in others if not each.transferred and each.prompt is not None]
        new = [each for each in asked if each.is_first]
        continued = [each for each in asked if not each.is_first]
        if new:
            self._add_broadcast(new)
        if continued:
            self._add_ask(continued)

    def add_comparison(self, compared: KeptComparison) -> None:
        """Adds the step of a comparison or a consensus."""
        found = [self._source(each) for each in compared.message_ids]
        references = [each for each in found if each is not None]
        if len(references) < len(found):
            self.notes.append("An answer was compared that was replaced later; it is left out.")
            return
        step_id = self._new_id(compared.type)
        if compared.type == "consensus":
            self.steps.append(ConsensusStep(id=step_id, of=self._merged(references)))
            return
        fields = {
            "left": references[0],
            "right": references[1],
            "granularity": compared.granularity,
        }
        self.steps.append(CompareStep.model_validate({"id": step_id, **fields}))

    def _add_broadcast(self, turns: Sequence[PaneTurn]) -> None:
        shared = _shared_params([each.pane for each in turns])
        step = BroadcastStep(
            id=self._new_id("broadcast"),
            models=[_choice(each.pane, shared) for each in turns],
            prompt=turns[0].prompt or "",
            system=_shared_system(turns),
            params=shared,
            context=self._context(turns[0]),
            recorded=_recorded(turns),
        )
        self._put(step, turns)

    def _add_ask(self, turns: Sequence[PaneTurn]) -> None:
        step = AskStep(
            id=self._new_id("ask"),
            panes=self._panes(turns),
            prompt=turns[0].prompt or "",
            system=_shared_system(turns),
            context=self._context(turns[0]),
            recorded=_recorded(turns),
        )
        self._put(step, turns)

    def _add_send(self, turns: Sequence[PaneTurn]) -> None:
        first = turns[0]
        sources = [self._source(m.provenance.message_id) for m in first.transferred if m.provenance]
        found = [each for each in dict.fromkeys(sources) if each is not None]
        if not found:
            self.notes.append("An answer of another session was sent; it is left out.")
            for each in turns:
                each.transferred.clear()
            return
        if any(m.provenance and m.provenance.range for m in first.transferred):
            self.notes.append("A part of an answer was sent; the pipeline sends it whole.")
        keeps_role = any(m.role != _ROLE_USER for m in first.transferred)
        note = next((m.provenance.note for m in first.transferred if m.provenance), None)
        asked = first.answer is not None
        new = [each for each in turns if each.is_first]
        fields: dict[str, Any] = {
            "id": self._new_id("send"),
            "from": found,
            "to": self._panes([each for each in turns if not each.is_first]) or None,
            "models": [each.pane.model for each in new] or None,
            "mode": "ask" if asked else "context",
            "prompt": first.prompt if asked else None,
            "role": "preserve" if keeps_role else None,
            "note": note,
            "params": _shared_params([each.pane for each in new]) if new else None,
            "recorded": _recorded(turns),
        }
        step = SendStep.model_validate(fields)
        self._put(step, [*(each for each in turns if not each.is_first), *new])

    def _add_digest(self, turns: Sequence[PaneTurn]) -> None:
        first = turns[0]
        sources = [
            self._references.get(source.message_id) or self._latest.get(source.pane_id)
            for each in turns
            for source in each.pane.sources
        ]
        found = [each for each in dict.fromkeys(sources) if each is not None]
        if not found:
            self.notes.append(f"What {first.pane.title} was made of is not in this session.")
            return
        read = read_instruction(first.prompt or "")
        fields: dict[str, Any] = {
            "of": self._merged(found),
            "model": first.pane.model,
            "instructions": read.instructions,
            "params": _shared_params([first.pane]),
            "recorded": _recorded(turns),
        }
        if first.pane.type == "merge":
            step: PipelineStep = MergeStep(id=self._new_id("merge"), **fields)
        else:
            separately = len(turns) > 1 or None
            step = SummarizeStep(
                id=self._new_id("summarize"),
                format=read.format,
                combine=None if separately is None else False,
                **fields,
            )
        self._put(step, turns)

    def _context(self, turn: PaneTurn) -> list[str] | None:
        """Returns the files of a prompt's context, by their names in the workspace."""
        entries: list[str] = []
        for each in turn.context:
            if each.uri == "git:diff":
                entries.append("@diff")
            elif each.uri == "git:staged":
                entries.append("@staged")
            elif each.uri.startswith("file:"):
                entries.append(_entry_of_label(each.label))
            else:
                self.notes.append(f"{each.label} is not a file; it is left out of the context.")
        return entries or None

    def _panes(self, turns: Sequence[PaneTurn]) -> list[str]:
        found = [self._latest[each.pane.id] for each in turns if each.pane.id in self._latest]
        return self._merged(found)

    def _merged(self, references: Sequence[str]) -> list[str]:
        """Returns a step's id instead of references to all of its panes."""
        steps = {each.partition(".")[0] for each in references}
        if len(steps) == 1 and len(references) > 1:
            [step_id] = steps
            every = [each for each in self._order if each.partition(".")[0] == step_id]
            if every == list(references):
                return [step_id]
        return list(references)

    @property
    def _order(self) -> list[str]:
        return list(dict.fromkeys([*self._references.values(), *self._latest.values()]))

    def _source(self, message_id: str) -> str | None:
        return self._references.get(message_id)

    def _put(self, step: PipelineStep, turns: Sequence[PaneTurn]) -> None:
        self.steps.append(step)
        for number, each in enumerate(turns, 1):
            reference = step.id if len(turns) == 1 else f"{step.id}.{number}"
            self._latest[each.pane.id] = reference
            if each.answer is not None:
                self._references[each.answer.id] = reference

    def _new_id(self, kind: str) -> str:
        name = _IDS[kind]
        numbered = (name if number == 1 else f"{name}{number}" for number in count(1))
        step_id = next(each for each in numbered if each not in self._ids)
        self._ids.add(step_id)
        return step_id


_LINES: Final = re.compile(r"(?P<path>.+), lines? (?P<first>\d+)(?: to (?P<last>\d+))?")


def _entry_of_label(label: str) -> str:
    """Returns `src/app.py:3-9` for `src/app.py, lines 3 to 9`."""
    found = _LINES.fullmatch(label)
    if found is None:
        return label
    last = found["last"] or found["first"]
    return f"{found['path']}:{found['first']}-{last}"


def _choice(pane: Pane, shared: Params | None) -> str | ModelChoice:
    """Returns the model of a new pane, with what it has of its own."""
    general = given(shared) if shared is not None else {}
    own = {name: value for name, value in _own(pane).items() if general.get(name) != value}
    title = None if is_title_of(pane.title, pane.model) else pane.title
    if title is None and not own:
        return pane.model
    params = Params.model_validate(own) if own else None
    return ModelChoice(model=pane.model, title=title, params=params)


def _own(pane: Pane) -> dict[str, Any]:
    return {name: value for name, value in given(pane.params).items() if name != "system"}


def _shared_params(panes: Sequence[Pane]) -> Params | None:
    """Returns the parameters that all of the panes have, but for the system prompt."""
    first, *others = [_own(pane) for pane in panes]
    shared = {
        name: value
        for name, value in first.items()
        if all(each.get(name) == value for each in others)
    }
    return Params.model_validate(shared) if shared else None


def _shared_system(turns: Sequence[PaneTurn]) -> str | None:
    systems = {each.system for each in turns}
    return systems.pop() if len(systems) == 1 else None


def _recorded(turns: Sequence[PaneTurn]) -> list[str] | None:
    """Returns the models that answered, pane by pane."""
    answers = [each.answer for each in turns if each.answer is not None]
    names = [each.answered_by or each.model or "" for each in answers]
    return names if any(names) else None
