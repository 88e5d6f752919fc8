"""What N answers say: statements of different answers that are put in the same words, or nearly.

Two statements are taken for the same where enough of their words are, rare words counting for more
than common ones. Nothing here understands a sentence. So that the plainest contradictions are not
taken for agreement, statements never match where one is negated and the other is not, or where
both name numbers and the numbers differ.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final, Literal

from antiphon.engine.comparison.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from antiphon.engine.comparison.statements import StatementSpan

SIMILARITY_THRESHOLD: Final = 0.6
"""The least likeness, of 1, of two statements that are taken for the same."""

_TOKENS: Final = re.compile(
    r"\d+(?:[.,]\d+)*(?!\w)|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+(?:['\u2019][^\W_]+)*"
    r"|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]"
)
_NEGATIONS: Final = frozenset(
    {"no", "not", "never", "none", "neither", "nor", "without", "cannot", "nothing", "nobody"}
    | {"nicht", "kein", "keine", "keinen", "nie", "ne", "pas", "jamais", "sin", "nunca"}
    | {"\u4e0d", "\u6ca1", "\u7121", "\u672a"}
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A passage of one answer, ready to be compared."""

    answer: int
    passage: StatementSpan
    words: frozenset[str]
    numbers: frozenset[str]
    negated: bool


@dataclass(slots=True)
class ClaimGroup:
    """A statement with every passage that makes it; the first is the one it is quoted by."""

    said: list[Claim] = field(default_factory=list[Claim])

    @property
    def answers(self) -> list[int]:
        """Which answers make it, each once, in order."""
        return sorted({each.answer for each in self.said})

    def verdict(self, total: int) -> Literal["all", "some", "one"]:
        """How many of `total` answers make it."""
        count = len(self.answers)
        if count == 1:
            return "one"
        return "all" if count == total else "some"


def find_consensus(contents: Sequence[str]) -> list[ClaimGroup]:
    """The statements of the answers, in the order in which they are first made."""
    said = [
        _said(index, passage) for index, text in enumerate(contents) for passage in statements(text)
    ]
    weights = _weights(said)
    groups: list[ClaimGroup] = []
    postings: dict[str, list[int]] = defaultdict(list)
    for each in said:
        index = _best_group(each, groups, postings, weights)
        if index is not None:
            groups[index].said.append(each)
            continue
        for word in each.words:
            postings[word].append(len(groups))
        groups.append(ClaimGroup([each]))
    return groups


def agreement(groups: Sequence[ClaimGroup], total: int) -> float:
    """0 to 1: of each statement the share of the other answers that make it too, on average.

    A long statement counts for more than a short one. Nothing said is nothing disagreed on: 1.
    """
    weight = sum(_length(group) for group in groups)
    if total < 2 or not weight:
        return 1.0
    shared = sum(_length(group) * (len(group.answers) - 1) / (total - 1) for group in groups)
    return shared / weight


def _length(group: ClaimGroup) -> int:
    return len(group.said[0].passage.text)


def _said(answer: int, passage: StatementSpan) -> Claim:
    tokens = _TOKENS.findall(passage.text.casefold())
    negated = any(token in _NEGATIONS or token.endswith(("n't", "n\u2019t")) for token in tokens)
    numbers = frozenset(token for token in tokens if not token.strip("0123456789.,"))
    return Claim(answer, passage, frozenset(tokens), numbers, negated)


def _weights(said: Iterable[Claim]) -> dict[str, float]:
    counts = Counter(word for each in said for word in each.words)
    total = sum(counts.values()) or 1
    return {word: log(1 + total / count) for word, count in counts.items()}


def _best_group(
    each: Claim,
    groups: Sequence[ClaimGroup],
    postings: Mapping[str, Sequence[int]],
    weights: Mapping[str, float],
) -> int | None:
    """The group whose first statement is most like `each`, where one is like it at all."""
    size = _weight(each.words, weights)
    candidates = {
        index for word in _prefix_filter(each, size, weights) for index in postings.get(word, ())
    }
    chosen, likeness = None, SIMILARITY_THRESHOLD
    for index in sorted(candidates):
        other = groups[index].said[0]
        common = _weight(each.words & other.words, weights)
        ratio = 2 * common / (size + _weight(other.words, weights))
        if ratio > likeness and _compatible(each, other):
            chosen, likeness = index, ratio
    return chosen


def _prefix_filter(each: Claim, size: float, weights: Mapping[str, float]) -> Iterator[str]:
    """Words, rare ones first, of which every statement that is like `each` has at least one.

    Two statements that are alike share at least SAME / (2 - SAME) of the weight of either.
    """
    seen = 0.0
    for word in sorted(each.words, key=lambda word: (-weights[word], word)):
        yield word
        seen += weights[word]
        if seen > size * (1 - SIMILARITY_THRESHOLD / (2 - SIMILARITY_THRESHOLD)):
            return


def _weight(words: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[word] for word in words)


def _compatible(one: Claim, other: Claim) -> bool:
    if one.negated != other.negated or one.passage.is_code != other.passage.is_code:
        return False
    if one.answer == other.answer:  # the points of one list are alike, and still each its own
        return one.words == other.words
    return not (one.numbers and other.numbers and one.numbers != other.numbers)
