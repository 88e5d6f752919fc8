/** Finds what of a recorded session can become an input. */
import type { PipelineStep } from "../../protocol.js";

/** Returns the texts in which inputs are replaced, each once: prompts, system prompts and instructions. */
export function inputTexts(steps: readonly PipelineStep[]): string[] {
  const texts = steps.flatMap((step) => [
    "prompt" in step ? step.prompt : undefined,
    "system" in step ? step.system : undefined,
    "instructions" in step ? step.instructions : undefined,
  ]);
  return [...new Set(texts.filter((text) => text !== undefined && text !== ""))] as string[];
}

/** Returns whether a text can name an input. */
export function isInputName(text: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(text);
}
