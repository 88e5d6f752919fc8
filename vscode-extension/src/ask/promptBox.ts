/** The input box for a prompt, with the models and the likely cost in its title. */
import * as vscode from "vscode";
import type { BroadcastParams, ContextItem } from "../protocol.js";
import type { Server } from "../server/server.js";
import { labelOf, pickFiles } from "./context.js";
import { estimateLine } from "./estimate.js";

const ESTIMATE_DELAY_MS = 300;

/** What the user chose to do with the prompt. */
export type Answer =
  | { readonly kind: "send"; readonly prompt: string; readonly context: readonly ContextItem[] }
  | { readonly kind: "models" | "compose" | "all"; readonly prompt: string; readonly context: readonly ContextItem[] };

export interface Question {
  readonly title: string;
  readonly placeholder: string;
  readonly prompt?: string;
  readonly context: readonly ContextItem[];
  /** The recipients, for the estimate. */
  readonly to: Omit<BroadcastParams, "prompt">;
  /** The buttons besides sending. */
  readonly offers: readonly ("models" | "compose" | "all")[];
}

const BUTTONS = {
  models: { iconPath: new vscode.ThemeIcon("settings-gear"), tooltip: vscode.l10n.t("Choose models…") },
  compose: { iconPath: new vscode.ThemeIcon("edit"), tooltip: vscode.l10n.t("Write it in an editor") },
  all: { iconPath: new vscode.ThemeIcon("reply-all"), tooltip: vscode.l10n.t("Ask in every pane of the session") },
} as const;

/** Asks for a prompt; `undefined` if the user cancels. */
export async function askPrompt(server: Server, question: Question): Promise<Answer | undefined> {
  const box = new PromptBox(server, question);
  try {
    return await box.run();
  } finally {
    box.dispose();
  }
}

class PromptBox {
  private readonly input = vscode.window.createInputBox();
  private readonly attach: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("file-add"),
    tooltip: vscode.l10n.t("Add files…"),
  };
  private context: readonly ContextItem[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attaching = false;

  constructor(
    private readonly server: Server,
    private readonly question: Question,
  ) {
    this.context = question.context;
    this.input.title = question.title;
    this.input.placeholder = question.placeholder;
    this.input.value = question.prompt ?? "";
    this.input.ignoreFocusOut = true;
    this.input.buttons = [...question.offers.map((offer) => BUTTONS[offer]), this.attach];
    this.describeContext();
  }

  run(): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.input.onDidHide(() => {
        if (!this.attaching) {
          resolve(undefined);
        }
      });
      this.input.onDidAccept(() => {
        if (this.input.value.trim() !== "") {
          resolve({ kind: "send", prompt: this.input.value, context: this.context });
        }
      });
      this.input.onDidTriggerButton((button) => {
        if (button === this.attach) {
          void this.addFiles();
          return;
        }
        const kind = this.question.offers.find((offer) => BUTTONS[offer] === button);
        if (kind !== undefined) {
          resolve({ kind, prompt: this.input.value, context: this.context });
        }
      });
      this.input.onDidChangeValue(() => {
        this.estimateSoon();
      });
      this.input.show();
      this.estimateSoon();
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.input.dispose();
  }

  private async addFiles(): Promise<void> {
    this.attaching = true;
    try {
      const files = await pickFiles();
      this.context = [...this.context, ...(files ?? [])];
      this.describeContext();
    } finally {
      this.input.show();
      this.attaching = false;
    }
    this.estimateSoon();
  }

  private describeContext(): void {
    this.input.prompt =
      this.context.length === 0
        ? vscode.l10n.t("Enter sends, Escape leaves")
        : vscode.l10n.t("With {0}", this.context.map(labelOf).join(", "));
  }

  private estimateSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.estimate(), ESTIMATE_DELAY_MS);
  }

  private async estimate(): Promise<void> {
    const prompt = this.input.value;
    const line = await estimateLine(this.server, { ...this.question.to, prompt, context: [...this.context] });
    if (prompt === this.input.value) {
      this.input.title = `${this.question.title} — ${line}`;
    }
  }
}
