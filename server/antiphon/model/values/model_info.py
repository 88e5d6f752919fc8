"""Defines what is known about a model and a provider before it is asked."""

from __future__ import annotations

from pydantic import Field

from antiphon.model.wire import Absent, Wire


class ModelInfo(Wire):
    """A model that can be named in a broadcast, available or not."""

    id: str
    """`<provider>/<model>`"""
    provider: str
    name: str
    available: bool
    reason: Absent[str] = None
    """Why it is not available, and what to do: `GROQ_API_KEY is not set`."""
    context_window: Absent[int] = None
    max_output_tokens: Absent[int] = None
    input_cost_per_m_tok: Absent[str] = Field(default=None, alias="inputCostPerMTok")
    output_cost_per_m_tok: Absent[str] = Field(default=None, alias="outputCostPerMTok")
    cached_input_cost_per_m_tok: Absent[str] = Field(default=None, alias="cachedInputCostPerMTok")
    capabilities: list[str] = Field(default_factory=list[str])
    """What it supports besides chat, as far as that is known: `reasoning`, `vision`, `tools` …"""
    deprecation_date: Absent[str] = None
    """The day on which its vendor plans to withdraw it, `2026-07-24`."""
    description: Absent[str] = None


class ProviderStatus(Wire):
    """Whether a configured provider can be used."""

    name: str
    available: bool
    reason: Absent[str] = None
    found: Absent[bool] = None
    """Whether it is a server on this machine that was found and not configured."""
    route: Absent[str] = None
    """The way that its requests take; absent if the environment names no proxy."""
