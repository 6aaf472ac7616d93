import { scopedName, type Name } from "../../facts/name";
import { parseSpiffeId, printSpiffeId } from "../../../core/spiffe-id";
import { printTemplate, type TemplatePart } from "../../facts/spiffe-template";

/** Where `TrustDomain` and `ClusterName` always mean the same: a controller manager of a cluster, by its class. */
export interface Controller {
  readonly cluster: string;
  readonly className: string;
}

/** Names of one SPIFFE ID: the whole one, and that within its controller, where the trust domain may not be known. */
export interface IdNames {
  readonly whole: Name | undefined;
  readonly within: Name;
}

const ownDomain = "{{ .TrustDomain }}";

/** The names of the SPIFFE ID that a template gives to all; undefined where it is not the same for all, or none. */
export function idNames(
  { cluster, className }: Controller,
  parts: readonly TemplatePart[],
): IdNames | undefined {
  if (parts.some(({ kind }) => kind === "field" || kind === "unclear")) return undefined;
  const found = /^spiffe:\/\/(\{\{ \.TrustDomain \}\}|[^/{]+)(?:\/(.*))?$/i.exec(
    printTemplate(parts),
  );
  const [, domain, path = ""] = found ?? [];
  if (domain === undefined) return undefined;
  const within = scopedName("spiffe-id", cluster, className, path);
  const whole = domain === ownDomain || path.includes("{{") ? undefined : wholeId(domain, path);
  return { whole, within };
}

/** The name of all SPIFFE IDs of a template, whether they differ from pod to pod or not; undefined where it is not understood. */
export function templateName(
  { cluster, className }: Controller,
  parts: readonly TemplatePart[],
): Name | undefined {
  const isKnown = parts.every(({ kind }) => kind !== "unclear");
  return isKnown ? scopedName("spiffe-id", cluster, className, printTemplate(parts)) : undefined;
}

/** The name of a whole SPIFFE ID; undefined for what is none. */
export function wholeId(domain: string, path: string): Name | undefined {
  const parsed = parseSpiffeId(path === "" ? `spiffe://${domain}` : `spiffe://${domain}/${path}`);
  return parsed.ok ? printSpiffeId(parsed.id) : undefined;
}
