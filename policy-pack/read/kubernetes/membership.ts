import type { Fact } from "../../facts/fact";
import { named, type Text } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import { tenantMark } from "../../../core/marks";
import { configuredTenants } from "../resource/tenancy";
import { atOf, type KubeObject } from "./object";
import { factTextOf, textAt, type TextRead } from "./text";

/** Where an object is and whose it is: its namespace, and the tenant that configuration or its own labels name. */
export function* membership(
  object: KubeObject,
  labelPaths: readonly (readonly string[])[] = [["metadata", "labels"]],
): Iterable<Fact> {
  const { namespace, thing } = object;
  const at = atOf(object, "metadata.namespace");
  if (namespace.kind === "unknown") yield { kind: "inside", at, thing, namespace };
  else if (namespace.thing !== "") {
    yield { kind: "inside", at, thing, namespace: named(namespace.thing) };
    yield* configuredTenant(object, thing, namespace.text);
  }
  const stated = new Set<string>();
  for (const path of labelPaths) {
    const tenant = labelText(textAt(object.body, ...path, tenantMark));
    // A template usually repeats its controller's labels.
    if (tenant === undefined || stated.has(JSON.stringify(tenant))) continue;
    stated.add(JSON.stringify(tenant));
    const at = atOf(object, `${path.join(".")}["${tenantMark}"]`);
    yield { kind: "belongs-to", at, thing, tenant, by: "own" };
  }
}

/**
 * The configured tenant of a namespace, as a fact on each thing in it.
 *
 * It is on the thing and not on the namespace, so that a namespace of a thousand things has not a thousand equal facts.
 */
export function* configuredTenant(
  object: KubeObject,
  thing: Name,
  namespace: string,
): Iterable<Fact> {
  if (namespace.startsWith("urn:")) return;
  for (const tenant of configuredTenants(object.context.settings, { namespace })) {
    const at = atOf(object, "metadata.namespace");
    const text = { kind: "known", text: tenant } as const;
    yield { kind: "belongs-to", at, thing, tenant: text, by: "configuration" };
  }
}

/** A label's text as a tenant, or undefined where there is no such label, or an empty one. */
export function labelText(found: TextRead): Text | undefined {
  return found.kind === "text" && found.text === "" ? undefined : factTextOf(found);
}
