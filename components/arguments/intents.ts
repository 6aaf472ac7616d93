import { intentText } from "../../core/grants/request";

/** Longest intent, in characters; it becomes a part of logs and policies. */
const longestIntent = 64;

/** What an intent is, for messages. */
export const intentWanted = `1 to ${longestIntent} ASCII characters without blanks, double quotes and \`\\\``;

/** Whether a text is an intent that a grant may name, and that each task broker takes. */
export function isIntent(text: string): boolean {
  return intentText.test(text) && text.length <= longestIntent && text !== "*";
}
