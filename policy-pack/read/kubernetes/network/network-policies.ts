import type { EgressLimit } from "../../../facts/fact-values";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { aliasOf, atOf, refOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { selectorAt, unknownIn } from "./selector";
import { nameTextAt, textAt } from "../text";

/**
 * Reads NetworkPolicies: which pods they select, and where they let these send to.
 *
 * Source: kubernetes.io, "Network Policies", and the API reference of NetworkPolicySpec.
 */
export const networkPolicyReader: Reader = readerOf({
  name: "kubernetes-network-policy",
  kinds: ["networking.k8s.io/NetworkPolicy", "extensions/NetworkPolicy"],
  *facts(object) {
    yield* aliasOf(object);
    const { namespace } = object;
    yield {
      kind: "limits-traffic",
      at: atOf(object, "spec"),
      policy: object.thing,
      namespace: refOf(namespace),
      pods: selectorAt(object.body, "spec", "podSelector"),
      egress: egressOf(object),
    };
  },
});

function egressOf(object: KubeObject): EgressLimit {
  const dependsOn =
    unknownIn(object.body, "spec", "egress") ?? unknownIn(object.body, "spec", "policyTypes");
  if (dependsOn !== undefined) return { kind: "unknown", dependsOn };
  const types = listAt(object.body, "spec", "policyTypes").map((type) => nameTextAt(type) ?? "");
  const rules = listAt(object.body, "spec", "egress");
  // Without types, a policy is about sending where it has rules for it.
  const isAboutEgress = types.length === 0 ? rules.length > 0 : types.includes("Egress");
  if (!isAboutEgress) return { kind: "none" };
  return { kind: rules.some(isAnywhere) ? "anywhere" : "named" };
}

/** Whether a rule allows pods to send to any peer: it names none, or one that is all of the network or of the cluster. */
function isAnywhere(rule: Value): boolean {
  const peers = listAt(rule, "to");
  return peers.length === 0 ? !isNameService(rule) : peers.some(isEverybody);
}

/**
 * The widest blocks that are of one owner, in bits: `10.0.0.0/8` and `fc00::/7`. A wider one is a part of everything, and
 * two of them may be all of it. Sources: RFC 1918, RFC 4193.
 */
const widest = { four: 8, six: 7 } as const;

function isWide(block: string): boolean {
  const bits = Number(/\/(\d+)$/.exec(block)?.[1] ?? NaN);
  return bits < (block.includes(":") ? widest.six : widest.four);
}

function isEverybody(peer: Value): boolean {
  const block = nameTextAt(peer, "ipBlock", "cidr");
  if (block !== undefined) return isWide(block);
  const selectsAll = (kind: string): boolean => {
    const selector = selectorAt(peer, kind);
    return selector.kind === "known" && selector.requirements.length === 0;
  };
  const namesPods = read(peer, "podSelector").kind !== "absent";
  const namesNamespaces = read(peer, "namespaceSelector").kind !== "absent";
  return (
    namesNamespaces && selectsAll("namespaceSelector") && (!namesPods || selectsAll("podSelector"))
  );
}

/** Names are resolved wherever the name service is, so a rule only for port 53 needs no peer. */
function isNameService(rule: Value): boolean {
  const ports = listAt(rule, "ports");
  return (
    ports.length > 0 &&
    ports.every(
      (port) => nameTextAt(port, "port") === "53" && textAt(port, "endPort").kind === "absent",
    )
  );
}
