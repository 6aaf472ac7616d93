import { comparedIn } from "../../../domain/secrets/compared";
import { isCredentialName, isReferenceName } from "../../../domain/secrets/name";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import { urnName, type Name } from "../../../facts/name";
import type { Urn } from "../../../../core/snapshot/value";
import { generatedValues, generatorsAmong, storesAmong } from "../../resource/generated";
import { dependenciesAt } from "../../resource/values";
import { atOf, type KubeObject } from "../object";
import type { TextRead } from "../text";
import type { Depends } from "../../../../core/certainty";

/** Where a value that other resources make is put. */
export interface Into {
  readonly container: Name;
  readonly key?: string;
  readonly property: string;
  /** Its environment variable or key. */
  readonly under: string | undefined;
  /** Whether it is all that a Secret has, which contains a credential under any name. */
  readonly isContents?: boolean;
}

/** The resources among these whose outputs are a credential under a name; names of places are no credentials. */
function credentialSources(
  urns: readonly Urn[],
  under: string | undefined,
  isContents = false,
): readonly Urn[] {
  if (urns.length === 0) return [];
  if (under !== undefined && isReferenceName(under)) return [];
  const sentence = isContents || (under !== undefined && isCredentialName(under));
  const made = generatorsAmong(urns).filter((source) => source.secret || sentence);
  return [...made.map((source) => source.urn), ...(sentence ? storesAmong(urns) : [])];
}

/**
 * The facts from the resources that make a value: which generated value it is, and that the workload receives it.
 *
 * Unchanged where the credential in the value is known and equals the generated one. Where it is unknown in a preview, or the
 * generated value is only a part of it, it may be derived; a known value matches its equals by its own name.
 */
export function* generatedContent(object: KubeObject, into: Into, value: TextRead): Iterable<Fact> {
  if (value.kind === "absent") return;
  const at = atOf(object, into.property);
  const dependencies = dependenciesOf(
    object,
    into.property,
    value.kind === "unknown" ? value : undefined,
  );
  const sources = mayBeOther(value, dependencies, into.under)
    ? []
    : credentialSources(dependencies, into.under, into.isContents);
  const flows = sources.flatMap((source) => {
    const flow = value.kind === "unknown" ? "unknown" : flowOf(object, source, value.text);
    return flow === "none" ? [] : [{ source, flow }];
  });
  for (const { source } of flows) {
    yield { kind: "receives", at, receiver: object.thing, from: urnName(source) };
  }
  const place = { kind: "contains", at, container: into.container } as const;
  const key = into.key === undefined ? {} : { key: into.key };
  const [only, ...others] = flows;
  if (only !== undefined && others.length === 0) {
    const derived = only.flow !== "unchanged";
    yield { ...place, ...key, content: named(urnName(only.source)), derived };
  }
  if (value.kind === "text" && flows.some(({ flow }) => flow === "within")) {
    const content = named(object.context.literalName(value.text));
    yield { ...place, ...key, content, derived: false };
  }
}

/**
 * Whether an unknown value may differ from the generated one.
 *
 * Hosts report dependencies of a whole `spec`, not of a value in it. So where neither name nor mark is a credential's, only
 * generators may be among them.
 */
function mayBeOther(
  value: TextRead,
  dependsOn: readonly Urn[],
  under: string | undefined,
): boolean {
  if (value.kind !== "unknown" || value.secret) return false;
  if (under !== undefined && isCredentialName(under)) return false;
  return generatorsAmong(dependsOn).length < new Set(dependsOn).size;
}

/** Whether an unknown value counts: its name, its mark or its generator shows that it is a credential. */
export function mayBeCredential(
  value: Extract<TextRead, { kind: "unknown" }>,
  under: string | undefined,
): boolean {
  if (value.secret || (under !== undefined && isCredentialName(under))) return true;
  return (
    !mayBeOther(value, value.dependsOn, under) &&
    credentialSources(value.dependsOn, under).length > 0
  );
}

function flowOf(object: KubeObject, source: Urn, text: string): "unchanged" | "within" | "none" {
  const resource = object.context.resource(source);
  const made = resource === undefined ? [] : generatedValues(resource);
  if (comparedIn(text).some((credential) => made.includes(credential))) return "unchanged";
  return made.some((value) => text.includes(value)) ? "within" : "none";
}

/** The dependencies of an unknown value that may have another source; undefined where only generators make it. */
export function givenBy(
  object: KubeObject,
  property: string,
  text: Extract<TextRead, { kind: "unknown" }>,
): readonly Urn[] | undefined {
  const dependencies = dependenciesOf(object, property, text);
  const isMade =
    dependencies.length > 0 && generatorsAmong(dependencies).length === new Set(dependencies).size;
  return isMade ? undefined : dependencies;
}

function dependenciesOf(object: KubeObject, property: string, found?: Depends): readonly Urn[] {
  const top = atOf(object, property).property.split(/[.[]/, 1)[0] ?? "";
  return dependenciesAt(object.resource, top, found);
}
