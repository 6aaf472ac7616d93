import type { SnapshotNote } from "../../core/snapshot/resource";
import { mayBeUnread } from "./configuration";
import type { Report } from "./prelude";

/**
 * A note for each credential that a program asked its configuration for in vain while what may hold it was not read: with
 * it the program might have declared something else.
 *
 * @param project whose own configuration is looked at; providers are configured for themselves
 * @param unread what may hold further values and was not read, in words; empty where there is no such thing
 * @param isCredentialName whether a setting is a credential by its name
 */
export function unsetNotes(
  reports: readonly Report[],
  project: string,
  unread: string,
  isCredentialName: (name: string) => boolean,
): readonly SnapshotNote[] {
  if (unread === "") return [];
  return reports.flatMap((report) => {
    if (report.kind !== "unset" || !report.key.startsWith(`${project}:`)) return [];
    const { key } = report;
    if (!isCredentialName(key.slice(project.length + 1))) return [];
    const message = `what rests on configuration \`${key}\`, which has no value${mayBeUnread(unread)}: give it with --config ${key}=VALUE`;
    return [{ kind: "unrendered" as const, message }];
  });
}
