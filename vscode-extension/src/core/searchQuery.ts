/** Parses a search: words, and filters such as `model:gpt-5 role:assistant since:2026-11-01`. */
import type { Role, SearchHit, SearchParams } from "../protocol.js";

const ROLES: readonly string[] = ["system", "user", "assistant"] satisfies Role[];
const FILTER = /(?<![^\s])(model|provider|role|tag|since|until|all):("[^"]*"|\S*)/g;

/** Finds models by a part of their id. */
export type FindModels = (part: string) => string[];

/** Builds the parameters of a search; words that are not a filter are sent unchanged. */
export function parseSearchQuery(line: string, findModels: FindModels = (part) => [part]): SearchParams {
  const found = new Map<string, string[]>();
  const query = line
    .replace(FILTER, (whole: string, name: string, quoted: string) => {
      const value = quoted.replace(/^"|"$/g, "");
      if (value === "" || (name === "role" && !ROLES.includes(value))) {
        return name === "role" ? whole : "";
      }
      found.set(name, [...(found.get(name) ?? []), value]);
      return "";
    })
    .replace(/\s+/g, " ")
    .trim();
  const since = found.get("since")?.at(-1);
  const until = found.get("until")?.at(-1);
  return {
    query,
    ...(found.has("model") && { models: found.get("model")?.flatMap(findModels) ?? [] }),
    ...(found.has("provider") && { providers: found.get("provider") ?? [] }),
    ...(found.has("role") && { roles: (found.get("role") ?? []) as Role[] }),
    ...(found.has("tag") && { tags: found.get("tag") ?? [] }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(found.get("all")?.at(-1) === "true" && { all: true }),
  };
}

/** Marks the matches of a snippet with `«` and `»`; their positions count code points. */
export function markHighlights({ snippet, highlights }: Pick<SearchHit, "snippet" | "highlights">): string {
  const letters = Array.from(snippet);
  let [text, at] = ["", 0];
  for (const [start = 0, end = 0] of highlights) {
    text += `${letters.slice(at, start).join("")}«${letters.slice(start, end).join("")}»`;
    at = end;
  }
  return text + letters.slice(at).join("");
}
