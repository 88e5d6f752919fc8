"""The search for candidates leaves out no group that a comparison with every group finds."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.engine.comparison.consensus import SIMILARITY_THRESHOLD, find_consensus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.comparison.consensus import Claim, ClaimGroup

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
CLAIMS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9, unique=True).map(" ".join)
ANSWERS = st.lists(CLAIMS, min_size=2, max_size=12)
"""Of one claim each: claims of one answer follow another rule."""
ROUNDING = 1e-9
NARROW = "alpha beta gamma", "alpha beta gamma delta epsilon zeta"
"""Few shared words, which are all that the shorter claim has."""


def measure(answers: Sequence[str]) -> Callable[[Claim, Claim], float]:
    """The similarity of two claims, from what the docstrings say of it."""
    counts = Counter(word for answer in answers for word in answer.split())
    weights = {word: log(1 + counts.total() / count) for word, count in counts.items()}

    def weigh(words: frozenset[str]) -> float:
        return sum(weights[word] for word in sorted(words))

    def similarity(one: Claim, other: Claim) -> float:
        return 2 * weigh(one.words & other.words) / (weigh(one.words) + weigh(other.words))

    return similarity


def founders_before(answer: int, groups: Sequence[ClaimGroup]) -> list[Claim]:
    """The first claims of the groups that existed when an answer was compared."""
    return [group.claims[0] for group in groups if group.claims[0].answer < answer]


@example(list(NARROW))
@example(list(reversed(NARROW)))
@given(ANSWERS)
def test_no_claim_misses_the_group_that_is_most_similar_to_it(answers: list[str]) -> None:
    similarity = measure(answers)
    groups = find_consensus(answers)
    for group in groups:
        founder = group.claims[0]
        for claim in group.claims:
            found = [similarity(claim, each) for each in founders_before(claim.answer, groups)]
            best = max(found, default=0.0)
            if claim is founder:
                assert best <= SIMILARITY_THRESHOLD + ROUNDING, "it was to join another group"
            else:
                assert similarity(claim, founder) >= best - ROUNDING
                assert best > SIMILARITY_THRESHOLD - ROUNDING
