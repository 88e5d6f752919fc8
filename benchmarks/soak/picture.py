"""Draws the samples of both servers as an SVG, one field for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH: Final = 720
_HEIGHT: Final = 110
_LEFT: Final = 64
_RIGHT: Final = 24
_HEAD: Final = 36
_FIELD: Final = _HEIGHT + 64
_COLOURS: Final = ("#1f77b4", "#d62728")
# The second server's line is broken, so that the first one's shows below it.
_DASHES: Final = ("none", "6 4")


def draw(series: Sequence[Mapping[str, Sequence[float]]]) -> str:
    """Returns the SVG; every field begins at zero and ends at the largest value."""
    names = list(dict.fromkeys(name for found in series for name in found))
    fields = "".join(
        _field(name, _HEAD + index * _FIELD, [found.get(name, ()) for found in series])
        for index, name in enumerate(names)
    )
    size = f'width="{_WIDTH}" height="{_HEAD + len(names) * _FIELD}"'
    style = 'font-family="sans-serif" font-size="12"'
    # Without a ground of its own the text is black on black for readers of dark pages.
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>'
        f"{ground}{_legend(len(series))}{fields}</svg>\n"
    )


def _legend(servers: int) -> str:
    return "".join(
        f'<path d="M{_LEFT + 110 * index} 18h28" {_stroke(index)}/>'
        f'<text x="{_LEFT + 34 + 110 * index}" y="22">server {index + 1}</text>'
        for index in range(min(servers, len(_COLOURS)))
    )


def _field(name: str, head: float, lines: Sequence[Sequence[float]]) -> str:
    largest = max((value for line in lines for value in line), default=0.0)
    top, bottom, right = head + 24, head + 24 + _HEIGHT, _WIDTH - _RIGHT
    drawn = [
        f'<text x="{_LEFT}" y="{head + 16}" font-weight="bold">{name}</text>',
        f'<path d="M{_LEFT} {top}V{bottom}H{right}" fill="none" stroke="#999"/>',
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{_LEFT}" y="{bottom + 16}">start</text>',
        f'<text x="{right}" y="{bottom + 16}" text-anchor="end">end</text>',
    ]
    if largest:
        drawn.append(f'<text x="{_LEFT - 6}" y="{top + 8}" text-anchor="end">{largest:.4g}</text>')
    for index, line in enumerate(lines[: len(_COLOURS)]):
        step = (right - _LEFT) / max(1, len(line) - 1)
        points = " ".join(
            f"{_LEFT + at * step:.1f},{bottom - _HEIGHT * value / (largest or 1):.1f}"
            for at, value in enumerate(line)
        )
        drawn.append(f'<polyline fill="none" points="{points}" {_stroke(index)}/>')
    return "".join(drawn)


def _stroke(index: int) -> str:
    return (
        f'stroke="{_COLOURS[index]}" stroke-dasharray="{_DASHES[index]}" '
        'stroke-width="1.5" stroke-linejoin="round"'
    )
