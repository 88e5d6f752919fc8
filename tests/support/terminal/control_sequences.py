"""What a model could write to take a terminal over, and every way to cut it in two.

None of these is a sequence that the client itself writes, so whichever reaches the terminal is the
model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVEN_BITS: Final = (
    # CSI: looks, places, erasing, modes, questions, windows.
    "\x1b[5;8;45m", "\x1b[38;2;1;2;3;4m", "\x1b[4:3m", "\x1b[77;177H", "\x1b[99A", "\x1b[9999G",
    "\x1b[3J", "\x1b[1J", "\x1b[2M", "\x1b[3;4r", "\x1b[?1003h", "\x1b[?2004h", "\x1b[?5h",
    "\x1b[20h", "\x1b[c", "\x1b[>0q", "\x1b[6n", "\x1b[21t", "\x1b[!p", "\x1b[2 q", "\x1b[3b",
    "\x1b[?1;\x0731m", "\x1b[1\x182", "\x1b[>4;2m", "\x1b[=1u", "\x1b[1$}",
    # OSC: title, colours, link, clipboard, message, file, current folder; ended in either way.
    "\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]4;1;rgb:ff/00/00\x1b\\", "\x1b]11;?\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]52;c;?\x1b\\", "\x1b]9;owned\x07", "\x1b]777;notify;a;b\x1b\\", "\x1b]7;file:///a\x07",
    "\x1b]1337;File=inline=1:b3duZWQ=\x07", "\x1b]133;C\x07", "\x1b]50;owned\x1b\\",
    # DCS, APC, PM, SOS.
    "\x1bP$qm\x1b\\", "\x1bPq#0;2;0\x1b\\", "\x1bP+q544e\x1b\\", "\x1bP1;1|17/owned\x1b\\",
    "\x1bPtmux;\x1b\x1b]52;c;b3duZWQ=\x07\x1b\\", "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b^owned\x1b\\",
    "\x1bXowned\x1b\\", "\x1bkowned\x1b\\",
    # Two letters, and three.
    "\x1bc", "\x1b7", "\x1b8", "\x1b=", "\x1b>", "\x1bD", "\x1bE", "\x1bH", "\x1bM", "\x1bN",
    "\x1bO", "\x1bZ", "\x1bn", "\x1b|", "\x1b(0", "\x1b)B", "\x1b#8", "\x1b%G", "\x1b F",
    # One in another, and what only begins.
    "\x1b[\x1b]52;c;b3duZWQ=\x07", "\x1b]0;\x1b[5m\x07", "\x1b\x1b[5m", "\x1b[5\x1b[6n",
    "\x1b]0;owned\x18\x1b[5m", "\x1b[?\x9b6n", "\x1b]0;owned\x9c\x9b5m", "\x1b]52;c;b3duZ", "\x1b[",
    "\x1b", "\x1bP$q",
)  # fmt: skip
_EIGHT_BITS: Final = {"\x1b[": "\x9b", "\x1b]": "\x9d", "\x1bP": "\x90", "\x1b_": "\x9f",
                      "\x1b^": "\x9e", "\x1bX": "\x98", "\x1b\\": "\x9c"}  # fmt: skip
_SINGLE: Final = [chr(code) for code in (*range(9), *range(11, 32), *range(0x7F, 0xA0))]


def _in_eight_bits(sequence: str) -> str:
    for seven, eight in _EIGHT_BITS.items():
        sequence = sequence.replace(seven, eight)
    return sequence


SEQUENCES: Final = [*dict.fromkeys([*_SEVEN_BITS, *map(_in_eight_bits, _SEVEN_BITS), *_SINGLE])]


def lines_cut_in_two() -> Iterator[tuple[str, str]]:
    """For each sequence and each place in it, and before and behind it, a line in two parts."""
    for sequence in SEQUENCES:
        for at in range(len(sequence) + 1):
            yield f"seen{sequence[:at]}", f"{sequence[at:]}\n"


def lines_in_single_letters() -> Iterator[str]:
    """Each sequence on a line of its own, a letter at a time."""
    for sequence in SEQUENCES:
        yield from ("seen", *sequence, "\n")
