"""`antiphon ask`: one question, many models."""

from __future__ import annotations

from typing import Any

import click

from antiphon_terminal.asking.ask import Mode, ask
from antiphon_terminal.asking.question import Question
from antiphon_terminal.asking.server import run
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_of, consent_options
from antiphon_terminal.options.context import context_item
from antiphon_terminal.options.params import params_of
from antiphon_terminal.options.prompt import piped_context, read_prompt, stdin_context

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
_MODEL_HELP = "Ask this model. Give it again for more, also for the same one twice."
_CONTEXT_HELP = "Put a file, or lines of it, in front of the prompt; `-` is stdin."
_SESSION_HELP = "Go on with a session: with each of its panes, or with --pane."
_PANE_HELP = "Go on with this pane of --session, or of the last one. Repeatable."


@click.command("ask")
@click.argument("prompt", required=False)
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help=_MODEL_HELP,
    shell_complete=completion.models,
)
@click.option("--lineup", metavar="NAME", help="Ask the models of a lineup from the settings.")
@click.option("-f", "--file", metavar="FILE", type=_FILE, help="Read the prompt from a file.")
@click.option("-c", "--context", multiple=True, metavar="FILE[:START-END]", help=_CONTEXT_HELP)
@click.option("--system", metavar="TEXT", help="A system prompt for every model.")
@click.option(
    "--param", "params", multiple=True, metavar="KEY=VALUE", help="As in temperature=0.2."
)
@click.option(
    "--session", metavar="last|ID", help=_SESSION_HELP, shell_complete=completion.sessions
)
@click.option(
    "--pane",
    "panes",
    multiple=True,
    metavar="TITLE|ID",
    help=_PANE_HELP,
    shell_complete=completion.panes,
)
@click.option("--json", "as_json", is_flag=True, help="One event a line, then the result.")
@click.option("--plain", is_flag=True, help="No live screen: each answer as it completes.")
@click.option("--estimate", is_flag=True, help="Say what it would take; send nothing.")
@consent_options
def command(**options: Any) -> None:
    """Ask several models at once; their answers stream side by side.

    PROMPT may be `-` for stdin. What is piped in beside a prompt becomes its context:

    \b
        git diff | antiphon ask "Review this" -m demo/coder -m demo/terse

    The first Ctrl-C stops the models and keeps what they wrote, a second one leaves at once.
    Exit code 0: every model answered completely; 1: some did not, or were stopped; 2: bad usage;
    130: left at once.
    """
    run(ask(_question(options), _mode(options)))


def _question(options: dict[str, Any]) -> Question:
    prompt, file, names = options["prompt"], options["file"], options["context"]
    context = [context_item(name) for name in names if name != "-"]
    params = params_of(options["params"])
    text = read_prompt(prompt, file)
    if not text.strip():
        raise click.UsageError("The prompt is empty.")
    if "-" in names:
        context.append(stdin_context())
    elif (prompt or file) and "-" not in {prompt, file} and (piped := piped_context()):
        context.append(piped)
    return Question(
        text,
        models=options["models"],
        lineup=options["lineup"],
        context=context,
        system=options["system"],
        params=params,
        session=options["session"],
        panes=options["panes"],
        consent=consent_of(options),
    )


def _mode(options: dict[str, Any]) -> Mode:
    if options["estimate"]:
        return Mode.ESTIMATE_JSON if options["as_json"] else Mode.ESTIMATE
    if options["as_json"]:
        return Mode.JSON
    return Mode.PLAIN if options["plain"] else Mode.of_terminal()
