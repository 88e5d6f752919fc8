/** Days as the meter names them. */

/** `2026-11-22`: the day that lies `daysBefore` days before a moment, in this machine's time. */
export function day(now: Date, daysBefore = 0): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore);
  const [month, ofMonth] = [date.getMonth() + 1, date.getDate()].map((figure) => String(figure).padStart(2, "0"));
  return `${date.getFullYear()}-${month ?? ""}-${ofMonth ?? ""}`;
}
