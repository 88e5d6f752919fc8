/** Commands that summarize and merge answers. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { coverageLine } from "../../core/format/coverage.js";
import type { DigestResult, MergeParams, Pane, SummarizeParams } from "../../protocol.js";
import { showInfo, showWarning } from "../../ui/messages.js";
import { ensureTrusted } from "../../ui/trust.js";
import { resolvePane, type Target } from "../panes/target.js";
import { paneAt, candidatePanes, pickPanes, selectedPanes } from "../panes/choosePanes.js";

type Format = SummarizeParams["format"];

/** Summarizes answers in a new pane, or each in its own. A keybinding can pass all parameters. */
export async function summarize(app: Antiphon, target?: Target | Pane | SummarizeParams, selection?: unknown): Promise<DigestResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given = isParams(target) ? target : undefined;
  const params = given ?? (await askForSummary(app, await choose(app, target, selection, vscode.l10n.t("Answers to sum up"))));
  return params && reportCoverage(await app.runs.digest("antiphon.summarize", params), vscode.l10n.t("Summary"));
}

/** Merges answers in a new pane. A keybinding can pass all parameters. */
export async function merge(app: Antiphon, target?: Target | Pane | MergeParams, selection?: unknown): Promise<DigestResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given = isParams(target) ? target : undefined;
  const params = given ?? (await askForMerge(await choose(app, target, selection, vscode.l10n.t("Answers to merge"))));
  return params && reportCoverage(await app.runs.digest("antiphon.merge", params), vscode.l10n.t("Merge"));
}

async function choose(app: Antiphon, target: unknown, selection: unknown, title: string): Promise<Pane[] | undefined> {
  const selected = await selectedPanes(app, selection);
  if (selected !== undefined) {
    return selected;
  }
  const first = await paneAt(app, target ?? resolvePane(undefined));
  return pickPanes(app, await candidatePanes(app, first?.uri), title);
}

async function askForSummary(app: Antiphon, panes: Pane[] | undefined): Promise<SummarizeParams | undefined> {
  if (panes === undefined) {
    return undefined;
  }
  const box = new SummaryBox(app);
  try {
    const how = await box.run(panes.length);
    return how && { paneIds: panes.map(({ id }) => id), ...how };
  } finally {
    box.dispose();
  }
}

async function askForMerge(panes: Pane[] | undefined): Promise<MergeParams | undefined> {
  if (panes === undefined) {
    return undefined;
  }
  const instructions = await vscode.window.showInputBox({
    title: vscode.l10n.t("Merge {0} answers into one", panes.length),
    prompt: vscode.l10n.t("Instructions, if there are any. Enter merges, Escape leaves"),
    ignoreFocusOut: true,
  });
  if (instructions === undefined) {
    return undefined;
  }
  const paneIds = panes.map(({ id }) => id);
  return { paneIds, ...(instructions.trim() !== "" && { instructions }) };
}

type FormatRow = vscode.QuickPickItem & { readonly format: Format };

/** Asks for the format; one summary of all or of each, and the model, are behind buttons. */
class SummaryBox {
  private readonly pick = vscode.window.createQuickPick<FormatRow>();
  private readonly eachButton = { iconPath: new vscode.ThemeIcon("split-horizontal"), tooltip: vscode.l10n.t("One of all, or one of each") };
  private readonly modelButton = { iconPath: new vscode.ThemeIcon("settings-gear"), tooltip: vscode.l10n.t("Choose the model that sums up…") };
  private combine = true;
  private model: string | undefined;
  private choosing = false;

  constructor(private readonly app: Antiphon) {
    this.pick.ignoreFocusOut = true;
    this.pick.buttons = [this.eachButton, this.modelButton];
    this.pick.items = [
      { label: vscode.l10n.t("Executive"), detail: vscode.l10n.t("What it comes to, in a few sentences"), format: "executive" },
      { label: vscode.l10n.t("Technical"), detail: vscode.l10n.t("With what an engineer needs"), format: "technical" },
      { label: vscode.l10n.t("Bullets"), detail: vscode.l10n.t("One point a line"), format: "bullets" },
    ];
  }

  async run(count: number): Promise<Omit<SummarizeParams, "paneIds"> | undefined> {
    this.pick.title = vscode.l10n.t("Sum up {0} answers", count);
    this.updatePlaceholder();
    const format = await new Promise<Format | undefined>((resolve) => {
      this.pick.onDidAccept(() => {
        resolve(this.pick.activeItems[0]?.format);
      });
      this.pick.onDidHide(() => {
        if (!this.choosing) {
          resolve(undefined);
        }
      });
      this.pick.onDidTriggerButton((button) => {
        if (button === this.modelButton) {
          void this.chooseModel();
        } else {
          this.combine = !this.combine;
          this.updatePlaceholder();
        }
      });
      this.pick.show();
    });
    return format && { format, combine: this.combine, ...(this.model !== undefined && { model: this.model }) };
  }

  dispose(): void {
    this.pick.dispose();
  }

  private async chooseModel(): Promise<void> {
    this.choosing = true;
    const names = this.app.models.list().then(({ models }) => models.filter(({ available }) => available).map(({ id }) => id));
    this.model = (await vscode.window.showQuickPick(names, { title: vscode.l10n.t("The model that sums up") })) ?? this.model;
    this.choosing = false;
    this.updatePlaceholder();
    // A list loses its rows when it is hidden.
    this.pick.items = [...this.pick.items];
    this.pick.show();
  }

  private updatePlaceholder(): void {
    const what = this.combine ? vscode.l10n.t("One summary of all") : vscode.l10n.t("One summary of each");
    this.pick.placeholder = this.model === undefined ? what : vscode.l10n.t("{0}, by {1}", what, this.model);
  }
}

/** Reports which sources were used, also if all were. */
function reportCoverage(result: DigestResult, name: string): DigestResult {
  const { coverage } = result;
  const text = `${name}: ${coverageLine(coverage)}.`;
  if (coverage.leftOut.length + coverage.cut.length > 0) {
    void showWarning(text);
  } else {
    void showInfo(text);
  }
  return result;
}

function isParams(target: unknown): target is SummarizeParams & MergeParams {
  return typeof target === "object" && target !== null && "paneIds" in target;
}
