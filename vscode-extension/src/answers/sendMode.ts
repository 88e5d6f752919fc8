/** Asks how something is sent: as a question or as context, with a note, and in whose name. */
import * as vscode from "vscode";
import type { SendToParams } from "../protocol.js";

/** How something is sent. */
export type SendMode = Pick<SendToParams, "mode" | "prompt" | "role" | "note">;

/** Asks the user how; a note and the choice of the author are behind buttons. */
export async function pickSendMode(): Promise<SendMode | undefined> {
  const box = new SendModeBox();
  try {
    return await box.run();
  } finally {
    box.dispose();
  }
}

type SendModeRow = vscode.QuickPickItem & { readonly kindOf: "ask" | "question" | "context" };

class SendModeBox {
  private readonly pick = vscode.window.createQuickPick<SendModeRow>();
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
    this.updatePlaceholder();
  }

  async run(): Promise<SendMode | undefined> {
    const row = await new Promise<SendModeRow | undefined>((resolve) => {
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
          this.updatePlaceholder();
        }
      });
      this.pick.show();
    });
    if (row === undefined) {
      return undefined;
    }
    const rest: Omit<SendMode, "mode"> = { role: this.preserve ? "preserve" : "user", ...(this.note !== "" && { note: this.note }) };
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
    this.updatePlaceholder();
    // A list loses its rows when it is hidden.
    this.pick.items = [...this.pick.items];
    this.pick.show();
  }

  private updatePlaceholder(): void {
    const who = this.preserve ? vscode.l10n.t("It stays said by who said it") : vscode.l10n.t("It is said by you, as a quotation");
    this.pick.placeholder = this.note === "" ? who : vscode.l10n.t("{0}. Note: {1}", who, this.note);
  }
}
