/** Tells prompt files from plain prompts, and writes a prompt as a file. */

/** The language of a prompt document. */
export const PROMPT_LANGUAGE = "antiphon";
/** The language of a pipeline. */
export const PIPELINE_LANGUAGE = "antiphon-pipeline";
export const PROMPT_SUFFIX = ".antiphon.md";

const LONGEST_NAME = 60;

/** Returns whether a text begins with a line of `---`, as a prompt file's front matter does. */
export function hasFrontMatter(text: string): boolean {
  return /^\uFEFF?---[ \t]*(\r?\n|$)/.test(text);
}

/** Returns whether a document is run as a prompt file, and not sent letter for letter. */
export function isPromptFile({ languageId, isUntitled, text }: { languageId: string; isUntitled: boolean; text: string }): boolean {
  return languageId === PROMPT_LANGUAGE && (!isUntitled || hasFrontMatter(text));
}

/** Makes a file's name of a prompt's: `Review a file` is `review-a-file.antiphon.md`. */
export function promptFileName(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["prompt"];
  return `${words.join("-").slice(0, LONGEST_NAME)}${PROMPT_SUFFIX}`;
}

/** What a prompt file says besides its text. */
export interface PromptHead {
  readonly name: string;
  readonly models: readonly string[];
  readonly context: readonly string[];
}

/** Writes a prompt as a file; a text with front matter has its own. */
export function promptFileText({ name, models, context }: PromptHead, text: string): string {
  if (hasFrontMatter(text)) {
    return text;
  }
  // JSON's strings are YAML's as well.
  const list = (key: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [`${key}: [${values.map((value) => JSON.stringify(value)).join(", ")}]`];
  const head = ["---", "antiphon: prompt/v1", `name: ${JSON.stringify(name)}`, ...list("models", models), ...list("context", context), "---"];
  return `${head.join("\n")}\n${text.endsWith("\n") ? text : `${text}\n`}`;
}
