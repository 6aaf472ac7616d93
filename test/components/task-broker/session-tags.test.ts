import assert from "node:assert/strict";
import { TaskBroker, Tenant, Tool, type TenantFederation } from "../../../components";
import type { Value } from "../../../core/snapshot/value";
import { mayMake, type Request } from "../../support/requests";
import { federation } from "../support/acme";
import { clusterArn } from "../support/random-federation";
import { registered, type Registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";

const brokerArn = "arn:aws:iam::111122223333:role/agentid-broker/acme.decider";
const toolArn = "arn:aws:iam::111122223333:role/agentid/acme/acme.search";

type Tags = Readonly<Record<string, string>>;
const task: Tags = { "agentid.dev/task": "3f1c", "agentid.dev/intent": "refund" };

/** The tags that EKShas the sessions of a broker's pods, and each session that those make. */
const ofPods: Tags = {
  "eks-cluster-arn": clusterArn,
  "eks-cluster-name": "prod",
  "kubernetes-namespace": "acme-broker",
  "kubernetes-service-account": "decider",
  "kubernetes-pod-name": "decider-0",
  "kubernetes-pod-uid": "7c2a",
};

/** The request to STS: a session of the tool's role. */
interface Session {
  readonly as?: string;
  readonly tags?: Tags;
  readonly transitive?: readonly string[];
}

/**
 * Whether STS starts the session: the tool's trust, and the broker's own policy, allow each action that it takes.
 *
 * A request has the condition keys that the service authorization reference lists for its action, and no other.
 */
function starts(
  made: readonly Registered[],
  { as = brokerArn, tags = {}, transitive = [] }: Session,
): boolean {
  const source = { "sts:SourceIdentity": "acme.triage" };
  const tagged = {
    ...(Object.keys(tags).length > 0 && { "aws:TagKeys": Object.keys(tags) }),
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ),
    ...(transitive.length > 0 && { "sts:TransitiveTagKeys": transitive }),
  };
  const needed: Readonly<Record<string, NonNullable<Request["keys"]>>> = {
    "sts:AssumeRole": { ...source, ...tagged },
    "sts:SetSourceIdentity": source,
    ...(Object.keys(tags).length > 0 && { "sts:TagSession": tagged }),
  };
  const policy = named(made, "aws:iam/rolePolicy:RolePolicy", "decider")?.inputs["policy"];
  const { Statement: own } = JSON.parse(String(policy)) as { readonly Statement: Value };
  return Object.entries(needed).every(
    ([action, keys]) =>
      mayMake({ identity: [own] }, { action, on: toolArn, keys }) === "yes" &&
      roleAdmits(named(made, "aws:iam/role:Role", "search"), {
        ...{ principal: { type: "AWS", value: as }, action, keys, isAllowed: true },
      }) === "yes",
  );
}

function answers(
  made: readonly Registered[],
  sessions: Readonly<Record<string, Session>>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => [name, starts(made, session)]),
  );
}

const served = (given: TenantFederation) => (): void => {
  const issuer = "https://broker.acme.example";
  const broker = new TaskBroker("decider", { tenant: "acme", issuer, federation: given });
  const tenant = new Tenant("acme", { federation: given, broker: broker.ref });
  new Tool("search", { tenant: tenant.ref });
};

describe("tags of the sessions that a task broker starts", () => {
  let made: readonly Registered[];
  before(async () => {
    made = await registered(served(federation));
  });

  it("are the task and the intent, or none", () => {
    assert.deepEqual(
      answers(made, {
        both: { tags: task },
        one: { tags: { "agentid.dev/intent": "refund" } },
        none: {},
      }),
      { both: true, one: true, none: true },
    );
  });

  it("override no tag of the tool's role: a session for another tenant is not started", () => {
    assert.deepEqual(
      answers(made, {
        "the tenant": { tags: { ...task, "agentid.dev/tenant": "globex" } },
        "the tenant alone": { tags: { "agentid.dev/tenant": "globex" } },
        "the tenant in another case": { tags: { "AgentID.dev/Tenant": "globex" } },
        "a namespace, as EKS would": { tags: { ...task, "kubernetes-namespace": "globex" } },
        "any other": { tags: { ...task, team: "platform" } },
      }),
      {
        "the tenant": false,
        "the tenant alone": false,
        "the tenant in another case": false,
        "a namespace, as EKS would": false,
        "any other": false,
      },
    );
  });

  it("do not go on to the sessions of further roles", () => {
    const transitive = ["agentid.dev/task"];
    assert.equal(starts(made, { tags: task, transitive }), false);
  });

  it("are set by the broker alone", () => {
    const as = "arn:aws:iam::111122223333:role/agentid/acme/acme.triage";
    assert.equal(starts(made, { as, tags: task }), false);
  });

  it("are also those of its pods, which each of its sessions inherits with EKS Pod Identity", async () => {
    const resources = await registered(served({ eksPodIdentity: { clusterArn } }));
    const tags = { ...task, ...ofPods };
    assert.deepEqual(
      answers(resources, {
        "told as keys alone": { tags },
        "told as transitive": { tags, transitive: Object.keys(ofPods) },
        "the task made transitive": { tags, transitive: ["agentid.dev/task"] },
        "the tenant": { tags: { ...tags, "agentid.dev/tenant": "globex" } },
      }),
      {
        "told as keys alone": true,
        "told as transitive": true,
        "the task made transitive": false,
        "the tenant": false,
      },
    );
  });
});
