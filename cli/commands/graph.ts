import { faultsOf } from "../../policy-pack/findings/grouped-finding";
import { fingerprintsOf } from "../../policy-pack/findings/finding";
import { nearest } from "../../core/nearest";
import type { Report } from "../../policy-pack/views/report";
import { visible } from "../../core/visible";
import { judgePaths } from "../judge-paths";
import { reportFailure } from "../console";
import { deliver } from "../deliver";
import { loadPencil } from "../draw";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { clearFiles, readText } from "../files";
import { parseReports } from "../report-file";
import { dotOf } from "../report/picture/dot";
import { joined } from "../report/picture/joined";
import { mermaidOf, mermaidPart } from "../report/picture/mermaid";
import {
  partOf,
  pathPart,
  pictureOf,
  type Picture,
  type PicturePart,
} from "../report/picture/picture";
import { svgOf } from "../report/picture/svg";
import { unreadIn } from "../unread";
import { checkOptionsOf, type ProgramFlags } from "../program-options";

/** Options of `agentid graph`, as commander gives them. */
export interface GraphFlags extends ProgramFlags {
  readonly format: string;
  readonly out?: string;
  readonly finding?: string;
  readonly baseline?: string;
}

/** Maximum nodes of a laid out picture: larger ones are not readable. */
const mostNodes = 500;

interface GraphFormat {
  readonly partOf: (picture: Picture) => PicturePart;
  /** Loads what it is drawn with. */
  readonly load: () => Promise<(picture: Picture, part: PicturePart) => string>;
}

const formats: Readonly<Record<string, GraphFormat>> = {
  mermaid: { partOf: mermaidPart, load: () => Promise.resolve(mermaidOf) },
  dot: { partOf: (picture) => partOf(picture, Infinity), load: () => Promise.resolve(dotOf) },
  svg: { partOf: (picture) => partOf(picture, mostNodes), load: loadDrawing },
};

/** `agentid graph`: draws the identity graph of programs or reports, or what one finding is about. */
export async function graph(paths: readonly string[], flags: GraphFlags): Promise<number> {
  const { out, finding } = flags;
  const format = formatOf(flags.format);
  const wanted = out === undefined ? [] : [{ file: out, what: "the graph" }];
  const { state, settings, baseline, waivers } = flags;
  clearFiles(wanted, [...paths, state, settings, baseline, waivers]);
  // Before a program runs, since a program may change the files of this package.
  const write = await format.load();
  const reports: Report[] = [];
  let failed = false;
  const saved = new Map(paths.map((path) => [path, savedReports(path)]));
  const { baseline: known, ...program } = { ...flags, baseline };
  const options = {
    ...checkOptionsOf(program, () => {}),
    ...(known !== undefined && { baseline: known }),
  };
  const judged = [...saved.keys()].filter((path) => saved.get(path) === undefined);
  const outcomes = await judgePaths(judged, { optionsFor: () => options });
  for (const path of saved.keys()) {
    reports.push(...(saved.get(path) ?? []));
    for (const { outcome } of outcomes.filter((one) => one.path === path)) {
      const failure = outcome.kind === "judged" ? unreadIn(outcome.report) : outcome;
      if (failure !== undefined) await reportFailure(failure, flags.verbose === true);
      if (outcome.kind === "judged") reports.push(outcome.report);
      failed ||= failure !== undefined;
    }
  }
  if (reports.length > 0) {
    const picture = joined(reports.map(pictureIn));
    const part =
      finding === undefined ? format.partOf(picture) : partOfFinding(picture, finding, format);
    const text = write(picture, part);
    await deliver(
      wanted.map((one) => ({ ...one, text })),
      out === undefined ? text : "",
    );
  }
  return failed ? exitCodes.couldNotRun : exitCodes.passed;
}

function formatOf(name: string): GraphFormat {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format !== undefined) return format;
  const meant = nearest(name, Object.keys(formats));
  const hint =
    meant === undefined
      ? `choose \`${Object.keys(formats).join("`, `")}\``
      : `did you mean \`${meant}\`?`;
  throw new CouldNotRun(`no format of a graph is called \`${visible(name)}\`; ${hint}`);
}

/** The reports in a file; undefined where a path is something else, such as a saved snapshot. */
function savedReports(path: string): readonly Report[] | undefined {
  if (!path.toLowerCase().endsWith(".json")) return undefined;
  const parsed = parseReports(readText(path, "the report"));
  if (parsed.kind === "problem") return undefined;
  if (parsed.reports.some(({ judgement }) => judgement.identityGraph === undefined)) {
    throw new CouldNotRun(
      `\`${path}\` has no identity graph, since an earlier version wrote it; judge the program again`,
    );
  }
  return parsed.reports;
}

function pictureIn({ judgement }: Report): Picture {
  return pictureOf(judgement.identityGraph, faultsOf(judgement.findings));
}

function partOfFinding(picture: Picture, fingerprint: string, format: GraphFormat): PicturePart {
  const path = picture.paths.find(({ fault }) =>
    fault.findings.some((finding) => fingerprintsOf(finding).includes(fingerprint)),
  );
  if (path === undefined) {
    throw new CouldNotRun(
      `no finding has the fingerprint \`${visible(fingerprint)}\`; \`--report json\` lists them`,
    );
  }
  const whole = format.partOf(picture);
  return pathPart(picture, path, Math.max(whole.nodes.length, 2));
}

async function loadDrawing(): Promise<(picture: Picture, part: PicturePart) => string> {
  const { layout, pictureStyle: style } = await loadPencil();
  const title = "Identity graph: who assumes, uses or calls what";
  return (picture, part) => `${svgOf(picture, part, { layout, title, prefix: "g", style })}\n`;
}
