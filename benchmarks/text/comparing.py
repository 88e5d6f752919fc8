"""Comparing answers: two of 4, 40 and 400 kB beside the bare alignment library, and N at once.

The floor aligns all words of both texts at once with rapidfuzz and makes the texts of its pieces;
it does not tell lines apart, and its pieces are not cleaned up for a reader.
"""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import Indel

from antiphon.engine.comparison.consensus import find_consensus
from antiphon.engine.comparison.diff import TextDiffer
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness.bench import Bench

_SIZES: Final = {"4 kB": 4_000, "40 kB": 40_000, "400 kB": 400_000}
_COLD_GOAL_MS: Final = 15.0
_LIVE_GOAL_MS: Final = 2.0
_STEP: Final = 60
"""Characters that each side gains between two looks: two frames of a fast model."""
_STEPS: Final = 200
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_BARE: Final = "rapidfuzz on all words"
_LARGEST_BARE: Final = 40_000
_NOTE: Final = (
    "*Revised*: one word in fifteen was changed. *Independent*: texts of the same vocabulary with "
    "nothing else in common. The floor has no row at 400 kB: there it needs gigabytes. A live "
    f"update is the whole comparison anew after both sides have gained {_STEP} characters."
)


def run(bench: Bench) -> Table:
    """Cold comparisons, live updates, and consensus."""
    rows: list[Row] = []
    for kind in ("revised", "independent"):
        for label, size in _SIZES.items():
            rows.append(_cold(bench, kind, label, size))
    rows += [_live(label, size) for label, size in _SIZES.items()]
    rows += [_consensus(bench, count) for count in (2, 8, 24)]
    return Table("comparing", "Compare, and what N answers say", rows, [_NOTE])


def _cold(bench: Bench, kind: str, label: str, size: int) -> Row:
    left, right = _pair(kind, size)

    def ours() -> float:
        began = time.perf_counter()
        TextDiffer("word").pieces(left, right)
        return time.perf_counter() - began

    def bare() -> float:
        began = time.perf_counter()
        _aligned(left, right)
        return time.perf_counter() - began

    ours()
    cases = {"ours": ours, **({"bare": bare} if size <= _LARGEST_BARE else {})}
    times = interleaved(cases, bench.repetitions(9))
    floor = 1000 * median(times["bare"]) if "bare" in times else None
    goal = _COLD_GOAL_MS if label == "40 kB" else None
    what = f"two answers of {label}, {kind}"
    own = 1000 * median(times["ours"])
    return Row(what, floor, own, "ms", _BARE if floor else "", goal, "ours")


def _live(label: str, size: int) -> Row:
    left, right = _pair("revised", size + _STEP * _STEPS)
    segmenter = TextDiffer("word")
    segmenter.pieces(left[:size], right[:size])
    times: list[float] = []
    for end in range(size + _STEP, size + _STEP * _STEPS, _STEP):
        began = time.perf_counter()
        segmenter.pieces(left[:end], right[:end])
        times.append(1000 * (time.perf_counter() - began))
    goal = _LIVE_GOAL_MS if label == "40 kB" else None
    what = f"a live update at {label} (p95 {percentile(times, 0.95):.2g} ms)"
    return Row(what, None, median(times), "ms", "", goal, "ours")


def _consensus(bench: Bench, count: int) -> Row:
    source = random.Random(count)
    base = _text(source, 4_000)
    answers = [_revised(random.Random(number), base) for number in range(count)]

    def ours() -> float:
        began = time.perf_counter()
        find_consensus(answers)
        return time.perf_counter() - began

    times = interleaved({"ours": ours}, bench.repetitions(9))
    return Row(f"consensus over {count} answers of 4 kB", None, 1000 * median(times["ours"]), "ms")


def _aligned(left: str, right: str) -> list[tuple[str, str, str]]:
    letters: dict[str, str] = {}
    sides: list[tuple[list[str], str]] = []
    for text in (left, right):
        words = _WORDS.findall(text)
        spelled = [letters.setdefault(word, chr(0x100 + len(letters))) for word in words]
        sides.append((words, "".join(spelled)))
    (old, first), (new, second) = sides
    return [
        (op.tag, "".join(old[op.src_start : op.src_end]), "".join(new[op.dest_start : op.dest_end]))
        for op in Indel.opcodes(first, second)
    ]


def _pair(kind: str, size: int) -> tuple[str, str]:
    left = _text(random.Random(1), size)
    if kind == "independent":
        return left, _text(random.Random(2), size)
    return left, _revised(random.Random(3), left)


def _text(source: random.Random, size: int) -> str:
    """Paragraphs of sentences, words by about the frequency of English."""
    words = [_word(source) for _ in range(4_000)]
    parts: list[str] = []
    length = 0
    while length < size:
        sentence = " ".join(_chosen(source, words) for _ in range(source.randint(6, 20)))
        end = source.choices([". ", ".\n\n"], [4, 1])[0]
        parts.append(sentence.capitalize() + end)
        length += len(parts[-1])
    return "".join(parts)[:size]


def _revised(source: random.Random, text: str) -> str:
    words = text.split(" ")
    return " ".join(word if source.random() > 1 / 15 else _word(source) for word in words)


def _chosen(source: random.Random, words: Sequence[str]) -> str:
    return words[int(len(words) * source.random() ** 3)]


def _word(source: random.Random) -> str:
    return "".join(source.choices("etaoinshrdlucmfw", k=source.randint(2, 9)))
