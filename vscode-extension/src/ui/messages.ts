/**
 * Shows messages to the user. The editor turns `[…](command:…)` into a link, and names and failures in
 * a message may be anybody's text: they are escaped.
 */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type SettingProblem, settingProblem } from "../core/server/settingProblem.js";
import { sanitizeForNotification, sanitize } from "../core/format/sanitize.js";
import { openSetting } from "./settings.js";

type Answer = Thenable<string | undefined>;

export function showInfo(text: string, ...actions: string[]): Answer {
  return vscode.window.showInformationMessage(sanitizeForNotification(text), ...actions);
}

export function showWarning(text: string, ...actions: string[]): Answer {
  return vscode.window.showWarningMessage(sanitizeForNotification(text), ...actions);
}

export function showError(text: string, ...actions: string[]): Answer {
  return vscode.window.showErrorMessage(sanitizeForNotification(text), ...actions);
}

/** Asks for confirmation; any other answer than `yes` is a no. */
export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await choose(question, detail, yes)) === yes;
}

/** Asks what to do; Enter chooses the first answer, and closing the dialog none. */
export function choose(question: string, detail: string, ...answers: string[]): Answer {
  return vscode.window.showWarningMessage(sanitize(question), { modal: true, detail }, ...answers);
}

/** Shows the server's messages and questions escaped; the library would show them unchanged. */
export function forwardServerMessages(client: LanguageClient): void {
  client.onNotification("window/showMessage", ({ type, message }: ServerMessage) => {
    const problem = settingProblem(message, (setting) => vscode.workspace.getConfiguration().has(setting));
    if (problem === undefined) {
      void functionFor(type)(message);
    } else {
      void showProblem(problem);
    }
  });
  client.onRequest("window/showMessageRequest", async ({ type, message, actions = [] }: ServerQuestion) => {
    const answer = await functionFor(type)(message, ...actions.map(({ title }) => title));
    return actions.find(({ title }) => title === answer) ?? null;
  });
}

/** The problems that were shown, until their settings change. */
const shown = new Map<string, string>();

/** Shows a problem with a setting once, with a button that leads to it. */
async function showProblem({ text, setting }: SettingProblem): Promise<void> {
  const value = JSON.stringify(vscode.workspace.getConfiguration().get(setting));
  if (shown.get(text) === value) {
    return;
  }
  shown.set(text, value);
  const open = vscode.l10n.t("Open Settings");
  if ((await showWarning(text, open)) === open) {
    await openSetting(setting);
  }
}

interface ServerMessage {
  readonly type: number;
  readonly message: string;
}

interface ServerQuestion extends ServerMessage {
  readonly actions?: readonly { readonly title: string }[];
}

/** Returns the function for a message type of the Language Server Protocol. */
function functionFor(type: number): (text: string, ...actions: string[]) => Answer {
  return type === 1 ? showError : type === 2 ? showWarning : showInfo;
}
