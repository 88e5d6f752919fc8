/** Goes back through earlier prompts, and forward again to the text that was being written. */

/** How many prompts are kept. */
const MOST = 100;

export class Recall {
  private position = -1;
  private written = "";

  /** `earlier` is newest first. */
  constructor(private readonly earlier: readonly string[]) {}

  /** Returns the prompt before the one that is shown; `undefined` if there is none. */
  back(shown: string): string | undefined {
    const next = this.earlier.findIndex((prompt, index) => index > this.position && prompt !== shown);
    if (next === -1) {
      return undefined;
    }
    if (this.position === -1) {
      this.written = shown;
    }
    this.position = next;
    return this.earlier[next];
  }

  /** Returns the prompt after the one that is shown, at last the text that was written. */
  forward(): string | undefined {
    if (this.position === -1) {
      return undefined;
    }
    this.position -= 1;
    return this.position === -1 ? this.written : this.earlier[this.position];
  }
}

/** Returns the prompts with another one in front, each once. */
export function remember(earlier: readonly string[], prompt: string): string[] {
  return [prompt, ...earlier.filter((other) => other !== prompt)].slice(0, MOST);
}
