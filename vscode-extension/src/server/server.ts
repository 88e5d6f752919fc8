/**
 * Runs the server's process and the connection to it: started with the first request, and restarted if
 * it dies. Listeners are notified, to reload their texts.
 */
import * as vscode from "vscode";
import type { CancellationToken, LanguageClient, LanguageClientOptions, ProgressType, State } from "vscode-languageclient/node";
import { CrashLimit } from "../core/server/crashes.js";
import { sessionNames } from "../core/panes/sessionNames.js";
import { CHANGE_NOTIFICATION, type ChangeParams, type Commands, type ContentResult, type FollowBatch, type StepBatch, type StreamBatch } from "../protocol.js";
import { clientOptions } from "./connection/clientOptions.js";
import { type Endpoint, findEndpoint } from "./connection/endpoint.js";
import { noPullCapability } from "./middleware.js";
import type { Secrets } from "./secrets.js";
import type { ServerSettings } from "./settings.js";
import { showError, forwardServerMessages } from "../ui/messages.js";

const EXECUTE = "workspace/executeCommand";
const CRASHES = 4;
const CRASH_WINDOW_MS = 3 * 60_000;

type Library = typeof import("./connection/languageClient.js");

/** The server did not start; its log says why. */
export class ServerFailed extends Error {}

export type ServerState = "stopped" | "starting" | "running" | "failed";

export class Server implements vscode.Disposable {
  private readonly stateEmitter = new vscode.EventEmitter<ServerState>();
  private readonly changeEmitter = new vscode.EventEmitter<ChangeParams>();
  private readonly lostEmitter = new vscode.EventEmitter<void>();
  private readonly crashes = new CrashLimit(CRASHES, CRASH_WINDOW_MS);
  private client: LanguageClient | undefined;
  private endpoint: Endpoint | undefined;
  private stream: ProgressType<unknown> | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private restarting: Promise<void> | undefined;
  private currentState: ServerState = "stopped";
  /** It died too often: only the user can start it again. */
  private gaveUp = false;

