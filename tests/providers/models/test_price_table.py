"""Look-ups in the table: by vendor, by date, and never in another vendor's row."""

from __future__ import annotations

import gzip
import json
import sys
from decimal import Decimal

import msgspec
import pytest

from antiphon.providers.models import price_files
from antiphon.providers.models.price_files import SHIPPED, installed_table, read_shipped, read_table
from antiphon.providers.models.price_table import Origin, PriceTable, cut_rows, list_keys


def row(owner: str, price: str, mode: str = "chat") -> dict:
    costs = {"input_cost_per_token": float(price), "output_cost_per_token": 1e-6}
    return {**costs, "litellm_provider": owner, "mode": mode}


ROWS = {
    "gpt-5": row("openai", "1e-6"),
    "gpt-5-2025-08-07": row("openai", "2e-6"),
    "ft:gpt-4o": row("openai", "3e-6"),
    "claude-x": row("anthropic", "4e-6"),
    "gemini/gemini-2": row("gemini", "5e-6"),
    "groq/openai/gpt-oss": row("groq", "6e-6"),
    "vertex_ai/claude-x": row("vertex_ai-anthropic_models", "7e-6"),
    "drawing": row("openai", "8e-6", mode="image_generation"),
    "odd": [],
}


@pytest.fixture
def table() -> PriceTable:
    return PriceTable(cut_rows(json.dumps(ROWS).encode()), Origin("1.2.3", "2026-01-02"))


@pytest.mark.parametrize(
    ("vendor", "model", "dollars"),
    [
        ("openai", "gpt-5", 1),
        ("openai", "gpt-5-2025-08-07", 2),
        ("openai", "gpt-5-2031-01-01", 1),
        ("openai", "gpt-5-latest", 1),
        ("openai", "ft:gpt-4o:me::id", 3),
        ("anthropic", "claude-x@20260101", 4),
        ("gemini", "models/gemini-2", 5),
        ("groq", "openai/gpt-oss", 6),
        ("", "anthropic/claude-x", 4),
        ("", "vertex_ai/claude-x", 7),
        ("", "gemini/gemini-2", 5),
        ("", "gpt-5", 1),
    ],
)
def test_a_model_is_found_under_the_name_that_people_use(table, vendor, model, dollars):
    assert table.facts(vendor, model).price.input == Decimal(dollars)


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("openai", "claude-x"),
        ("anthropic", "gpt-5"),
        ("openai", "gpt-5-mini"),
        ("", "reseller/gpt-5"),
        ("openai", "drawing"),
        ("openai", "odd"),
        ("openai", ""),
    ],
)
def test_a_model_is_not_priced_by_another_ones_row(table, vendor, model):
    assert table.facts(vendor, model) is None


def test_the_particular_comes_before_the_general():
    keys = [key for key, _ in list_keys("openai", "gpt-5-2025-08-07")]
    assert keys == ["openai/gpt-5-2025-08-07", "gpt-5-2025-08-07", "openai/gpt-5", "gpt-5"]


def test_the_shipped_table_knows_the_models_that_people_use():
    table = read_shipped()
    assert table.origin.source.startswith("litellm 1.")
    assert table.origin.date > "2026"
    gemini = table.facts("gemini", "gemini-2.5-pro")
    assert [tier.above for tier in gemini.price.tiers] == [200_000]
    assert table.facts("openai", "gpt-5").price.cached_input < Decimal(1)
    assert "reasoning" in table.facts("", "anthropic/claude-sonnet-4-5").capabilities


@pytest.mark.parametrize(
    ("installed", "source"), [(None, "shipped"), ("0.1.0", "shipped"), ("99.0.0", "installed")]
)
def test_of_two_tables_the_newer_one_is_read(monkeypatch, tmp_path, installed, source):
    path = tmp_path / price_files.FILE_NAME
    path.write_text(json.dumps(ROWS))
    monkeypatch.setattr(price_files, "installed_version", lambda: installed)
    monkeypatch.setattr(price_files, "installed_table", lambda: path)
    origin = read_table().origin
    assert (origin.version == "99.0.0") == (source == "installed")


def test_a_damaged_table_of_an_installed_litellm_leaves_the_shipped_one(monkeypatch, tmp_path):
    path = tmp_path / price_files.FILE_NAME
    path.write_text("{")
    monkeypatch.setattr(price_files, "installed_version", lambda: "99.0.0")
    monkeypatch.setattr(price_files, "installed_table", lambda: path)
    assert read_table().origin == read_shipped().origin


def test_the_shipped_table_is_small_and_of_the_tables_own_form():
    assert SHIPPED.stat().st_size < 100_000
    rows = msgspec.json.decode(gzip.decompress(SHIPPED.read_bytes()))
    assert rows["gpt-5"]["litellm_provider"] == "openai"
    assert list(rows)[1:] == sorted(list(rows)[1:])


def test_without_litellm_there_is_no_table_of_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "litellm", None)
    assert installed_table() is None
