/** Commands on the server: its keys, its log, a restart. */
import * as vscode from "vscode";
import type { Antiphon } from "../antiphon.js";
import { addressOf } from "../core/panes/uri.js";
import { serverAddress } from "../server/connection/endpoint.js";
import { showInfo } from "../ui/messages.js";
import { openSetting } from "../ui/settings.js";

/** Stores a key in the editor's secret store: of the named provider, or of a pane's. */
export async function setApiKey(app: Antiphon, target?: vscode.Uri | string): Promise<void> {
  const provider = (typeof target === "string" ? target : providerOf(app, target)) ?? (await pickProvider(app));
  if (provider === undefined) {
    return;
  }
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("API key of {0}", provider),
    prompt: vscode.l10n.t("It is kept in the editor's secret store. Leave it empty to forget the key that is there."),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) {
    return;
  }
  await app.secrets.set(provider, key.trim());
  // No restart: answers may be streaming. The server requests the key when it needs it next.
  await app.server.settingsChanged();
}

/** Stores the token of the server elsewhere that the settings name, and connects again. */
export async function setServerToken(app: Antiphon): Promise<void> {
  const address = serverAddress();
  if (address === undefined) {
    void explainAddress();
    return;
  }
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t("Token for {0}", address.origin),
    prompt: vscode.l10n.t("Whoever runs the server gives it to you: `antiphon token add NAME`. It is kept in the editor's secret store."),
    password: true,
    ignoreFocusOut: true,
  });
  if (token !== undefined) {
    await app.secrets.setToken(address.origin, token.trim());
    await app.server.restart();
  }
}

async function explainAddress(): Promise<void> {
  const open = vscode.l10n.t("Open Settings");
  const text = vscode.l10n.t("A token is for a server elsewhere: name its address in the setting antiphon.server.address first.");
  if ((await showInfo(text, open)) === open) {
    await openSetting("antiphon.server.address");
  }
}

export function showLog(app: Antiphon): void {
  app.log.show();
}

export async function restartServer(app: Antiphon): Promise<void> {
  await app.server.restart();
}

function providerOf(app: Antiphon, target: vscode.Uri | undefined): string | undefined {
  const address = target && addressOf(target);
  const model = address && app.panes.record(address.paneId)?.pane.model;
  return model?.slice(0, model.indexOf("/"));
}

async function pickProvider(app: Antiphon): Promise<string | undefined> {
  const { providers } = await app.server.execute("antiphon.keys.status", {});
  const rows = providers.map(({ name, source, problem }) => ({
    label: name,
    description: source === "none" ? (problem ?? "") : vscode.l10n.t("has a key"),
  }));
  return (await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Provider of the key") }))?.label;
}
