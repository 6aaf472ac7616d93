import type { Finding } from "../../policy-pack/findings/finding";
import type { Judgement } from "../../policy-pack/views/report";
import { LeftOut, Secret, Unknown, isRecord, type Value } from "../../core/snapshot/value";
import type { Resource } from "../../core/snapshot/resource";
import type { Detector } from "../../policy-pack/read/credentials";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { snapshotOf } from "./resources";
import { placesOf, replacedAt, textOf, type Place, type WalkedStack } from "./unknown-walk";

/** The rules' changed findings once a location of a stack is marked secret. */
export interface Difference {
  readonly place: string;
  readonly gone: readonly string[];
  readonly come: readonly string[];
  /** Whether what is marked is shown. */
  readonly isShown: boolean;
}

/**
 * Marks each text, number and boolean of a stack as secret in turn, and returns where the rules then report something else,
 * except for what the mark itself means: a secret out of its location, or in it.
 */
export async function markedOver(
  stack: WalkedStack,
  detector: Detector,
): Promise<readonly Difference[]> {
  const plain = new Set((await judged(stack, stack.resources, detector)).findings.map(sayingOf));
  const differences: Difference[] = [];
  for (const place of placesOf(stack).filter(isLeaf)) {
    const marked = stack.resources.map((each) => markedAt(each, place));
    const now = await judged(stack, marked, detector);
    const stated = new Set(now.findings.map(sayingOf));
    const gone = [...plain].filter((each) => !stated.has(each));
    const come = [...stated].filter((each) => !plain.has(each));
    const isShown = shows(now, stack, place);
    if (isShown || !isOfMark(gone, come)) {
      differences.push({ place: `${place.resource.type} ${textOf(place)}`, gone, come, isShown });
    }
  }
  return differences;
}

/**
 * Leaves out each text, number and boolean of a stack in turn, as a saved snapshot does for a secret, and returns where the
 * rules then report something else than for an unknown, except for its comparison as a credential.
 */
export async function leftOutOver(
  stack: WalkedStack,
  detector: Detector,
): Promise<readonly Difference[]> {
  const leftOut = new LeftOut(3, true);
  const differences: Difference[] = [];
  for (const place of placesOf(stack).filter(isLeaf)) {
    const reported = async (by: Value): Promise<Judgement> =>
      judged(
        stack,
        stack.resources.map((each) => markedAt(each, place, by)),
        detector,
      );
    const now = await reported(leftOut);
    const of = (judgement: Judgement): Set<string> => new Set(judgement.findings.map(sayingOf));
    const [stated, unknown] = [of(now), of(await reported(new Unknown([], true)))];
    const gone = [...unknown].filter((each) => !stated.has(each) && !isOfSecrets(each));
    const come = [...stated].filter((each) => !unknown.has(each) && !isOfSecrets(each));
    const isShown = JSON.stringify(now).includes(leftOut.standIn);
    if (isShown || gone.length > 0 || come.length > 0) {
      differences.push({ place: `${place.resource.type} ${textOf(place)}`, gone, come, isShown });
    }
  }
  return differences;
}

/** Whether the changed finding is that a secret is at a wrong location, or no longer is. */
function isOfMark(gone: readonly string[], come: readonly string[]): boolean {
  return gone.every((stated) => stated.startsWith("no-literal-secret ")) && come.every(isOfSecrets);
}

function isOfSecrets(stated: string): boolean {
  return /^no-(?:literal-secret|shared-secret|static-model-key|static-tool-credential) /.test(
    stated,
  );
}

function isLeaf({ resource, path }: Place): boolean {
  const value = valueAt(resource.inputs, path);
  return ["string", "number", "boolean"].includes(typeof value);
}

function valueAt(value: Value | undefined, path: Place["path"]): Value | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (Array.isArray(plain)) return valueAt((plain as readonly Value[])[Number(step)], rest);
  return isRecord(plain) ? valueAt(plain[String(step)], rest) : undefined;
}

function markedAt(of: Resource, { resource, path }: Place, by?: Value): Resource {
  if (of !== resource) return of;
  const marked = by ?? new Secret(valueAt(of.inputs, path) ?? null);
  return { ...of, inputs: replacedAt(of.inputs, path, marked) as Resource["inputs"] };
}

/** Whether a marked text, which is nowhere else in the stack, is shown. Names of Kubernetes objects are no secrets. */
function shows(judgement: Judgement, { resources }: WalkedStack, place: Place): boolean {
  const text = valueAt(place.resource.inputs, place.path);
  // A word alone, such as `NONE` or `AUTHENTICATE_ONLY`, is also one of our own texts; what AWS gives everyone is no secret.
  if (typeof text !== "string" || text.length < 4 || /^[A-Za-z]+(?:_[A-Za-z]+)*$/.test(text)) {
    return false;
  }
  const isOfAll = /amazonaws\.com$|^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text);
  if (place.resource.type.startsWith("kubernetes:") || isOfAll) return false;
  const elsewhere = resources
    .map((each) => JSON.stringify(markedAt(each, place, "")))
    .some((each) => each.includes(text));
  return !elsewhere && JSON.stringify(judgement).includes(text);
}

async function judged(
  { settings, waivers }: WalkedStack,
  resources: readonly Resource[],
  detector: Detector,
): Promise<Judgement> {
  return judgeSnapshot(snapshotOf(resources), {
    settings: { ...defaultSettings, ...settings },
    rules,
    detector,
    ...(waivers && { waivers }),
  });
}

/** The finding and its resource; not its text and path, in which a marked name is not shown. */
function sayingOf({ rule, verdict, severity, at }: Finding): string {
  return `${rule} ${verdict} ${severity} ${at.urn.split("::").at(-1) ?? ""}`;
}
