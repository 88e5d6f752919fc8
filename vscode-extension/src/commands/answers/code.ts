/** Commands that apply code of an answer to a file. */
import * as vscode from "vscode";
import type { CodeLocation } from "../../answers/codeApplier.js";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { SCHEME } from "../../core/panes/uri.js";
import type { CodeProposal, CodeTarget } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { explainNoPane } from "../panes/target.js";
import { toWire } from "../../ui/documents.js";

/** Shows the code block at the cursor, or at a given position, against its file. */
export async function applyCode(app: Antiphon, given?: vscode.Uri | (CodeLocation & { target?: CodeTarget })): Promise<void> {
  const location: (CodeLocation & { target?: CodeTarget }) | undefined = given === undefined || given instanceof vscode.Uri ? cursor() : given;
  if (location === undefined) {
    await explainNoPane();
    return;
  }
  const where = { uri: location.uri, position: location.position };
  const { proposals, unseen, problems = [] } = await app.code.propose(where, location.target);
  const changing = proposals.filter(({ changes }) => changes);
  const chosen = changing.length === 1 ? changing[0] : await pickProposal(app, where, changing, problems);
  if (chosen !== undefined) {
    await app.code.show(where, chosen, unseen);
  }
}

export async function acceptCode(app: Antiphon): Promise<boolean> {
  return app.code.isShown ? app.code.accept(false) : explainNothingShown();
}

export async function discardCode(app: Antiphon): Promise<void> {
  if (app.code.isShown) {
    await app.code.discard();
  } else {
    explainNothingShown();
  }
}

function explainNothingShown(): false {
  void showInfo(vscode.l10n.t("No code is shown against its file. Put the cursor into a block of code of an answer and run Antiphon: Apply Code."));
  return false;
}

function cursor(): CodeLocation | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== SCHEME) {
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return { uri: toWire(editor.document.uri), position: { line, character } };
}

/** Asks where the code goes: context files first, then open files or their selections. */
async function pickProposal(app: Antiphon, location: CodeLocation, proposals: readonly CodeProposal[], problems: readonly string[]): Promise<CodeProposal | undefined> {
  interface Row extends vscode.QuickPickItem {
    readonly proposal?: CodeProposal;
    readonly target?: CodeTarget;
  }
  const rows: Row[] = proposals.map((proposal) => ({ label: sanitizeForPick(proposal.label), proposal }));
  rows.push({ label: vscode.l10n.t("Other files"), kind: vscode.QuickPickItemKind.Separator });
  for (const editor of vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === "file")) {
    const name = sanitizeForPick(vscode.workspace.asRelativePath(editor.document.uri));
    const uri = editor.document.uri.toString();
    const { start, end } = editor.selection;
    if (!editor.selection.isEmpty) {
      const range = { start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } };
      rows.push({ label: vscode.l10n.t("The selection in {0}", name), target: { uri, range } });
    }
    rows.push({ label: name, target: { uri } });
  }
  if (rows.length === 1) {
    void showInfo([vscode.l10n.t("Open the file that the code goes to beside the answer."), ...problems].join(" "));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Where the code goes") });
  if (chosen?.target === undefined) {
    return chosen?.proposal;
  }
  return (await app.code.propose(location, chosen.target)).proposals[0];
}
