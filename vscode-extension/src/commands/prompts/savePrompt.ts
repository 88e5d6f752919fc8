/** Saves what is written in the composer as a prompt file of the library. */
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { isPrompt } from "../../ask/composer.js";
import { entryOf } from "../../ask/context.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { nameOf } from "../../core/modelChoice.js";
import { hasFrontMatter, promptFileName, promptFileText } from "../../core/prompts/promptFile.js";
import { userFolder } from "../../core/server/userFolder.js";
import { confirm, showInfo, showWarning } from "../../ui/messages.js";

interface Library extends vscode.QuickPickItem {
  readonly folder: vscode.Uri;
  /** Whether paths of the workspace have a meaning there. */
  readonly isWorkspace: boolean;
}

/** Saves the prompt in the editor, with its models and its context, among the user's or the workspace's. */
export async function savePrompt(app: Antiphon): Promise<vscode.Uri | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (!isPrompt(document) || document.getText().trim() === "") {
    void showInfo(vscode.l10n.t("Write a prompt first: run Antiphon: New Prompt."));
    return undefined;
  }
  const text = document.getText();
  const library = await pickLibrary();
  const name = library && (await askName(text));
  if (library === undefined || name === undefined) {
    return undefined;
  }
  const file = vscode.Uri.joinPath(library.folder, promptFileName(name));
  if ((await exists(file)) && !(await confirm(vscode.l10n.t("Replace “{0}”?", name), file.fsPath, vscode.l10n.t("Replace")))) {
    return undefined;
  }
  const context = library.isWorkspace ? app.composer.context(document).flatMap((item) => entryOf(item, library.folder) ?? []) : [];
  const models = hasFrontMatter(text) ? [] : (await app.models.current()).map(nameOf);
  await vscode.workspace.fs.createDirectory(library.folder);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(promptFileText({ name, models, context }, text)));
  if (context.length < app.composer.context(document).length) {
    void showWarning(vscode.l10n.t("The files of the context are not in the prompt: only those of this workspace can be named."));
  }
  await replaceTab(document, file);
  return file;
}

/** Shows the file in place of the document that it was written in. */
async function replaceTab(document: vscode.TextDocument, file: vscode.Uri): Promise<void> {
  if (document.isUntitled) {
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: false });
}

async function pickLibrary(): Promise<Library | undefined> {
  const user = vscode.Uri.file(userFolder(process.platform, process.env, homedir()));
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({
    label: vscode.l10n.t("This workspace: {0}", sanitizeForPick(name)),
    description: ".antiphon/prompts",
    folder: vscode.Uri.joinPath(uri, ".antiphon", "prompts"),
    isWorkspace: true,
  }));
  const own = { label: vscode.l10n.t("My prompts"), description: vscode.l10n.t("in every workspace"), folder: vscode.Uri.joinPath(user, "prompts"), isWorkspace: false };
  return vscode.window.showQuickPick<Library>([own, ...folders], { title: vscode.l10n.t("Where to save the prompt") });
}

function askName(text: string): Thenable<string | undefined> {
  const [, given] = /^name:\s*["']?([^"'\r\n]+)/m.exec(hasFrontMatter(text) ? text : "") ?? [];
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Name of the prompt"),
    ...(given !== undefined && { value: given }),
    validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("A prompt needs a name.") : undefined),
  });
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") {
      return false;
    }
    throw error;
  }
}
