/**
 * Sanitizes texts that others wrote, such as titles and model names, for use outside documents: every
 * character is visible, and none makes an icon, a link or a command.
 */

// Joiners are part of many scripts and of emoji, after a non-Latin letter; tags are part of flags.
const UNSEEN = new RegExp(
  "(?<![^\\0-\\u02ff])[\\u200c\\u200d]" +
    "|(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007f}]*)[\\u{e0000}-\\u{e007f}]" +
    "|[\\p{Cc}\\xad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f]" +
    "|[\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]",
  "gu",
);

/** Puts a text on one line and writes hidden and bidirectional characters out: `<U+202E>`. */
export function sanitize(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(UNSEEN, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${code}>`;
  });
}

/** Sanitizes a text for a list to pick from, where `$(trash)` would be an icon. */
export function sanitizeForPick(text: string): string {
  return sanitize(text).replaceAll("$(", "\\$(");
}

/** Sanitizes a text for a notification, where `[…](command:…)` would be a link that runs the command. */
export function sanitizeForNotification(text: string): string {
  return sanitize(text).replaceAll("](", "] (");
}

/** Sanitizes the content of a file: the editor takes a file with a NUL for binary and does not open it. */
export function sanitizeForFile(text: string): string {
  return text.replaceAll("\0", "\u2400");
}
