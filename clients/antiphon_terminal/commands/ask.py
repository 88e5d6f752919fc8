"""Defines `antiphon ask`: sends one prompt to many models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antiphon_terminal.asking.ask import Mode, Question, ask
from antiphon_terminal.asking.question import AskOptions
from antiphon_terminal.asking.server import run_command
from antiphon_terminal.files.source import read_source, suggest_file
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_options, read_consent
from antiphon_terminal.options.context import parse_context
from antiphon_terminal.options.network_server import network_server_options
from antiphon_terminal.options.params import parse_params
from antiphon_terminal.options.prompt import (
    PROMPT_FILE_SUFFIX,
    parse_inputs,
    read_piped_context,
    read_prompt,
    read_stdin_context,
)

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
_MODEL_HELP = "Ask this model. Repeatable, also with the same model."
_CONTEXT_HELP = (
    "Put a file, or lines of it, in front of the prompt; `-` is stdin, `@diff` what git has "
    "changed here, `@staged` what it would commit."
)
_SESSION_HELP = "Continue a session: each of its panes, or those of --pane."
_PANE_HELP = "Continue this pane of --session, or of the last one. Repeatable."


@click.command("ask")
@click.argument("prompt", required=False)
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL|@PRESET",
    help=_MODEL_HELP,
    shell_complete=completion.complete_models,
)
@click.option("--lineup", metavar="NAME", help="Ask the models of a lineup from the settings.")
@click.option(
    "-p", "--prompt", "library", metavar="NAME", help="Ask a prompt of `antiphon prompt list`."
)
@click.option("-f", "--file", metavar="FILE", type=_FILE, help="Read the prompt from a file.")
@click.option(
    "-c", "--context", multiple=True, metavar="FILE[:START-END]|@diff|@staged", help=_CONTEXT_HELP
)
@click.option("--system", metavar="TEXT", help="A system prompt for every model.")
@click.option(
    "--param", "params", multiple=True, metavar="KEY=VALUE", help="For example temperature=0.2."
)
@click.option(
    "--session", metavar="last|ID", help=_SESSION_HELP, shell_complete=completion.complete_sessions
)
@click.option(
    "--pane",
    "panes",
    multiple=True,
    metavar="TITLE|ID",
    help=_PANE_HELP,
    shell_complete=completion.complete_panes,
)
@click.option(
    "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="An input of a prompt file."
)
@click.option("--json", "as_json", is_flag=True, help="Write one event a line, then the result.")
@click.option(
    "--plain", is_flag=True, help="Use no live screen: print each answer when it is complete."
)
@click.option("--estimate", is_flag=True, help="Estimate the cost and send nothing.")
@consent_options
@network_server_options
def command(**options: Any) -> None:
    """Ask several models at once, with their answers side by side.

    PROMPT may be `-` for stdin. What is piped in beside a prompt becomes its context:

    \b
        git diff | antiphon ask "Review this" -m demo/coder -m demo/terse

    PROMPT may be a prompt file, with its inputs:

    \b
        antiphon ask review.antiphon.md --input file=src/x.py
        antiphon ask --prompt "Review my changes" -m demo/terse

    The first Ctrl-C stops the models and keeps what they wrote, a second one exits at once.
    Exit code 0: every model answered completely, and as a prompt file expects; 1: some did not, or
    were stopped; 2: bad usage; 130: exited at once.
    """
    mode = _choose_mode(options)
    path = _find_prompt_file(options)
    inputs = parse_inputs(options["inputs"])
    library: str | None = options["library"]
    if path is None and library is None and inputs:
        raise click.UsageError("--input is for prompt files, whose names end with .antiphon.md.")
    given = _read_options(options, path)
    may_ask = mode in {Mode.LIVE, Mode.PLAIN}
    question: Question = given
    if path is not None:
        from antiphon_terminal.asking.prompt_file import PromptFileQuestion  # noqa: PLC0415 - few ask one

        question = PromptFileQuestion(path, given.prompt, inputs, given, may_ask)
    elif library is not None:
        from antiphon_terminal.asking.library_prompt import LibraryQuestion  # noqa: PLC0415 - likewise

        question = LibraryQuestion(library, inputs, given, may_ask)
    run_command(ask(question, mode))


def _find_prompt_file(options: dict[str, Any]) -> Path | None:
    """Returns the prompt file that is named as the prompt or as its file."""
    if options["library"] is not None and (options["file"] or options["prompt"]):
        raise click.UsageError("Give one prompt: as an argument, with --file or with --prompt.")
    name: str = options["file"] or options["prompt"] or ""
    if not name.endswith(PROMPT_FILE_SUFFIX) or "\n" in name:
        return None
    path = Path(name)
    if not path.is_file():
        if any(map(str.isspace, name)):  # a prompt that ends with a file's name
            return None
        raise click.UsageError(f"There is no prompt file {name}.{suggest_file(path)}")
    if options["file"] and options["prompt"]:
        raise click.UsageError("Give the prompt as an argument or with --file, not both.")
    if options["system"] is not None:
        raise click.UsageError("A prompt file has its own system prompt.")
    return path


def _read_options(options: dict[str, Any], path: Path | None) -> AskOptions:
    prompt, file, names = options["prompt"], options["file"], options["context"]
    context = [parse_context(name) for name in names if name != "-"]
    params = parse_params(options["params"])
    library: str | None = options["library"]
    text = library or (read_prompt(prompt, file) if path is None else read_source(path))
    if not text.strip():
        raise click.UsageError("The prompt is empty.")
    if "-" in names:
        context.append(read_stdin_context())
    elif (
        (prompt or file or library)
        and "-" not in {prompt, file}
        and (piped := read_piped_context())
    ):
        context.append(piped)
    return AskOptions(
        text,
        models=options["models"],
        lineup=options["lineup"],
        context=context,
        system=options["system"],
        params=params,
        session=options["session"],
        panes=options["panes"],
        consent=read_consent(options),
    )


def _choose_mode(options: dict[str, Any]) -> Mode:
    if options["estimate"]:
        return Mode.ESTIMATE_JSON if options["as_json"] else Mode.ESTIMATE
    if options["as_json"]:
        return Mode.JSON
    return Mode.PLAIN if options["plain"] else Mode.for_terminal()
