/**
 * Shows a code block of an answer as a diff against its file, and applies it, in one undo step, once
 * the user accepts it.
 */
import * as vscode from "vscode";
import { sanitize } from "../core/format/sanitize.js";
import { formatHiddenCharacters } from "../core/format/hiddenCharacters.js";
import type { CodeApplyParams, CodeProposal, CodeProposeResult, OvertakenPlace, Position, UnseenCharacter } from "../protocol.js";
import type { Grid } from "../panes/layout/grid.js";
import { reveal } from "../ui/reveal.js";
import type { Server } from "../server/server.js";
import { diffTabs, showWide } from "./diffEditor.js";
import { showError, confirm, showInfo, showWarning } from "../ui/messages.js";
import { documentOf } from "../ui/documents.js";

const PROPOSED = "antiphon.codeProposed";

export interface CodeLocation {
  readonly uri: string;
  readonly position: Position;
}

interface Pending {
  readonly location: CodeLocation;
  readonly proposal: CodeProposal;
  readonly unseen: readonly UnseenCharacter[];
}

export class CodeApplier implements vscode.Disposable {
  private pending: Pending | undefined;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly server: Server,
    private readonly grid: Grid,
  ) {
    this.listener = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (this.pending !== undefined && this.tabs(this.pending).length === 0) {
        this.forget();
      }
    });
  }

  /** True while code is shown against its file. */
  get isShown(): boolean {
    return this.pending !== undefined;
  }

  /** Lists what the code at a position could replace. Rejects as the server does. */
  propose(location: CodeLocation, target?: CodeApplyParams["target"]): Promise<CodeProposeResult> {
    return this.server.execute("antiphon.code.propose", { ...location, ...(target && { target }) });
  }

  /** Shows the file against its proposed version, and asks whether to apply it. */
  async show(location: CodeLocation, proposal: CodeProposal, unseen: readonly UnseenCharacter[]): Promise<void> {
    await this.discard();
    this.pending = { location, proposal, unseen };
    const file = vscode.Uri.parse(proposal.target.uri);
    const title = vscode.l10n.t("{0} ↔ code of the answer", sanitize(proposal.label));
    await showWide(this.grid, { left: file, right: documentOf(proposal.uri) }, title);
    await vscode.commands.executeCommand("setContext", PROPOSED, true);
    void this.ask(this.pending);
  }

  /** Applies the code; hidden characters in it must have been accepted. */
  async accept(acceptUnseen: boolean): Promise<boolean> {
    const { pending } = this;
    if (pending === undefined) {
      return false;
    }
    if (pending.unseen.length > 0 && !acceptUnseen && !(await confirmHiddenCharacters(pending.unseen))) {
      return false;
    }
    const { location, proposal } = pending;
    if (proposal.overtaken !== undefined && !(await confirmStaleRange(proposal.overtaken))) {
      return false;
    }
    const params = {
      ...location,
      target: proposal.target,
      ...(pending.unseen.length > 0 && { acceptUnseen: true }),
      ...(proposal.overtaken !== undefined && { force: true }),
    };
    // The document must be open and shown, or the editor has no undo for it where the user looks.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(proposal.target.uri));
    const { applied, reason } = await this.server.execute("antiphon.code.apply", params);
    if (!applied) {
      void showError(vscode.l10n.t("The editor did not take the code: {0}", reason ?? ""));
      return false;
    }
    await this.discard();
    await reveal(document.uri);
    return true;
  }

  /** Closes the diff; the file stays as it is. */
  async discard(): Promise<void> {
    const tabs = this.pending === undefined ? [] : this.tabs(this.pending);
    this.forget();
    await vscode.window.tabGroups.close(tabs, true);
  }

  dispose(): void {
    this.listener.dispose();
  }

  private async ask(pending: Pending): Promise<void> {
    const apply = vscode.l10n.t("Apply");
    const discard = vscode.l10n.t("Discard");
    const question = vscode.l10n.t("Put this code into {0}?", pending.proposal.label);
    const answer =
      pending.unseen.length > 0
        ? await showWarning(
            vscode.l10n.t("{0} It has {1} characters that cannot be seen.", question, pending.unseen.length),
            apply,
            discard,
          )
        : await showInfo(question, apply, discard);
    if (this.pending === pending && answer !== undefined) {
      await vscode.commands.executeCommand(answer === apply ? "antiphon.acceptCode" : "antiphon.discardCode");
    } else if (answer === apply) {
      void showInfo(vscode.l10n.t("This change is not proposed any more: ask for it again."));
    }
  }

  private tabs({ proposal }: Pending): vscode.Tab[] {
    return diffTabs({ left: vscode.Uri.parse(proposal.target.uri), right: documentOf(proposal.uri) });
  }

  private forget(): void {
    this.pending = undefined;
    void vscode.commands.executeCommand("setContext", PROPOSED, false);
  }
}

/** Asks whether to replace lines that have changed since the model was sent them. */
async function confirmStaleRange({ message }: OvertakenPlace): Promise<boolean> {
  const text = vscode.l10n.t("The code would replace lines that its model was not shown.");
  return confirm(text, sanitize(message), vscode.l10n.t("Replace Them"));
}

/** Asks whether to take code with characters that nobody sees. */
export async function confirmHiddenCharacters(unseen: readonly UnseenCharacter[]): Promise<boolean> {
  const anyway = vscode.l10n.t("Apply Anyway");
  const text = vscode.l10n.t("This code has characters that cannot be seen.");
  return confirm(text, formatHiddenCharacters(unseen), anyway);
}
