/** Lists the models, and remembers those that were asked last. */
import * as vscode from "vscode";
import { initialModels } from "../core/modelChoice.js";
import type { ModelsResult } from "../protocol.js";
import type { Server } from "../server/server.js";

const LAST = "antiphon.lastModels";

export class Models {
  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
  ) {}

  /** Lists every model; `refresh` asks the providers again. */
  list(refresh = false): Promise<ModelsResult> {
    return this.server.execute("antiphon.models", { refresh });
  }

  /** Returns the models that a prompt goes to by default. */
  async current(): Promise<string[]> {
    const listed = await this.list();
    return this.preselected(listed);
  }

  preselected(listed: ModelsResult): string[] {
    const available = new Set(listed.models.filter((model) => model.available).map((model) => model.id));
    return initialModels(this.memory.get<string[]>(LAST), listed.default, available);
  }

  async remember(models: readonly string[]): Promise<void> {
    await this.memory.update(LAST, [...models]);
  }
}

/** Saves a line-up in the user's settings. */
export async function saveLineup(name: string, models: readonly string[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration("antiphon.models");
  const own = settings.inspect<Record<string, string[]>>("lineups")?.globalValue ?? {};
  await settings.update("lineups", { ...own, [name]: [...models] }, vscode.ConfigurationTarget.Global);
}
