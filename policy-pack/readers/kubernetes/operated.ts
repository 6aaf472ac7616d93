import { exemptKey } from "../../../core/credential/apart";
import type { Fact, FactOf } from "../../../core/graph/fact";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { valueIn } from "../values";
import { workloadFacts } from "./controllers";
import { hiddenAt } from "./hidden-parts";
import { leavesOf } from "./helm-values";
import { membership } from "./membership";
import { aliasOf, atOf, sibling, type KubeObject } from "./object";
import { givenSecrets, isOperated, type GivenSecret } from "./operated-kinds";
import { podHoldings, unknownHeld } from "./pod-uses";
import { podLiterals } from "./pod-literals";
import { podTemplates, type PodTemplate } from "./pod-template";
import { componentMembership, readerOf } from "./reader-of";
import { settingLiteral } from "./setting-literals";
import { taskAccounts } from "./task-accounts";
import { partsOf, type Part } from "./task-parts";
import { keyAt, nameTextAt, textAt, type TextRead } from "./text";

/**
 * Makes the reader of what operators are told to run, as far as no other reader knows the kind: variables, volumes and Secrets that
 * something is given beside a pod's template, and credentials that stand in a custom resource as literals.
 *
 * @param isRead whether another reader reads all of a type
 */
export function operatedReader(isRead: (type: string) => boolean): Reader {
  const reader = readerOf({
    name: "custom resources of operators",
    matchesType: (type) => isOperated(type) && !isRead(type),
    readsLiterals: true,
    facts: operatedFacts,
  });
  return { ...reader, partial: true };
}

function* operatedFacts(object: KubeObject): Iterable<Fact> {
  const secrets = givenSecrets[`${object.group}/${object.kind}`] ?? [];
  const hidden = hiddenAt(
    object.body,
    secrets.filter(({ isChecked }) => isChecked !== true).map(({ path }) => path),
  ).map(({ path, dependsOn }) => unknownHeld(object, "env", path, dependsOn));
  const own = secrets.flatMap((given) => [...holdings(object, given)]);
  const held = [...own, ...hidden];
  const spec = valueIn(read(object.body, "spec"));
  if (spec === undefined) {
    if (held.length > 0) yield* workloadFacts(object, []);
    yield* held;
    return;
  }
  const templates = podTemplates(object);
  const isWithin = (path: string): boolean =>
    templates.some((pod) => path === pod.path || path.startsWith(`${pod.path}.`));
  const pods = partsOf({ value: spec, path: "spec" })
    .filter((part) => !isWithin(part.path) && isGiven(part))
    .map(asPod);
  const references = new Set(own.map(({ at: { property } }) => property.slice(object.path.length)));
  const literals = leavesOf(object.resource, { value: spec, path: "spec" });
  const found = [...literals]
    .filter(({ path }) => !isWithin(path) && !pods.some((pod) => isVariable(pod.path, path)))
    .filter(({ path }) => !references.has(path))
    .flatMap((leaf) => [...settingLiteral(object, leaf)]);
  // What has a template of pods is a workload by that, and runs as that says.
  const accounts = templates.length === 0 ? [...taskAccounts(object)] : [];
  if (templates.length === 0) {
    if (pods.length > 0 || held.length > 0 || accounts.length > 0) yield* workloadFacts(object, []);
    else if (found.length > 0) yield* placeOf(object);
  }
  for (const pod of pods) {
    yield* podHoldings(object, pod);
    yield* podLiterals(object, pod);
  }
  yield* accounts;
  yield* held;
  yield* found;
}

function* placeOf(object: KubeObject): Iterable<Fact> {
  yield* aliasOf(object);
  yield* membership(object);
  yield* componentMembership(object);
}

/** Whether a part of an object is given variables or volumes as a container or a pod is. */
function isGiven({ value }: Part): boolean {
  const isVariables = [...listAt(value, "env"), ...listAt(value, "envs")].some(
    (item) =>
      nameTextAt(item, "name") !== undefined &&
      ["value", "valueFrom"].some((part) => read(item, part).kind !== "absent"),
  );
  const isWhole = listAt(value, "envFrom").some((item) =>
    ["secretRef", "configMapRef"].some((part) => read(item, part).kind !== "absent"),
  );
  const isVolumes = listAt(value, "volumes").some((item) =>
    ["secret", "configMap", "projected", "csi"].some((part) => isRecord(valueIn(read(item, part)))),
  );
  return isVariables || isWhole || isVolumes;
}

function asPod({ value, path }: Part): PodTemplate {
  return { spec: value, path, labels: undefined, isContainer: true };
}

function isVariable(pod: string, leaf: string): boolean {
  return /^\.envs?\[/.test(leaf.startsWith(pod) ? leaf.slice(pod.length) : "");
}

function* holdings(object: KubeObject, given: GivenSecret): Iterable<FactOf<"uses">> {
  for (const { value, path } of at({ value: object.body, path: "" }, given.path)) {
    const { name, which } = given.isMount === true ? mounted(value) : referred(value, given);
    if (name.kind === "absent" || (name.kind === "text" && name.text === "")) continue;
    const exempt = given.isChecked === true ? "verifier" : exemptKey(which.key);
    yield {
      kind: "uses",
      at: atOf(object, path),
      workload: object.thing,
      secret: sibling(object, "Secret", name),
      through: "env",
      ...which,
      ...(exempt !== undefined && { exempt }),
    };
  }
}

/** A Secret, and which key of it. */
interface Reference {
  readonly name: TextRead;
  readonly which: ReturnType<typeof keyAt>;
}

function referred(value: Value, { name, key }: GivenSecret): Reference {
  return {
    name: name === undefined ? textAt(value) : textAt(value, name),
    which: key === undefined ? {} : keyAt(value, key),
  };
}

/** The Secret that a text has mounted: `secret:crm/token@/etc/crm`; none of a ConfigMap. */
function mounted(value: Value): Reference {
  const text = textAt(value);
  if (text.kind !== "text") return { name: text, which: {} };
  const [, name, key] = /^secret:([^/@]+)(?:\/([^@]+))?/.exec(text.text) ?? [];
  if (name === undefined) return { name: { kind: "absent" }, which: {} };
  return { name: { ...text, text: name }, which: key === undefined ? {} : { key } };
}

/** The parts of an object at a path, of which a step `*` is each item of a list or each value of a map. */
function at(start: Part, [step, ...rest]: readonly string[]): readonly Part[] {
  if (step === undefined) return [start];
  return next(start, step).flatMap((part) => at(part, rest));
}

function next({ value, path }: Part, step: string): readonly Part[] {
  const inner = (name: string): string => (path === "" ? name : `${path}.${name}`);
  if (step !== "*") {
    const found = valueIn(read(value, step));
    return found === undefined ? [] : [{ value: found, path: inner(step) }];
  }
  const items: readonly Value[] = listAt(value);
  if (items.length > 0 || isList(value)) {
    return items.map((item, index) => ({ value: item, path: `${path}[${index}]` }));
  }
  return entriesAt(value).map(([name, item]) => ({ value: item, path: inner(name) }));
}
