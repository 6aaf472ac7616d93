import type { Report } from "../policy-pack/views/report";
import { isUnreadable } from "../core/snapshot/resource";
import type { Failure } from "./failure";

/** Most files that the sentence names: the report has all, with the reason of each. */
const MOST_NAMES = 5;

/** That files of what was judged could not be read; undefined where all were. */
export function unreadIn(report: Report): Failure | undefined {
  const unread = report.judgement.notes.filter(isUnreadable);
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, MOST_NAMES).map(({ source }) => `\`${source?.file ?? "?"}\``);
  const left = unread.length - names.length;
  const more = left > 0 ? ` and ${left} more` : "";
  return { reason: `could not read ${names.join(", ")}${more}: not all was judged` };
}
