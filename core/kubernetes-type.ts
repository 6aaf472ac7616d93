import { knownString } from "./snapshot/read";
import type { ValueRecord } from "./snapshot/value";

/** Modules of the Kubernetes provider whose resources are no objects: their inputs have no kind of their own. */
const components = /^(?:helm\.sh|yaml|kustomize)(?:\/|$)/;

/** What the API server takes as a version and as a kind. Anything else creates nothing. */
const versions = /^(?:[a-z0-9.-]+\/)?[a-z][a-z0-9-]*$/;
const kinds = /^[A-Za-z][A-Za-z0-9]*$/;

/** The Pulumi type token of an object: `kubernetes:apps/v1:Deployment`, the core group being `core/v1`. */
export function typeToken(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/**
 * A Kubernetes token as typed resources have it. Custom resources have `kubernetes:v1:Secret` for `kubernetes:core/v1:Secret`.
 *
 * Source: github.com/pulumi/pulumi-kubernetes, sdk/nodejs/apiextensions/customResource.ts.
 */
export function typedToken(type: string): string {
  return type.startsWith("kubernetes:v") && !type.includes("/")
    ? type.replace(":", ":core/")
    : type;
}

/** Whether resources of a type are Kubernetes objects. */
export function isObjectType(type: string): boolean {
  return type.startsWith("kubernetes:") && !components.test(type.split(":")[1] ?? "");
}

/** The token of any custom resource: the API has no such kind. */
const anyCustom = /^apiextensions\.k8s\.io(?:\/v[a-z0-9]+)?:CustomResource$/;

/** Whether a token has a version and a kind. One that a program made of an unknown has none, and that of any custom resource neither. */
export function namesKind(type: string): boolean {
  const [, version = "", kind = "", ...more] = type.split(":");
  if (anyCustom.test(`${version}:${kind}`)) return false;
  return more.length === 0 && versions.test(version) && kinds.test(kind);
}

/**
 * The type token of what the cluster creates: by the object's own `apiVersion` and `kind`, since the provider creates the object
 * whatever its token is. The token counts for a part that is absent or unknown.
 *
 * Source: github.com/pulumi/pulumi-kubernetes, provider/pkg/await/await.go: `ResourceClientForObject(c.Inputs)`.
 */
export function createdType(type: string, inputs: ValueRecord): string {
  if (!isObjectType(type)) return type;
  const [, module = "", named = ""] = typedToken(type).split(":");
  const isPatch = named.endsWith("Patch") && named !== "Patch";
  const version = fitting(knownString(inputs, "apiVersion"), versions);
  const kind = fitting(knownString(inputs, "kind"), kinds);
  const single = kind === undefined ? named : `${kind}${isPatch ? "Patch" : ""}`;
  return version === undefined ? `kubernetes:${module}:${single}` : typeToken(version, single);
}

function fitting(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
