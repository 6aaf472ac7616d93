import assert from "node:assert/strict";
import { workloadIdentityReader } from "../../../../policy-pack/read/aws/agentcore/credential-providers";
import { resource } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity";

describe("the reader of AgentCore workload identities", () => {
  it("reads an identity's name and whose it is", () => {
    const tenant = resource("agentid:index:Tenant", "acme", { name: "acme" }, { custom: false });
    const identity = resource(type, "triage", { name: "acme.triage" }, { parent: tenant.urn });
    assert.deepEqual(stated([workloadIdentityReader], identity, contextOf([tenant])), [
      {
        kind: "alias",
        thing: identity.urn,
        also: "workload-identity|default|acme.triage",
        property: "name",
      },
      {
        kind: "belongs-to",
        thing: identity.urn,
        tenant: { kind: "known", text: "acme" },
        by: "component",
        property: "",
      },
    ]);
  });

  it("returns nothing for one that AWS names and no known workload owns", () => {
    assert.deepEqual(stated([workloadIdentityReader], resource(type, "triage", {})), []);
  });
});
