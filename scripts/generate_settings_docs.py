"""Makes what repeats the settings' schema: docs/settings.md, the help of Neovim, `.env.example`.

    python scripts/generate_settings_docs.py            ends with 1 where they are not fresh
    python scripts/generate_settings_docs.py --write    makes them again

What stands outside the marked parts is written by hand and stays.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from antiphon.settings.schema.schema import Settings
from antiphon.settings.schema.vendors import VENDORS
from antiphon.settings.sources.environment import variable_name
from protocol_files.markdown import cell, table
from protocol_files.settings_table import Setting, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
COMMAND: Final = "make generate"
_BEGIN, _END = "<!-- generated:begin settings -->\n", "<!-- generated:end -->\n"
_HELP_BEGIN: Final = "				*antiphon-server-settings*\n"
_HELP_END: Final = "\n vim:"
_WIDTH: Final = 78
_TAB: Final = 8
_RESTRICTED: Final = " From the user's own settings only, never from a workspace."


def main() -> int:
    """Writes or checks; returns the exit code."""
    stale = {path: text for path, text in generated().items() if _text(path) != text}
    if "--write" in sys.argv[1:]:
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    elif stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        print(f"Not what the settings' schema says: {names}. Run `{COMMAND}`.", file=sys.stderr)
        return 1
    return 0


def generated() -> dict[Path, str]:
    """Every file and what must stand in it."""
    wanted: dict[Path, Callable[[str], str]] = {
        ROOT / "docs" / "settings.md": lambda text: _between(text, _BEGIN, _END, _reference()),
        ROOT / "neovim-plugin" / "doc" / "antiphon.txt": lambda text: _between(
            text, _HELP_BEGIN, _HELP_END, _help()
        ),
        ROOT / ".env.example": lambda _: _example(),
    }
    return {path: fresh(_text(path)) for path, fresh in wanted.items()}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _between(text: str, begin: str, end: str, fresh: str) -> str:
    before, marker, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not marker or not closing:
        sys.exit(f"The marks {begin.strip()!r} and {end.strip()!r} are missing.")
    return before + marker + fresh + closing + after


def _sections() -> Iterator[tuple[str, str, list[Setting]]]:
    """Each section's name, what it is about, and its settings."""
    every = list(settings())
    schema = Settings.model_json_schema()
    for name, section in schema["properties"].items():
        target: dict[str, Any] = schema["$defs"].get(section.get("$ref", "").rpartition("/")[2], {})
        about = section.get("description") or target.get("description", "")
        yield name, about, [each for each in every if re.split(r"\W", each.name)[0] == name]


def _reference() -> str:
    parts: list[str] = []
    for name, about, members in _sections():
        rows = [
            [
                f"`{each.name}`",
                f"`{cell(each.type)}`",
                each.shown_default,
                cell(each.meaning + (_RESTRICTED if each.user_only else "")),
                f"`{_variable(each)}`",
            ]
            for each in members
        ]
        header = ["setting", "type", "default", "meaning", "environment variable"]
        parts.append(
            f"\n### {name}\n\n{' '.join(about.split())}\n{table(header, rows)}".rstrip("\n")
        )
    return "\n".join(parts) + "\n\n"


def _help() -> str:
    lines = [
        "Made from the server's schema. They are in `config.toml`, or in `settings`",
        "of |vim.g.antiphon|. `antiphon config show --origin` prints where each is from.",
    ]
    for name, about, members in _sections():
        lines += ["", f"{name}~", *textwrap.wrap(" ".join(about.split()), _WIDTH)]
        for each in members:
            default = f" (default {each.default})" if each.default else ""
            # Bars and asterisks would be links and their targets.
            words = re.sub(r"[|*]", "/", f"{each.meaning}{default}")
            wrapped = textwrap.wrap(" ".join(words.split()), _WIDTH - _TAB)
            lines += [each.name, *(f"\t{line}" for line in wrapped)]
    return "\n".join(lines) + "\n"


def _example() -> str:
    lines = [
        "# What Antiphon reads from the environment. Copy what you need into your shell's profile;",
        "# Antiphon itself reads no .env file, for one in a workspace is not yours. Made by",
        f"# `{COMMAND}`.",
        "",
        "# Where your settings are, if not at the platform's place.",
        "# ANTIPHON_CONFIG=~/.config/antiphon/config.toml",
        "",
        "# Keys. One that is set turns its vendor on. `antiphon keys set` keeps one safe.",
    ]
    for name, vendor in VENDORS.items():
        lines.append(f"# {vendor.variables[0]}=    # {name}: {vendor.key_page}")
    for name, about, members in _sections():
        lines += ["", f"# {name}: {' '.join(about.split())}"]
        single = {_variable(each): each.default for each in members if "[]" not in each.name}
        together = {_variable(each): "" for each in members if "[]" in each.name}
        lines += [f"# {variable}={value}" for variable, value in (single | together).items()]
    return "\n".join(lines) + "\n"


def _variable(setting: Setting) -> str:
    # The elements of a list are set together, as JSON.
    return variable_name(tuple(setting.name.partition("[]")[0].split(".")))


if __name__ == "__main__":
    sys.exit(main())
