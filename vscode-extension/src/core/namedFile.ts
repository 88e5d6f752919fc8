/** Finds the file that a block of code names in its first line: `# retry.py`, `// src/a.ts`. */

const COMMENT = /^\s*(?:#|\/\/|--|;|%|\/\*|<!--)\s*(?:file(?:name)?:\s*)?([\w.@-]+(?:\/[\w.@-]+)*\.\w{1,10})\s*(?:\*\/|-->)?\s*$/i;

export function namedFile(code: string): string | undefined {
  const [first = ""] = code.split("\n", 1);
  const path = COMMENT.exec(first)?.[1];
  return path?.split("/").includes("..") === true ? undefined : path;
}
