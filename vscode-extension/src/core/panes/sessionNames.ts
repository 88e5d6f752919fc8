/** Names sessions by the beginning of their question, each by other words, for as long as the window lives. */
import { sanitize } from "../format/sanitize.js";

const LONGEST = 40;
/** Of a session that is not known yet. */
const UNKNOWN = "Session";

export class SessionNames {
  private readonly folders = new Map<string, string>();

  /** Names a session by its title or question, unless it has a name. */
  name(sessionId: string, text: string): void {
    if (!this.folders.has(sessionId)) {
      const words = shorten(text) || UNKNOWN;
      const taken = new Set(this.folders.values());
      let folder = `“${words}”`;
      for (let number = 2; taken.has(folder); number += 1) {
        folder = `“${words} (${number})”`;
      }
      this.folders.set(sessionId, folder);
    }
  }

  /** Keeps the folder that an open tab has. */
  keep(sessionId: string, folder: string): void {
    this.folders.set(sessionId, folder);
  }

  folder(sessionId: string): string {
    this.name(sessionId, "");
    return this.folders.get(sessionId) ?? "";
  }

  /** Names the sessions in the result of a command. */
  learn(result: unknown): void {
    for (const { id, sessionId, title } of sessionsIn(result)) {
      const known = sessionId ?? id;
      if (known !== undefined && title !== undefined) {
        this.name(known, title);
      }
    }
  }
}

/** The names of this window. */
export const sessionNames = new SessionNames();

interface Named {
  readonly id?: string;
  readonly sessionId?: string;
  readonly title?: string;
}

function sessionsIn(result: unknown): readonly Named[] {
  if (typeof result !== "object" || result === null) {
    return [];
  }
  const { session, sessions = [], hits = [] } = result as { session?: Named; sessions?: readonly Named[]; hits?: readonly Named[] };
  return [...(session === undefined ? [] : [session]), ...sessions, ...hits];
}

/** Puts the beginning of a text into a folder's name. */
function shorten(text: string): string {
  const [line = ""] = text.trim().split("\n", 1);
  const plain = sanitize(line).replaceAll("/", "∕").replaceAll("\\", "∖").trim();
  if (plain.length <= LONGEST) {
    return plain;
  }
  const cut = Array.from(plain).slice(0, LONGEST).join("");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), LONGEST / 2)).trimEnd()}…`;
}
