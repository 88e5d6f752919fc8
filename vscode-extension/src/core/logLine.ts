/** What a line of the server's log counts as in the editor's log channel. */
export type Severity = "info" | "warn" | "error";

const HUMAN = /^\S+ \S+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) /;
const JSON_LINE = /^\{.*?"level":"(debug|info|warning|error|critical)"/;

/**
 * Gives the severity of a line. A line without a level, such as a frame of an exception, goes on with
 * the one before it. Debug lines count as information: the channel hides its own debug level, and
 * `antiphon.log.level` has decided already that they are wanted.
 */
export function severityOf(line: string, before: Severity): Severity {
  switch ((HUMAN.exec(line) ?? JSON_LINE.exec(line))?.[1]?.toUpperCase()) {
    case "DEBUG":
    case "INFO":
      return "info";
    case "WARNING":
      return "warn";
    case "ERROR":
    case "CRITICAL":
      return "error";
    default:
      return before;
  }
}
