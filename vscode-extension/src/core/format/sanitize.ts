/**
 * Sanitizes texts that others wrote, such as titles and model names, for use outside documents: every
 * character is visible, and none makes an icon, a link or a command.
 */
import { HIDDEN } from "../../../../clients/protocol/hidden_characters.js";

const { control, separator, bidi, zero_width, annotation, filler, soft_hyphen, joiner, selector, tag } = HIDDEN;
// Joiners are part of many scripts and of emoji, after a non-Latin letter; selectors follow what has
// several forms; tags are part of flags.
const UNSEEN = new RegExp(
  `(?<![^\\0-\\u02ff])[${joiner}]` +
    `|(?<![0-9#*]|[^\\0-\\x9f${selector}])[${selector}]` +
    `|(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007f}]*)[${tag}]` +
    `|[${control}${separator}${bidi}${zero_width}${annotation}${filler}${soft_hyphen}]`,
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
