/** Formats which sources a summary or a merge used. */
import type { Coverage } from "../../protocol.js";

/** Formats the coverage: `used 2 of 3. Left out: poet (its answer is failed). Cut: terse (…)`. */
export function coverageLine({ used, of, leftOut, cut }: Coverage): string {
  const named = (sources: Coverage["cut"]): string => sources.map(({ title, reason }) => `${title} (${reason})`).join(", ");
  return [
    `used ${used} of ${of}`,
    leftOut.length > 0 ? `Left out: ${named(leftOut)}` : "",
    cut.length > 0 ? `Cut: ${named(cut)}` : "",
  ]
    .filter((part) => part !== "")
    .join(". ");
}
