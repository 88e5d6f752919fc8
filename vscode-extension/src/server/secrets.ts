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
const TOKENS = "antiphon.serverToken.";

export class Secrets {
  /** `elsewhere` returns the address of the server if it is not of this machine: it has keys of its own. */
  constructor(
    private readonly store: vscode.SecretStorage,
    private readonly elsewhere: () => string | undefined,
  ) {}

  /** Returns the token of a server elsewhere; empty if there is none. */
  async token(address: string): Promise<string> {
    return (await this.store.get(TOKENS + address)) ?? "";
  }

  /** Stores the token of a server elsewhere; an empty one deletes it. */
  async setToken(address: string, token: string): Promise<void> {
    await (token === "" ? this.store.delete(TOKENS + address) : this.store.store(TOKENS + address, token));
  }

  /** Answers the server's requests for keys. */
  serve(client: LanguageClient): void {
    client.onRequest(KEY_REQUEST, async (params: KeyParams): Promise<KeyResult> => ({ key: await this.get(params) }));
  }

  /** Stores a key; an empty one deletes it. */
  async set(provider: string, key: string): Promise<void> {
    const name = this.nameOf(provider);
    await this.store.delete(ORIGINS + name);
    if (key === "") {
      await this.store.delete(KEYS + name);
    } else {
      await this.store.store(KEYS + name, key);
    }
  }

  private async get({ provider, origin }: KeyParams): Promise<string | null> {
    const name = this.nameOf(provider);
    const key = await this.store.get(KEYS + name);
    if (key === undefined) {
      return null;
    }
    const known = await this.store.get(ORIGINS + name);
    if (known === undefined) {
      await this.store.store(ORIGINS + name, origin ?? "");
    } else if (known !== (origin ?? "")) {
      void this.explainOrigin(provider, known, origin ?? "");
      return null;
    }
    return key;
  }

  /** A key that was set for this machine's server is for no other: it was not entered for that. */
  private nameOf(provider: string): string {
    const address = this.elsewhere();
    return address === undefined ? provider : `${provider}@${address}`;
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
