"""Holds what the registries of all clients of one server share, which has no key in it."""

from __future__ import annotations

from antiphon.providers.models.facts import ModelFacts
from antiphon.providers.registry.entries import Fingerprints


class ProviderSharing:
    """The table of prices, read once, and fingerprints by which equal keys are found equal."""

    def __init__(self) -> None:
        self.facts = ModelFacts()
        self.fingerprints = Fingerprints()
