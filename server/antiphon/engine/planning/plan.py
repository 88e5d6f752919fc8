"""Plans what a run asks in each pane, before anything is stored or sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.document.render import end_position, render
from antiphon.engine.planning.tokens import approximate_input_tokens
from antiphon.engine.ports import ChatRequest, ChatTurn, RunStart
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Params, given
from antiphon.model.values.ids import new_id, split_model_id
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from antiphon.engine.planning.prompt_context import PromptContext
    from antiphon.engine.ports import ModelCatalog
    from antiphon.model.conversation.events import Position
    from antiphon.model.conversation.message import ContextDigest, Role
    from antiphon.model.conversation.session import Pane, Session

_FENCES: Final = re.compile(r"`{3,}")
_INFO: Final = re.compile(r"[\w.+#-]{1,40}")
_NOT_FOR_PROVIDERS: Final = frozenset({"system"})


class PanePlan(Struct, frozen=True):
    """The request of one pane of a run, and the messages that its document gains."""

    pane: Pane
    provider: str
    request: ChatRequest
    opening: tuple[Message, ...]
    """Messages that the run adds in front of the answer: a system prompt, the prompt."""
    answer: Message
    """The empty answer, of status `streaming`."""
    before: tuple[Message, ...]
    """The pane's messages that stay."""
    replaced: Message | None
    """The answer that is being regenerated."""
    cut_from: Position | None
    context_texts: Mapping[str, str]
    """The texts of all context items that the pane's messages refer to, by hash."""
    input_tokens: int
    input_tokens_source: Literal["tokenizer", "approximation"] = "approximation"


class RunPlan(Struct, frozen=True):
    """The plan of a whole run."""

    run_id: str
    session: Session
    panes: tuple[PanePlan, ...]
    contexts: Mapping[str, str]
    """The new context texts, by hash."""
    session_exists: bool = False
    """Whether the session is stored already."""
    limit: Decimal | None = None
    """US dollars that this run may cost, beside the user's budgets."""
    session_limit: Decimal | None = None
    """US dollars that the session may cost, likewise."""

    def start(self) -> RunStart:
        """Returns what the history stores before the first byte is sent."""
        return RunStart(
            run_id=self.run_id,
            # Other panes may have changed since they were read.
            session=self.session.model_copy(update={"panes": [plan.pane for plan in self.panes]}),
            messages=[message for plan in self.panes for message in (*plan.opening, plan.answer)],
            superseded=[plan.replaced.id for plan in self.panes if plan.replaced is not None],
            contexts=self.contexts,
            session_exists=self.session_exists,
        )


class Prompt(Struct, frozen=True):
    """A prompt: its text, and the system prompt and context that are sent before it."""

    text: str
    system: str | None
    """A new system prompt; `None` keeps the one that the pane has."""
    brief: PromptContext
    earlier: Sequence[ChatTurn] = ()
    """Turns of the user and the assistant that begin a new pane, before the prompt."""


def plan_question(
    run_id: str,
    pane: Pane,
    before: Sequence[Message],
    texts: Mapping[str, str],
    prompt: Prompt,
    *,
    connect_timeout_s: float,
) -> PanePlan:
    """Plans to ask `prompt` in `pane`, after the messages `before`.

    `texts` are the context texts, by hash, that earlier prompts of the pane refer to.
    """
    opening = _new_system_message(run_id, pane, before, prompt.system)
    if not before:
        opening += [new_message(run_id, pane, turn.role, turn.content) for turn in prompt.earlier]
    context = prompt.brief.digests or None
    opening.append(new_message(run_id, pane, "user", prompt.text, context=context))
    return plan_answer(
        run_id,
        pane,
        before,
        opening,
        {**texts, **prompt.brief.texts},
        connect_timeout_s=connect_timeout_s,
    )


def plan_again(
    run_id: str,
    pane: Pane,
    messages: Sequence[Message],
    texts: Mapping[str, str],
    *,
    system: str | None,
    connect_timeout_s: float,
) -> PanePlan:
    """Plans to ask for the last answer of `pane` again.

    `messages` ends with that answer.
    """
    before, replaced = messages[:-1], messages[-1]
    opening = _new_system_message(run_id, pane, before, system)
    return plan_answer(
        run_id, pane, before, opening, texts, connect_timeout_s=connect_timeout_s, replaced=replaced
    )


