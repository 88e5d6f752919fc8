/** Lists the models, and remembers those that were asked last. */
import * as vscode from "vscode";
import { type Asked, chosenModels, modelBehind, nameOf, type Remembered } from "../../core/modelChoice.js";
import type { ModelInfo, ModelsResult } from "../../protocol.js";
import type { Server } from "../../server/server.js";
import { showWarning } from "../../ui/messages.js";

const LAST = "antiphon.lastModels";

export interface Choice {
  readonly models: Asked[];
  /** The chosen models that cannot be asked now. */
  readonly missing: readonly Missing[];
}

interface Missing {
  readonly id: string;
  readonly reason: string;
}

export class Models {
  /** What was last said about models that cannot be asked. */
  private explained = "";

  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
  ) {}

  /** Lists every model; `refresh` asks the providers again. */
  list(refresh = false): Promise<ModelsResult> {
    return this.server.execute("antiphon.models", { refresh });
  }

  /** Returns the models that a prompt goes to by default. */
  async current(): Promise<Asked[]> {
    return this.choice(await this.list()).models;
  }

  /** Returns the models that a prompt goes to by default; tells the user which of the chosen ones are left out. */
  async currentOrExplain(): Promise<Asked[]> {
    const { models, missing } = this.choice(await this.list());
    void this.explain(missing);
    return models;
  }

  choice(listed: ModelsResult): Choice {
    const known = new Map(listed.models.map((model) => [model.id, model]));
    const models: Asked[] = [];
    const missing: Missing[] = [];
    for (const asked of chosenModels(this.remembered(), listed.default)) {
      const id = nameOf(asked);
      const model = known.get(modelBehind(id, listed.presets) ?? "");
      if (model?.available === true) {
        models.push(asked);
      } else {
        missing.push({ id, reason: reasonOf(model) });
      }
    }
    return { models, missing };
  }

  async remember(models: readonly Asked[], fallback: readonly string[]): Promise<void> {
    await this.memory.update(LAST, { models: [...models], fallback: [...fallback] });
  }

  private remembered(): Remembered | undefined {
    const kept = this.memory.get<Remembered | readonly string[]>(LAST);
    return kept === undefined || "models" in kept ? kept : { models: kept };
  }

  private async explain(missing: readonly Missing[]): Promise<void> {
    const text = missing.map(({ id, reason }) => (reason === "" ? id : `${id} (${reason})`)).join(", ");
    if (text === this.explained) {
      return;
    }
    this.explained = text;
    if (text !== "") {
      const choose = vscode.l10n.t("Choose Models…");
      if ((await showWarning(vscode.l10n.t("Chosen, but cannot be asked now: {0}.", text), choose)) === choose) {
        await vscode.commands.executeCommand("antiphon.chooseModels");
      }
    }
  }
}

function reasonOf(model: ModelInfo | undefined): string {
  return model === undefined ? vscode.l10n.t("not in any list") : (model.reason ?? "");
}

/** Saves a line-up in the user's settings. */
export async function saveLineup(name: string, models: readonly Asked[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration("antiphon.models");
  const own = settings.inspect<Record<string, Asked[]>>("lineups")?.globalValue ?? {};
  await settings.update("lineups", { ...own, [name]: [...models] }, vscode.ConfigurationTarget.Global);
}
