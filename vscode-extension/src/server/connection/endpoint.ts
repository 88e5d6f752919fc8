/** Decides which server the client speaks with: a program of this machine, or one elsewhere by its address. */
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { MessageTransports, ServerOptions } from "vscode-languageclient/node";
import { parseAddress, type ServerAddress } from "../../core/server/address.js";
import { share } from "../../core/server/command.js";
import { locateServer, ServerNotFound } from "./locate.js";
import type { Secrets } from "../secrets.js";

type Library = typeof import("./languageClient.js");

/** How long to wait before each further try to reach a server that was reached before. */
const RETRIES_MS = [500, 1000, 2000, 4000, 8000];
const HEALTH_TIMEOUT_MS = 3000;

export interface Endpoint {
  /** What the log calls it. */
  readonly name: string;
  readonly options: ServerOptions;
  /** Says why no connection came about. */
  explain(): Promise<string>;
  /** Gives up trying to connect: a client that is starting cannot be stopped. */
  abandon(): void;
}

/** The server elsewhere that the settings name; `undefined` if the server is a program of this machine. */
export function serverAddress(): ServerAddress | undefined {
  const text = setting("address", "").trim();
  if (text === "") {
    return undefined;
  }
  const address = parseAddress(text);
  if (address === "plain") {
    throw new ServerNotFound(vscode.l10n.t("The setting antiphon.server.address would send your token unencrypted. Use wss:// for a server elsewhere: {0}", text));
  }
  if (address === "invalid") {
    throw new ServerNotFound(vscode.l10n.t("The setting antiphon.server.address is no ws:// or wss:// address: {0}", text));
  }
  return address;
}

/** Returns the server that the settings name. Throws `ServerNotFound`. */
export async function findEndpoint(library: Library, memory: vscode.Memento, secrets: Secrets): Promise<Endpoint> {
  const address = serverAddress();
  return address === undefined ? program(library, memory) : elsewhere(library, address, secrets);
}

async function program({ TransportKind }: Library, memory: vscode.Memento): Promise<Endpoint> {
  const found = await locateServer(memory);
  const { program: command, args } = setting<boolean>("shared", false) ? share(found) : found;
  return {
    name: [command, ...args].join(" "),
    // The home folder: the opened folder must not decide what Python imports.
    options: { command, args: [...args], transport: TransportKind.stdio, options: { cwd: homedir() } },
    explain: () => Promise.resolve(vscode.l10n.t("Antiphon's server ended before it was ready: {0}. The log says why.", command)),
    abandon: () => undefined,
  };
}

function elsewhere({ hasWebSocket, openWebSocket }: Library, address: ServerAddress, secrets: Secrets): Endpoint {
  if (!hasWebSocket()) {
    throw new ServerNotFound(vscode.l10n.t("This version of the editor cannot connect to a server elsewhere: update it, or clear the setting antiphon.server.address."));
  }
  let wasThere = false;
  const abandoned = new AbortController();
  const connect = async (): Promise<MessageTransports> => {
    const token = await secrets.token(address.origin);
    for (const delayMs of wasThere ? RETRIES_MS : []) {
      try {
        return await open(token);
      } catch {
        abandoned.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
    return open(token);
  };
  const open = async (token: string): Promise<MessageTransports> => {
    abandoned.signal.throwIfAborted();
    const transports = await openWebSocket(address.url, token);
    if (abandoned.signal.aborted) {
      transports.writer.end();
    }
    abandoned.signal.throwIfAborted();
    wasThere = true;
    return transports;
  };
  return {
    name: address.url,
    options: connect,
    explain: () => explain(address),
    abandon: () => {
      abandoned.abort();
    },
  };
}

/** The WebSocket does not say whether there is no server, or one that refuses: its health page does. */
async function explain({ origin, health }: ServerAddress): Promise<string> {
  const runs = await fetch(health, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
  return runs
    ? vscode.l10n.t("The server at {0} does not let this editor in. Set its token: Antiphon: Set Server Token.", origin)
    : vscode.l10n.t("No Antiphon server answers at {0}. Start it, or change the setting antiphon.server.address.", origin);
}

function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration("antiphon.server").get<T>(name, otherwise);
}
