/** Picks models: line-ups first, then the models of each provider. */
import * as vscode from "vscode";
import { type Asked, type CheckedRows, applyToggle, choicesOf, lineupNames, matchingLineups, nameOf } from "../../core/modelChoice.js";
import type { ModelsResult } from "../../protocol.js";
import { DELETE, RENAME, type Row, rowsOf } from "./modelRows.js";
import { type Models, saveLineup } from "./models.js";
import { askPreset, deletePreset, ownPresets, renamePreset } from "./presets.js";

/** Asks the user for models; `undefined` if they cancel. */
export async function pickModels(models: Models): Promise<Asked[] | undefined> {
  const picker = new ModelPicker(models);
  try {
    return await picker.run();
  } finally {
    picker.dispose();
  }
}

/** Asks the user for the models of something else: they are not what prompts go to from then on. */
export async function pickOtherModels(models: Models, title: string, chosen: readonly string[]): Promise<Asked[] | undefined> {
  const picker = new ModelPicker(models, { title, chosen });
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
  private readonly savePreset: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("bookmark"),
    tooltip: vscode.l10n.t("Save the checked model as a preset…"),
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
  /** The presets that were renamed or deleted from this list. */
  private readonly dropped = new Set<string>();
  /** Whether another box is open in front of the list. */
  private isAside = false;

  constructor(
    private readonly models: Models,
    /** What else than the next prompt the models are for. */
    private readonly other?: { readonly title: string; readonly chosen: readonly string[] },
  ) {
    this.pick.title = other?.title ?? vscode.l10n.t("Models to ask");
    this.checked = { lineups: [], models: other?.chosen ?? [] };
    this.pick.canSelectMany = true;
    this.pick.matchOnDescription = true;
    this.pick.matchOnDetail = true;
    this.pick.ignoreFocusOut = true;
    this.pick.buttons = [this.reload, this.save, this.savePreset, this.key];
  }

  async run(): Promise<Asked[] | undefined> {
    const answer = new Promise<Asked[] | undefined>((resolve) => {
      this.pick.onDidHide(() => {
        if (!this.isAside) {
          resolve(undefined);
        }
      });
      this.pick.onDidAccept(() => {
        if (this.checked.models.length > 0) {
          resolve(choicesOf(this.checked, this.listed.lineups));
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
    this.pick.onDidTriggerItemButton(({ button, item }) => {
      void this.onPreset(button, item);
    });
    this.pick.show();
    await this.load(false);
    const chosen = await answer;
    if (chosen !== undefined && this.other === undefined) {
      await this.models.remember(chosen, this.listed.default);
    }
    return chosen;
  }

  dispose(): void {
    this.pick.dispose();
  }

  private async onButton(button: vscode.QuickInputButton): Promise<void> {
    if (button === this.save) {
      await this.aside(() => this.saveLineup());
    } else if (button === this.savePreset) {
      await this.saveAsPreset();
    } else if (button === this.key) {
      await vscode.commands.executeCommand("antiphon.setApiKey");
    } else {
      await this.load(true);
    }
  }

  private async onPreset(button: vscode.QuickInputButton, { model = "" }: Row): Promise<void> {
    const name = model.slice(1);
    if (button === RENAME || button === DELETE) {
      await this.aside(async () => {
        const renamed = button === RENAME ? await renamePreset(name) : undefined;
        const isGone = button === RENAME ? renamed !== undefined : await deletePreset(name);
        if (isGone) {
          this.dropped.add(name);
          const others = this.checked.models.filter((each) => each !== model);
          this.checked = { ...this.checked, models: renamed === undefined || others.length === this.checked.models.length ? others : [...others, `@${renamed}`] };
        }
      });
    }
  }

  private async saveAsPreset(): Promise<void> {
    const [model, ...more] = this.checked.models;
    if (model === undefined || more.length > 0) {
      this.pick.title = vscode.l10n.t("Models to ask: check one to save it as a preset");
      return;
    }
    await this.aside(async () => {
      const name = await askPreset(model);
      if (name !== undefined) {
        this.checked = { lineups: [], models: [`@${name}`] };
      }
    });
  }

  /** Opens other boxes in front of the list, and the list again after them. */
  private async aside(open: () => Promise<void>): Promise<void> {
    this.isAside = true;
    try {
      await open();
    } finally {
      this.isAside = false;
      this.pick.show();
      await this.load(false);
    }
  }

  private async load(refresh: boolean): Promise<void> {
    this.pick.busy = true;
    try {
      const own = ownPresets();
      const listed = await this.models.list(refresh);
      // The server hears of a change of the settings a moment later than this list.
      const others = Object.entries(listed.presets).filter(([name]) => !this.dropped.has(name));
      this.listed = { ...listed, presets: { ...Object.fromEntries(others), ...own } };
      const kept = this.checked.models.length > 0 ? this.checked.models : this.models.choice(this.listed).models.map(nameOf);
      this.checked = { models: kept, lineups: matchingLineups(kept, lineupNames(this.listed.lineups)) };
      this.pick.items = rowsOf(this.listed, kept, Object.keys(own));
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
    const chosen = choicesOf(this.checked, this.listed.lineups);
    if (chosen.length === 0) {
      return;
    }
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t("Name of the line-up"),
      prompt: chosen.map(nameOf).join(", "),
      validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("A line-up needs a name.") : undefined),
    });
    if (name !== undefined) {
      await saveLineup(name.trim(), chosen);
    }
  }
}
