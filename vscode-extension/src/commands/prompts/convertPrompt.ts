/** Commands that read the prompts of other tools, and write prompt files as theirs. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { isPrompt } from "../../ask/composer.js";
import { sanitize, sanitizeForPick } from "../../core/format/sanitize.js";
import { exportedName, formatOf, ignoredParts, READ, TITLES, WRITTEN } from "../../core/prompts/formats.js";
import { PROMPT_LANGUAGE, PROMPT_SUFFIX } from "../../core/prompts/promptFile.js";
import type { IgnoredField, PromptFormat } from "../../protocol.js";
import { readText } from "../../ui/documents.js";
import { showInfo, showWarning } from "../../ui/messages.js";
import { reveal } from "../../ui/reveal.js";

const MOST_NAMED = 3;

/** Opens the prompt of another tool as a prompt, to be read, sent or saved. Nothing is saved. */
export async function importPrompt(app: Antiphon, file?: unknown): Promise<void> {
  const uri = file instanceof vscode.Uri ? file : await askForSource();
  const format = uri && (formatOf(nameOf(uri)) ?? (await pickFormat(READ, vscode.l10n.t("Format of {0}", nameOf(uri)))));
  if (uri === undefined || format === undefined) {
    return;
  }
  const source = await readText(uri);
  const { text, ignored } = await app.server.execute("antiphon.prompt.import", { text: source, format });
  const document = await vscode.workspace.openTextDocument({ language: PROMPT_LANGUAGE, content: text });
  await vscode.window.showTextDocument(document, { preview: false });
  void nameIgnored(uri, ignored, {
    one: vscode.l10n.t("One part of {0} does nothing here", nameOf(uri)),
    many: vscode.l10n.t("{0} parts of {1} do nothing here", ignored.length, nameOf(uri)),
    unknown: vscode.l10n.t("Not known here: kept as a comment"),
  });
}

/** Writes a prompt file in the format of another tool; a keybinding can pass the format and the file. */
export async function exportPrompt(app: Antiphon, source?: unknown, format?: unknown, file?: unknown): Promise<void> {
  const uri = source instanceof vscode.Uri ? source : promptInFront();
  if (uri === undefined) {
    void showInfo(vscode.l10n.t("Open a prompt file first: its name ends with {0}.", PROMPT_SUFFIX));
    return;
  }
  const wanted = WRITTEN.find((each) => each === format) ?? (await pickFormat(WRITTEN, vscode.l10n.t("Format of the export")));
  if (wanted === undefined) {
    return;
  }
  // What the other format cannot hold is named before anything is written.
  const written = await app.server.execute("antiphon.prompt.export", { text: await readText(uri), format: wanted });
  const target = file instanceof vscode.Uri ? file : await askForTarget(uri, wanted);
  if (target === undefined) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(written.text));
  const place = vscode.workspace.asRelativePath(target);
  if (written.ignored.length === 0) {
    void showInfo(vscode.l10n.t("Exported to {0}.", place));
    return;
  }
  void nameIgnored(uri, written.ignored, {
    one: vscode.l10n.t("Exported to {0}, without one part that has no place there", place),
    many: vscode.l10n.t("Exported to {0}, without {1} parts that have no place there", place, written.ignored.length),
    unknown: vscode.l10n.t("Has no place in {0}", TITLES[wanted]),
  });
}

interface Words {
  readonly one: string;
  readonly many: string;
  readonly unknown: string;
}

/** Names the parts of a file that were left behind, and shows the one that is picked in its file. */
async function nameIgnored(uri: vscode.Uri, ignored: readonly IgnoredField[], { one, many, unknown }: Words): Promise<void> {
  if (ignored.length === 0) {
    return;
  }
  const show = vscode.l10n.t("Show Them");
  const text = `${ignored.length === 1 ? one : many}: ${ignoredParts(ignored, MOST_NAMED)}.`;
  if ((await showWarning(text, show)) !== show) {
    return;
  }
  const runs = vscode.l10n.t("Would run or read something: never done");
  const rows = ignored.map(({ key, line, reason }) => ({
    label: sanitizeForPick(key),
    description: vscode.l10n.t("line {0}", line),
    detail: reason === "runs" ? runs : unknown,
    line,
  }));
  const picked = await vscode.window.showQuickPick(rows, { title: sanitize(nameOf(uri)), matchOnDetail: true });
  if (picked !== undefined) {
    await reveal(uri, new vscode.Range(picked.line - 1, 0, picked.line - 1, 0));
  }
}

async function askForSource(): Promise<vscode.Uri | undefined> {
  const filters = { [vscode.l10n.t("Prompts")]: ["md", "yml", "yaml"] };
  const options = { filters, openLabel: vscode.l10n.t("Import"), title: vscode.l10n.t("Import another tool's prompt") };
  return (await vscode.window.showOpenDialog(options))?.[0];
}

function askForTarget(source: vscode.Uri, format: PromptFormat): Thenable<vscode.Uri | undefined> {
  const name = nameOf(source);
  const stem = name.endsWith(PROMPT_SUFFIX) ? name.slice(0, -PROMPT_SUFFIX.length) : "prompt";
  const folder = source.scheme === "untitled" ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(source, "..");
  const title = vscode.l10n.t("Export the prompt");
  return vscode.window.showSaveDialog({ title, ...(folder && { defaultUri: vscode.Uri.joinPath(folder, exportedName(format, stem)) }) });
}

async function pickFormat(formats: readonly PromptFormat[], title: string): Promise<PromptFormat | undefined> {
  const rows = formats.map((format) => ({ label: TITLES[format], format }));
  return (await vscode.window.showQuickPick(rows, { title: sanitize(title) }))?.format;
}

function promptInFront(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return isPrompt(document) ? document.uri : undefined;
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
