import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type TenantRef } from "../../../components";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { mocked, registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { named, roleAdmits, type Request } from "../support/trust";

const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";
const federation = { eksPodIdentity: { clusterArn } };
const acme: TenantRef = {
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
};
const labels = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const under = "agentid:index:Agent";
const trust = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:SourceAccount": "111122223333",
          "aws:RequestTag/eks-cluster-arn": clusterArn,
          "aws:RequestTag/kubernetes-namespace": "acme",
          "aws:RequestTag/kubernetes-service-account": "triage",
        },
        ArnLike: {
          "aws:SourceArn": "arn:aws:eks:eu-central-1:111122223333:podidentityassociation/prod/*",
        },
      },
    },
  ],
};

const expected = [
  {
    type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    name: "triage",
    under,
    inputs: {
      clusterName: "prod",
      namespace: "acme",
      serviceAccount: "triage",
      roleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
      tags: labels,
    },
  },
  {
    type: "aws:iam/role:Role",
    name: "triage",
    under,
    inputs: {
      name: "acme.triage",
      path: "/agentid/acme/",
      description: "Identity of agent triage",
      assumeRolePolicy: JSON.stringify(trust),
      permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
      maxSessionDuration: 3600,
      tags: labels,
    },
  },
];

const account = (annotations?: Record<string, string>) => ({
  type: "kubernetes:core/v1:ServiceAccount",
  name: "triage",
  under,
  inputs: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: "triage",
      namespace: "acme",
      labels,
      ...(annotations !== undefined && { annotations }),
    },
    automountServiceAccountToken: false,
  },
});

const roleType = "aws:iam/role:Role";

/** The request of EKS to STS for a pod of the account `triage` of `acme`. */
const request: Request = {
  principal: { type: "Service", value: "pods.eks.amazonaws.com" },
  action: "sts:AssumeRole",
  keys: {
    "aws:SourceAccount": "111122223333",
    "aws:SourceArn": "arn:aws:eks:eu-central-1:111122223333:podidentityassociation/prod/a-1",
    "aws:RequestTag/eks-cluster-arn": clusterArn,
    "aws:RequestTag/eks-cluster-name": "prod",
    "aws:RequestTag/kubernetes-namespace": "acme",
    "aws:RequestTag/kubernetes-service-account": "triage",
  },
};

