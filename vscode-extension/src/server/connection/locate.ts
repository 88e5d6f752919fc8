/** Finds the server: the setting, `antiphon` on PATH, a Python that has it, uvx with consent. */
import { execFile } from "node:child_process";
import * as vscode from "vscode";
import {
  findOnPath,
  isProgram,
  serve,
  serveByPython,
  serveByUvx,
  type ServerCommand,
} from "../../core/server/command.js";
import { showInfo } from "../../ui/messages.js";

const PYTHONS = process.platform === "win32" ? ["python", "py"] : ["python3", "python"];
const HAS_SERVER =
  "import importlib.util, sys; sys.exit(importlib.util.find_spec('antiphon') is None or sys.version_info < (3, 11))";
const PROBE_TIMEOUT_MS = 10_000;
const UVX_ALLOWED = "antiphon.uvxAllowed";

/** The server was not found; the message says what to do. */
export class ServerNotFound extends Error {}

/** Returns the command that starts the server. Throws `ServerNotFound`. */
export async function locateServer(memory: vscode.Memento): Promise<ServerCommand> {
  const path = vscode.workspace.getConfiguration("antiphon").get<string>("server.path", "").trim();
  if (path !== "") {
    if (!isProgram(path)) {
      throw new ServerNotFound(vscode.l10n.t("The setting antiphon.server.path names no program: {0}", path));
    }
    return serve(path);
  }
  const program = find("antiphon");
  if (program !== undefined) {
    return serve(program);
  }
  for (const python of PYTHONS.map(find)) {
    if (python !== undefined && (await hasServer(python))) {
      return serveByPython(python);
    }
  }
  const uvx = find("uvx");
  if (uvx !== undefined && (await confirmUvx(memory))) {
    return serveByUvx(uvx);
  }
  throw new ServerNotFound(
    vscode.l10n.t(
      "Antiphon's server is not installed. Run `make install` in a checkout of Antiphon, then name its .venv/bin/antiphon in the setting antiphon.server.path, or put it on PATH with `uv tool install <checkout>`.",
    ),
  );
}

function find(name: string): string | undefined {
  return findOnPath(name, process.env, process.platform);
}

function hasServer(python: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(python, ["-P", "-c", HAS_SERVER], { timeout: PROBE_TIMEOUT_MS }, (error) => {
      resolve(error === null);
    });
  });
}

/** Returns whether uvx may fetch and run the server from PyPI; asks the user first. */
async function confirmUvx(memory: vscode.Memento): Promise<boolean> {
  if (memory.get(UVX_ALLOWED) === true) {
    return true;
  }
  const run = vscode.l10n.t("Run with uvx");
  const answer = await showInfo(
    vscode.l10n.t("Antiphon's server is not installed. Run it with uvx, which fetches it from PyPI?"),
    run,
  );
  if (answer === run) {
    await memory.update(UVX_ALLOWED, true);
  }
  return answer === run;
}
