import assert from "node:assert/strict";
import fc from "fast-check";
import type { Resource } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import rule from "../../policy-pack/rules/no-privilege-escalation";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { manifest, snapshotOf } from "../support/resources";
import { drawnWhere } from "../support/drawn-where";
import { runs } from "../support/runs";

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of one role, and whether they are bound in the whole cluster or in the account's namespace. */
interface PossibleValues {
  readonly rules: readonly Rule[];
  readonly isClusterWide: boolean;
}

/** A request as the API server passes it to its authorizer; without a name where it is about all of a kind, or a new one. */
interface Request {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
}

/** The rules of RBAC as kubernetes.io documents them: one rule has to allow all of a request. */
function allows({ rules }: PossibleValues, { verb, group, resource, name }: Request): boolean {
  const [, sub] = resource.split("/");
  const has = (words: readonly string[] | undefined, ...wanted: readonly string[]): boolean =>
    words?.some((word) => word === "*" || wanted.includes(word)) === true;
  return rules.some(
    (each) =>
      has(each.verbs, verb) &&
      has(each.apiGroups, group) &&
      has(each.resources, resource, ...(sub === undefined ? [] : [`*/${sub}`])) &&
      ((each.resourceNames ?? []).length === 0 ||
        (name !== undefined && each.resourceNames?.includes(name) === true)),
  );
}

const rbac = "rbac.authorization.k8s.io";
const certificates = "certificates.k8s.io";
const admission = "admissionregistration.k8s.io";

/** Requests one of which opens a path, with a name where it need not be about all; of a namespace only where it has one. */
type Way = readonly [id: string, isOfNamespace: boolean, requests: readonly Request[]];

/** Names of objects that a rule may spell. */
const spelled = ["desk", "pay", "kubernetes.io/kubelet-serving"];

function any(
  verbs: readonly string[],
  group: string,
  resource: string,
  names: readonly (string | undefined)[],
): readonly Request[] {
  return verbs.flatMap((verb) => {
    // A posted object has no name yet at the check; a subresource is checked by the object's name.
    const isNew = verb === "create" && !resource.includes("/");
    return (isNew ? [undefined] : names).map((name) => ({
      ...{ verb, group, resource },
      ...(name !== undefined && { name }),
    }));
  });
}

const all = [undefined];
const each = [undefined, ...spelled];

/** Accounts of others: in another namespace one is called as it is itself. */
function accounts(isClusterWide: boolean): readonly (string | undefined)[] {
  return isClusterWide ? each : each.filter((name) => name !== "desk");
}

const waysIn = ({ isClusterWide }: PossibleValues): readonly Way[] => [
  ["escalate", true, any(["escalate"], rbac, "roles", each)],
  ["escalate cluster", false, any(["escalate"], rbac, "clusterroles", each)],
  [
    "bind",
    true,
    [...any(["bind"], rbac, "roles", all), ...any(["bind"], rbac, "clusterroles", all)],
  ],
  [
    "impersonate accounts",
    true,
    any(["impersonate"], "", "serviceaccounts", accounts(isClusterWide)),
  ],
  [
    "impersonate people",
    false,
    ["users", "groups"].flatMap((of) => any(["impersonate"], "", of, each)),
  ],
  ["token", true, any(["create"], "", "serviceaccounts/token", accounts(isClusterWide))],
  ["secrets", true, any(["get", "list", "watch"], "", "secrets", all)],
  ["nodes", false, any(["get", "create", "update", "patch", "delete"], "", "nodes/proxy", each)],
  [
    "exec",
    true,
    ["pods/exec", "pods/attach"].flatMap((of) => any(["create", "get"], "", of, each)),
  ],
  ["ephemeral", true, any(["update", "patch"], "", "pods/ephemeralcontainers", each)],
  [
    "webhooks",
    false,
    ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].flatMap((of) =>
      any(["create", "update", "patch"], admission, of, each),
    ),
  ],
  ["volumes", false, any(["create"], "", "persistentvolumes", each)],
  ["namespaces", true, any(["update", "patch"], "", "namespaces", each)],
];

/** Whether rules allow applying an absent object: both verbs, by its name. */
function appliesVolumes(possibleValues: PossibleValues): boolean {
  return spelled.some((name) =>
    ["patch", "create"].every((verb) =>
      allows(possibleValues, { verb, group: "", resource: "persistentvolumes", name }),
    ),
  );
}

