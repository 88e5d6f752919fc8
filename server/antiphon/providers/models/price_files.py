"""Reads the newest table: the shipped copy, or that of an installed LiteLLM.

LiteLLM is not imported for it: its import takes seconds, and may use the network.
"""

from __future__ import annotations

import gzip
import importlib.util
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from antiphon.providers.models.price_table import HEADER, Origin, PriceTable, cut_rows, decode_row

SHIPPED: Final = Path(__file__).with_name("prices.json.gz")
FILE_NAME: Final = "model_prices_and_context_window_backup.json"
_NUMBERS: Final = re.compile(r"\d+")


def read_table() -> PriceTable:
    """Returns the newest table on this machine.

    It blocks for some milliseconds, so run it in a thread.
    """
    shipped = read_shipped()
    installed = installed_version()
    if installed is None or _parse_version(installed) <= _parse_version(shipped.origin.version):
        return shipped
    return _read_installed(installed) or shipped


def read_shipped(path: Path = SHIPPED) -> PriceTable:
    """Returns the condensed copy.

    Raises `OSError` or `msgspec.MsgspecError` if the file is damaged.
    """
    rows = cut_rows(gzip.decompress(path.read_bytes()))
    header = decode_row(rows.pop(HEADER))
    return PriceTable(rows, Origin(header["version"], header["date"]))


def installed_version() -> str | None:
    """Returns the version of LiteLLM if it is installed, else `None`."""
    try:
        return version("litellm")
    except PackageNotFoundError:
        return None


def installed_table() -> Path | None:
    """Returns the path of an installed LiteLLM's table, or `None`."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name(FILE_NAME)


def _read_installed(installed: str) -> PriceTable | None:
    path = installed_table()
    try:
        return path and PriceTable(cut_rows(path.read_bytes()), Origin(installed))
    except (OSError, msgspec.MsgspecError):
        return None


def _parse_version(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBERS.findall(version)[:3])
