/** Finds programs that could be the server, in the order in which they are tried. */
import { existsSync, statSync, accessSync, constants } from "node:fs";
import { delimiter, extname, isAbsolute, join } from "node:path";

/** A program and its arguments. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Returns the first program called `name` in the folders of PATH; relative folders are skipped. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv, platform: string): string | undefined {
  const names = platform === "win32" ? windowsNames(name, env) : [name];
  for (const folder of (env["PATH"] ?? env["Path"] ?? "").split(delimiter)) {
    if (!isAbsolute(folder)) {
      continue;
    }
    const found = names.map((candidate) => join(folder, candidate)).find(isProgram);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Returns the command of the server's own program. */
export function serve(program: string): ServerCommand {
  return { program, args: ["serve"] };
}

/** Returns the command of a Python with the server. `-P`: a folder called `antiphon` must not be run in its place. */
export function serveByPython(python: string): ServerCommand {
  return { program: python, args: ["-P", "-m", "antiphon", "serve"] };
}

/** Returns the command that fetches the server from PyPI unless it is in uv's cache. */
export function serveByUvx(uvx: string): ServerCommand {
  return { program: uvx, args: ["antiphon", "serve"] };
}

/** Returns the command that connects to the server which all clients of the user share, started if necessary. */
export function share({ program, args }: ServerCommand): ServerCommand {
  return { program, args: [...args, "--shared"] };
}

/** Returns whether a path is an executable file. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path) && statSync(path).isFile();
  } catch {
    return false;
  }
}

function windowsNames(name: string, env: NodeJS.ProcessEnv): string[] {
  if (extname(name) !== "") {
    return [name];
  }
  return (env["PATHEXT"] ?? ".EXE").split(";").map((extension) => name + extension);
}
