/** Commands that list and delete API keys. Keys themselves are never shown. */
import * as vscode from "vscode";
import type { Antiphon } from "../antiphon.js";
import type { KeyStatus } from "../protocol.js";
import { showInfo } from "../ui/messages.js";

type Row = vscode.QuickPickItem & { readonly status: KeyStatus };

const SET = { iconPath: new vscode.ThemeIcon("key"), tooltip: vscode.l10n.t("Set the key…") };
const DELETE = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete the key") };
const PAGE = { iconPath: new vscode.ThemeIcon("link-external"), tooltip: vscode.l10n.t("Get a key") };

/** Shows the source of each provider's key, with what can be done about it. */
export async function showKeys(app: Antiphon): Promise<void> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t("API keys");
  pick.matchOnDescription = true;
  const hidden = new Promise<void>((resolve) => {
    pick.onDidHide(() => {
      resolve();
    });
  });
  const act = async (action: vscode.QuickInputButton, { status }: Row): Promise<void> => {
    pick.hide();
    if (action === PAGE && status.keyPage !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse(status.keyPage));
    } else {
      await vscode.commands.executeCommand(action === DELETE ? "antiphon.deleteApiKey" : "antiphon.setApiKey", status.name);
    }
  };
  pick.onDidTriggerItemButton(({ button, item }) => void act(button, item));
  pick.onDidAccept(() => {
    const [row] = pick.activeItems;
    if (row !== undefined) {
      void act(SET, row);
    }
  });
  pick.show();
  try {
    pick.busy = true;
    pick.items = (await rows(app)).filter(({ status }) => status.needed || status.source !== "none");
    pick.busy = false;
    await hidden;
  } finally {
    pick.dispose();
  }
}

/** Deletes a provider's key from the editor's secret store, the running server and the keyring. */
export async function deleteApiKey(app: Antiphon, given?: unknown): Promise<void> {
  const kept = typeof given === "string" ? [] : (await rows(app)).filter(({ status }) => status.source !== "none");
  const title = vscode.l10n.t("Delete the key of");
  if (typeof given !== "string" && kept.length === 0) {
    void showInfo(vscode.l10n.t("No provider has a key."));
    return;
  }
  const provider = typeof given === "string" ? given : (await vscode.window.showQuickPick(kept, { title }))?.status.name;
  if (provider === undefined) {
    return;
  }
  await app.secrets.set(provider, "");
  const { provider: left } = await app.server.execute("antiphon.keys.delete", { provider });
  await app.server.settingsChanged();
  const text =
    left.source === "none" || left.source === "client"
      ? vscode.l10n.t("The key of {0} is deleted.", provider)
      : vscode.l10n.t("The key of {0} is deleted here; one is still in the {1} ({2}).", provider, left.source, left.variable ?? "");
  void showInfo(text);
}

async function rows(app: Antiphon): Promise<Row[]> {
  const { providers, vendors } = await app.server.execute("antiphon.keys.status", {});
  return [...providers, ...(vendors ?? [])].map((status) => ({
    label: `${status.source === "none" ? "$(circle-slash)" : "$(check)"} ${status.name}`,
    description: describe(status),
    ...(status.problem !== undefined && { detail: status.problem }),
    buttons: [SET, ...(status.source === "none" ? [] : [DELETE]), ...(status.keyPage === undefined ? [] : [PAGE])],
    status,
  }));
}

function describe({ source, variable, freeTier }: KeyStatus): string {
  switch (source) {
    case "none":
      return freeTier === true ? vscode.l10n.t("no key; its vendor lets new accounts ask a little for free") : vscode.l10n.t("no key");
    case "environment":
      return vscode.l10n.t("from {0}", variable ?? "the environment");
    case "client":
      return vscode.l10n.t("from this editor's secret store");
    case "settings":
      return vscode.l10n.t("from the settings");
    case "keyring":
      return vscode.l10n.t("from the keyring");
  }
}
