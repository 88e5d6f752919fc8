"""Decides which providers and models have a name in the figures.

Whoever asks chooses the model's name, and each name makes series that are kept until the server
ends. So only a model whose provider has accepted a request is counted under its name, if that looks
like the name of a model and not like a path, and only so many of them; the rest is `other`.
"""

from __future__ import annotations

import re
from typing import Final

OTHER: Final = "other"
MOST_MODELS: Final = 100
MOST_PROVIDERS: Final = 50
_NAME: Final = re.compile(r"(?![A-Za-z]:/)[\w.:@+-]+(?:/[\w.:@+-]+){0,4}", re.ASCII)
_LONGEST: Final = 100


class ModelLabels:
    """The names that one server's figures have."""

    def __init__(self) -> None:
        self._models: set[tuple[str, str]] = set()
        self._providers: set[str] = set()

    def provider(self, name: str) -> str:
        """Returns the label of a provider that a request was sent to."""
        if name not in self._providers and len(self._providers) < MOST_PROVIDERS:
            self._providers.add(name)
        return self.known_provider(name)

    def known_provider(self, name: str) -> str:
        """Returns the label of a provider that a request may have been sent to."""
        return name if name in self._providers else OTHER

    def accept(self, provider: str, model: str) -> None:
        """Gives a model its name, since its provider has accepted a request for it."""
        if len(self._models) < MOST_MODELS and len(model) <= _LONGEST and _NAME.fullmatch(model):
            self._models.add((provider, model))

    def model(self, provider: str, model: str) -> str:
        """Returns the label of a model."""
        return model if (provider, model) in self._models else OTHER
