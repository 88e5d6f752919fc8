/**
 * Texts that others wrote, such as titles and the names of models, where the editor shows them outside
 * of documents: every character is seen, and none of them makes an icon, a link or a command.
 */

// Joiners belong into many scripts and into emoji, after a letter that is not Latin; tags into flags.
const UNSEEN = new RegExp(
  "(?<![^\\0-\\u02ff])[\\u200c\\u200d]" +
    "|(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007f}]*)[\\u{e0000}-\\u{e007f}]" +
    "|[\\p{Cc}\\xad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f]" +
    "|[\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]",
  "gu",
);

/** On one line; what cannot be seen, or turns the text around, is told: `<U+202E>`. */
export function sanitize(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(UNSEEN, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${code}>`;
  });
}

/** In a list to pick from, where `$(trash)` would be an icon. */
export function sanitizeForPick(text: string): string {
  return sanitize(text).replaceAll("$(", "\\$(");
}

/** In a notification, where `[…](command:…)` would be a link that runs the command. */
export function sanitizeForNotification(text: string): string {
  return sanitize(text).replaceAll("](", "] (");
}

/** As the content of a file: with a NUL in it the editor takes it for a binary one and does not open it. */
export function sanitizeForFile(text: string): string {
  return text.replaceAll("\0", "\u2400");
}
