/** Picks models: line-ups first, then the models of each provider. */
import * as vscode from "vscode";
import { type CheckedRows, applyToggle, lineupNames, matchingLineups } from "../core/modelChoice.js";
import { count, joinParts, money } from "../core/format/figures.js";
import { sanitizeForPick } from "../core/format/sanitize.js";
import type { ModelInfo, ModelsResult } from "../protocol.js";
import { type Models, saveLineup } from "./models.js";

interface Row extends vscode.QuickPickItem {
  readonly model?: string;
  readonly lineup?: string;
}

/** Asks the user for models; `undefined` if they cancel. */
export async function pickModels(models: Models): Promise<string[] | undefined> {
  const picker = new ModelPicker(models);
  try {
    return await picker.run();
  } finally {
    picker.dispose();
  }
}

/** Asks the user for one model; `undefined` if they cancel. */
export async function pickModel(models: Models, title: string): Promise<string | undefined> {
  const rows = models.list().then((listed) => rowsOf({ ...listed, lineups: {} }, []));
  const options = { title, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(rows, options))?.model;
}

class ModelPicker {
  private readonly pick = vscode.window.createQuickPick<Row>();
  private readonly save: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("save"),
    tooltip: vscode.l10n.t("Save as a line-up…"),
  };
  private readonly reload: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("refresh"),
    tooltip: vscode.l10n.t("Ask the providers again"),
  };
  private readonly key: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("key"),
    tooltip: vscode.l10n.t("Set an API key…"),
  };
  private listed: ModelsResult = { models: [], default: [], lineups: {}, presets: {} };
  private checked: CheckedRows = { lineups: [], models: [] };

  constructor(private readonly models: Models) {
    this.pick.title = vscode.l10n.t("Models to ask");
    this.pick.canSelectMany = true;
    this.pick.matchOnDescription = true;
    this.pick.matchOnDetail = true;
    this.pick.ignoreFocusOut = true;
    this.pick.buttons = [this.reload, this.save, this.key];
  }

  async run(): Promise<string[] | undefined> {
    const answer = new Promise<string[] | undefined>((resolve) => {
      this.pick.onDidHide(() => {
        resolve(undefined);
      });
      this.pick.onDidAccept(() => {
        if (this.checked.models.length > 0) {
          resolve([...this.checked.models]);
        } else {
          this.pick.title = vscode.l10n.t("Models to ask: check one at least, or leave with Escape");
        }
      });
    });
    this.pick.onDidChangeSelection((rows) => {
      this.onSelection(rows);
    });
    this.pick.onDidTriggerButton((button) => {
      void this.onButton(button);
    });
    this.pick.show();
    await this.load(false);
    const chosen = await answer;
    if (chosen !== undefined) {
      await this.models.remember(chosen, this.listed.default);
    }
    return chosen;
  }

  dispose(): void {
    this.pick.dispose();
  }

  private async onButton(button: vscode.QuickInputButton): Promise<void> {
    if (button === this.save) {
      await this.saveLineup();
    } else if (button === this.key) {
      await vscode.commands.executeCommand("antiphon.setApiKey");
    } else {
      await this.load(true);
    }
  }

  private async load(refresh: boolean): Promise<void> {
    this.pick.busy = true;
    try {
      this.listed = await this.models.list(refresh);
      const kept = this.checked.models.length > 0 ? this.checked.models : this.models.choice(this.listed).models;
      this.checked = { models: kept, lineups: matchingLineups(kept, lineupNames(this.listed.lineups)) };
      this.pick.items = rowsOf(this.listed, kept);
      this.pick.placeholder = this.listed.models.some(({ available }) => available)
        ? vscode.l10n.t("Choose models, or a line-up")
        : vscode.l10n.t("No model is available: set a key, or start a local server");
      this.mark();
    } finally {
      this.pick.busy = false;
    }
  }

  private onSelection(rows: readonly Row[]): void {
    const after = {
      lineups: rows.flatMap(({ lineup }) => lineup ?? []),
      models: rows.flatMap(({ model }) => model ?? []),
    };
    const wanted = applyToggle(this.checked, after, lineupNames(this.listed.lineups));
    this.checked = wanted;
    if (String(wanted.lineups) !== String(after.lineups) || String(wanted.models) !== String(after.models)) {
      this.mark();
    }
  }

  private mark(): void {
    const { lineups, models } = this.checked;
    this.pick.selectedItems = this.pick.items.filter(
      ({ lineup, model }) =>
        (lineup !== undefined && lineups.includes(lineup)) || (model !== undefined && models.includes(model)),
    );
  }

  private async saveLineup(): Promise<void> {
    const chosen = [...this.checked.models];
    if (chosen.length === 0) {
      return;
    }
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t("Name of the line-up"),
      prompt: chosen.join(", "),
      validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("A line-up needs a name.") : undefined),
    });
    if (name !== undefined) {
      await saveLineup(name.trim(), chosen);
    }
  }
}

/** Builds the rows: the chosen models first, which are not listed again below. */
function rowsOf({ models, lineups }: ModelsResult, chosen: readonly string[]): Row[] {
  const rows: Row[] = [];
  const first = models.filter(({ id, available }) => available && chosen.includes(id));
  if (first.length > 0) {
    rows.push(separator(vscode.l10n.t("Chosen")), ...first.map(rowOf));
  }
  const named = Object.entries(lineupNames(lineups));
  if (named.length > 0) {
    rows.push(separator(vscode.l10n.t("Line-ups")));
    for (const [name, members] of named) {
      rows.push({ label: `$(list-unordered) ${sanitizeForPick(name)}`, description: sanitizeForPick(members.join(", ")), lineup: name });
    }
  }
  const usable = models.filter((model) => model.available && !first.includes(model));
  for (const provider of new Set(usable.map((model) => model.provider))) {
    rows.push(separator(provider));
    rows.push(...usable.filter((model) => model.provider === provider).map(rowOf));
  }
  const unusable = models.filter(({ available }) => !available);
  if (unusable.length > 0) {
    rows.push(separator(vscode.l10n.t("Not available now")), ...unusable.map(rowOf));
  }
  return rows;
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function rowOf(model: ModelInfo): Row {
  const detail = model.available ? model.description && sanitizeForPick(model.description) : `$(circle-slash) ${sanitizeForPick(model.reason ?? "")}`;
  return {
    label: sanitizeForPick(model.available ? model.name : model.id),
    // With the id, so that the name of a provider finds its models.
    description: joinParts(model.available ? sanitizeForPick(model.id) : undefined, price(model), window(model)),
    ...(detail !== undefined && { detail }),
    model: model.id,
  };
}

/** Formats the price of a million tokens in and out. */
function price({ inputCostPerMTok: input, outputCostPerMTok: output }: ModelInfo): string | undefined {
  if (input === undefined || output === undefined) {
    return undefined;
  }
  if (Number(input) === 0 && Number(output) === 0) {
    return vscode.l10n.t("free");
  }
  return vscode.l10n.t("{0} in, {1} out per M tokens", money(input), money(output));
}

function window({ contextWindow }: ModelInfo): string | undefined {
  return contextWindow === undefined ? undefined : vscode.l10n.t("{0} context", count(contextWindow));
}
