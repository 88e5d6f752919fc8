"""Writes the answers of the demo's characters: true statements about Antiphon.


A voice is a function from a `Scene` to the pieces of its answer. It refers to the prompt, and in a
follow-up to what was asked before, so that anyone can see that a pane keeps its conversation.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.providers.demo import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from antiphon.engine.ports import ChatRequest

_LONGEST_QUOTE: Final = 72
_SEARCHED: Final = 10_000
_CONTEXT: Final = re.compile(r"Context: [^\n]*\n\n(`{3,})[^\n`]*\n.*?\n\1\n\n", re.DOTALL)
"""Context in the form in which `antiphon.engine.planning.plan` puts it before a prompt."""
_WORD: Final = re.compile(r"[^\W\d_][\w'\u2019-]*")
_UNREMARKABLE: Final = re.compile(
    r"(?:about|after|again|also|because|before|could|does|doing|each|every|explain|from"
    r"|give|have|please|should|tell|that|their|them|then|there|these|they|this|those"
    r"|what|when|where|which|while|will|with|would|write|your)",
    re.IGNORECASE,
)


class Scene(Struct, frozen=True):
    """The parts of a request that a voice uses."""

    model: str
    prompt: str
    question: str
    """The prompt's first line, short enough to be quoted."""
    earlier: tuple[str, ...]
    """The first lines of the prompts before it, the oldest first."""
    rng: random.Random


def build_scene(request: ChatRequest, seed: int) -> Scene:
    """Returns the scene of a request. The same seed gives the same answer."""
    asked = [turn.content for turn in request.turns if turn.role == "user"] or [""]
    *earlier, question = map(_quote, asked)
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    return Scene(request.model, asked[-1], question, tuple(earlier), rng)


def perform(voice: str, scene: Scene) -> Iterator[str]:
    """Returns the answer of a voice, in pieces."""
    return _VOICES[voice](scene)


def encore(voice: str, scene: Scene) -> Iterator[str]:
    """Returns endless further text, for answers longer than the voice's own text."""
    if voice == "echo":
        return itertools.repeat("\n" + (scene.prompt or "…"))
    return (
        f"\n\n{number}. {text}" for number, text in _shuffle_endlessly(scene, lines.EXPLANATIONS)
    )


def _quote(prompt: str) -> str:
    """Returns the user's first line, shortened, without the context before it."""
    own = prompt
    while context := _CONTEXT.match(own):
        own = own[context.end() :]
    shown = next(
        (line.strip() for line in own[:_SEARCHED].splitlines() if line.strip()), "nothing at all"
    )
    shown = shown.replace("`", "'")
    if len(shown) > _LONGEST_QUOTE:
        shown = shown[:_LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip() + " …"
    return shown


def _shuffle_endlessly(scene: Scene, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    shuffled = scene.rng.sample(texts, len(texts))
    return enumerate(itertools.cycle(shuffled), start=1)


def _greeting(scene: Scene) -> str:
    if not scene.earlier:
        return (
            f"I am demo/{scene.model}, a script and no language model. "
            f"You asked “{scene.question}”. "
        )
    before = f"Earlier you asked “{scene.earlier[-1]}”"
    if len(scene.earlier) > 1:
        before += f", and first of all “{scene.earlier[0]}”"
    return f"{before}; now it is “{scene.question}”. "


def _terse(scene: Scene) -> Iterator[str]:
    yield _greeting(scene)
    yield scene.rng.choice(lines.TERSE_AGAIN if scene.earlier else lines.TERSE)


def _chatty(scene: Scene) -> Iterator[str]:
    yield _greeting(scene)
    yield scene.rng.choice(lines.CHATTY_AGAIN if scene.earlier else lines.CHATTY)
    for paragraph in scene.rng.sample(lines.EXPLANATIONS, 3):
        yield f"\n\n{paragraph}"
    yield f"\n\n{scene.rng.choice(lines.CHATTY_ENDS)}"


def _poet(scene: Scene) -> Iterator[str]:
    word = _pick_word(scene.question)
    if scene.earlier:
        opening = lines.POET_AGAIN.format(word=word, earlier=_pick_word(scene.earlier[-1]))
    else:
        yield "*(demo/poet: a script with rhymes, and no language model)*\n\n"
        opening = scene.rng.choice(lines.POET_OPENINGS).format(word=word)
    for number, stanza in enumerate((opening, *scene.rng.sample(lines.POET_STANZAS, 2))):
        # Two spaces before the line break keep the verses apart in Markdown.
        yield ("\n\n" if number else "") + stanza.replace("\n", "  \n")


def _pick_word(question: str) -> str:
    """Returns the longest remarkable word, for the poem."""
    words = [word for word in _WORD.findall(question) if not _UNREMARKABLE.fullmatch(word)]
    return max(words, key=len, default="this").rstrip("-'\u2019")


def _coder(scene: Scene) -> Iterator[str]:
    yield _greeting(scene)
    yield lines.CODER_INTRODUCTION
    question = json.dumps(scene.question, ensure_ascii=False)
    yield lines.CODER_PROGRAM.replace("QUESTION_HERE", question)
    yield lines.CODER_LIST
    yield lines.CODER_TABLE


def _scripts(scene: Scene) -> Iterator[str]:
    yield _greeting(scene)
    yield "A pane must carry all of this without a scratch:\n"
    for sample in lines.SCRIPTS:
        yield f"\n- {sample}"
    yield "\n\nSome of these pictures are seven characters in a row; they may come in two pieces."


def _echo(scene: Scene) -> Iterator[str]:
    yield scene.prompt


def _fixed_voice(text: str) -> Callable[[Scene], Iterator[str]]:
    """Returns a voice that greets and then always writes the same text."""

    def voice(scene: Scene) -> Iterator[str]:
        yield _greeting(scene)
        yield text

    return voice


_VOICES: Final[dict[str, Callable[[Scene], Iterator[str]]]] = {
    "terse": _terse,
    "chatty": _chatty,
    "poet": _poet,
    "coder": _coder,
    "scripts": _scripts,
    "echo": _echo,
    "slow": _fixed_voice(lines.SLOW),
    "flood": _fixed_voice(lines.FLOOD),
    "flaky": _fixed_voice(lines.FLAKY),
    "cut": _fixed_voice(lines.CUT),
    "stall": _fixed_voice(lines.STALL),
}
