/**
 * The text of a pane as a file: it grows by appends, knows its size in bytes, and its modification
 * time grows with every change.
 *
 * VS Code reads a file anew only where time and size say so, and asks for the text far less often
 * than the text grows; so an append costs the length of what is appended, and joining waits for a
 * reader.
 */
export class PaneText {
  private parts: string[] = [];
  private bytes = 0;
  private lastUnit = 0;
  private changed: number;

  /** `now`: milliseconds since 1970, the file's first modification time. */
  constructor(now: number) {
    this.changed = now;
  }

  /** The length in bytes of UTF-8. */
  get size(): number {
    return this.bytes;
  }

  /** The modification time in milliseconds since 1970. */
  get mtime(): number {
    return this.changed;
  }

  append(text: string): void {
    if (text === "") {
      return;
    }
    this.parts.push(text);
    this.bytes += byteLength(text);
    if (isHighSurrogate(this.lastUnit) && isLowSurrogate(text.charCodeAt(0))) {
      // Halves of one character, counted as three bytes each, are four together.
      this.bytes -= 2;
    }
    this.lastUnit = text.charCodeAt(text.length - 1);
    this.changed += 1;
  }

  replace(text: string): void {
    this.parts = [text];
    this.bytes = byteLength(text);
    this.lastUnit = text.length > 0 ? text.charCodeAt(text.length - 1) : 0;
    this.changed += 1;
  }

  toString(): string {
    if (this.parts.length > 1) {
      this.parts = [this.parts.join("")];
    }
    return this.parts[0] ?? "";
  }
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
