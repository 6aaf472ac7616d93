import { fingerprintsOf, type Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { SECRET, SIGNATURE_KEY } from "../../core/snapshot/signatures";
import { readStackExport } from "../../engine/state";
import type { Detector } from "../../policy-pack/read/credentials";
import { IncrementalJudge, judgeSnapshot } from "../../policy-pack/run/judge";
import { isReportedBy } from "../../policy-pack/run/precedence";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { deploy, type Place } from "./deployed";
import { link } from "./linked";
import { snapshotOf } from "./resources";
import type { WalkedStack } from "./unknown-walk";

/** How a stack is looked at once its first update is over. */
const views = ["state", "pack", "audit", "literals"] as const;

/** One form of the same stack. */
type View = (typeof views)[number];

/** A finding that one look at a stack gives and another does not. */
export interface Difference {
  readonly stack: string;
  readonly view: View;
  /** `lost`: violated in the first preview alone. `new`: violated later, and not even left open before. */
  readonly is: "lost" | "new";
  readonly rule: string;
  readonly message: string;
}

/** Where all stacks of tests are deployed: the account that they call their own. */
const place: Place = { account: "111122223333", region: "eu-west-1" };

/**
 * The differences between the first preview of a stack and later forms: the state, the pack in a later preview, an audit of its
 * export, and a program with literal ARNs. Undefined where nothing of it becomes known.
 *
 * @param asReferences whether literal names and ARNs are first made references to the stack's own resources
 */
export async function differencesOf(
  given: WalkedStack,
  detector: Detector,
  asReferences: boolean,
): Promise<readonly Difference[] | undefined> {
  const { settings, waivers } = given;
  const hasPatterns = Object.keys(settings?.tenants ?? {}).length > 0;
  const first = asReferences ? link(given.resources, place, !hasPatterns) : given.resources;
  const { resources, filled } = deploy(first, place);
  if (filled === 0) return undefined;
  const judging = {
    settings: { ...defaultSettings, ...settings },
    detector,
    ...(waivers && { waivers }),
  };
  const judge = async (all: readonly Resource[]): Promise<readonly Finding[]> =>
    (await judgeSnapshot(snapshotOf(all), judging)).findings;
  const looks: Readonly<Record<View, () => Promise<readonly Finding[] | undefined>>> = {
    state: () => judge(resources),
    pack: async () => {
      const incremental = new IncrementalJudge(judging);
      for (const each of resources) await incremental.add(withoutOutputs(each));
      return (await incremental.finish(snapshotOf(resources))).findings;
    },
    audit: async () => {
      const read = readStackExport(exportOf(resources) ?? "");
      return read.kind === "snapshot" ? judge(read.snapshot.resources) : undefined;
    },
    literals: () => judge(deploy(first, place, true).resources.map(withoutOutputs)),
  };
  const before = await judge(first);
  const found: Difference[] = [];
  for (const view of views) {
    const after = await looks[view]();
    if (after === undefined) continue;
    const differs = (is: Difference["is"], { rule, message }: Finding): void => {
      found.push({ stack: given.name, view, is, rule, message });
    };
    for (const was of before.filter(isViolation)) {
      const stays = (one: Finding): boolean =>
        isSame(was, one) && (isViolation(one) || view === "literals");
      if (!after.some(stays)) differs("lost", was);
    }
    for (const now of after.filter(isViolation)) {
      if (!before.some((one) => isSame(one, now))) differs("new", now);
    }
  }
  return found;
}

function withoutOutputs(resource: Resource): Resource {
  return { ...resource, outputs: {} };
}

function isViolation({ verdict }: Finding): boolean {
  return verdict === "violated";
}

/** Whether two findings are about one fault: by one spelling of its name, or at one resource. */
function isSame(a: Finding, b: Finding): boolean {
  if (a.rule !== b.rule && !isReportedBy(a.rule, b.rule) && !isReportedBy(b.rule, a.rule))
    return false;
  const others = fingerprintsOf(b);
  return a.at.urn === b.at.urn || fingerprintsOf(a).some((one) => others.includes(one));
}

/** What `pulumi stack export` prints; undefined where a value is not known, which no state has. */
export function exportOf(resources: readonly Resource[]): string | undefined {
  if (resources.some(({ inputs, outputs }) => hasUnknown(inputs) || hasUnknown(outputs ?? {}))) {
    return undefined;
  }
  const exported = resources.map(
    ({ urn, type, custom, parent, provider, inputs, outputs, ...rest }) => ({
      urn,
      type,
      custom,
      ...(parent !== undefined && { parent }),
      ...(provider !== undefined && { provider: `${provider}::id` }),
      ...(typeof outputs?.["id"] === "string" && { id: outputs["id"] }),
      inputs: plain(inputs),
      outputs: plain(outputs ?? {}),
      dependencies: rest.dependencies,
      propertyDependencies: rest.propertyDependencies,
      ...(rest.notInUpdate === true && { external: true }),
    }),
  );
  return JSON.stringify({ version: 3, deployment: { resources: exported } });
}

function hasUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.revealForComparison());
  if (isList(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

function plain(value: Value): unknown {
  if (value instanceof Secret) {
    const text = JSON.stringify(plain(value.revealForComparison()));
    return { [SIGNATURE_KEY]: SECRET, plaintext: text };
  }
  if (isList(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