const anywhere = { rules: [], isClusterWide: true };
const compared = new Set([...waysIn(anywhere).map(([id]) => id), "csr"]);

function expected(possibleValues: PossibleValues): readonly string[] {
  const found = waysIn(possibleValues).flatMap(([id, isOfNamespace, requests]) =>
    (isOfNamespace || possibleValues.isClusterWide) &&
    requests.some((requested) => allows(possibleValues, requested))
      ? [id]
      : [],
  );
  const approves = ["update", "patch"].some((verb) =>
    each.some((name) =>
      allows(possibleValues, {
        ...{ verb, group: certificates, resource: "certificatesigningrequests/approval" },
        ...(name !== undefined && { name }),
      }),
    ),
  );
  const signs = [undefined, "kubernetes.io/kubelet-serving"].some((name) =>
    allows(possibleValues, {
      ...{ verb: "approve", group: certificates, resource: "signers" },
      ...(name !== undefined && { name }),
    }),
  );
  const others = [
    ...(approves && signs ? ["csr"] : []),
    ...(appliesVolumes(possibleValues) ? ["volumes"] : []),
  ];
  return [...new Set([...found, ...(possibleValues.isClusterWide ? others : [])])].sort();
}

const words = <T extends string>(most: number, ...of: readonly T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: most });

const resourceRule: fc.Arbitrary<Rule> = fc
  .tuple(
    words(2, "", "", rbac, certificates, admission, "apps", "*"),
    words(
      3,
      ...[
        "secrets",
        "serviceaccounts",
        "serviceaccounts/token",
        "*/token",
        "pods/exec",
        "pods/log",
      ],
      ...["pods/ephemeralcontainers", "*/exec", "nodes/proxy", "nodes", "users", "namespaces", "*"],
      ...["roles", "clusterroles", "signers", "certificatesigningrequests/approval", "*/approval"],
      ...["persistentvolumes", "validatingwebhookconfigurations", "configmaps", "*/proxy"],
    ),
    words(
      2,
      ...["get", "list", "watch", "create", "update", "patch", "delete", "bind", "escalate"],
      ...["impersonate", "approve", "*"],
    ),
    fc.option(words(2, "desk", "pay", "kubernetes.io/kubelet-serving"), {
      freq: 2,
      nil: undefined,
    }),
  )
  .map(([apiGroups, resources, verbs, resourceNames]) => ({
    ...{ apiGroups, resources, verbs },
    ...(resourceNames && { resourceNames }),
  }));

const urlRule: fc.Arbitrary<Rule> = words(1, "/metrics", "*").map((nonResourceURLs) => ({
  nonResourceURLs,
  verbs: ["*"],
}));

const judgedValues: fc.Arbitrary<PossibleValues> = fc.record({
  rules: fc.array(fc.oneof({ weight: 8, arbitrary: resourceRule }, urlRule), {
    minLength: 1,
    maxLength: 4,
  }),
  isClusterWide: fc.boolean(),
});

const escalating = drawnWhere(judgedValues, (values) => expected(values).length > 0);

function stackOf({ rules, isClusterWide }: PossibleValues): readonly Resource[] {
  const apiVersion = `${rbac}/v1`;
  const kind = isClusterWide ? "ClusterRoleBinding" : "RoleBinding";
  const metadata = isClusterWide ? { name: "desk" } : { name: "desk", namespace: "acme" };
  const roleRef = { apiGroup: rbac, kind: "ClusterRole", name: "desk" };
  const subjects = [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "desk", namespace: "acme" } },
    { apiVersion, kind: "ClusterRole", metadata: { name: "desk" }, rules },
    { apiVersion, kind, metadata, roleRef, subjects },
  ].flatMap((object) => manifest(JSON.stringify(object)));
}

describe("no-privilege-escalation on rules of RBAC at random", function () {
  it("reports each path exactly where one of its requests would be allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(judgedValues, escalating), async (possibleValues) => {
        const judging = { settings: defaultSettings, rules: [rule] };
        const { findings } = await judgeSnapshot(snapshotOf(stackOf(possibleValues)), judging);
        const reported = new Set(
          findings.flatMap(({ evidenceParts = [] }) => evidenceParts.flat()),
        );
        const found = [...reported].filter((id) => compared.has(id)).sort();
        assert.deepEqual(found, expected(possibleValues), JSON.stringify(possibleValues));
      }),
      { numRuns: runs(75, 300) },
    );
  });
});
