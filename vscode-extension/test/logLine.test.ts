import assert from "node:assert/strict";
import { test } from "node:test";
import { type Severity, severityOf } from "../src/core/logLine.js";

const CASES: [line: string, before: Severity, severity: Severity][] = [
  ["2026-01-31 12:00:00.000 DEBUG antiphon.engine [run 4XK2PD] words", "error", "info"],
  ["2026-01-31 12:00:00.000 INFO antiphon.engine words", "warn", "info"],
  ["2026-01-31 12:00:00.000 WARNING antiphon.engine words", "info", "warn"],
  ["2026-01-31 12:00:00.000 CRITICAL antiphon.engine words", "info", "error"],
  ["2026-01-31 12:00:00.000 ERROR antiphon.engine words", "info", "error"],
  ["2026-01-31 12:00:00.000 TRACE antiphon.engine words", "warn", "warn"],
  ["a line about an ERROR in it", "info", "info"],
  ["  builtins.ValueError", "error", "error"],
  ["  builtins.ValueError", "warn", "warn"],
  ['{"time":"2026-01-31T12:00:00Z","level":"warning","message":"an INFO that is none"}', "info", "warn"],
  ['{"level":"debug"}', "error", "info"],
  ['{"level":"info"}', "warn", "info"],
  ['{"level":"error"}', "info", "error"],
  ['{"level":"critical"}', "info", "error"],
  ['{"message":"x","level":"odd"}', "warn", "warn"],
  ["antiphon: error: no such command", "error", "error"],
  ["", "info", "info"],
];

for (const [line, before, severity] of CASES) {
  test(`a line after ${before} counts as ${severity}: ${line}`, () => {
    assert.equal(severityOf(line, before), severity);
  });
}
