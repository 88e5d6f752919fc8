"""Checks parameters that come from a file: their types, and that they name nothing outside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationError

from antiphon.model.conversation.session import Params

# A parameter may change how a model answers, but not where the request goes, with which key, or
# which files are read.
_REACHES_OUT: Final = re.compile(
    r"url|uri|base|host|endpoint|proxy|header|key|secret|auth|passw|credential|file|path|command|"
    r"cert|ssl|client|callback|provider|mock|env",
    re.IGNORECASE,
)


def find_reaching_name(value: object) -> str | None:
    """Returns the first name in `value` that may say where a request goes, or `None`."""
    if isinstance(value, Mapping):
        for name, below in cast("Mapping[str, Any]", value).items():
            if _REACHES_OUT.search(name):
                return name
            if (found := find_reaching_name(below)) is not None:
                return found
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for below in cast("Sequence[Any]", value):
            if (found := find_reaching_name(below)) is not None:
                return found
    return None


def find_param_problems(raw: Mapping[str, Any]) -> dict[str, str]:
    """Returns what is wrong with the parameters of a file, by their names."""
    problems: dict[str, str] = {}
    for name, value in raw.items():
        reaching = find_reaching_name({name: value}) if name not in Params.model_fields else None
        if reaching is not None:
            problems[name] = f"A file cannot set `{reaching[:40]}`."
    try:
        Params.model_validate(raw)
    except ValidationError as invalid:
        for each in invalid.errors(include_url=False, include_context=False, include_input=False):
            problems.setdefault(str(each["loc"][0]), f"{each['msg']}.")
    return problems
