"""Completes words with `:`, `=` and `@` in bash, as names of models have.

Bash cuts a word at each character of COMP_WORDBREAKS, asks for the last part, and replaces only
that part. So the whole line is read here, and what bash keeps is left out of the answers.
zsh, fish and PowerShell give and take whole words; click's own scripts serve them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SCRIPT: Final = """\
%(complete_func)s() {
    local response type value

    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \
%(complete_var)s=bash_complete "$1")

    while IFS=',' read -r type value; do
        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("$value")
        fi
    done <<< "$response"

    return 0
}

%(complete_func)s_setup() {
    complete -o nosort -F %(complete_func)s %(prog_name)s
}

%(complete_func)s_setup;
"""
_CURSOR: Final = "\0"
_BREAKS: Final = " \t\n\"'@><=;|&(:"
_BEGINS_A_PART: Final = "@"
"""A break that readline hands over with what comes after it (`rl_special_prefixes`)."""
_ASSIGNMENT: Final = re.compile(r"\w+=")
_OPTION: Final = re.compile(r"--[\w-]+=")


@add_completion_class
class WholeWords(BashComplete):
    """Completes the word before the cursor, however bash has cut it."""

    source_template = _SCRIPT
    _kept = 0
    """How many characters of the word bash leaves in the line."""
    _option = ""
    """The `--option=` that the word begins with; click offers only what comes after it."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Returns the arguments before the word, and what there is of the word."""
        line = os.environ.get("COMP_LINE")
        if line is None:  # the script of an earlier version is still loaded
            return super().get_completion_args()
        words = split_arg_string(line + _CURSOR)
        while len(words) > 1 and _ASSIGNMENT.match(words[0]):
            words.pop(0)
        word = words.pop().removesuffix(_CURSOR)
        self._kept = kept_by_bash(line, os.environ.get("COMP_WORDBREAKS", _BREAKS))
        found = _OPTION.match(word)
        self._option = found.group() if found else ""
        return words[1:], word

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Returns one line of the answer: the type and the replacement of bash's part."""
        value = f"{self._option}{item.value}" if item.type == "plain" else item.value
        return f"{item.type},{value[self._kept :] if item.type == 'plain' else value}"


def kept_by_bash(line: str, breaks: str) -> int:
    """Returns the part of the last word of `line` before its last break."""
    length = kept = 0
    quote = ""
    escaped = False
    for character in line:
        if escaped:
            escaped = False
            length += 1
        elif character == "\\" and quote != "'":
            escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "\"'":
            quote = character
            kept = length  # bash completes what comes after the quote
        elif not quote and character.isspace():
            length = kept = 0
        else:
            if not quote and character in breaks:
                kept = length if character in _BEGINS_A_PART else length + 1
            length += 1
    return kept
