"""Draws the samples of both servers as an SVG, one field for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH: Final = 640
_HEIGHT: Final = 120
_MARGIN: Final = 24
_COLOURS: Final = ("#1f77b4", "#d62728")


def draw(series: Sequence[Mapping[str, Sequence[float]]]) -> str:
    """Returns the SVG; every field begins at zero and ends at the largest value."""
    names = list(dict.fromkeys(name for found in series for name in found))
    fields = "".join(
        _field(name, index * (_HEIGHT + 2 * _MARGIN), [found.get(name, ()) for found in series])
        for index, name in enumerate(names)
    )
    size = f'width="{_WIDTH}" height="{len(names) * (_HEIGHT + 2 * _MARGIN)}"'
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{fields}</svg>\n'


def _field(name: str, top: float, lines: Sequence[Sequence[float]]) -> str:
    largest = max((value for line in lines for value in line), default=0.0)
    drawn = [f'<text x="{_MARGIN}" y="{top + 16}">{name}, at most {largest:g}</text>']
    for colour, line in zip(_COLOURS, lines, strict=False):
        step = (_WIDTH - 2 * _MARGIN) / max(1, len(line) - 1)
        points = " ".join(
            f"{_MARGIN + index * step:.1f},"
            f"{top + _MARGIN + _HEIGHT * (1 - value / (largest or 1)):.1f}"
            for index, value in enumerate(line)
        )
        drawn.append(f'<polyline fill="none" stroke="{colour}" points="{points}"/>')
    return "".join(drawn)
