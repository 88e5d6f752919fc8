/**
 * The text of a pane as a file with a size in bytes and a modification time that grows with every
 * change.
 *
 * VS Code reads a file again only if time and size have changed, and far less often than the text
 * grows. So an append costs only its own length, and parts are joined when somebody reads them.
 */
export class PaneText {
  private parts: string[] = [];
  private bytes = 0;
  private units = 0;
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

  /** The length in UTF-16 code units, in which the server counts. */
  get length(): number {
    return this.units;
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
    this.units += text.length;
    this.bytes += byteLength(text);
    if (isHighSurrogate(this.lastUnit) && isLowSurrogate(text.charCodeAt(0))) {
      // Two halves of a surrogate pair are counted as three bytes each, and are four together.
      this.bytes -= 2;
    }
    this.lastUnit = text.charCodeAt(text.length - 1);
    this.changed += 1;
  }

  replace(text: string): void {
    this.parts = [text];
    this.units = text.length;
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