  /** Fires if the state has changed. */
  readonly onState = this.stateEmitter.event;
  /** Fires if a list or a meter must be refreshed. */
  readonly onChange = this.changeEmitter.event;
  /** Fires if the server died: its streams will not continue. */
  readonly onLost = this.lostEmitter.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly settings: ServerSettings,
    private readonly log: vscode.LogOutputChannel,
    private readonly secrets: Secrets,
  ) {}

  get state(): ServerState {
    return this.currentState;
  }

  /** Returns the connection, started if necessary. Rejects if it cannot be started. */
  async connect(): Promise<LanguageClient> {
    await this.restarting;
    await this.waitForRecovery();
    if (this.client?.isRunning() === true) {
      return this.client;
    }
    if (this.gaveUp) {
      throw new ServerFailed(vscode.l10n.t("Antiphon's server kept dying and is left alone. Its log says why."));
    }
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Runs a command of the protocol. */
  async execute<Name extends keyof Commands>(
    command: Name,
    params: Commands[Name]["params"],
    token?: CancellationToken,
  ): Promise<Commands[Name]["result"]> {
    const client = await this.connect();
    const request = { command, arguments: [params] };
    // The library would take an undefined token for a second parameter.
    const result: Commands[Name]["result"] = await (token === undefined
      ? client.sendRequest(EXECUTE, request)
      : client.sendRequest(EXECUTE, request, token));
    sessionNames.learn(result);
    return result;
  }

  /** Returns the text of one of the server's documents. */
  async content(uri: string): Promise<string> {
    const client = await this.connect();
    const { text } = await client.sendRequest<ContentResult>("workspace/textDocumentContent", { uri });
    return text;
  }

  /** Listens to the stream of a token; dispose when its run has ended. */
  listen(token: string, handle: (batch: StreamBatch | StepBatch) => void): Promise<vscode.Disposable> {
    return this.onProgress(token, handle as (batch: unknown) => void);
  }

  /** Listens to a followed session; dispose when the follow has ended. */
  listenToSession(token: string, handle: (batch: FollowBatch) => void): Promise<vscode.Disposable> {
    return this.onProgress(token, handle as (batch: unknown) => void);
  }

  /** Returns whether the server that runs has a command: it may be older than this client. */
  has(command: keyof Commands): boolean {
    const commands = this.client?.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    return this.currentState === "running" && commands.includes(command);
  }

  /** Restarts the server. Calls during a restart join it. */
  restart(): Promise<void> {
    this.restarting ??= this.replace().finally(() => {
      this.restarting = undefined;
    });
    return this.restarting.then(() => this.connect()).then(() => undefined);
  }

  /** Notifies the server of changed settings, which it then requests. */
  async settingsChanged(): Promise<void> {
    if (this.currentState === "running") {
      await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.endpoint?.abandon();
    if (client?.isRunning() === true) {
      // Rejects if the server needs more than two seconds to end; the library then kills the process.
      await client.dispose().catch((error: unknown) => {
        this.log.warn(`the server did not stop in time: ${String(error)}`);
      });
    }
    this.setState("stopped");
  }

  dispose(): void {
    void this.stop();
    this.stateEmitter.dispose();
    this.changeEmitter.dispose();
    this.lostEmitter.dispose();
  }

  private async onProgress(token: string, handle: (batch: unknown) => void): Promise<vscode.Disposable> {
    const client = await this.connect();
    this.stream ??= new (await loadLibrary()).ProgressType<unknown>();
    return client.onProgress(this.stream, token, handle);
  }

  /** Waits while the library restarts a server that died. */
  private async waitForRecovery(): Promise<void> {
    if (this.currentState !== "starting" || this.starting !== undefined) {
      return;
    }
    await new Promise<void>((resolve) => {
      const listener = this.onState(() => {
        listener.dispose();
        resolve();
      });
    });
  }

  private async replace(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const ran = this.client !== undefined;
    this.crashes.reset();
    this.gaveUp = false;
    await this.stop();
    if (ran) {
      this.lostEmitter.fire();
    }
  }

  private async start(): Promise<LanguageClient> {
    this.setState("starting");
    try {
      this.endpoint?.abandon();
      await this.client?.dispose().catch(() => undefined);
      const library = await loadLibrary();
      const endpoint = await findEndpoint(library, this.context.globalState, this.secrets);
      this.endpoint = endpoint;
      this.log.info(`starting ${endpoint.name}`);
      this.client = this.build(endpoint, library);
      await this.client.start().catch(async (error: unknown) => {
        this.log.error(`the server did not start: ${String(error)}`);
        throw new ServerFailed(await endpoint.explain());
      });
      return this.client;
    } catch (error) {
      this.setState("failed");
      throw error;
    }
  }

  private build(endpoint: Endpoint, library: Library): LanguageClient {
    const { CloseAction, ErrorAction, QuietClient, State } = library;
    let ran = false;
    const options: LanguageClientOptions = {
      ...clientOptions(this.settings, this.log),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          const message = ran ? this.onClosed() : undefined;
          const again = message?.again === true;
          const action = again ? CloseAction.Restart : CloseAction.DoNotRestart;
          return { action, handled: true, ...(message === undefined ? {} : { message: message.text }) };
        },
      },
    };
    // Not the section of our settings: a trace may contain prompts and keys.
    const client = new QuietClient("antiphon-server", "Antiphon", endpoint.options, options);
    client.registerFeature(noPullCapability);
    client.onNotification(CHANGE_NOTIFICATION, (params: ChangeParams) => {
      this.changeEmitter.fire(params);
    });
    client.onDidChangeState(({ newState }) => {
      ran ||= newState === State.Running;
      if (client === this.client && newState !== State.Stopped) {
        this.setState(stateOf(newState, State));
      }
    });
    forwardServerMessages(client);
    this.secrets.serve(client);
    return client;
  }

  /** Says whether the server is started again, and what the log has of it. */
  private onClosed(): { again: boolean; text: string } {
    const again = this.crashes.crashed();
    this.setState(again ? "starting" : "failed");
    this.lostEmitter.fire();
    if (again) {
      return { again, text: "the server died and is started again" };
    }
    this.gaveUp = true;
    const text = vscode.l10n.t(
      "Antiphon's server died {0} times within three minutes and is left alone now. Its log says why; all that came is in the history.",
      CRASHES + 1,
    );
    void reportServerFailure(text, this.log);
    return { again, text: "the server keeps dying" };
  }

  private setState(state: ServerState): void {
    if (state !== this.currentState) {
      this.currentState = state;
      this.stateEmitter.fire(state);
    }
  }
}

/** Shows an error of the server, with buttons to restart it and to show the log. */
export async function reportServerFailure(message: string, log: vscode.LogOutputChannel): Promise<void> {
  const restart = vscode.l10n.t("Restart Server");
  const show = vscode.l10n.t("Show Log");
  const answer = await showError(message, restart, show);
  if (answer === restart) {
    await vscode.commands.executeCommand("antiphon.restartServer");
  } else if (answer === show) {
    log.show();
  }
}

function stateOf(state: State, names: Library["State"]): ServerState {
  switch (state) {
    case names.Running:
      return "running";
    case names.Starting:
      return "starting";
    default:
      return "failed";
  }
}

/** Loads the other bundle; the second call finds it loaded. */
function loadLibrary(): Promise<Library> {
  return import("./connection/languageClient.js");
}
