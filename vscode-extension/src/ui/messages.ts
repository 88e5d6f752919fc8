/**
 * Messages to the person. The editor makes links and commands of what stands in them like
 * `[…](command:…)`, and a name or a failure in them may be anybody's text: it is shown, and no more.
 */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { sanitizeForNotification, sanitize } from "../core/format/sanitize.js";

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

/** Asks before something that cannot be taken back; anything but the one answer is a no. */
export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await choose(question, detail, yes)) === yes;
}

/** Asks what to do; Enter takes the first answer, and closing the question none. */
export function choose(question: string, detail: string, ...answers: string[]): Answer {
  return vscode.window.showWarningMessage(sanitize(question), { modal: true, detail }, ...answers);
}

/** The server's own messages and questions; by itself the library shows them as they come. */
export function forwardServerMessages(client: LanguageClient): void {
  client.onNotification("window/showMessage", ({ type, message }: ServerMessage) => {
    void functionFor(type)(message);
  });
  client.onRequest("window/showMessageRequest", async ({ type, message, actions = [] }: ServerQuestion) => {
    const answer = await functionFor(type)(message, ...actions.map(({ title }) => title));
    return actions.find(({ title }) => title === answer) ?? null;
  });
}

interface ServerMessage {
  readonly type: number;
  readonly message: string;
}

interface ServerQuestion extends ServerMessage {
  readonly actions?: readonly { readonly title: string }[];
}

/** By the numbers of the Language Server Protocol. */
function functionFor(type: number): (text: string, ...actions: string[]) => Answer {
  return type === 1 ? showError : type === 2 ? showWarning : showInfo;
}
