"""Groups rarely used commands, so that each group is imported at its first call.

Every start would otherwise wait for the comparison, the summaries and the copies of conversations,
which the first commands of an editor do not need.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.lsp.commands.registry import checked
from antiphon.lsp.commands.table import COMMANDS
from antiphon.lsp.rpc.handlers import deferred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from antiphon.app.client_services import ClientServices
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.prompts.service.store import PromptStore
    from antiphon.lsp.client.workspace_folders import WorkspaceFolders
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.commands.streaming import StreamingCommands
    from antiphon.lsp.features.pygls_bridge import LanguageHost

_RECHECK_S: Final = 1.0
"""How long events of a session may still come after its owner shares it no longer."""


def command_groups(
    services: ClientServices,
    runner: StreamingCommands,
    reader: Callable[[], ContextReader],
    prompts: Callable[[], PromptStore],
) -> Sequence[Mapping[str, Command]]:
    """Returns the handlers of every group, by the commands' names."""
    return [
        deferred(
            (
                "antiphon.estimate",
                "antiphon.broadcast",
                "antiphon.regenerate",
                "antiphon.cancel",
            ),
            partial(_runs, services, runner),
        ),
        deferred(
            ("antiphon.keys.set", "antiphon.keys.status", "antiphon.keys.delete"),
            partial(_keys, services),
        ),
        deferred(("antiphon.meter",), partial(_meter, services)),
        deferred(
            (
                "antiphon.sendTo",
                "antiphon.summarize",
                "antiphon.merge",
                "antiphon.digest.estimate",
            ),
            partial(_transfer, services, runner),
        ),
        deferred(
            (
                "antiphon.session.list",
                "antiphon.session.open",
                "antiphon.session.rename",
                "antiphon.session.tag",
                "antiphon.session.delete",
                "antiphon.session.share",
                "antiphon.session.fork",
                "antiphon.session.export",
                "antiphon.session.import",
            ),
            partial(_sessions, services),
        ),
        deferred(("antiphon.session.follow",), partial(_follow, services)),
        deferred(
            (
                "antiphon.history.search",
                "antiphon.history.stats",
                "antiphon.history.vacuum",
                "antiphon.history.verify",
            ),
            partial(_search, services),
        ),
        deferred(
            (
                "antiphon.prompt.read",
                "antiphon.prompt.run",
                "antiphon.prompt.estimate",
                "antiphon.prompt.list",
                "antiphon.prompt.import",
                "antiphon.prompt.export",
            ),
            partial(_prompts, services, runner, prompts),
        ),
        deferred(
            ("antiphon.compare", "antiphon.consensus"), partial(_comparison, services, reader)
        ),
    ]


def pipeline_group(
    services: ClientServices,
    runner: StreamingCommands,
    folders: WorkspaceFolders,
    language: LanguageHost,
) -> Mapping[str, Command]:
    """Returns the handlers of the commands on pipelines, by the commands' names."""
    names = [name for name in COMMANDS if name.startswith("antiphon.pipeline.")]
    return deferred(names, partial(_pipelines, services, runner, folders, language))


def _pipelines(
    services: ClientServices,
    runner: StreamingCommands,
    folders: WorkspaceFolders,
    language: LanguageHost,
) -> Mapping[str, Command]:
    from antiphon.app.cassettes import Cassettes  # noqa: PLC0415 - at the first call
    from antiphon.app.pipelines import make_pipelines  # noqa: PLC0415 - likewise
    from antiphon.engine.pipelines.running.client_files import (  # noqa: PLC0415 - likewise
        ClientFiles,
    )
    from antiphon.engine.prompts.context_entries import (  # noqa: PLC0415 - likewise
        FileLocation,
    )
    from antiphon.lsp.client.pipeline_files import (  # noqa: PLC0415 - likewise
        WorkspacePipelines,
    )
    from antiphon.lsp.commands.pipelines import pipeline_commands  # noqa: PLC0415 - likewise

    client = ClientFiles(
        WorkspacePipelines(lambda: folders.roots, language.folders_settled, language.text_of),
        lambda: FileLocation(None, folders.roots),
        Cassettes(lambda: folders.roots, services.providers, services.redactor).open,
    )
    return pipeline_commands(runner, make_pipelines(services), client)


def _runs(services: ClientServices, runner: StreamingCommands) -> Mapping[str, Command]:
    from antiphon.lsp.commands.streaming import run_commands  # noqa: PLC0415 - at the first call

    return _with_known_ids(services, run_commands(runner, services.broadcaster))


def _with_known_ids(
    services: ClientServices, commands: Mapping[str, Command]
) -> Mapping[str, Command]:
    """Refuses ids of others, for users of a network service."""
    if services.view.user is None:
        return commands
    from antiphon.engine.sessions.known_ids import KnownIds  # noqa: PLC0415 - for those alone

    known = KnownIds(services.history)
    checks = {
        "antiphon.cancel": known.check_cancel,
        "antiphon.history.search": known.check_search,
        "antiphon.meter": known.check_meter,
    }
    return {
        name: checked(command, checks[name]) if name in checks else command
        for name, command in commands.items()
    }


def _keys(services: ClientServices) -> Mapping[str, Command]:
    from antiphon.lsp.commands.settings import key_commands  # noqa: PLC0415 - at the first call

    return key_commands(services.keys)


def _meter(services: ClientServices) -> Mapping[str, Command]:
    from antiphon.lsp.commands.meter import meter_commands  # noqa: PLC0415 - at the first call

    return _with_known_ids(services, meter_commands(services.meter))


def _transfer(services: ClientServices, runner: StreamingCommands) -> Mapping[str, Command]:
    from antiphon.lsp.commands.answers import transfer_commands  # noqa: PLC0415 - at the first call

    return transfer_commands(runner, services.transfers, services.digests)


def _sessions(services: ClientServices) -> Mapping[str, Command]:
    from antiphon.lsp.commands.sessions import session_commands  # noqa: PLC0415 - at the first call

    return session_commands(services.sessions, services.session_editor)


def _follow(services: ClientServices) -> Mapping[str, Command]:
    from antiphon.lsp.commands.follow import follow_commands  # noqa: PLC0415 - at the first call

    services.engine.following.load()
    user = services.view.user
    return follow_commands(
        services.history.session,
        partial(services.engine.following.follow, user),
        recheck_s=None if user is None else _RECHECK_S,
    )


def _search(services: ClientServices) -> Mapping[str, Command]:
    from antiphon.lsp.commands.sessions import search_commands  # noqa: PLC0415 - at the first call

    commands = search_commands(services.searcher, services.history.upkeep)
    return _with_known_ids(services, commands)


def _prompts(
    services: ClientServices, runner: StreamingCommands, store: Callable[[], PromptStore]
) -> Mapping[str, Command]:
    from antiphon.lsp.commands.prompts import prompt_commands  # noqa: PLC0415 - at the first call

    return prompt_commands(runner, services.prompts, services.prompt_runner, store)


def _comparison(
    services: ClientServices, reader: Callable[[], ContextReader]
) -> Mapping[str, Command]:
    from antiphon.engine.pipelines.recording.comparison_log import (  # noqa: PLC0415 - likewise
        ComparisonLog,
    )
    from antiphon.lsp.commands.answers import (  # noqa: PLC0415 - at the first call
        comparison_commands,
    )

    log = ComparisonLog(services.history, services.history.pipelines)
    return comparison_commands(services.comparer, services.consensus, reader, log)
