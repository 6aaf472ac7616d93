import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type TenantRef } from "../../../components";
import { mocked, registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";

const trustAnchorArn = "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/0a1b";
const federation = { rolesAnywhere: { trustAnchorArn } };
const acme: TenantRef = {
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
};
const uri = "spiffe://example.org/acme/triage";
const subject = { rolesAnywhere: { uri } };
const labels = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const roleType = "aws:iam/role:Role";
const anchorType = "aws:rolesanywhere/trustAnchor:TrustAnchor";
const under = "agentid:index:Agent";
const bundle = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n";

const trust = (anchor: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "rolesanywhere.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        Condition: {
          StringEquals: { "aws:PrincipalTag/x509SAN/URI": uri },
          ArnEquals: { "aws:SourceArn": anchor },
        },
      },
    ],
  });

const expected = [
  {
    type: roleType,
    name: "triage",
    under,
    inputs: {
      name: "acme.triage",
      path: "/agentid/acme/",
      description: "Identity of agent triage",
      assumeRolePolicy: trust(trustAnchorArn),
      permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
      maxSessionDuration: 3600,
      tags: labels,
    },
  },
  {
    type: "aws:rolesanywhere/profile:Profile",
    name: "triage",
    under,
    inputs: {
      name: "acme_triage",
      roleArns: ["arn:aws:iam::111122223333:role/agentid/acme/acme.triage"],
      durationSeconds: 3600,
      enabled: true,
      tags: labels,
    },
  },
];

