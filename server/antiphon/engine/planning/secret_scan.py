"""Looks for keys in what is about to be sent, and asks the user first.

Only what is new is searched: the prompt, system prompts, context and transferred messages. If an
answer is generated again by another vendor's model, the prompts before it are new too. A message
names a location, never a value.

A rule for keys is a literal that is searched first, which costs almost nothing, and a pattern for
the key around it. Placeholders of documentation are not keys.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from functools import cache, partial
from typing import TYPE_CHECKING, Final, Literal

import anyio.to_thread
from msgspec import Struct

from antiphon.model.failure import error
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from antiphon.engine.planning.plan import PanePlan, RunPlan
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.redaction import Redactor
    from antiphon.model.conversation.message import Message

_log = logging.getLogger(__name__)

Mode = Literal["warn", "block", "off"]

_ON_THE_LOOP: Final = 64 * 1024
"""Longer texts, in characters, are searched in a thread."""
_MAX_NAMED: Final = 5
_LINE_END: Final = re.compile(r"\n")


class OutgoingText(Struct, frozen=True):
    """A text that would be sent, and what a message to the user calls it."""

    name: str
    text: str


class Guard:
    """Stops texts that look like they hold a key. `mode` is `limits.secretsInPrompts`."""

    def __init__(self, redactor: Redactor) -> None:
        self.mode: Mode = "warn"
        self._redactor = redactor

    async def check(self, texts: Iterable[OutgoingText], caller: Caller) -> None:
        """Checks that `texts` may be sent, and asks the caller if that is needed.

        Raises `AntiphonError` of kind `secrets`, which names the locations, if they may not.
        """
        found = await self.warnings(texts)
        if not found:
            return
        if self.mode == "warn" and await caller.may_send(found):
            _log.info("sent although %d places look like keys: it was allowed", len(found))
            return
        _log.info("nothing is sent: %d places look like keys (mode %s)", len(found), self.mode)
        hint = "Remove it, or repeat the command with allowSecrets to send it all the same."
        if self.mode == "block":
            hint = "Remove it. Your own settings have limits.secretsInPrompts: block."
        raise error("secrets", f"Nothing was sent: {summarize_findings(found)}.", hint=hint)

    async def warnings(self, texts: Iterable[OutgoingText]) -> list[str]:
        """Returns a sentence for each location that looks like a key.

        Returns none in the mode `off`.
        """
        if self.mode == "off":
            return []
        unique = list(dict.fromkeys(texts))
        search = partial(_search, unique, self._redactor.known)
        if sum(len(each.text) for each in unique) <= _ON_THE_LOOP:
            return search()
        return await anyio.to_thread.run_sync(search)


def summarize_findings(found: Sequence[str]) -> str:
    """Returns the first findings, and how many more there are."""
    named = ", ".join(found[:_MAX_NAMED])
    return (
        named
        if len(found) <= _MAX_NAMED
        else f"{named}, and {len(found) - _MAX_NAMED} more locations"
    )


def new_texts(plan: RunPlan) -> Iterator[OutgoingText]:
    """Returns the texts of a run that its vendors have not been sent before."""
    for pane in plan.panes:
        for message in (*_earlier_prompts_for_new_vendor(pane), *pane.opening):
            yield from texts_of_message(message, pane.context_texts)


def texts_of_message(message: Message, contexts: Mapping[str, str]) -> Iterator[OutgoingText]:
    """Returns the texts of a message with the names that its user knows them by.

    `contexts` are the texts of its context items, by hash.
    """
    if message.role == "system":
        yield OutgoingText("the system prompt", message.content)
    elif message.provenance is not None:
        yield OutgoingText("the transferred message", message.content)
    else:
        yield OutgoingText("the prompt", message.content)
    for item in message.context or ():
        yield OutgoingText(f"context {item.label}", contexts.get(item.sha256, ""))


def _earlier_prompts_for_new_vendor(pane: PanePlan) -> Sequence[Message]:
    if pane.replaced is None or pane.replaced.model is None:
        return ()
    if split_model_id(pane.replaced.model)[0] == pane.provider:
        return ()
    return [message for message in pane.before if message.role != "assistant"]


def _search(texts: Iterable[OutgoingText], known: Sequence[str]) -> list[str]:
    """Searches `texts` for `known` secrets and for the shapes of keys.

    Blocks: 4 MiB take some hundredths of a second.
    """
    found: dict[str, None] = {}
    for each in texts:
        known_starts = _find_known(each.text, known)
        # A vendor's name says more than that something is assigned to a variable.
        shapes = sorted(find_shapes(each.text), key=lambda one: (one.name == GENERAL, one.start))
        line_ends = [end.start() for end in _LINE_END.finditer(each.text)]
        reported_lines: set[int] = set()
        for start, called in (
            *((at, "") for at in known_starts),
            *((s.start, s.name) for s in shapes),
        ):
            line = bisect_left(line_ends, start) + 1
            if line not in reported_lines:
                reported_lines.add(line)
                what = f"looks like {called}" if called else "holds one of your keys"
                found[f"{each.name} line {line} {what}"] = None
    return list(found)


def _find_known(text: str, known: Iterable[str]) -> Iterator[int]:
    for value in known:
        at = text.find(value)
        while at >= 0:
            yield at
            at = text.find(value, at + len(value))


_PLACEHOLDER: Final = re.compile(
    r"(?i)example|placeholder|your|dummy|redacted|changeme|replace|insert|secret[-_]?key|"
    r"x{6}|\*{4}|\.{3}"
)
_COUNTED: Final = re.compile(r"(?i)1234567890|abcdefgh|(.)\1{5}")
"""Sequences and repetitions: after a vendor's own prefix they may be a key all the same."""
_LEAST_DIFFERENT: Final = 8
_LONGEST: Final = 512
GENERAL: Final = "a secret"
"""The name of a value that only its variable's name marks as a secret."""


