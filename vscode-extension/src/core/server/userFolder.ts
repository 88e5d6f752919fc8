/** Finds the folder of the user's configuration, as the server does. */
import { posix, win32 } from "node:path";

/** Returns the folder that has `config.toml` and the user's prompts. */
export function userFolder(platform: string, environ: Readonly<Record<string, string | undefined>>, home: string): string {
  const path = platform === "win32" ? win32 : posix;
  const { ANTIPHON_CONFIG: file, XDG_CONFIG_HOME: config, LOCALAPPDATA: local } = environ;
  if (file) {
    return path.dirname(file.replace(/^~(?=[/\\])/, home));
  }
  if (platform === "win32") {
    return path.join(local ?? path.join(home, "AppData", "Local"), "antiphon");
  }
  if (platform === "darwin") {
    return path.join(home, "Library", "Application Support", "antiphon");
  }
  return path.join(config === undefined || config === "" ? path.join(home, ".config") : config, "antiphon");
}
