"""Reads figures with the client library's own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from support.network.service import connected

if TYPE_CHECKING:
    from collections.abc import Iterable


class Figures:
    """The samples of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families = list(text_string_to_metric_families(text))
        self._samples = [sample for family in self.families for sample in family.samples]

    def sum(self, name: str, **labels: str) -> float:
        """Returns the sum of the samples that have at least these labels."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def by(self, name: str, *labels: str) -> dict[tuple[str, ...], float]:
        """Returns the sums that are not zero by these labels."""
        found: dict[tuple[str, ...], float] = {}
        for sample in self._samples:
            if sample.name == name and sample.value:
                key = tuple(sample.labels[label] for label in labels)
                found[key] = found.get(key, 0) + sample.value
        return found

    def names(self) -> Iterable[str]:
        """Returns the names of all families, as they are documented."""
        return {
            f"{family.name}_total" if family.type == "counter" else family.name
            for family in self.families
        }


async def scrape(port: int, token: str) -> Figures:
    """Reads the figures of a server on loopback."""
    async with connected(port) as socket:
        headers = (f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}")
        head = await socket.ask("GET /metrics HTTP/1.1", headers)
        assert " 200 " in head, head
        return Figures((await socket.reader.read()).decode())
