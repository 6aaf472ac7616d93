import { parseArn } from "../../../../core/arn";
import type { Context } from "../../../../core/policy/condition/context";
import { mask } from "../../../../core/snapshot/value";
import type { Part } from "../../../../core/policy/statement";
import { or, unknown, yes, type Three } from "../../../../core/three-valued";
import type { Authority, Policy } from "./authority";
import { allowedBy, requested, leftOf, type Grant } from "./grants";

/**
 * How much a grant takes in: everything there is, all of a service on every resource, all but what a list leaves out,
 * all of a service on resources that it names, or the secrets or other data of every resource of a kind.
 */
export type Breadth = "everything" | "service" | "all but" | "named" | "secrets" | "data";

/** A grant that takes in far more than a workload calls. */
export interface BroadGrant {
  readonly breadth: Breadth;
  readonly grant: Grant;
  /** As written, such as `s3:*`; secret ones masked. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The readable kinds of resources with the data; only for secrets and data. */
  readonly kinds?: readonly string[];
}

/** Services whose ARNs start with a name, without a type before it. */
const withoutTypes = ["s3", "sqs", "sns", "execute-api", "codecommit", "neptune-db"];

/** Where AgentCore has one directory or vault of an account, which an ARN names as what contains all others. */
const onlyOne = /^(workload-identity-directory|token-vault)\/default\//;

/** All of a type at S3 that has an account, or all objects through all access points. */
const ofAccountAtS3 = /^(?:accesspoint|accesspoint\/\*\/object|job|storage-lens)\/\*$/;

const all = { actions: [requested("*")], resources: [requested("*")] };

/** What of a policy is broad, after all that limits and denies it. */
export function broadGrants(
  policy: Policy,
  authority: Authority,
  context: Context,
): readonly BroadGrant[] {
  const broad = allowedBy([policy], all, context).flatMap(onlyWhole);
  return leftOf(broad, authority, context)
    .flatMap(onlyWhole)
    .flatMap((grant) => broadGrant(grant) ?? []);
}

/** Whether the limits and Deny statements of an identity take nothing from what its policies allow. */
export function isUnlimited(policy: Policy, authority: Authority, context: Context): Three {
  const whole = { ...all, policy, statement: undefined };
  const left = leftOf([whole], authority, context).filter(
    ({ actions, resources }) => actions.some(isAll) && resources.some(isAll),
  );
  return or(
    left.map(({ uncertainty }) =>
      uncertainty ? unknown(uncertainty.reason, uncertainty.dependsOn) : yes,
    ),
  );
}

/** The part of a grant with whole services; an action that is not known may be one. */
function onlyWhole(grant: Grant): readonly Grant[] {
  if (negated(grant)) return [grant];
  const whole = grant.actions.filter(isWhole);
  const open = grant.actions.filter((part) => part.kind === "unknown");
  const dependsOn = open.flatMap((part) => part.dependsOn);
  const uncertainty = grant.uncertainty ?? {
    reason: "an action of a policy is not known yet",
    dependsOn,
  };
  return [
    { ...grant, actions: whole },
    { ...grant, actions: open, uncertainty },
  ].filter(({ actions }) => actions.length > 0);
}

function negated({ statement }: Grant): boolean {
  return statement?.actions.negated === true || statement?.resources?.negated === true;
}

function broadGrant(grant: Grant): BroadGrant | undefined {
  const unnamed = grant.resources.filter(isUnnamed);
  const whole = grant.actions.filter(isWhole);
  const base = {
    grant,
    actions: shown(whole.length > 0 ? whole : grant.actions),
    resources: shown(unnamed.length > 0 ? unnamed : grant.resources),
  };
  if (negated(grant)) {
    const isStillOpen =
      grant.statement?.actions.negated === true ? whole.length > 0 : unnamed.length > 0;
    return isStillOpen ? { ...base, breadth: "all but" } : undefined;
  }
  if (unnamed.length === 0) return { ...base, breadth: "named" };
  const mayBeAll = whole.length === 0 || whole.some(isAll);
  return { ...base, breadth: mayBeAll ? "everything" : "service" };
}

/** Texts of a policy as a message shows them. */
export function shown(parts: readonly Part[]): readonly string[] {
  return [
    ...new Set(
      parts.flatMap((part) => (part.kind === "text" ? [part.secret ? mask : part.text] : [])),
    ),
  ];
}

/** `*`, or `s3:*`. */
function isWhole(part: Part): boolean {
  return part.kind === "text" && /^(?:[^:]*:)?\*$/.test(part.text);
}

function isAll(part: Part): boolean {
  return part.kind === "text" && part.text === "*";
}

/** Whether a pattern of ARNs names nothing: no bucket, no table, only a service, an account and a type of resource. */
export function isUnnamed(part: Part): boolean {
  if (part.kind === "unknown") return false;
  if (part.text === "*") return true;
  const parsed = parseArn(part.text);
  if (!parsed.ok) return part.text.endsWith("*") && /^arn(?::[^:]*){0,4}\*$/.test(part.text);
  const { service, account } = parsed.arn;
  const resource =
    service === "bedrock-agentcore"
      ? parsed.arn.resource.replace(onlyOne, "$1/*/")
      : parsed.arn.resource;
  if (service === "s3" && account !== "" && ofAccountAtS3.test(resource)) return true;
  if (withoutTypes.includes(service)) return /^[*/]+$/.test(resource);
  return /^\/?(?:[a-z][\w-]*[/:])?\*(?:[/:]?(?:[a-z][\w-]*[/:])?\*)*[/:]?$/i.test(resource);
}
