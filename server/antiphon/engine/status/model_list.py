"""Lists the models that can be named: `antiphon.models`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.models import ModelsResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import ModelCatalog
    from antiphon.engine.redaction import Redactor
    from antiphon.model.commands.models import ModelsParams, Preset
    from antiphon.model.commands.runs import ModelChoice


class ModelList:
    """The catalog of models, with the user's defaults, line-ups and presets."""

    def __init__(self, catalog: ModelCatalog, redactor: Redactor) -> None:
        self.default: Sequence[str] = ()
        self.lineups: Mapping[str, Sequence[str | ModelChoice]] = {}
        self.presets: Mapping[str, Preset] = {}
        self._catalog = catalog
        self._redactor = redactor

    async def find(self, params: ModelsParams) -> ModelsResult:
        """Returns the models that match `params`, without ids that contain a secret."""
        found = await self._catalog.models(
            refresh=bool(params.refresh), query=params.query or "", providers=params.providers
        )
        return ModelsResult(
            models=[
                self._redactor.clean_reason(model)
                for model in found
                if not self._redactor.holds(model.id)
            ],
            default=list(self.default),
            lineups={name: list(entries) for name, entries in self.lineups.items()},
            presets=dict(self.presets),
            prices=self._catalog.price_source,
        )
