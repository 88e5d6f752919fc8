/** Keeps today's costs and the budgets up to date, after each answer. */
import * as vscode from "vscode";
import { day } from "../core/format/day.js";
import { Throttle } from "../core/throttle.js";
import type { MeterResult } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";

const UPDATE_MS = 2000;

export class Totals implements vscode.Disposable {
  private result: MeterResult | undefined;
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly throttle = new Throttle(
    () => void this.read(),
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  /** Fires if the figures may have changed. */
  readonly onChange = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      server.onState((state) => {
        if (state === "running") {
          this.throttle.request();
        }
      }),
      server.onChange(({ changes }) => {
        if (changes.some(({ type }) => type === "meter" || type === "budget" || type === "session")) {
          this.throttle.request();
        }
      }),
    ];
  }

  /** Today's figures; `undefined` before the server was asked. */
  get today(): MeterResult | undefined {
    return this.result;
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }

  private async read(): Promise<void> {
    try {
      this.result = await this.server.execute("antiphon.meter", { since: day(new Date()), groupBy: "provider", limit: 1 });
      this.emitter.fire();
    } catch (error) {
      this.log.warn(`the meter could not be read: ${describe(error)}`);
    }
  }
}
