/**
 * Stores API keys in the editor's secret store; the server requests one when it needs it. A key belongs
 * to the first origin that it is sent to: a changed address does not get it until it is set again.
 */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { KEY_REQUEST, type KeyParams, type KeyResult } from "../protocol.js";
import { showWarning } from "../ui/messages.js";

const KEYS = "antiphon.key.";
const ORIGINS = "antiphon.origin.";

export class Secrets {
  constructor(private readonly store: vscode.SecretStorage) {}

  /** Answers the server's requests for keys. */
  serve(client: LanguageClient): void {
    client.onRequest(KEY_REQUEST, async (params: KeyParams): Promise<KeyResult> => ({ key: await this.get(params) }));
  }

  /** Stores a key; an empty one deletes it. */
  async set(provider: string, key: string): Promise<void> {
    await this.store.delete(ORIGINS + provider);
    if (key === "") {
      await this.store.delete(KEYS + provider);
    } else {
      await this.store.store(KEYS + provider, key);
    }
  }

  private async get({ provider, origin }: KeyParams): Promise<string | null> {
    const key = await this.store.get(KEYS + provider);
    if (key === undefined) {
      return null;
    }
    const known = await this.store.get(ORIGINS + provider);
    if (known === undefined) {
      await this.store.store(ORIGINS + provider, origin ?? "");
    } else if (known !== (origin ?? "")) {
      void this.explainOrigin(provider, known, origin ?? "");
      return null;
    }
    return key;
  }

  private async explainOrigin(provider: string, known: string, origin: string): Promise<void> {
    const set = vscode.l10n.t("Set API Key");
    const text = vscode.l10n.t(
      "The key of {0} was kept for {1} and is not sent to {2}. Set it again to allow that.",
      provider,
      known,
      origin,
    );
    if ((await showWarning(text, set)) === set) {
      await vscode.commands.executeCommand("antiphon.setApiKey");
    }
  }
}
