import { resourceKinds } from "../access/kinds";
import { httpApiType, restApiType } from "../../../../core/aws/apis";
import { agentcoreGatewayType, agentcoreRuntimeType } from "../../../../core/aws/bedrock";
import { functionType } from "../../../../core/aws/lambda";
import { isAccountId, parseArn } from "../../../../core/arn";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { placeOfScope, scopedName, scopeOf, type Name } from "../../../facts/name";
import { covers, hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";
import type { Uncertainty } from "../../../../core/certainty";
import type { Part } from "../../../../core/policy/statement";
import { nameInUrn, typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { relays, type Relay, type RelayKind } from "./relay-kinds";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../../../../core/three-valued";

/** A kind of thing that is called with the permission of a policy. */
export interface Callable {
  readonly kind: "function" | "runtime" | "gateway" | "api" | RelayKind;
  readonly types: readonly string[];
  /** Actions that call it. Source: service authorization reference. */
  readonly actions: readonly string[];
  /** Its callers where no setting names them. Default: all. */
  readonly usual?: readonly string[];
  readonly service: string;
  /** How the resource of its ARN looks, for a name that the program gives. */
  readonly named: (name: string) => readonly ArnPatternOf[];
  /** How it looks where the program leaves its name to Pulumi. Default: as any of them. */
  readonly unnamed?: (resourceName: string) => ArnPatternOf;
  /** How any of them looks. */
  readonly every: ArnPatternOf;
  /** The readable verb for calling it. Default: `may call`. */
  readonly by?: string;
}

/** How the resource of an ARN looks, and whether every such text is the thing or a part of it, or only one of them is. */
interface ArnPatternOf {
  readonly text: string;
  readonly is: "any of these" | "one of these";
}

const any = (text: string): ArnPatternOf => ({ text, is: "any of these" });
const one = (text: string): ArnPatternOf => ({ text, is: "one of these" });

const callables: readonly Callable[] = [
  {
    kind: "function",
    types: [functionType],
    actions: ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:InvokeAsync"],
    service: "lambda",
    named: (name) => [any(`function:${name}`), any(`function:${name}:*`)],
    // Pulumi names what the program does not name after the resource, with a hyphen and seven characters.
    unnamed: (resourceName) => one(`function:${resourceName}-*`),
    every: one("function:*"),
  },
  {
    kind: "runtime",
    types: [agentcoreRuntimeType],
    actions: [
      "bedrock-agentcore:InvokeAgentRuntime",
      "bedrock-agentcore:InvokeAgentRuntimeForUser",
      "bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream",
    ],
    service: "bedrock-agentcore",
    // AgentCore makes ids of a name, a hyphen and ten characters; endpoints are below it.
    named: (name) => [any(`runtime/${name}`), any(`runtime/${name}/*`), one(`runtime/${name}-*`)],
    every: one("runtime/*"),
  },
  {
    kind: "gateway",
    types: [agentcoreGatewayType],
    actions: ["bedrock-agentcore:InvokeGateway"],
    service: "bedrock-agentcore",
    named: (name) => [any(`gateway/${name}`), one(`gateway/${name}-*`)],
    every: one("gateway/*"),
  },
  {
    kind: "api",
    types: [httpApiType, restApiType],
    actions: ["execute-api:Invoke"],
    service: "execute-api",
    // Ids contain nothing of the name; for an API that is known by its id, the policy must name the id.
    named: () => [],
    every: one("*"),
  },
];

const byRelay: ReadonlyMap<string, Callable> = new Map(
  relays.map((relay: Relay): [string, Callable] => {
    const { what, by, actions, others = [] } = relay;
    const kind = resourceKinds.find((each) => each.what === what);
    const { types = [], service = "", resource = "{}", inside: [inside = ""] = [] } = kind ?? {};
    // Of a bucket what is in it is written to, of a table the table.
    const text = (name: string): string =>
      resource.replace("{}", () => name) + (what === "bucket" ? inside : "");
    const named = (name: string): readonly ArnPatternOf[] => [any(text(name))];
    return [
      what,
      {
        kind: what as RelayKind,
        types,
        actions: [...actions, ...others],
        usual: actions,
        service,
        named,
        every: one(text("*")),
        by,
      },
    ];
  }),
);

/** A thing that policies may allow principals to call. */
export interface Target {
  readonly thing: Name;
  readonly callable: Callable;
  readonly urns: readonly Urn[];
  readonly scopes: readonly string[];
  readonly looks: readonly ArnPatternOf[];
  /** What its name waits for, where the program gives one that is not known. */
  readonly dependsOn: readonly Urn[];
  /** Actions that call it, of those of its kind. */
  readonly actions: ReadonlySet<string>;
  /** Patterns of names of objects, or sources of events, one of which a call has to have; undefined for any. */
  readonly only?: readonly string[];
  /** Why it is not known whether such a call counts. */
  readonly uncertainty?: Uncertainty;
}

/** What of all that comes to a thing counts. */
export type Counted = Pick<FactOf<"triggers">, "only" | "byActions"> & {
  /** Why it is not known whether just that counts. */
  readonly uncertainty?: Uncertainty;
};

/** A thing as policies name it; undefined where none can allow calls of it. */
export function targetFor(
  graph: Graph,
  thing: Name,
  { only, byActions, uncertainty }: Counted = {},
): Target | undefined {
  const names = graph.namesOf(thing);
  const urns = names.filter((name) => name.startsWith("urn:"));
  const callable =
    callables.find(
      ({ kind, types }) =>
        urns.some((urn) => types.includes(typeInUrn(urn))) ||
        names.some((name) => name.startsWith(`${kind}|`)),
    ) ?? relayOf(graph, thing);
  if (callable === undefined) return undefined;
  const prefix = relayIn(callable.kind) ? /^aws\|[^|]*\|[^|]*\|/ : /^[^|]*\|[^|]*\|/;
  const short = names.filter((name) =>
    relayIn(callable.kind) ? kindIn(name) === callable.kind : name.startsWith(`${callable.kind}|`),
  );
  const given = short
    .flatMap((name) => callable.named(name.replace(prefix, "")))
    .flatMap((look) => narrowed(look, callable, only));
  const own = urns.find((urn) => callable.types.includes(typeInUrn(urn)));
  const arns = graph.facts("resource", "resource", thing).map(({ arn }) => arn);
  // A name that the program gives is known later, whatever its resource is called.
  const dependsOn = arns.flatMap((arn) => arn.dependsOn ?? []);
  const isGiven = arns.some((arn) => arn.dependsOn !== undefined);
  const accounts = arns.flatMap(({ account }) => account ?? []);
  return {
    thing: graph.canonical(thing),
    callable,
    urns,
    scopes: [...new Set([...short.flatMap((name) => scopeOf(name) ?? []), ...accounts])],
    looks: given.length > 0 ? given : [isGiven ? callable.every : patternOfUnnamed(callable, own)],
    dependsOn,
    actions: new Set(byActions ?? callable.usual ?? callable.actions),
    ...(only && { only }),
    ...(uncertainty && { uncertainty }),
  };
}

/** How what is in a bucket looks, where objects of some names alone lead on. */
function narrowed(
  look: ArnPatternOf,
  { kind }: Callable,
  only: readonly string[] | undefined,
): readonly ArnPatternOf[] {
  if (kind !== "bucket" || only === undefined) return [look];
  return only.map((names) => any(look.text.replace(/\*$/, () => names)));
}

function patternOfUnnamed({ unnamed, every }: Callable, own: Urn | undefined): ArnPatternOf {
  return own === undefined ? every : (unnamed?.(nameInUrn(own)) ?? every);
}

function relayOf(graph: Graph, thing: Name): Callable | undefined {
  const [kind = ""] = [
    ...graph.facts("resource", "resource", thing).map(({ is }) => is),
    ...graph.namesOf(thing).flatMap((name) => kindIn(name) ?? []),
  ];
  return byRelay.get(kind);
}

function relayIn(kind: string): boolean {
  return byRelay.has(kind);
}

/** The kind in a name `aws|<account>|<kind>|<name>`. */
function kindIn(name: Name): string | undefined {
  return name.startsWith("aws|") ? name.split("|")[2] : undefined;
}

/** Whether a resource in a policy takes a thing in. */
export function targetMatches(graph: Graph, part: Part, target: Target): Three {
  if (part.kind === "unknown") {
    const named = dependsOnIt(part.dependsOn, target);
    const { behind } = part;
    const isOpen = behind === undefined || target.callable.kind !== "bucket";
    if (isOpen || named.kind === "no" || part.dependsOn.length > 1) return named;
    return or(
      target.looks.map((look) =>
        resourceFits(bucketIn(look) + behind, { ...target, looks: [look] }),
      ),
    );
  }
  if (part.text === "*") return yes;
  const parsed = parseArn(part.text);
  if (!parsed.ok || !matches(parsed.arn.service, target.callable.service)) return no;
  const { account, resource } = parsed.arn;
  if (target.callable.kind === "api" && !hasWildcard(resource.split("/")[0] ?? "")) {
    const id = scopedName("api", account, resource.split("/")[0] ?? "");
    return fromBoolean(graph.same(id, target.thing));
  }
  return and([accountFits(account, target), resourceFits(resource, target)]);
}

/**
 * Whether the resources of a Deny take in all of a thing: of a bucket all that is in it, or all objects of the names that
 * lead on.
 *
 * @param takes whether one takes it in
 */
export function matchesAllTargets(
  graph: Graph,
  parts: readonly Part[],
  target: Target,
  takes: typeof targetMatches = targetMatches,
): Three {
  if (target.callable.kind !== "bucket") {
    return or(parts.map((part) => takes(graph, part, target)));
  }
  return and(
    target.looks.map((look) =>
      or(
        parts.map((part): Three => {
          const taken = takes(graph, part, { ...target, looks: [look] });
          if (taken.kind !== "yes") return taken;
          if (part.kind === "unknown") {
            // What waits for the bucket may be the bucket itself, or a part of what is in it.
            if (part.behind === undefined) return unknown(partUnknown, part.dependsOn);
            return fromBoolean(covers(bucketIn(look) + part.behind, look.text));
          }
          return fromBoolean(covers(part.text.split(":").slice(5).join(":") || "*", look.text));
        }),
      ),
    ),
  );
}

/** The bucket in how what is in it looks: `inbox` of `inbox/approved/*`. */
function bucketIn({ text }: ArnPatternOf): string {
  return text.split("/")[0] ?? "*";
}

const partUnknown = "a resource of a policy is not known yet";

/**
 * Whether a resource in a thing's own policy takes the thing in: such a policy is about nothing else, so that what waits for
 * no other resource of AWS is the thing or a part of it.
 */
export function matchesOwnTarget(graph: Graph, part: Part, target: Target): Three {
  if (part.kind === "text" || part.dependsOn.some((urn) => target.urns.includes(urn))) {
    return targetMatches(graph, part, target);
  }
  const isOther = part.dependsOn.some((urn) => typeInUrn(urn).startsWith("aws:"));
  return isOther ? no : unknown(partUnknown, part.dependsOn);
}

/** A value that waits for other things alone is about these; one that waits for nothing may be about any. */
function dependsOnIt(dependsOn: readonly Urn[], { urns, callable, only }: Target): Three {
  const isMine = dependsOn.some((urn) => urns.includes(urn));
  // A thing outside the stack has its name from outside, as a value of no resource of AWS.
  const mayName = urns.length === 0 && dependsOn.some((urn) => !typeInUrn(urn).startsWith("aws:"));
  if (!isMine && dependsOn.length > 0 && !mayName) return no;
  // Which objects it names is known with the rest of it.
  const isPart = callable.kind === "bucket" && only !== undefined;
  return isMine && dependsOn.length === 1 && !isPart ? yes : unknown(partUnknown, dependsOn);
}

function accountFits(pattern: string, { scopes, urns, callable }: Target): Three {
  // ARNs of buckets have no account.
  if (/^\*+$/.test(pattern) || (pattern === "" && callable.service === "s3")) return yes;
  const known = scopes.map((scope) => placeOfScope(scope).account).filter(isAccountId);
  return known.length === 0
    ? unknown("the account of what is called is not known", urns)
    : fromBoolean(known.some((account) => matches(pattern, account)));
}

function resourceFits(pattern: string, { looks, urns, dependsOn }: Target): Three {
  // Whether an unknown name equals a written one is decided in `policy-pack/run/hypotheses`.
  if (dependsOn.length > 0 && !hasWildcard(pattern)) return no;
  // A name that is not set is generated with the thing.
  const settled = dependsOn.length > 0 ? dependsOn : urns;
  return or(
    looks.map(({ text, is }): Three => {
      if (covers(pattern, text)) return yes;
      if (!patternsOverlap(pattern, text)) return no;
      return is === "any of these"
        ? yes
        : unknown("the name of what is called is not known yet", settled);
    }),
  );
}
