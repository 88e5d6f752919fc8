/** Keeps what the user wrote: a draft for each recipient until it is sent, and the prompts before. */
import * as vscode from "vscode";
import { remember } from "../core/prompts/recall.js";
import type { ContextItem } from "../protocol.js";

const DRAFTS = "antiphon.drafts";
const EARLIER = "antiphon.earlierPrompts";
const MOST_DRAFTS = 50;

/** How long the status bar shows that a prompt is kept. */
const MESSAGE_MS = 5000;

/** The recipient of prompts to new panes. */
export const BROADCAST = "broadcast";

export interface Draft {
  readonly prompt: string;
  readonly context: readonly ContextItem[];
}

/** Returns the recipient of prompts to these panes. */
export function recipient(paneIds: readonly string[]): string {
  return [...paneIds].sort().join(" ");
}

export class Prompts {
  constructor(private readonly memory: vscode.Memento) {}

  draft(to: string): Draft | undefined {
    return this.drafts()[to];
  }

  /** Keeps a draft; an empty one is forgotten. */
  async keep(to: string, draft: Draft): Promise<void> {
    const others = Object.entries(this.drafts()).filter(([other]) => other !== to);
    const kept: [string, Draft][] = draft.prompt.trim() === "" ? others : [...others, [to, draft]];
    await this.memory.update(DRAFTS, Object.fromEntries(kept.slice(-MOST_DRAFTS)));
  }

  /** Returns the prompts that were sent, newest first. */
  earlier(): readonly string[] {
    return this.memory.get<string[]>(EARLIER) ?? [];
  }

  /**
   * Sends a prompt. It stays a draft until the server has accepted it, and if the server refuses.
   * `send` calls its argument with the first event.
   */
  async deliver<T>(to: string, draft: Draft, send: (accepted: () => void) => Promise<T>): Promise<T> {
    const state = { accepted: false };
    const accepted = (): void => {
      if (!state.accepted) {
        state.accepted = true;
        void this.sent(to, draft);
      }
    };
    await this.keep(to, draft);
    try {
      const result = await send(accepted);
      accepted();
      return result;
    } finally {
      if (!state.accepted) {
        vscode.window.setStatusBarMessage(vscode.l10n.t("The prompt is kept for the next time."), MESSAGE_MS);
      }
    }
  }

  private async sent(to: string, { prompt }: Draft): Promise<void> {
    if (this.draft(to)?.prompt === prompt) {
      await this.keep(to, { prompt: "", context: [] });
    }
    await this.memory.update(EARLIER, remember(this.earlier(), prompt));
  }

  private drafts(): Readonly<Record<string, Draft>> {
    return this.memory.get<Record<string, Draft>>(DRAFTS) ?? {};
  }
}
