"""Every figure is documented as it is exported."""

from __future__ import annotations

import re
from pathlib import Path

from antiphon.metrics import definitions
from antiphon.metrics.definitions import Definition
from antiphon.metrics.server_figures import NetworkFigures, ServerFigures
from antiphon.metrics.server_metrics import ServerMetrics
from support.observing.figures import Figures

PAGE = Path(__file__).parents[2] / "docs" / "observability.md"
ROW = re.compile(r"^\| `(antiphon_\w+)(?:\{([\w,]+)\})?` \| (\w+) \|", re.MULTILINE)
DEFINED = [each for each in vars(definitions).values() if isinstance(each, Definition)]


def test_the_page_names_each_figure_with_its_kind_and_its_labels() -> None:
    documented = {
        name: (kind, tuple(filter(None, labels.split(","))))
        for name, labels, kind in ROW.findall(PAGE.read_text(encoding="utf-8"))
    }
    assert documented == {each.name: (each.kind, tuple(each.labels)) for each in DEFINED}


async def test_a_server_exports_what_is_defined_and_nothing_else() -> None:
    metrics = ServerMetrics()
    network = NetworkFigures(1, {"token": 1}, 2, 3)
    metrics.read = lambda: ServerFigures(wal_bytes=0, network=network)
    found = Figures((await metrics.format()).decode())
    exported = {name for name in found.names() if not name.startswith("process_")}
    assert exported == {each.name for each in DEFINED}
    described = {family.name: family.documentation for family in found.families}
    assert all(described[each.name.removesuffix("_total")] == each.text for each in DEFINED)


def test_names_have_their_base_unit_and_counters_end_in_total() -> None:
    for each in DEFINED:
        assert each.name.endswith("_total") == (each.kind == "counter"), each.name
        assert not re.search(r"_(ms|milliseconds|kb|mib)\b", each.name), each.name
        assert (each.kind == "histogram") == each.name.endswith("_seconds"), each.name