def plan_answer(
    run_id: str,
    pane: Pane,
    before: Sequence[Message],
    opening: Sequence[Message],
    texts: Mapping[str, str],
    *,
    connect_timeout_s: float,
    replaced: Message | None = None,
) -> PanePlan:
    """Plans an answer in `pane` after the messages `before` and those of `opening`."""
    provider, name = split_model_id(pane.model)
    turns = build_turns([*before, *opening], texts)
    answer = new_message(run_id, pane, "assistant", "", status="streaming", model=pane.model)
    return PanePlan(
        pane=pane,
        provider=provider,
        request=ChatRequest(name, turns, _provider_params(pane.params), connect_timeout_s),
        opening=tuple(opening),
        answer=answer,
        before=tuple(before),
        replaced=replaced,
        cut_from=None if replaced is None else end_position(render(before)),
        context_texts=texts,
        input_tokens=approximate_input_tokens(turns),
    )


def add_context(content: str, digests: Sequence[ContextDigest], texts: Mapping[str, str]) -> str:
    """Returns the prompt as it is sent: each context item, fenced, then `content`.

    The fence is longer than any inside the text, so that no item can close its own.
    """
    parts: list[str] = []
    for digest in digests:
        text = texts.get(digest.sha256, "")
        parts.append(f"Context: {digest.label}\n\n{_to_fenced_block(text, digest.language_id)}\n\n")
    return "".join(parts) + content


def _to_fenced_block(text: str, language: str | None = None) -> str:
    longest = max((len(fence) for fence in _FENCES.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") else "\n"
    info = language if language and _INFO.fullmatch(language) else ""
    return f"{fence}{info}\n{text}{end}{fence}"


def build_turns(messages: Sequence[Message], texts: Mapping[str, str]) -> list[ChatTurn]:
    """Returns the turns of a conversation, the last system prompt first.

    Answers without text are left out. Turns of one role that follow each other (after an answer
    that failed) are joined: several vendors refuse them otherwise.
    """
    turns: list[ChatTurn] = []
    system = ""
    for message in messages:
        if message.role == "system":
            system = message.content
            continue
        role, content = _role_and_text(message, texts, first=not turns)
        if not content:
            continue
        if turns and turns[-1].role == role:
            turns[-1] = ChatTurn(role, f"{turns[-1].content}\n\n{content}")
        else:
            turns.append(ChatTurn(role, content))
    return [ChatTurn("system", system), *turns] if system else turns


def _role_and_text(message: Message, texts: Mapping[str, str], *, first: bool) -> tuple[Role, str]:
    """Returns the role and the text with which `message` is sent.

    An answer that begins a conversation was transferred into it. Several vendors refuse a
    conversation that the user did not begin, so it becomes a quotation too.
    """
    provenance = message.provenance
    begins = first and message.role == "assistant" and bool(message.content)
    if begins or (provenance is not None and provenance.quoted):
        name = (provenance.model if provenance else message.model) or "another model"
        return (
            "user",
            f"From {name.partition('/')[2] or name}:\n\n{_to_fenced_block(message.content)}",
        )
    return message.role, add_context(message.content, message.context or (), texts)


def _new_system_message(
    run_id: str, pane: Pane, before: Sequence[Message], system: str | None
) -> list[Message]:
    known = next((m.content for m in reversed(before) if m.role == "system"), None)
    return [new_message(run_id, pane, "system", system)] if system and system != known else []


def _provider_params(params: Params) -> dict[str, Any]:
    return {name: value for name, value in given(params).items() if name not in _NOT_FOR_PROVIDERS}


def new_message(
    run_id: str | None, pane: Pane, role: str, content: str, **others: object
) -> Message:
    """Returns a message of `pane` that is created now, complete unless `others` say otherwise."""
    return Message.model_validate(
        {
            "id": new_id(),
            "pane_id": pane.id,
            "run_id": run_id,
            "role": role,
            "content": content,
            "status": "complete",
            "created_at": now(),
            **others,
        }
    )


async def with_token_counts(plan: RunPlan, providers: ModelCatalog, *, patient: bool) -> RunPlan:
    """Returns `plan` with the most exact token count of each pane that is available.

    A `patient` caller waits until tokenizers are loaded. Another one, which is about to send, keeps
    the approximation if they are not.
    """
    panes = [await _with_token_count(pane, providers, patient=patient) for pane in plan.panes]
    return replace(plan, panes=tuple(panes))


async def _with_token_count(plan: PanePlan, providers: ModelCatalog, *, patient: bool) -> PanePlan:
    turns = plan.request.turns
    tokens = await providers.count_tokens(plan.pane.model, turns, patient=patient)
    if tokens is None:
        return plan
    return replace(plan, input_tokens=tokens, input_tokens_source="tokenizer")
