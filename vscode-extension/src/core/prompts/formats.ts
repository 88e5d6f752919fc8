/** Knows the prompt formats of other tools: how their files are called, and which of them are written. */
import type { IgnoredField, PromptFormat } from "../../protocol.js";

const NAMES: readonly (readonly [PromptFormat, RegExp])[] = [
  ["prompt.md", /\.prompt\.md$/i],
  ["skill.md", /^skill\.md$/i],
  ["prompt.yml", /\.prompt\.ya?ml$/i],
  ["promptfoo", /^promptfooconfig\.ya?ml$/i],
];

/** How people call each format. */
export const TITLES: Readonly<Record<PromptFormat, string>> = {
  "prompt.md": "VS Code (.prompt.md)",
  "skill.md": "Agent Skill (SKILL.md)",
  "prompt.yml": "GitHub Models (.prompt.yml)",
  llm: "llm (template)",
  promptfoo: "promptfoo (promptfooconfig.yaml)",
};

/** The formats that prompts are read from. */
export const READ = Object.keys(TITLES) as readonly PromptFormat[];
/** The formats that prompts are written in. */
export const WRITTEN: readonly PromptFormat[] = ["prompt.yml", "promptfoo", "skill.md"];

/** Returns the format that a file's name says. */
export function formatOf(name: string): PromptFormat | undefined {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}

/** Returns how a prompt's file is called in a format. `stem` is the name of the prompt file. */
export function exportedName(format: PromptFormat, stem: string): string {
  switch (format) {
    case "skill.md":
      return "SKILL.md";
    case "promptfoo":
      return "promptfooconfig.yaml";
    default:
      return `${stem}.${format}`;
  }
}

/** Returns the parts as a list for a sentence, each with its line. */
export function ignoredParts(ignored: readonly IgnoredField[], most: number): string {
  const named = ignored.slice(0, most).map(({ key, line }) => `${key} (line ${line})`);
  return named.join(", ") + (ignored.length > most ? ", …" : "");
}
