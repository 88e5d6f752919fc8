/** The server's log in the output channel: each line with its own level, not all of them as errors. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { LogOutputChannel } from "vscode";
import type { StdioOptions } from "vscode-languageclient/node";
import { type Severity, severityOf } from "../../core/logLine.js";

export const serverLog: Required<StdioOptions> = {
  stdout: forward,
  stderr: forward,
};

/** What is written before the log is set up has no level, and is a program that fails to start. */
function forward(input: Readable, channel: LogOutputChannel): void {
  let severity: Severity = "error";
  createInterface({ input, crlfDelay: Infinity, terminal: false, historySize: 0 }).on("line", (line) => {
    severity = severityOf(line, severity);
    channel[severity](line);
  });
}
