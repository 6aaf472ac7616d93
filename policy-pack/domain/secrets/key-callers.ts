import type { Uncertainty } from "../../../core/certainty";
import type { Policy } from "../iam/authority/authority";
import { authorityOf, policiesIn } from "../iam/authority/authority-of";
import { permissionHolderOf } from "../iam/authority/permission-holder";
import { allowedBy, requested, leftOf, type Grant } from "../iam/authority/grants";
import { permittedIn } from "../iam/authority/permitted";
import { unnarrowed } from "../iam/authority/effective";
import type { Graph } from "../../facts/graph";
import { labelOf, type Name } from "../../facts/name";
import { identitiesOfWorkload } from "../workloads/roles-of-workload";
import { legacyKeyActions } from "../../../core/workload-policies";
import { distinctThings } from "./alone";
import { isCertain } from "./possible-use";

/** An identity that AgentCore hands a key out to. */
export interface KeyCaller {
  readonly identity: Name;
  readonly policy: Policy;
  /** What keeps it from being certain. */
  readonly uncertainty?: Uncertainty;
}

/** Whatever has a static key: resources with a property that receives it, and workloads that use what contains it. */
export interface KeyConsumers {
  readonly receivers: readonly Name[];
  /** Without those that are receivers. */
  readonly workloads: readonly Name[];
}

/** The consumers of a key. Evidence, not decision: no finding depends on them. */
export function consumersOfKey(graph: Graph, key: Name): KeyConsumers {
  return graph.unwatched(() => {
    const containers = graph.facts("contains", "content", key).map(({ container }) => container);
    const received = graph.facts("receives", "from", key).map(({ receiver }) => receiver);
    const receivers = distinctThings(graph, received);
    const users = [key, ...containers, ...receivers].flatMap((held) =>
      graph.facts("uses", "secret", held).flatMap((fact) => (isCertain(fact) ? fact.workload : [])),
    );
    const isReceiver = (user: Name): boolean => receivers.some((each) => graph.same(each, user));
    const workloads = distinctThings(graph, users).filter((user) => !isReceiver(user));
    return { receivers, workloads };
  });
}

const kind = "api-key-provider|";
const fromCaller = unnarrowed();

/**
 * The identities other than a workload's own that may have AgentCore hand them a provider's key; each once, one that is
 * certain before one that is not. For a complete graph.
 *
 * Source: service authorization reference, Amazon Bedrock AgentCore, `GetResourceApiKey`, which is authorised on the provider.
 */
export function keyCallers(graph: Graph, provider: Name, workload: Name): readonly KeyCaller[] {
  const { roles } = identitiesOfWorkload(graph, workload);
  const own = new Set(roles.map((role) => graph.idOf(role)));
  const name = graph.namesOf(provider).find((each) => each.startsWith(kind));
  const called = name === undefined ? "*" : labelOf(name);
  const arn = `arn:*:bedrock-agentcore:*:*:token-vault/default/apikeycredentialprovider/${called}`;
  const wanted = { actions: [requested(legacyKeyActions.fetch)], resources: [requested(arn)] };
  // Whether a policy takes in a name that is not known, or denies it, is not known either.
  const unnamed: Uncertainty | undefined =
    name === undefined
      ? { reason: "the name of the provider is not known yet", dependsOn: [provider] }
      : undefined;
  const found = new Map<number, KeyCaller>();
  for (const fact of [...graph.all("allows"), ...graph.all("attaches")]) {
    const identity = permittedIn(fact, graph);
    if (identity === undefined || own.has(graph.idOf(identity))) continue;
    const policies = policiesIn(graph, fact).filter(({ content }) => content.kind !== "unknown");
    const grants = leftOf(
      allowedBy(policies, wanted, fromCaller),
      authorityOf(graph, identity),
      fromCaller,
    );
    if (grants.length === 0 || permissionHolderOf(graph, identity).kind === "people") continue;
    for (const grant of grants) {
      const uncertainty = uncertaintyOf(graph, provider, grant) ?? unnamed;
      const before = found.get(graph.idOf(identity));
      if (before !== undefined && (before.uncertainty === undefined || uncertainty !== undefined))
        continue;
      const caller = { identity, policy: grant.policy, ...(uncertainty && { uncertainty }) };
      found.set(graph.idOf(identity), caller);
    }
  }
  return [...found.values()]
    .map((caller) => ({ caller, key: graph.canonical(caller.identity) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ caller }) => caller);
}

/** What depends only on the provider names it: a preview has no ARN of a new resource. */
function uncertaintyOf(
  graph: Graph,
  provider: Name,
  { uncertainty }: Grant,
): Uncertainty | undefined {
  const isNamed =
    uncertainty !== undefined &&
    uncertainty.dependsOn.length > 0 &&
    uncertainty.dependsOn.every((urn) => graph.same(urn, provider));
  return isNamed ? undefined : uncertainty;
}
