import type { RbacRule } from "../../core/graph/fact-values";
import { pathsInNamespace, type BoundEscalation } from "../../core/authority/rbac/escalation";
import { isAbout } from "../../core/authority/rbac/resources";
import { isNamespaced } from "../../core/authority/rbac/scope";

/** A right of a rule that no workload may have, and why, with what to do instead. */
export interface RefusedRight {
  readonly verb: string;
  readonly resource: string;
  readonly because: string;
}

/** Rights that no workload may have, though the policy pack accepts them. */
interface Refusal {
  readonly group: string;
  readonly resources: readonly string[];
  /** Verbs; all where left out. */
  readonly verbs?: readonly string[];
  /** Whether naming the objects one by one makes it acceptable. */
  readonly unlessNamed?: true;
  readonly because: string;
}

/** Rights as a rule gives them, each word unchanged. */
interface Rights {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly unknown[];
}

type EscalationPath = BoundEscalation["paths"][number]["path"];

const readsSecrets =
  "would allow the workload to read all Secrets of the namespace; name them one by one in `resourceNames`";
const outside = "never applies, as it lies outside namespaces; leave it out";

/** What to do in place of a path of escalation; `leave it out` for all others. */
const insteadOf: Readonly<Record<string, string>> = {
  secrets: "name them one by one in `resourceNames`",
  pods: "leave it to the tenant's `deployers`",
  images: "leave it to the tenant's `deployers`",
};

/** Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (privilege escalation risks). */
const refusals: readonly Refusal[] = [
  {
    group: "",
    resources: ["secrets"],
    verbs: ["create"],
    because:
      "would allow the workload to make tokens of ServiceAccounts, which Secrets can contain; leave it out",
  },
  // The answers to changes and deletions contain the objects too.
  { group: "", resources: ["secrets"], unlessNamed: true, because: readsSecrets },
  {
    group: "",
    resources: ["pods/portforward", "pods/proxy", "services/proxy"],
    because: "would allow the workload to act inside pods of others; leave it out",
  },
  {
    group: "rbac.authorization.k8s.io",
    resources: ["roles", "rolebindings"],
    verbs: ["create", "update", "patch"],
    because: "would allow the workload to pass rights on; leave it out",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["delete"],
    because: "would allow the workload to delete all that its tenant has there; leave it out",
  },
];

/** The actions on the namespace itself for a role in it. */
const ofOwnNamespace = ["get", "update", "patch", "delete"];

/**
 * The first right of a rule that no workload may have; none where all are fine.
 *
 * The code of the policy pack decides which rights allow a workload to escalate or to act as another.
 */
export function refusedRights(rights: Rights): RefusedRight | undefined {
  return raising(rights) ?? notGranted(rights) ?? neverApplying(rights);
}

function raising(rights: Rights): RefusedRight | undefined {
  const [first] = pathsInNamespace([ruleOf(rights)]);
  if (first === undefined) return undefined;
  const { path: way } = first;
  const resource = rights.resources.find((each) =>
    way.resources.some((raises) =>
      isAbout(ruleOf({ ...rights, resources: [each] }), way.group, raises),
    ),
  );
  const verb = rights.verbs.find((each) => way.verbs.includes(each));
  return { verb: verb ?? "", resource: resource ?? "", because: becauseOf(way) };
}

function becauseOf({ id, by }: EscalationPath): string {
  return `would allow the workload to ${by}; ${insteadOf[id] ?? "leave it out"}`;
}

function notGranted(rights: Rights): RefusedRight | undefined {
  const isNamed = (rights.resourceNames ?? []).length > 0;
  for (const { group, resources, verbs = rights.verbs, unlessNamed, because } of refusals) {
    if (!rights.apiGroups.includes(group) || (unlessNamed && isNamed)) continue;
    const resource = rights.resources.find((each) => resources.includes(each));
    const verb = rights.verbs.find((each) => verbs.includes(each));
    if (resource !== undefined && verb !== undefined) return { verb, resource, because };
  }
  return undefined;
}

/** What a role in a namespace does not reach. */
function neverApplying(rights: Rights): RefusedRight | undefined {
  for (const apiGroup of rights.apiGroups) {
    for (const resource of rights.resources) {
      for (const verb of rights.verbs) {
        const one = ruleOf({ apiGroups: [apiGroup], resources: [resource], verbs: [verb] });
        if (isNamespaced(one).kind !== "no") continue;
        const isOwn = apiGroup === "" && resource.split("/")[0] === "namespaces";
        if (isOwn && ofOwnNamespace.includes(verb)) continue;
        return { verb, resource, because: outside };
      }
    }
  }
  return undefined;
}

/** A name that is an output is some name. */
function ruleOf({ apiGroups, resources, verbs, resourceNames = [] }: Rights): RbacRule {
  const names = resourceNames.map((name) => (typeof name === "string" ? name : ""));
  return { apiGroups, resources, verbs, resourceNames: names, nonResourceURLs: [] };
}