class KeyShape(Struct, frozen=True):
    """One kind of key."""

    name: str
    literal: str
    pattern: str
    """Matches the whole key, which begins at most `before` characters ahead of the literal."""
    before: int = 0
    is_certain: bool = False
    """Nothing else looks like this, so it is not required to look random."""


class FoundShape(Struct, frozen=True):
    """Text that looks like a key: its position and its name."""

    start: int
    end: int
    name: str


_TOKEN: Final = r"[A-Za-z0-9_-]"  # noqa: S105 - a pattern
_ASSIGNED: Final = (
    r"[A-Za-z0-9_]{0,60}(?:_KEY|_TOKEN|_SECRET|_PASSWORD)[\"']?[ \t]*[=:][ \t]*[\"']?"
)
_SHAPES: Final = (
    KeyShape("an Anthropic key", "sk-ant-", rf"sk-ant-{_TOKEN}{{16,}}"),
    KeyShape("an OpenRouter key", "sk-or-", rf"sk-or-{_TOKEN}{{20,}}"),
    KeyShape("an OpenAI key", "sk-", rf"sk-(?!ant-|or-){_TOKEN}{{20,}}"),
    KeyShape("a Groq key", "gsk_", r"gsk_[A-Za-z0-9]{20,}"),
    KeyShape("a Google key", "AIza", rf"AIza{_TOKEN}{{30,}}"),
    KeyShape("an xAI key", "xai-", r"xai-[A-Za-z0-9]{20,}"),
    KeyShape("a Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{20,}"),
    KeyShape("a Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{20,}"),
    KeyShape("a Cerebras key", "csk-", r"csk-[A-Za-z0-9]{20,}"),
    KeyShape("an NVIDIA key", "nvapi-", rf"nvapi-{_TOKEN}{{20,}}"),
    KeyShape("a Replicate token", "r8_", r"r8_[A-Za-z0-9]{20,}"),
    KeyShape("a Together key", "tgp_v1_", rf"tgp_v1_{_TOKEN}{{20,}}"),
    KeyShape("a GitHub token", "gh", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    KeyShape("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,}"),
    KeyShape("a GitLab token", "glpat-", rf"glpat-{_TOKEN}{{20,}}"),
    KeyShape("an npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    KeyShape("a Slack token", "xox", r"xox[abposr]-[A-Za-z0-9-]{20,}"),
    KeyShape("a Stripe key", "k_live_", r"[sr]k_live_[A-Za-z0-9]{16,}", before=1),
    KeyShape("an AWS key", "AKIA", r"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    KeyShape("an AWS key", "ASIA", r"ASIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    KeyShape("a bearer token", "Bearer ", r"Bearer +[A-Za-z0-9+/=._~-]{24,}"),
    KeyShape("a JSON Web Token", "eyJ", r"eyJ[\w-]{8,1024}\.eyJ[\w-]{8,1024}\.[\w-]{8,}"),
    KeyShape("a private key", "PRIVATE KEY-----", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\r\n\\]",
             before=30, is_certain=True),
    *(
        KeyShape(GENERAL, f"_{word}", rf"{_ASSIGNED}[A-Za-z0-9+/_-]{{20,}}", before=40)
        for word in ("KEY", "TOKEN", "SECRET", "PASSWORD")
    ),
)  # fmt: skip
_VALUE: Final = re.compile(rf"{_ASSIGNED}|Bearer +|-----BEGIN ")


def find_shapes(text: str) -> Iterator[FoundShape]:
    """Yields what looks like a key in `text`, rule by rule, so ranges may overlap."""
    for shape in _SHAPES:
        at = text.find(shape.literal)
        while at >= 0:
            found = _match_at(shape, text, at)
            if found is not None:
                yield found
            at = text.find(shape.literal, at + 1 if found is None else found.end)


def _match_at(shape: KeyShape, text: str, literal_at: int) -> FoundShape | None:
    pattern = _compiled(shape.pattern)
    for start in range(max(0, literal_at - shape.before), literal_at + 1):
        if start and text[start - 1].isascii() and text[start - 1].isalnum():
            continue  # the middle of a word: `task-…` is not `sk-…`
        found = pattern.match(text, start)
        if found is None:
            continue
        value = _VALUE.sub("", found[0], count=1)
        is_counted = shape.name == GENERAL and _COUNTED.search(value) is not None
        if shape.is_certain or (_looks_random(value) and not is_counted):
            return FoundShape(start, found.end(), shape.name)
        return None
    return None


def _looks_random(value: str) -> bool:
    """Checks whether a value looks random, and not like words or a placeholder."""
    has_digit = any(letter.isdigit() for letter in value)
    has_letter = any(letter.isalpha() for letter in value)
    varied = len(set(value)) >= _LEAST_DIFFERENT
    return has_digit and has_letter and varied and _PLACEHOLDER.search(value) is None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Bounded, so that in a text of repeated prefixes (`sk-sk-sk-…`) no match scans to its end.
    return re.compile(pattern.replace(",}", f",{_LONGEST}}}"))
