/** Compares versions of the editor. */

/** Returns whether a version such as `1.139.1` is at least `major.minor`. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first > major || (first === major && second >= minor);
}
