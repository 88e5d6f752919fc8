"""Groups statements of several answers that are put in nearly the same words.

Two statements count as the same if enough of their words are, and rare words count for more than
common ones. Nothing here understands a sentence. So that the plainest contradictions do not count
as agreement, statements never match if one is negated and the other is not, or if both name numbers
and the numbers differ.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import fsum, log
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field

from antiphon.engine.comparison.statements import split_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from antiphon.engine.comparison.statements import StatementSpan

SIMILARITY_THRESHOLD: Final = 0.6
"""The least similarity, from 0 to 1, of two statements that count as the same."""

_TOKENS: Final = re.compile(
    r"\d+(?:[.,]\d+)*(?!\w)|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+(?:['\u2019][^\W_]+)*"
    r"|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]"
)
_NEGATIONS: Final = frozenset(
    {"no", "not", "never", "none", "neither", "nor", "without", "cannot", "nothing", "nobody"}
    | {"nicht", "kein", "keine", "keinen", "nie", "ne", "pas", "jamais", "sin", "nunca"}
    | {"\u4e0d", "\u6ca1", "\u7121", "\u672a"}
)


class Claim(Struct, frozen=True):
    """A statement of one answer, prepared for comparison."""

    answer: int
    statement: StatementSpan
    words: frozenset[str]
    numbers: frozenset[str]
    negated: bool


class ClaimGroup(Struct):
    """All claims that say the same. The first one is quoted for the group."""

    claims: list[Claim] = field(default_factory=list[Claim])

    @property
    def answers(self) -> list[int]:
        """The indexes of the answers that make the claim, each once, in order."""
        return sorted({each.answer for each in self.claims})

    def verdict(self, total: int) -> Literal["all", "some", "one"]:
        """Returns whether all, some or one of `total` answers make the claim."""
        count = len(self.answers)
        if count == 1:
            return "one"
        return "all" if count == total else "some"


def find_consensus(contents: Sequence[str]) -> list[ClaimGroup]:
    """Returns the claims of the answers, in the order in which they are first made."""
    claims = [
        _to_claim(index, statement)
        for index, text in enumerate(contents)
        for statement in split_statements(text)
    ]
    weights = _compute_weights(claims)
    groups: list[ClaimGroup] = []
    postings: dict[str, list[int]] = defaultdict(list)
    for each in claims:
        index = _find_best_group(each, groups, postings, weights)
        if index is not None:
            groups[index].claims.append(each)
            continue
        for word in each.words:
            postings[word].append(len(groups))
        groups.append(ClaimGroup([each]))
    return groups


def compute_agreement(groups: Sequence[ClaimGroup], total: int) -> float:
    """Returns the average share, from 0 to 1, of other answers that share a claim.

    A long claim counts for more than a short one. Answers without any claim agree: 1.
    """
    weight = sum(_text_length(group) for group in groups)
    if total < 2 or not weight:
        return 1.0
    shared = sum(_text_length(group) * (len(group.answers) - 1) / (total - 1) for group in groups)
    return shared / weight


def _text_length(group: ClaimGroup) -> int:
    return len(group.claims[0].statement.text)


def _to_claim(answer: int, statement: StatementSpan) -> Claim:
    tokens = _TOKENS.findall(statement.text.casefold())
    negated = any(token in _NEGATIONS or token.endswith(("n't", "n\u2019t")) for token in tokens)
    numbers = frozenset(token for token in tokens if not token.strip("0123456789.,"))
    return Claim(answer, statement, frozenset(tokens), numbers, negated)


def _compute_weights(claims: Iterable[Claim]) -> dict[str, float]:
    counts = Counter(word for each in claims for word in each.words)
    total = sum(counts.values()) or 1
    return {word: log(1 + total / count) for word, count in counts.items()}


def _find_best_group(
    each: Claim,
    groups: Sequence[ClaimGroup],
    postings: Mapping[str, Sequence[int]],
    weights: Mapping[str, float],
) -> int | None:
    """Returns the index of the group that is most similar to `each`, or `None`.

    A group's first claim is compared. None is returned if no claim reaches the threshold.
    """
    size = _sum_weights(each.words, weights)
    candidates = {
        index for word in _prefix_filter(each, size, weights) for index in postings.get(word, ())
    }
    chosen, similarity = None, SIMILARITY_THRESHOLD
    for index in sorted(candidates):
        other = groups[index].claims[0]
        common = _sum_weights(each.words & other.words, weights)
        ratio = 2 * common / (size + _sum_weights(other.words, weights))
        if ratio > similarity and _can_match(each, other):
            chosen, similarity = index, ratio
    return chosen


def _prefix_filter(each: Claim, size: float, weights: Mapping[str, float]) -> Iterator[str]:
    """Yields the rarest words of `each`, one of which every similar claim has.

    With the threshold T, two similar claims share at least T / (2 - T) of the weight of either.
    This is the prefix filter of similarity joins.
    """
    covered = 0.0
    for word in sorted(each.words, key=lambda word: (-weights[word], word)):
        yield word
        covered += weights[word]
        if covered > size * (1 - SIMILARITY_THRESHOLD / (2 - SIMILARITY_THRESHOLD)):
            return


def _sum_weights(words: Iterable[str], weights: Mapping[str, float]) -> float:
    # An exact sum: the order of a set differs between processes, and with it a sum's rounding.
    return fsum(weights[word] for word in words)


def _can_match(one: Claim, other: Claim) -> bool:
    if one.negated != other.negated or one.statement.is_code != other.statement.is_code:
        return False
    if one.answer == other.answer:
        # The points of one list are similar, and each is still a claim of its own.
        return one.words == other.words
    return not (one.numbers and other.numbers and one.numbers != other.numbers)
