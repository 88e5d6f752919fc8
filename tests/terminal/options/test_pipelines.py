"""The options of `antiphon pipeline run`."""

from __future__ import annotations

import click
import pytest

from antiphon_terminal.options.pipelines import parse_models


def test_a_step_that_is_named_twice_asks_both_models() -> None:
    models = parse_models(["ask=demo/terse", "sum=demo/poet", "ask=demo/chatty"])
    assert models == {"ask": ["demo/terse", "demo/chatty"], "sum": "demo/poet"}


def test_what_is_no_pair_is_refused_by_the_name_of_the_option() -> None:
    with pytest.raises(click.BadParameter, match="'demo/terse' is not STEP=MODEL") as refused:
        parse_models(["demo/terse"])
    assert refused.value.param_hint == "--model"
