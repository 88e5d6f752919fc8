/** Where it is sent, and how: into panes of one session or to new models, as context or a question. */
import * as vscode from "vscode";
import type { Antiphon } from "../context.js";
import { rowOf } from "../commands/choosePanes.js";
import { inPick } from "../core/shown.js";
import type { Pane, SendToParams, TransferTo } from "../protocol.js";

interface TargetRow extends vscode.QuickPickItem {
  readonly pane?: Pane;
  readonly model?: string;
}

/** How it is sent. */
export type Manner = Pick<SendToParams, "mode" | "prompt" | "role" | "note">;

/** Panes, and models for new ones. */
export async function pickTargets(app: Antiphon, panes: readonly Pane[]): Promise<{ to: TransferTo; panes: Pane[] } | undefined> {
  const { models } = await app.models.list();
  const rows: TargetRow[] = panes.map((pane) => rowOf(app, pane));
  rows.push({ label: vscode.l10n.t("New panes"), kind: vscode.QuickPickItemKind.Separator });
  rows.push(...models.filter(({ available }) => available).map(({ id }) => ({ label: `$(add) ${inPick(id)}`, model: id })));
  const title = vscode.l10n.t("Send to");
  const chosen = await vscode.window.showQuickPick(rows, { title, canPickMany: true, matchOnDescription: true });
  if (chosen === undefined || chosen.length === 0) {
    return undefined;
  }
  const there = chosen.flatMap(({ pane }) => pane ?? []);
  const paneIds = there.map(({ id }) => id);
  const fresh = chosen.flatMap(({ model }) => model ?? []);
  return { panes: there, to: { ...(paneIds.length > 0 && { paneIds }), ...(fresh.length > 0 && { models: fresh }) } };
}

/** Asks how; a note, and whether the words stay whose they were, are behind buttons. */
export async function pickManner(): Promise<Manner | undefined> {
  const box = new MannerBox();
  try {
    return await box.run();
  } finally {
    box.dispose();
  }
}

type MannerRow = vscode.QuickPickItem & { readonly kindOf: "ask" | "question" | "context" };

class MannerBox {
  private readonly pick = vscode.window.createQuickPick<MannerRow>();
  private readonly noteButton = { iconPath: new vscode.ThemeIcon("note"), tooltip: vscode.l10n.t("Add a note…") };
  private readonly roleButton = {
    iconPath: new vscode.ThemeIcon("account"),
    tooltip: vscode.l10n.t("Keep who said it, or have it said by you"),
  };
  private note = "";
  private preserve = false;
  private noting = false;

  constructor() {
    this.pick.title = vscode.l10n.t("Send it as");
    this.pick.ignoreFocusOut = true;
    this.pick.buttons = [this.noteButton, this.roleButton];
    this.pick.items = [
      { label: `$(comment-discussion) ${vscode.l10n.t("Context and a question")}`, detail: vscode.l10n.t("Asks now, with what is sent in front"), kindOf: "ask" },
      { label: `$(question) ${vscode.l10n.t("The question itself")}`, detail: vscode.l10n.t("What is sent is answered now"), kindOf: "question" },
      { label: `$(quote) ${vscode.l10n.t("Context for later")}`, detail: vscode.l10n.t("Put at the end of the conversation; nothing is asked"), kindOf: "context" },
    ];
    this.tell();
  }

  async run(): Promise<Manner | undefined> {
    const row = await new Promise<MannerRow | undefined>((resolve) => {
      this.pick.onDidAccept(() => {
        resolve(this.pick.activeItems[0]);
      });
      this.pick.onDidHide(() => {
        if (!this.noting) {
          resolve(undefined);
        }
      });
      this.pick.onDidTriggerButton((button) => {
        if (button === this.noteButton) {
          void this.askNote();
        } else {
          this.preserve = !this.preserve;
          this.tell();
        }
      });
      this.pick.show();
    });
    if (row === undefined) {
      return undefined;
    }
    const rest: Omit<Manner, "mode"> = { role: this.preserve ? "preserve" : "user", ...(this.note !== "" && { note: this.note }) };
    if (row.kindOf !== "ask") {
      return { ...rest, mode: row.kindOf === "context" ? "context" : "ask" };
    }
    this.noting = true;
    const title = vscode.l10n.t("The question that goes with it");
    const prompt = await vscode.window.showInputBox({ title, ignoreFocusOut: true });
    return prompt === undefined || prompt.trim() === "" ? undefined : { ...rest, mode: "ask", prompt };
  }

  dispose(): void {
    this.pick.dispose();
  }

  private async askNote(): Promise<void> {
    this.noting = true;
    const title = vscode.l10n.t("A note that is kept with it");
    this.note = (await vscode.window.showInputBox({ title, value: this.note })) ?? this.note;
    this.noting = false;
    this.tell();
    // A list that was hidden has lost its rows.
    this.pick.items = [...this.pick.items];
    this.pick.show();
  }

  private tell(): void {
    const who = this.preserve ? vscode.l10n.t("It stays said by who said it") : vscode.l10n.t("It is said by you, as a quotation");
    this.pick.placeholder = this.note === "" ? who : vscode.l10n.t("{0}. Note: {1}", who, this.note);
  }
}
