import { faultsOf, type Fault } from "../../core/grouped-finding";
import type { Report } from "../../core/report";
import { authorityMarkdown } from "../report/delta-text";
import { mermaidOf, mermaidPart } from "../report/picture/mermaid";
import { narrowed } from "../report/picture/narrowed";
import { pictureOf } from "../report/picture/picture";
import { blockingIn } from "../report/words";
import type { CommentPart } from "./body";

/** How important these parts are beside the findings, which come before them. */
const weights = { authority: 70, graph: 60 } as const;

/** What a comment has beside its findings: how authority changed, who may call what, and the paths of what blocks in the graph. */
export function partsOf(report: Report): readonly CommentPart[] {
  const { against, judgement } = report;
  const authority = authorityMarkdown(report, { rules: [] });
  const isNew = ({ findings }: Fault): boolean =>
    against === undefined || findings.some(({ fingerprint }) => against.new.includes(fingerprint));
  const faults = blockingIn(faultsOf(judgement.findings)).filter(isNew);
  const picture = narrowed(pictureOf(judgement.identityGraph, faults));
  return [
    ...(authority.length === 0
      ? []
      : [{ title: "Authority", markdown: authority.join("\n"), weight: weights.authority }]),
    ...(picture.edges.length === 0
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
