/**
 * Sends follow-ups. One to a pane that is answering waits until that answer has ended, and can be
 * taken back until then.
 */
import * as vscode from "vscode";
import { withIcon } from "../core/format/figures.js";
import { sanitize } from "../core/format/sanitize.js";
import { isBusy, type PaneStatus } from "../core/panes/record.js";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import { ready, withBoth } from "../core/prompts/waiting.js";
import { Throttle } from "../core/throttle.js";
import type { PaneStore } from "../panes/store.js";
import type { Pane, RunResult } from "../protocol.js";
import { showWarning } from "../ui/messages.js";
import { type Draft, type Prompts, recipient } from "./prompts.js";
import type { Runs } from "./runs.js";
import { documentOf } from "../ui/documents.js";

const TOP = new vscode.Range(0, 0, 0, 0);
const EXCERPT = 40;
/** A lens that changes while the focus leaves its pane is not drawn: it is then drawn again. */
const AGAIN_MS = 400;
/** After these nothing can be gone on with. */
const WITHOUT_ANSWER: readonly PaneStatus[] = ["failed", "interrupted"];

export interface FollowUp {
  readonly draft: Draft;
  readonly panes: readonly Pane[];
  readonly paneIds: readonly string[];
}

interface WaitingFollowUp extends FollowUp {
  /** The panes that were answering. */
  readonly awaited: readonly string[];
  /** Ends the command that asked; without a result it was taken back. */
  end(result: Promise<RunResult> | undefined): void;
}

export class FollowUps implements vscode.CodeLensProvider, vscode.Disposable {
  private waiting: WaitingFollowUp[] = [];
  /** Panes of follow-ups that are sent and have not begun to be answered. */
  private readonly sending = new Set<string>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly lenses = new Throttle(
    () => {
      this.emitter.fire();
    },
    () => AGAIN_MS,
  );
  private readonly item = vscode.window.createStatusBarItem("followUps", vscode.StatusBarAlignment.Left);
  private readonly listener: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(
    private readonly panes: PaneStore,
    private readonly runs: Runs,
    private readonly prompts: Prompts,
  ) {
    this.item.name = vscode.l10n.t("Antiphon follow-ups that wait");
    this.item.command = "antiphon.waitingFollowUps";
    this.listener = panes.onRecord(() => {
      this.sendReady();
    });
  }

  /** The follow-ups that wait, oldest first. */
  get list(): readonly FollowUp[] {
    return this.waiting;
  }

  /** Returns the panes among these that are answering. */
  busy(panes: readonly Pane[]): Pane[] {
    return panes.filter(({ id }) => this.isBusy(id));
  }

  /** Sends a follow-up, as soon as none of its panes is answering; `undefined` if it is taken back. */
  async send(draft: Draft, panes: readonly Pane[]): Promise<RunResult | undefined> {
    const paneIds = panes.map(({ id }) => id);
    const awaited = this.busy(panes).map(({ id }) => id);
    const others = this.waiting.some((each) => each.paneIds.some((id) => paneIds.includes(id)));
    if (awaited.length === 0 && !others) {
      return this.deliver({ draft, panes, paneIds });
    }
    await this.prompts.keep(recipient(paneIds), draft);
    return new Promise((resolve) => {
      this.waiting.push({ draft, panes, paneIds, awaited, end: resolve });
      this.changed();
    });
  }

  /** Takes a follow-up back; its text stays a draft. */
  async takeBack(followUp: FollowUp): Promise<void> {
    const entry = this.waiting.find((each) => each === followUp);
    if (entry !== undefined) {
      this.waiting = this.waiting.filter((each) => each !== entry);
      entry.end(undefined);
      this.changed();
      await this.putBack(entry);
    }
  }

