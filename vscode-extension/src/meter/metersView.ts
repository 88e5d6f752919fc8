/** The Meters view: tokens and costs by model, provider, session, pane or day, and the budgets. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { day } from "../core/format/day.js";
import { meterPage } from "../core/meter/meterPage.js";
import { escapeHtml, meterHtml } from "../core/meter/meterTable.js";
import type { MeterGroup, MeterParams } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";
import type { Totals } from "./totals.js";

const GROUPS = ["model", "provider", "session", "pane", "day"] as const satisfies MeterGroup[];
const SPANS = { today: 0, week: 6, month: 29, always: undefined } as const;
type Span = keyof typeof SPANS;

interface MeterChoice {
  readonly group: MeterGroup;
  readonly span: Span;
}

export class MetersView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private asked: MeterChoice = { group: "model", span: "today" };
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly server: Server,
    totals: Totals,
  ) {
    this.listener = totals.onChange(() => void this.refresh());
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.asked = { group: "model", span: "today" };
    view.webview.options = { enableScripts: true, localResourceRoots: [], enableCommandUris: false, enableForms: false };
    view.webview.onDidReceiveMessage((message: unknown) => {
      this.applyChoice(message);
    });
    view.onDidChangeVisibility(() => void this.refresh());
    view.onDidDispose(() => {
      this.view = undefined;
    });
    view.webview.html = meterPage(randomBytes(16).toString("base64url"), groups(), spans());
  }

  dispose(): void {
    this.listener.dispose();
  }

  private applyChoice(message: unknown): void {
    const { group, span } = (message ?? {}) as Partial<Record<keyof MeterChoice, unknown>>;
    const known = GROUPS.find((name) => name === group);
    if (known !== undefined && typeof span === "string" && span in SPANS) {
      this.asked = { group: known, span: span as Span };
      void this.refresh();
    }
  }

  private async refresh(): Promise<void> {
    const { view, asked } = this;
    if (view?.visible !== true) {
      return;
    }
    const html = await this.html(asked);
    if (asked === this.asked) {
      await view.webview.postMessage({ html });
    }
  }

  private async html({ group, span }: MeterChoice): Promise<string> {
    const days = SPANS[span];
    const params: MeterParams = { groupBy: group, ...(days !== undefined && { since: day(new Date(), days) }) };
    try {
      return meterHtml(await this.server.execute("antiphon.meter", params), group);
    } catch (error) {
      return `<p>${escapeHtml(describe(error))}</p>`;
    }
  }
}

function groups(): { value: string; label: string }[] {
  return GROUPS.map((value) => ({ value, label: value }));
}

function spans(): { value: string; label: string }[] {
  const labels: Record<Span, string> = { today: "today", week: "7 days ago", month: "30 days ago", always: "the beginning" };
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