describe("a tenant with IAM Roles Anywhere", () => {
  it("makes one role and one profile of an hour for a workload, and no ServiceAccount", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, subject });
    });
    assert.deepEqual(resources.slice(1), expected);
  });

  it("does the same where the tenant is an output", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: pulumi.output(acme), subject });
    });
    assert.deepEqual(resources.slice(1), expected);
  });

  it("keeps its profile to an hour where the role's sessions may last longer", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: { ...acme, maxSession: "4h" }, subject, session: "4h" });
    });
    const profile = named(resources, "aws:rolesanywhere/profile:Profile", "triage");
    assert.equal(profile?.inputs["durationSeconds"], 3600);
  });

  const anchor = (source: object) => ({
    type: anchorType,
    name: "acme-anchor",
    under: "agentid:index:Tenant",
    inputs: {
      name: "acme",
      enabled: true,
      source,
      tags: { "agentid.dev/tenant": "acme" },
    },
  });
  const made = "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/acme";

  it("makes a trust anchor of certificates, and trusts it alone", async () => {
    const resources = await registered(() => {
      const tenant = new Tenant("acme", {
        federation: { rolesAnywhere: { caBundle: bundle, account: "111122223333" } },
      });
      new Agent("triage", { tenant: tenant.ref, subject });
    });
    assert.deepEqual(
      named(resources, anchorType, "acme-anchor"),
      anchor({ sourceType: "CERTIFICATE_BUNDLE", sourceData: { x509CertificateData: bundle } }),
    );
    assert.equal(named(resources, roleType, "triage")?.inputs["assumeRolePolicy"], trust(made));
  });

  it("makes a trust anchor of an authority of AWS Private CA, and trusts it alone", async () => {
    const certificateAuthorityArn =
      "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b";
    const resources = await registered(() => {
      const tenant = new Tenant("acme", {
        federation: { rolesAnywhere: { certificateAuthorityArn } },
      });
      new Agent("triage", { tenant: tenant.ref, subject });
    });
    assert.deepEqual(
      named(resources, anchorType, "acme-anchor"),
      anchor({ sourceType: "AWS_ACM_PCA", sourceData: { acmPcaArn: certificateAuthorityArn } }),
    );
    assert.equal(named(resources, roleType, "triage")?.inputs["assumeRolePolicy"], trust(made));
  });

  it("creates none where one exists, and exports which it is", async () => {
    let reported: unknown;
    const resources = await registered(() => {
      const tenant = new Tenant("acme", { federation });
      reported = tenant.ref.federation;
      new Agent("triage", { tenant: tenant.ref, subject });
    });
    assert.equal(named(resources, anchorType, "acme-anchor"), undefined);
    assert.deepEqual(reported, federation);
  });

  it("refuses certificates with another URI, and those of another trust anchor", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, subject });
    });
    const admitted = (changed: Readonly<Record<string, string>>) =>
      roleAdmits(named(resources, roleType, "triage"), {
        principal: { type: "Service", value: "rolesanywhere.amazonaws.com" },
        action: "sts:AssumeRole",
        keys: {
          "aws:SourceArn": trustAnchorArn,
          "aws:PrincipalTag/x509SAN/URI": uri,
          ...changed,
        },
      });
    assert.equal(admitted({}), "yes");
    assert.equal(admitted({ "aws:PrincipalTag/x509SAN/URI": `${uri}2` }), "no");
    assert.equal(
      admitted({ "aws:PrincipalTag/x509SAN/URI": "spiffe://example.org/globex/triage" }),
      "no",
    );
    assert.equal(admitted({ "aws:SourceArn": `${trustAnchorArn}2` }), "no");
  });

  it("refuses two workloads with certificates of one URI", () => {
    mocked();
    new Agent("triage", { tenant: acme, subject });
    assert.throws(() => new Tool("search", { tenant: acme, subject }), {
      message: `tool \`search\`: \`${uri} of ${trustAnchorArn}\` already proves another workload, which could act as this one; give each workload a subject of its own`,
    });
  });

  const tenant = (rolesAnywhere: object) => () =>
    new Tenant("acme", { federation: { rolesAnywhere } });
  const refusals: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "no authority": [
      tenant({}),
      "tenant `acme`: rolesAnywhere is empty; give exactly one of `trustAnchorArn`, `caBundle`, `certificateAuthorityArn`",
    ],
    "certificates without an account": [
      tenant({ caBundle: bundle }),
      "tenant `acme`: account is missing; `caBundle` does not contain it, so give the roles' account",
    ],
    "a private key, without repeating it": [
      tenant({ caBundle: `${bundle}-----BEGIN PRIVATE KEY-----\nABC`, account: "111122223333" }),
      "tenant `acme`: caBundle has a private key; give the certificates alone, and renew the key",
    ],
    "an ARN of something else": [
      tenant({ trustAnchorArn: "arn:aws:rolesanywhere:eu-central-1:111122223333:profile/0a1b" }),
      "tenant `acme`: trustAnchorArn is `arn:aws:rolesanywhere:eu-central-1:111122223333:profile/0a1b`; give an ARN such as `arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/EXAMPLE`",
    ],
    "any trust anchor": [
      tenant({ trustAnchorArn: "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/*" }),
      "tenant `acme`: trustAnchorArn is `arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/*`; give an ARN such as `arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/EXAMPLE`",
    ],
    "a trust anchor of another account": [
      tenant({ trustAnchorArn, account: "444455556666" }),
      "tenant `acme`: account `444455556666` is not that of trustAnchorArn, `111122223333`; roles and trust anchor have to be in one account",
    ],
    "a URI with a wildcard": [
      () =>
        new Agent("triage", {
          tenant: acme,
          subject: { rolesAnywhere: { uri: "spiffe://example.org/*" } },
        }),
      "agent `triage`: subject.rolesAnywhere.uri is `spiffe://example.org/*`; give one whole URI of at most 256 characters, such as `spiffe://example.org/triage`",
    ],
    "a tenant whose trust anchor nobody names": [
      () =>
        new Agent("triage", {
          tenant: {
            ...acme,
            federation: { rolesAnywhere: { caBundle: bundle, account: "111122223333" } },
          },
          subject,
        }),
      "agent `triage`: the tenant's rolesAnywhere has no `trustAnchorArn`; give `tenant.ref`, or the ARN of the trust anchor in it",
    ],
  };
  for (const [what, [declare, message]] of Object.entries(refusals)) {
    it(`refuses ${what}, before anything is registered`, () => {
      const seen = mocked();
      assert.throws(declare, { message });
      assert.deepEqual(seen(), []);
    });
  }
});
