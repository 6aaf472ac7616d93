import type { SourcePosition } from "../../core/snapshot/resource";
import { cell, html } from "../report/escape";
import { positionOf } from "../report/words";

/** Where a commit can be looked at. */
export interface Commit {
  /** The server, such as `https://github.com`. */
  readonly server: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly sha: string;
}

/** Longest address of a link: what is longer would be cut, and lead nowhere. */
const longestUrl = 1500;

/**
 * A position as code, with a link to its line at a commit. Harmless in text and in the cell of a table.
 *
 * Without a commit, and for a path that leaves the repository, it has no link.
 */
export function placeHtml(source: SourcePosition, commit: Commit | undefined): string {
  const shown = cell(positionOf(source));
  const segments = source.file.split("/");
  const isInside = segments.every((segment) => !["", ".", ".."].includes(segment));
  if (commit === undefined || !isInside) return shown;
  const { server, repository, sha } = commit;
  const path = segments.map(encoded).join("/");
  const url = `${server}/${repository}/blob/${sha}/${path}#L${source.line}`;
  if (url.length > longestUrl) return shown;
  return `<a href="${html(url)}">${shown}</a>`;
}

/** A part of a path in a URL, also where it has halves of pairs. */
function encoded(segment: string): string {
  return encodeURIComponent(segment.replace(/[\ud800-\udfff]/gu, "\ufffd"));
}
