/**
 * Looks at the editor's layout after it has changed, and lets the grid mend it. The editor does not tell
 * extensions of its size: so it is asked once a second while panes are open.
 */
import * as vscode from "vscode";
import { areaOf, shape } from "../../core/layout/shape.js";
import type { Grid } from "./grid.js";
import { readLayout } from "./editorLayout.js";
import { paneTabs } from "./tabs.js";

const LOOK_MS = 1000;
/** After a change of the tabs: the editor may still be at it. */
const SOON_MS = 150;

export class LayoutWatch implements vscode.Disposable {
  private seen = "";
  private mended = "";
  /** A look may wait for the grid: what it saw would overwrite what a later one has seen. */
  private isLooking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly grid: Grid,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const soon = (): void => {
      this.plan(SOON_MS);
    };
    this.listeners = [vscode.window.tabGroups.onDidChangeTabGroups(soon), vscode.window.tabGroups.onDidChangeTabs(soon)];
    soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listeners).dispose();
  }

  private plan(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.isLooking) {
        this.plan(SOON_MS);
      } else {
        this.isLooking = true;
        void this.look().finally(() => {
          this.isLooking = false;
        });
      }
    }, ms);
  }

  /** Mends the layout once it is the same twice: a window that is being resized changes all the time. */
  private async look(): Promise<void> {
    if (paneTabs().length === 0) {
      return;
    }
    try {
      const layout = await readLayout();
      const now = `${shape(layout)} ${JSON.stringify(areaOf(layout))}`;
      if (now === this.seen && now !== this.mended) {
        this.mended = (await this.grid.mend()) ? now : "";
      }
      const again = now !== this.seen;
      this.seen = now;
      this.plan(again ? SOON_MS : LOOK_MS);
    } catch (error) {
      this.log.warn(`the layout could not be mended: ${String(error)}`);
    }
  }
}
