/** Commands that apply code of an answer to a file. */
import * as vscode from "vscode";
import { type CodeLocation, confirmHiddenCharacters } from "../../answers/codeApplier.js";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { namedFile } from "../../core/namedFile.js";
import { SCHEME } from "../../core/panes/uri.js";
import type { CodeProposal, CodeTarget, UnseenCharacter } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { explainNoPane } from "../panes/target.js";
import { documentOf, toWire } from "../../ui/documents.js";

/** Shows the code block at the cursor, or at a given position, against its file. */
export async function applyCode(app: Antiphon, given?: vscode.Uri | (CodeLocation & { target?: CodeTarget })): Promise<void> {
  const location: (CodeLocation & { target?: CodeTarget }) | undefined = given === undefined || given instanceof vscode.Uri ? cursor() : given;
  if (location === undefined) {
    await explainNoPane();
    return;
  }
  const where = { uri: location.uri, position: location.position };
  const { code, proposals, unseen, problems = [] } = await app.code.propose(where, location.target);
  const changing = proposals.filter(({ changes }) => changes);
  const named = location.target === undefined ? namedFile(code) : undefined;
  const [only] = changing;
  const isMeant = changing.length === 1 && (named === undefined || only?.target.uri.endsWith(`/${named}`) === true);
  const chosen = isMeant ? only : await pickProposal(app, where, { changing, problems, code, unseen, named });
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

interface Found {
  readonly changing: readonly CodeProposal[];
  readonly problems: readonly string[];
  readonly code: string;
  readonly unseen: readonly UnseenCharacter[];
  readonly named: string | undefined;
}

/** Builds the row of the file that the code names: of the folder, or a new one. */
async function namedRow(named: string, found: Found): Promise<vscode.QuickPickItem & { readonly target?: CodeTarget; readonly act?: () => unknown }> {
  const [file] = await vscode.workspace.findFiles(`**/${named}`, undefined, 1);
  return file === undefined
    ? { label: vscode.l10n.t("A new file {0}", named), act: () => openNew(named, found) }
    : { label: sanitizeForPick(vscode.workspace.asRelativePath(file)), target: { uri: file.toString() } };
}

/** Opens a file that is not there yet, which is written when the user saves it. */
async function openNew(named: string, { code, unseen }: Found): Promise<void> {
  if (unseen.length > 0 && !(await confirmHiddenCharacters(unseen))) {
    return;
  }
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const uri = folder && vscode.Uri.joinPath(folder.uri, named).with({ scheme: "untitled" });
  const document = await (uri === undefined ? vscode.workspace.openTextDocument() : vscode.workspace.openTextDocument(uri));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await editor.edit((edit) => {
    edit.insert(new vscode.Position(0, 0), code);
  });
}

/** Asks where the code goes: context files first, then open files or their selections. */
async function pickProposal(app: Antiphon, location: CodeLocation, found: Found): Promise<CodeProposal | undefined> {
  interface Row extends vscode.QuickPickItem {
    readonly proposal?: CodeProposal;
    readonly target?: CodeTarget;
    readonly act?: () => unknown;
  }
  const rows: Row[] = found.changing.map((proposal) => ({ label: sanitizeForPick(proposal.label), proposal }));
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
  if (rows.length === 1 && found.named === undefined) {
    void showInfo([vscode.l10n.t("Open the file that the code goes to beside the answer."), ...found.problems].join(" "));
    return undefined;
  }
  if (found.named !== undefined) {
    rows.unshift(await namedRow(found.named, found));
  }
  const editor = app.fileEditor.find();
  if (editor !== undefined) {
    const name = sanitizeForPick(vscode.workspace.asRelativePath(editor.document.uri));
    rows.push({ label: vscode.l10n.t("Insert at the cursor of {0}", name), act: () => vscode.commands.executeCommand("antiphon.insertAtCursor", documentOf(location.uri)) });
  }
  const chosen = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Where the code goes") });
  await chosen?.act?.();
  if (chosen?.target === undefined) {
    return chosen?.proposal;
  }
  return (await app.code.propose(location, chosen.target)).proposals[0];
}
