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
    from antiphon.model.values.model_info import ModelInfo


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
        if params.ids:
            return self._result([], ids=await self._find_ids(params))
        found = await self._catalog.models(
            refresh=bool(params.refresh), query=params.query or "", providers=params.providers
        )
        return self._result(
            [
                self._redactor.clean_reason(model)
                for model in found
                if not self._redactor.holds(model.id)
            ]
        )

    async def _find_ids(self, params: ModelsParams) -> list[str]:
        wanted = (params.query or "").casefold()
        found = await self._catalog.ids(refresh=bool(params.refresh), providers=params.providers)
        return [
            each for each in found if wanted in each.casefold() and not self._redactor.holds(each)
        ]

    def _result(self, models: list[ModelInfo], *, ids: list[str] | None = None) -> ModelsResult:
        return ModelsResult(
            models=models,
            default=list(self.default),
            lineups={name: list(entries) for name, entries in self.lineups.items()},
            presets=dict(self.presets),
            prices=self._catalog.price_source,
            ids=ids,
        )
