/** Asks how answers are summarized or merged, and shows which model writes and what that costs. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { digestEstimateLine } from "../../ask/estimate.js";
import { joinParts } from "../../core/format/figures.js";
import type { DigestEstimateParams, MergeParams, SummarizeParams } from "../../protocol.js";

type Format = SummarizeParams["format"];
type FormatRow = vscode.QuickPickItem & { readonly format: Format };

/** Keeps the chosen model, and requests the estimate again after each choice. */
class WriterChoice {
  model: string | undefined;
  /** Whether the list of models is open in front of the box. */
  choosing = false;
  private latest = 0;

  constructor(
    private readonly app: Antiphon,
    private readonly show: (line: string) => void,
  ) {}

  /** Shows `what` at once, and the estimate behind it as soon as it is known. */
  async estimate(what: string, params: DigestEstimateParams): Promise<void> {
    const request = (this.latest += 1);
    this.show(what);
    const line = await digestEstimateLine(this.app.server, { ...params, ...this.chosen() });
    if (request === this.latest) {
      this.show(joinParts(what, line));
    }
  }

  /** Lets the user choose the model in a list of its own, and opens the box again. */
  async choose(title: string, reopen: () => void): Promise<void> {
    this.choosing = true;
    const names = this.app.models.list().then(({ models }) => models.filter(({ available }) => available).map(({ id }) => id));
    this.model = (await vscode.window.showQuickPick(names, { title })) ?? this.model;
    this.choosing = false;
    reopen();
  }

  chosen(): { model?: string } {
    return this.model === undefined ? {} : { model: this.model };
  }
}

/** Asks for the format; one summary of all or of each, and the model, are behind buttons. */
export class SummaryBox {
  private readonly pick = vscode.window.createQuickPick<FormatRow>();
  private readonly eachButton = { iconPath: new vscode.ThemeIcon("split-horizontal"), tooltip: vscode.l10n.t("One of all, or one of each") };
  private readonly modelButton = { iconPath: new vscode.ThemeIcon("settings-gear"), tooltip: vscode.l10n.t("Choose the model that sums up…") };
  private readonly writer: WriterChoice;
  private combine = true;

  constructor(
    app: Antiphon,
    private readonly paneIds: string[],
  ) {
    this.writer = new WriterChoice(app, (line) => {
      this.pick.placeholder = line;
    });
    this.pick.ignoreFocusOut = true;
    this.pick.buttons = [this.eachButton, this.modelButton];
    this.pick.items = [
      { label: vscode.l10n.t("Executive"), detail: vscode.l10n.t("What it comes to, in a few sentences"), format: "executive" },
      { label: vscode.l10n.t("Technical"), detail: vscode.l10n.t("With what an engineer needs"), format: "technical" },
      { label: vscode.l10n.t("Bullets"), detail: vscode.l10n.t("One point a line"), format: "bullets" },
    ];
  }

  async run(): Promise<Omit<SummarizeParams, "paneIds"> | undefined> {
    this.pick.title = vscode.l10n.t("Sum up {0} answers", this.paneIds.length);
    this.update();
    const format = await new Promise<Format | undefined>((resolve) => {
      this.pick.onDidAccept(() => {
        resolve(this.pick.activeItems[0]?.format);
      });
      this.pick.onDidHide(() => {
        if (!this.writer.choosing) {
          resolve(undefined);
        }
      });
      this.pick.onDidTriggerButton((button) => {
        if (button === this.modelButton) {
          void this.writer.choose(vscode.l10n.t("The model that sums up"), () => {
            this.reopen();
          });
        } else {
          this.combine = !this.combine;
          this.update();
        }
      });
      this.pick.show();
    });
    this.pick.dispose();
    return format && { format, combine: this.combine, ...this.writer.chosen() };
  }

  private reopen(): void {
    this.update();
    // A list loses its rows when it is hidden.
    this.pick.items = [...this.pick.items];
    this.pick.show();
  }

  private update(): void {
    const what = this.combine ? vscode.l10n.t("One summary of all") : vscode.l10n.t("One summary of each");
    void this.writer.estimate(what, { type: "summary", paneIds: this.paneIds, combine: this.combine });
  }
}

/** Asks for the instructions of a merge; the model is behind a button. */
export class MergeBox {
  private readonly input = vscode.window.createInputBox();
  private readonly writer: WriterChoice;

  constructor(
    app: Antiphon,
    private readonly paneIds: string[],
  ) {
    this.writer = new WriterChoice(app, (line) => {
      this.input.prompt = line;
    });
    this.input.ignoreFocusOut = true;
    this.input.placeholder = vscode.l10n.t("Instructions, if there are any");
    this.input.buttons = [{ iconPath: new vscode.ThemeIcon("settings-gear"), tooltip: vscode.l10n.t("Choose the model that merges…") }];
  }

  async run(): Promise<Omit<MergeParams, "paneIds"> | undefined> {
    this.input.title = vscode.l10n.t("Merge {0} answers into one", this.paneIds.length);
    this.update();
    const instructions = await new Promise<string | undefined>((resolve) => {
      this.input.onDidAccept(() => {
        resolve(this.input.value.trim());
      });
      this.input.onDidHide(() => {
        if (!this.writer.choosing) {
          resolve(undefined);
        }
      });
      this.input.onDidTriggerButton(() => {
        void this.writer.choose(vscode.l10n.t("The model that merges"), () => {
          this.update();
          this.input.show();
        });
      });
      this.input.show();
    });
    this.input.dispose();
    return instructions === undefined ? undefined : { ...(instructions !== "" && { instructions }), ...this.writer.chosen() };
  }

  private update(): void {
    const what = vscode.l10n.t("Enter merges, Escape leaves");
    void this.writer.estimate(what, { type: "merge", paneIds: this.paneIds });
  }
}
