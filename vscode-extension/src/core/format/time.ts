/** Formats times of the server, which are RFC 3339 in UTC. */

/** Formats a time: `2026-11-22 15:02`, in local time if no offset is given. */
export function formatTime(time: string, offsetMinutes?: number): string {
  const date = new Date(time);
  const offset = offsetMinutes ?? -date.getTimezoneOffset();
  return new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 16).replace("T", " ");
}
