import { faultsOf } from "../../core/fault";
import { isBlocking } from "../../core/finding";
import type { Report } from "../../core/report";
import { authorityMarkdown } from "../report/delta-text";
import { mermaidOf, mermaidPart } from "../report/picture/mermaid";
import { pictureOf } from "../report/picture/picture";
import type { CommentPart } from "./body";

/** How important these parts are beside the findings, which come before them. */
const weights = { authority: 70, graph: 60 } as const;

/** What a comment has of a report beside its findings: how authority changed, who may call what, and the part of the graph that blocks. */
export function partsOf(report: Report): readonly CommentPart[] {
  const authority = authorityMarkdown(report, { rules: [] });
  const faults = faultsOf(report.judgement.findings).filter(({ first }) => isBlocking(first));
  const picture = pictureOf(report.judgement.identityGraph, faults);
  return [
    ...(authority.length === 0
      ? []
      : [{ title: "Authority", markdown: authority.join("\n"), weight: weights.authority }]),
    // What blocks comes first in it; without a finding nothing of the graph is news.
    ...(faults.length === 0 || picture.edges.length === 0
      ? []
      : [
          {
            title: "Identity graph",
            markdown: `\`\`\`mermaid\n${mermaidOf(picture, mermaidPart(picture)).trimEnd()}\n\`\`\``,
            weight: weights.graph,
          },
        ]),
  ];
}
