/** The input box for a prompt, with the models and the likely cost in its title. */
import * as vscode from "vscode";
import { fold, hasLines, mayBePasted, restorePasted, unfold } from "../core/prompts/lines.js";
import { Recall } from "../core/prompts/recall.js";
import type { BroadcastParams, ContextItem } from "../protocol.js";
import type { Server } from "../server/server.js";
import { labelOf, pickFiles } from "./context.js";
import { estimateLine } from "./estimate.js";
import type { Draft, Prompts } from "./prompts.js";

const ESTIMATE_DELAY_MS = 300;
/** The keys of the box are bound while it is open. */
const PROMPTING = "antiphon.prompting";

/** What the user chose to do with the prompt. */
export interface Answer extends Draft {
  readonly kind: "send" | "models" | "compose" | "all";
}

export interface Question {
  readonly title: string;
  readonly placeholder: string;
  /** The recipient, whose draft is offered and kept. */
  readonly key: string;
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
  all: { iconPath: new vscode.ThemeIcon("comment-discussion"), tooltip: vscode.l10n.t("Ask in every pane of the session") },
} as const;

/** The box that is open: its keys are commands of the editor. */
let open: PromptBox | undefined;

/** Asks for a prompt, beginning with the draft; `undefined` if the user leaves, which keeps the draft. */
export async function askPrompt(server: Server, prompts: Prompts, question: Question): Promise<Answer | undefined> {
  const box = new PromptBox(server, prompts, question);
  open = box;
  try {
    return await box.run();
  } finally {
    box.dispose();
    open = open === box ? undefined : open;
  }
}

/** Shows the prompt before or after the one in the box. */
export function recallPrompt(direction: "back" | "forward"): void {
  open?.recall(direction);
}

/** Moves the prompt from the box to an editor, where it goes on in another line. */
export function composeFromBox(): void {
  open?.compose();
}

class PromptBox {
  private readonly input = vscode.window.createInputBox();
  private readonly attach: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("file-add"),
    tooltip: vscode.l10n.t("Add files…"),
  };
  private readonly earlier: Recall;
  private context: readonly ContextItem[];
  /** The prompt in the box has several lines, which the box shows as one. */
  private folded = false;
  private before = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attaching = false;
  private resolve: (answer: Answer | undefined) => void = () => undefined;

  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly question: Question,
  ) {
    const draft = prompts.draft(question.key);
    this.context = question.context.length > 0 ? question.context : (draft?.context ?? []);
    this.earlier = new Recall(prompts.earlier());
    this.input.title = question.title;
    this.input.placeholder = question.placeholder;
    this.input.ignoreFocusOut = true;
    this.input.buttons = [...question.offers.map((offer) => BUTTONS[offer]), this.attach];
    this.fill(question.prompt ?? draft?.prompt ?? "");
    this.describeContext();
  }

  run(): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.input.onDidHide(() => {
        if (!this.attaching) {
          resolve(undefined);
        }
      });
      this.input.onDidAccept(() => {
        if (this.input.value.trim() !== "") {
          this.finish("send");
        }
      });
      this.input.onDidTriggerButton((button) => {
        if (button === this.attach) {
          void this.addFiles();
          return;
        }
        const kind = this.question.offers.find((offer) => BUTTONS[offer] === button);
        if (kind !== undefined) {
          this.finish(kind);
        }
      });
      this.input.onDidChangeValue((value) => {
        void this.changed(value);
      });
      this.show();
    });
  }

  recall(direction: "back" | "forward"): void {
    const prompt = direction === "back" ? this.earlier.back(this.prompt) : this.earlier.forward();
    if (prompt !== undefined) {
      this.fill(prompt);
      this.estimateSoon();
    }
  }

  compose(): void {
    if (this.question.offers.includes("compose")) {
      this.finish("compose", this.prompt === "" ? "" : `${this.prompt}\n`);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    void this.keep();
    void vscode.commands.executeCommand("setContext", PROMPTING, false);
    this.input.dispose();
  }

  private get prompt(): string {
    return this.folded ? unfold(this.input.value) : this.input.value;
  }

  private show(): void {
    this.input.show();
    void vscode.commands.executeCommand("setContext", PROMPTING, true);
    this.estimateSoon();
  }

  private finish(kind: Answer["kind"], prompt = this.prompt): void {
    this.resolve({ kind, prompt, context: this.context });
  }

  private fill(prompt: string): void {
    this.folded = hasLines(prompt);
    this.before = fold(prompt);
    this.input.value = this.before;
    // Not all of it: the first key would replace the draft.
    this.input.valueSelection = [this.before.length, this.before.length];
  }

  private async changed(value: string): Promise<void> {
    const { before } = this;
    this.before = value;
    this.estimateSoon();
    if (mayBePasted(before, value) || (vscode.env.uiKind === vscode.UIKind.Desktop && value.length > before.length + 1)) {
      const whole = restorePasted(before, value, await vscode.env.clipboard.readText());
      if (whole !== undefined && value === this.input.value && this.question.offers.includes("compose")) {
        this.finish("compose", this.folded ? unfold(whole) : whole);
      }
    }
  }

  private async keep(): Promise<void> {
    await this.prompts.keep(this.question.key, { prompt: this.prompt, context: this.context });
  }

  private async addFiles(): Promise<void> {
    this.attaching = true;
    void vscode.commands.executeCommand("setContext", PROMPTING, false);
    try {
      const files = await pickFiles();
      this.context = [...this.context, ...(files ?? [])];
      this.describeContext();
    } finally {
      this.show();
      this.attaching = false;
    }
  }

  private describeContext(): void {
    this.input.prompt =
      this.context.length === 0
        ? vscode.l10n.t("↑ brings earlier prompts, Shift+Enter goes on in an editor, and what you leave is kept")
        : vscode.l10n.t("With {0}", this.context.map(labelOf).join(", "));
  }

  private estimateSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.estimate(), ESTIMATE_DELAY_MS);
  }

  private async estimate(): Promise<void> {
    const { prompt } = this;
    await this.keep();
    const line = await estimateLine(this.server, { ...this.question.to, prompt, context: [...this.context] });
    if (prompt === this.prompt) {
      this.input.title = `${this.question.title} — ${line}`;
    }
  }
}