  /** Makes a follow-up that is not sent a draft again. Another one to the same panes may have taken its place. */
  private async putBack({ draft, paneIds }: FollowUp): Promise<void> {
    const to = recipient(paneIds);
    const kept = this.prompts.draft(to);
    const waits = this.waiting.some((each) => recipient(each.paneIds) === to && each.draft.prompt === kept?.prompt);
    await this.prompts.keep(to, withBoth(draft, waits ? undefined : kept));
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const paneId = uri.scheme === SCHEME ? addressOf(uri)?.paneId : undefined;
    return this.waiting
      .filter(({ paneIds }) => paneId !== undefined && paneIds.includes(paneId))
      .map(({ draft, panes }) => {
        const title = withIcon("watch", vscode.l10n.t("“{0}” {1}", excerpt(draft.prompt), this.when(panes)));
        return new vscode.CodeLens(TOP, { title, command: "antiphon.waitingFollowUps", arguments: [uri] });
      });
  }

  /** Formats when a follow-up is sent: `sends when swift-1 is done`; nothing if that is now. */
  when(panes: readonly Pane[]): string {
    const busy = this.busy(panes);
    if (busy.length === 0) {
      return "";
    }
    return busy.length === 1
      ? vscode.l10n.t("sends when {0} is done", titlesOf(busy))
      : vscode.l10n.t("sends when {0} are done", titlesOf(busy));
  }

  dispose(): void {
    this.lenses.dispose();
    vscode.Disposable.from(this.listener, this.emitter, this.item).dispose();
  }

  private isBusy(paneId: string): boolean {
    return this.sending.has(paneId) || isBusy(this.panes.record(paneId));
  }

  private sendReady(): void {
    for (const entry of ready(this.waiting, (paneId) => this.isBusy(paneId))) {
      this.waiting = this.waiting.filter((each) => each !== entry);
      if (entry.awaited.length > 0 && entry.awaited.every((id) => this.endedWithout(id))) {
        entry.end(undefined);
        void this.explain(entry);
      } else {
        entry.end(this.deliver(entry));
      }
      this.changed();
    }
  }

  private endedWithout(paneId: string): boolean {
    return WITHOUT_ANSWER.includes(this.panes.record(paneId)?.status ?? "idle");
  }

  private async explain(followUp: FollowUp): Promise<void> {
    const { panes } = followUp;
    await this.putBack(followUp);
    const write = vscode.l10n.t("Show It");
    const text = vscode.l10n.t("The follow-up was not sent, because {0} failed. It is kept as a draft.", titlesOf(panes));
    if ((await showWarning(text, write)) === write) {
      await vscode.commands.executeCommand("antiphon.followUp", panes[0]?.uri);
    }
  }

  private async deliver({ draft, panes, paneIds }: FollowUp): Promise<RunResult> {
    const [first] = panes;
    const uris = panes.map(({ uri }) => documentOf(uri));
    const free = (): void => {
      for (const paneId of paneIds) {
        this.sending.delete(paneId);
      }
    };
    for (const paneId of paneIds) {
      this.sending.add(paneId);
    }
    try {
      return await this.prompts.deliver(recipient(paneIds), draft, (accepted) => {
        const params = { prompt: draft.prompt, sessionId: first?.sessionId ?? "", paneIds: [...paneIds], context: [...draft.context] };
        return this.runs.followUp(uris, params, () => {
          free();
          accepted();
        });
      });
    } finally {
      free();
      this.sendReady();
    }
  }

  private changed(): void {
    this.lenses.request();
    this.lenses.request();
    const count = this.waiting.length;
    const text = count === 1 ? vscode.l10n.t("1 follow-up waits") : vscode.l10n.t("{0} follow-ups wait", count);
    this.item.text = withIcon("watch", text);
    this.item.tooltip = this.waiting.map(({ draft, panes }) => sanitize(`“${excerpt(draft.prompt)}” ${this.when(panes)}`)).join("\n");
    if (count > 0) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}

/** Lists the titles of panes, or how many there are. */
export function titlesOf(panes: readonly Pane[]): string {
  const titles = panes.map(({ title }) => sanitize(title));
  return titles.length > 3 ? vscode.l10n.t("{0} panes", titles.length) : titles.join(", ");
}

/** Returns the beginning of a prompt on one line. */
export function excerpt(prompt: string): string {
  const line = sanitize(prompt.trim());
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}
