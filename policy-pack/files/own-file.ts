import { readFileSync, statSync } from "node:fs";

/** What each kind of file that agentid writes has in it, and hardly any other file. */
const marks: Readonly<Record<string, RegExp>> = {
  report: /^\{\s*"formatVersion": 1,\s*"tool": \{\s*"name": "agentid"/,
  reports:
    /^\{\s*"formatVersion": 1,\s*"reports": \[\s*\{\s*"formatVersion": 1,\s*"tool": \{\s*"name": "agentid"/,
  sarif:
    /^\{\s*"version": "2\.1\.0",\s*"\$schema": "[^"]*",\s*"runs": \[\s*\{\s*"tool": \{\s*"driver": \{\s*"name": "agentid"/,
  markdown: /^### agentid: /,
  gitlab: /^\[\s*(?:\]|\{\s*"description": "[^\n]*\n\s*"check_name": )/,
  junit: /^<\?xml [^\n]*\n<testsuites name="agentid">/,
  html: /^<!doctype html><html lang="en" data-by="agentid">/,
  mermaid: /^flowchart LR\n {2}%% agentid graph\n/,
  dot: /^digraph agentid \{/,
  svg: /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="agentid picture"/,
  snapshot: /^\{"formatVersion":\d+,\n"project":"/,
};

/** The last line of a text report and of annotations. */
const lastLine = /: (?:passed|BLOCKED: |NOT PROVEN: )/;

/**
 * Whether a file may be overwritten: where there is none, one that is empty, a stream such as `/dev/stdout`, or an own file of
 * agentid. All else belongs to another, and may be what is judged.
 */
export function mayBeReplaced(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  // The writer refuses a folder, with a reason of its own.
  if (found === undefined || !found.isFile()) return true;
  if (found.size === 0) return true;
  return isOwn(readFileSync(file, "utf8"));
}

/** Whether agentid wrote a text. */
export function isOwn(text: string): boolean {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  const isReport = lastLine.test(last) && /\d rules?\b/.test(last);
  return text.trim() === "" || isReport || Object.values(marks).some((mark) => mark.test(text));
}
