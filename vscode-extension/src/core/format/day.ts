/** Formats days as the meter names them. */

/** Formats a day, `daysBefore` days before a time, in local time: `2026-11-22`. */
export function day(now: Date, daysBefore = 0): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore);
  const [month, ofMonth] = [date.getMonth() + 1, date.getDate()].map((figure) => String(figure).padStart(2, "0"));
  return `${date.getFullYear()}-${month ?? ""}-${ofMonth ?? ""}`;
}
