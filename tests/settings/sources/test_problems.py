"""Where in a value its first error is, and what the value must be."""

from __future__ import annotations

import pytest
from pydantic_core import InitErrorDetails, ValidationError

from antiphon.settings.sources.problems import describe_validation_error


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ((), ""),
        (("inner",), ""),
        ((1,), "[1]"),
        ((0, "limit"), "[0].limit"),
        ((0, "inner-tag", "limit"), "[0].limit"),
        (("inner", 2, "name", 3), "[2].name[3]"),
    ],
)
def test_names_before_an_index_and_tags_of_types_are_not_in_the_path(location, path):
    error = ValidationError.from_exception_data(
        "settings", [InitErrorDetails(type="int_type", loc=location, input="x")]
    )
    assert describe_validation_error(error) == (path, "must be a valid integer")
