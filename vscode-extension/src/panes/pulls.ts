/** Requests the texts of panes, and lets events of followed sessions wait while one is on its way. */
import type * as vscode from "vscode";
import type { PaneText } from "../core/panes/paneText.js";
import type { PaneReducer } from "../core/panes/reducer.js";
import type { Server } from "../server/server.js";
import { toWire } from "../ui/documents.js";

interface Pull {
  readonly text: Promise<PaneText>;
  /** What came meanwhile: the text may have it or not. */
  readonly waiting: (() => void)[];
}

export class Pulls {
  private readonly open = new Map<string, Pull>();

  /** `changed` is called with each pane that has a new text. */
  constructor(
    private readonly server: Server,
    private readonly reducer: PaneReducer,
    private readonly changed: (paneId: string) => void,
  ) {}

  /** Returns the text of a pane as the server has it. Calls during a request join it. */
  pull(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    const open = this.open.get(paneId);
    if (open !== undefined) {
      return open.text;
    }
    const waiting: (() => void)[] = [];
    const text = this.request(uri, paneId).finally(() => {
      this.open.delete(paneId);
      for (const apply of waiting) {
        // One that finds the text too short begins another request, for which the rest waits.
        this.apply(paneId, apply);
      }
    });
    this.open.set(paneId, { text, waiting });
    return text;
  }

  /** Applies an event, after the text of its pane has come if that is on its way. */
  apply(paneId: string, apply: () => void): void {
    const open = this.open.get(paneId);
    if (open === undefined) {
      apply();
    } else {
      open.waiting.push(apply);
    }
  }

  private async request(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    const pulled = await this.server.content(toWire(uri));
    this.reducer.pulled(paneId, pulled);
    this.changed(paneId);
    const text = this.reducer.text(paneId);
    if (text === undefined) {
      throw new Error("the pane was forgotten while it was read");
    }
    return text;
  }
}
