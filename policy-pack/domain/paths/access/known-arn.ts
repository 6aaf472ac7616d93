import type { NotKnown } from "../../../../core/certainty";
import { anyAccountId, parseArn } from "../../../../core/arn";
import { covers, hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";
import { and, no, or, unknown, yes, type Three } from "../../../../core/three-valued";
import type { KnownArn } from "../../../facts/fact-values";
import type { ResourceKind } from "./kinds";

/** What a program shows of a resource's name. */
export type KnownName =
  | { readonly kind: "known"; readonly text: string }
  /** Made when the resource is, behind what is known of it. */
  | { readonly kind: "made"; readonly start: string }
  | NotKnown;

/** Stands for a character that is not known: only a wildcard fits it. */
const unwritten = "\uE000";

/** How many characters Pulumi adds to a generated name: a hyphen and seven. */
const added = "-???????";

/**
 * What is known of the ARN of a resource by its inputs.
 *
 * @param hasParts whether it has parts with ARNs of their own, where its kind may have some
 */
export function arnByName(
  kind: ResourceKind,
  name: KnownName,
  place: { readonly region: string | undefined; readonly account: string | undefined },
  hasParts = true,
): KnownArn {
  return {
    service: kind.service,
    region: kind.global ? "" : place.region,
    account: kind.hasAccount ? place.account : "",
    ...resourcesOf(kind, nameText(kind, name), hasParts),
    isMade: kind.made ? name.kind !== "known" : name.kind === "made",
    ...(name.kind === "unknown" && { dependsOn: name.dependsOn }),
  };
}

function nameText(kind: ResourceKind, name: KnownName): string {
  switch (name.kind) {
    case "known":
      return name.text + kind.end;
    case "made":
      return name.start + (kind.made ? "*" : added + kind.end);
    case "unknown":
      return "*";
  }
}

/**
 * What is known of the ARN of a resource that exists; undefined where a text is none of the kind.
 *
 * @param hasParts whether it has parts with ARNs of their own, where its kind may have some
 */
export function arnOfText(kind: ResourceKind, text: string, hasParts = true): KnownArn | undefined {
  const parsed = parseArn(text);
  if (!parsed.ok || hasWildcard(text)) return undefined;
  const { service, region, account, resource } = parsed.arn;
  if (service !== kind.service) return undefined;
  const parts = hasParts ? (kind.inside ?? []) : [];
  const all = [resource, ...parts.map((inside) => resource + inside)];
  return {
    service,
    region,
    account,
    widest: all,
    sample: all,
    ...above(kind, resource),
    isMade: false,
  };
}

/** The ARNs of all resources of a kind whose names match a pattern, of any owner. */
export function arnsOfPattern(
  kind: ResourceKind,
  pattern: string,
  account: string | undefined = "*",
): KnownArn {
  const { widest, above } = resourcesOf(kind, pattern + kind.end);
  const region = kind.global ? "" : "*";
  return {
    service: kind.service,
    region,
    account: kind.hasAccount ? account : "",
    widest,
    sample: widest,
    ...(above && { above }),
    isMade: false,
  };
}

/** An ARN as policies write it: `*` is an unknown region or account. */
export function writtenOut(
  { service, region = "*", account = "*" }: KnownArn,
  resource: string,
  partition: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function resourcesOf(
  kind: ResourceKind,
  name: string,
  hasParts = true,
): Pick<KnownArn, "widest" | "sample" | "above"> {
  const plain = kind.resource.replace("{}", () => name);
  // What the kind itself leaves open, such as the users of a database, can have any text.
  const sample = kind.resource.replace("{}", () => name.replace(/[*?]/g, unwritten));
  const inside = hasParts ? (kind.inside ?? []) : [];
  return {
    widest: [plain, ...inside.map((each) => plain + each)],
    sample: [sample, ...inside.map((each) => sample + each)],
    ...above(kind, plain),
  };
}

/**
 * The paths above a name, with and without the slash that a request may have at its end.
 *
 * Source: Systems Manager user guide, "How Parameter Store authorizes parameter retrieval": `GetParametersByPath` is
 * authorised against the path alone, and returns all below it.
 */
function above({ listing }: ResourceKind, resource: string): Pick<KnownArn, "above"> {
  if (listing.length === 0) return {};
  const parts = resource.split("/").slice(0, -1);
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  const [top = "", ...named] = paths;
  return { above: [`${top}/`, ...named.flatMap((path) => [path, `${path}/`])] };
}

/** A pattern of ARNs in its parts. */
export interface ArnPattern {
  /** `aws` where any fits. */
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const everything: ArnPattern = {
  partition: "aws",
  service: "*",
  region: "*",
  account: "*",
  resource: "*",
};

/**
 * A pattern of ARNs in its parts, for any partition; undefined where no ARN matches it.
 *
 * A wildcard at the end of fewer parts than an ARN has matches all that follow.
 */
export function patternOf(text: string): ArnPattern | undefined {
  if (text === "*") return everything;
  const parts = text.split(":");
  const [scheme = "", partition = "*", service, region, account] = parts;
  if (!matches(scheme, "arn")) return undefined;
  if (parts.length < 6 && !text.endsWith("*")) return undefined;
  return {
    partition: hasWildcard(partition) ? "aws" : partition,
    service: service ?? "*",
    region: region ?? "*",
    account: account ?? "*",
    resource: parts.length < 6 ? "*" : parts.slice(5).join(":"),
  };
}

const regionUnknown = unknown("the region of a resource is not known");
const accountUnknown = unknown("the account of a resource is not known");
const nameUnknown = unknown("the name of a resource is not known yet");

/** Whether a pattern takes in a resource, or a part of one. */
export function arnMatches(pattern: ArnPattern, arn: KnownArn): Three {
  if (!matches(pattern.service, arn.service)) return no;
  const resource = resourceMatches(pattern.resource, arn);
  if (resource.kind === "no") return no;
  return and([
    resource,
    partMatches(pattern.region, arn.region, "?*", regionUnknown),
    partMatches(pattern.account, arn.account, anyAccountId, accountUnknown),
  ]);
}

/**
 * Whether a pattern takes in a region or an account.
 *
 * @param any the pattern of all of them
 */
function partMatches(
  pattern: string,
  part: string | undefined,
  any: string,
  uncertainty: Three,
): Three {
  if (pattern === "*" || part === "*") return yes;
  if (part === undefined && covers(pattern, any)) return yes;
  if (part === undefined) return pattern === "" ? no : uncertainty;
  return matches(pattern, part) ? yes : no;
}

function resourceMatches(pattern: string, { widest, sample, above = [], isMade }: KnownArn): Three {
  if (above.some((path) => patternsOverlap(pattern, path))) return yes;
  return or(
    sample.map((each, index): Three => {
      if (patternsOverlap(pattern, each)) return yes;
      if (isMade) return no;
      const wide = widest[index] ?? each;
      return wide !== each && patternsOverlap(pattern, wide) ? nameUnknown : no;
    }),
  );
}
