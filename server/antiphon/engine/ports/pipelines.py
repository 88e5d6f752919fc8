"""Defines what the engine needs of the storage of pipelines and of their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from antiphon.model.commands.pipelines.library import StepOutline
    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.commands.prompts import PromptInput
    from antiphon.model.values.usage import Cost

RunStatus = Literal["running", "complete", "partial", "failed", "cancelled"]


class KeptPipeline(Struct, frozen=True):
    """A pipeline as it is kept: its text, and what a list shows of it."""

    id: str
    name: str
    text: str
    sha256: str
    description: str | None = None
    inputs: Sequence[PromptInput] = ()
    steps: Sequence[StepOutline] = ()
    created_at: str = ""
    updated_at: str = ""


class KeptRun(Struct, frozen=True):
    """A run of a pipeline: what it was given, and how far each step came."""

    id: str
    session_id: str
    text: str
    """The pipeline's whole text, as it was run."""
    created_at: str
    pipeline_id: str | None = None
    uri: str | None = None
    """The file that the text came from."""
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Mapping[str, str | list[str]] = field(default_factory=dict[str, "str | list[str]"])
    status: RunStatus = "running"
    steps: Sequence[StepResult] = ()
    """In the order of the text."""


class RunSummary(Struct, frozen=True):
    """A run of a pipeline as a list shows it."""

    id: str
    session_id: str
    created_at: str
    status: RunStatus
    inputs: Sequence[str]
    """The names of its inputs."""
    models: Sequence[str]
    """The models of its answers, by step, each once."""
    costs: Sequence[Cost]
    """The cost of each step that has answers."""


class KeptComparison(Struct, frozen=True):
    """A comparison that was made in a session."""

    id: str
    """Rises with time, as ids of messages do."""
    session_id: str
    type: Literal["compare", "consensus"]
    message_ids: Sequence[str]
    granularity: str | None = None


class PipelineStore(Protocol):
    """Stores pipelines and their runs, with one whole transaction for each method.

    Raises `AntiphonError` of kind `storage` if the database cannot be used, of kind `not_found` if
    an id is unknown.
    """

    async def put(self, pipelines: Sequence[KeptPipeline]) -> None:
        """Stores pipelines, each instead of the one with its id if there is one."""
        ...

    async def get(self, pipeline_id: str) -> KeptPipeline:
        """Reads one pipeline."""
        ...

    async def list(self) -> list[str]:
        """Reads every pipeline by name, each as the JSON text of a `PipelineEntry`.

        A client is sent the texts as they are: a library may have a thousand.
        """
        ...

    async def delete(self, pipeline_id: str) -> None:
        """Deletes a pipeline, but not its runs."""
        ...

    async def approve(self, hashes: Sequence[str]) -> None:
        """Remembers the hashes of texts that the user has seen and agreed to."""
        ...

    async def approved(self, hashes: Sequence[str]) -> frozenset[str]:
        """Returns those of the hashes that were approved."""
        ...

    async def begin_run(self, run: KeptRun) -> None:
        """Stores a run whose session is stored, with all of its steps."""
        ...

    def put_step(self, run_id: str, step: StepResult) -> Awaitable[None]:
        """Stores how far a step came."""
        ...

    async def set_status(self, run_id: str, status: RunStatus) -> None:
        """Stores that a run ended, or that it runs again."""
        ...

    async def run(self, run_id: str) -> KeptRun:
        """Reads a run with its steps."""
        ...

    async def runs(self, pipeline_id: str, limit: int) -> Sequence[RunSummary]:
        """Reads the newest runs of a pipeline, whose id may be a file's address."""
        ...

    async def add_comparison(self, comparison: KeptComparison) -> None:
        """Stores a comparison, unless the same one was stored before."""
        ...

    async def comparisons(self, session_id: str) -> list[KeptComparison]:
        """Reads the comparisons of a session, the first one first."""
        ...


class PipelineFile(Struct, frozen=True):
    """A pipeline in the folder `.antiphon/pipelines` of an open folder."""

    uri: str
    stem: str
    """The file's name without its ending."""
    text: str


class PipelineFiles(Protocol):
    """The pipelines that are files of the workspace.

    Raises `AntiphonError`: `not_found` for a file that does not exist, `invalid_params` for one
    outside the folders or one that cannot be read, `unsupported` if no folder is open.
    """

    async def list(self) -> Sequence[PipelineFile]:
        """Reads every file that can be read, by name."""
        ...

    async def read(self, uri: str) -> str:
        """Reads one file."""
        ...

    async def write(self, text: str, *, uri: str | None = None, name: str = "") -> str:
        """Writes a file, a new one named after `name` without `uri`, and returns its address."""
        ...

    async def delete(self, uri: str) -> None:
        """Deletes a file."""
        ...
