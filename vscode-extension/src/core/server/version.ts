/** Versions of the editor. */

/** Whether a version such as `1.139.1` is that one or a later one. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first > major || (first === major && second >= minor);
}