describe("a tenant with EKS Pod Identity", () => {
  it("makes one association, one role and one ServiceAccount without annotation for a workload", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme });
    });
    assert.deepEqual(resources.slice(1), [...expected, account()]);
  });

  it("does the same where the tenant is an output", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: pulumi.output(acme) });
    });
    assert.deepEqual(resources.slice(1), [...expected, account({})]);
  });

  it("has all documents in the preview of a new stack", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { federation });
        new Agent("triage", { tenant: tenant.ref });
      },
      { preview: true },
    );
    const role = named(resources, roleType, "triage");
    assert.equal(role?.inputs["assumeRolePolicy"], JSON.stringify(trust));
    const association = named(resources, expected[0]?.type ?? "", "triage");
    assert.deepEqual(
      { ...association?.inputs, roleArn: "", tags: {} },
      { clusterName: "prod", namespace: "acme", serviceAccount: "triage", roleArn: "", tags: {} },
    );
  });

  it("trusts what EKS requests for pods of the account", async () => {
    assert.equal(roleAdmits(await roleOf("triage"), request), "yes");
    assert.equal(
      roleAdmits(await roleOf("triage"), { ...request, action: "sts:TagSession" }),
      "yes",
    );
  });

  const misses: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "another account of the namespace": { "aws:RequestTag/kubernetes-service-account": "search" },
    "the same account of another namespace": { "aws:RequestTag/kubernetes-namespace": "globex" },
    "the same names on another cluster": {
      "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-central-1:111122223333:cluster/test",
    },
    "an association of another cluster": {
      "aws:SourceArn": "arn:aws:eks:eu-central-1:111122223333:podidentityassociation/test/a-1",
    },
    "a cluster whose name starts alike": {
      "aws:SourceArn": "arn:aws:eks:eu-central-1:111122223333:podidentityassociation/prod-2/a-1",
    },
    "another AWS account": { "aws:SourceAccount": "444455556666" },
  };
  for (const [what, keys] of Object.entries(misses)) {
    it(`refuses ${what}`, async () => {
      const changed = { ...request, keys: { ...request.keys, ...keys } };
      assert.equal(roleAdmits(await roleOf("triage"), changed), "no");
    });
  }

  it("refuses a session without tags, as an association with `disableSessionTags` makes it", async () => {
    const keys = Object.fromEntries(
      Object.entries(request.keys).filter(([key]) => !key.startsWith("aws:RequestTag/")),
    );
    assert.equal(roleAdmits(await roleOf("triage"), { ...request, keys }), "no");
  });

  it("gives pods the account, and leaves volume and variables to EKS", async () => {
    mocked();
    const { pod } = new Tool("triage", { tenant: acme });
    assert.deepEqual(pod.spec.volumes, []);
    assert.deepEqual(pod.container.env, []);
    assert.deepEqual(pod.container.volumeMounts, []);
    assert.equal(pod.spec.automountServiceAccountToken, false);
    await settled();
  });

  it("appears in the policy pack with its role assumed by its own account, and by no other", async () => {
    const resources = await registered(() => {
      const tenant = new Tenant("acme", { federation });
      new Agent("triage", { tenant: tenant.ref });
    });
    const { findings, workloads } = await judgeSnapshot(snapshotOf(resources), {
      settings: defaultSettings,
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(
      workloads.map(({ label, federation }) => ({ label, federation })),
      [{ label: "acme/triage", federation: ["EKS Pod Identity"] }],
    );
  });

  it("bounds roles in the account and partition of its cluster", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        federation: {
          eksPodIdentity: { clusterArn: "arn:aws-cn:eks:cn-north-1:444455556666:cluster/prod" },
        },
      });
    });
    const policy = named(resources, "aws:iam/policy:Policy", "acme-boundary");
    assert.match(String(policy?.inputs["policy"]), /"arn:aws-cn:iam::444455556666:role\/agentid/);
  });

  const refusals: Readonly<Record<string, readonly [object, string]>> = {
    "an ARN of something else": [
      { clusterArn: "arn:aws:eks:eu-central-1:111122223333:nodegroup/prod/a/b" },
      "tenant `acme`: clusterArn `arn:aws:eks:eu-central-1:111122223333:nodegroup/prod/a/b` is no EKS cluster; give an ARN such as `arn:aws:eks:eu-central-1:111122223333:cluster/prod`",
    ],
    "a wildcard for the cluster": [
      { clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/*" },
      "tenant `acme`: clusterArn `arn:aws:eks:eu-central-1:111122223333:cluster/*` is no EKS cluster; give an ARN such as `arn:aws:eks:eu-central-1:111122223333:cluster/prod`",
    ],
    "the name of another cluster": [
      { clusterArn, clusterName: "test" },
      "tenant `acme`: clusterName `test` is not the one in clusterArn, `prod`; leave `clusterName` out or give both of one cluster",
    ],
  };
  for (const [what, [eksPodIdentity, message]] of Object.entries(refusals)) {
    it(`refuses ${what} before anything is registered`, () => {
      const seen = mocked();
      assert.throws(
        () => new Tenant("acme", { federation: { eksPodIdentity } as typeof federation }),
        { message },
      );
      assert.deepEqual(seen(), []);
    });
  }
});

async function roleOf(workload: string) {
  const resources = await registered(() => {
    new Agent(workload, { tenant: acme });
  });
  return named(resources, roleType, workload);
}

function settled(): Promise<void> {
  return pulumi.runtime.disconnect();
}
