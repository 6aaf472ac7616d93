import assert from "node:assert/strict";
import { Tenant, Tool } from "../../../components";
import { AgentStack } from "../../../components/agent-stack";
import { federation } from "../support/acme";
import { registered } from "../support/registered";
import { mistakesIn, ofTenant } from "./mistakes";

const tool = (outbound: string) => ofTenant(`tools: { model: { outbound: ${outbound} } }`);

describe("a tool of a manifest that calls out of AWS", () => {
  it("is what it is in code", async () => {
    const byManifest = await registered(() => {
      const text = tool(
        '{ audience: "https://api.openai.com/v1", maxSeconds: 60, signingAlgorithm: ES384, egress: [{ namespace: proxy, ports: [3128] }] }',
      );
      new AgentStack("desk", { text });
    });
    const inCode = await registered(() => {
      const { ref } = new Tenant("acme", { federation });
      new Tool("acme-model", {
        name: "model",
        tenant: ref,
        outbound: {
          audience: "https://api.openai.com/v1",
          maxSeconds: 60,
          signingAlgorithm: "ES384",
          egress: [{ namespace: "proxy", ports: [3128] }],
        },
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  it("reports what is wrong", () => {
    const mistakes = [
      tool("{ audience: sts.amazonaws.com }"),
      tool("{ maxSeconds: 3601, signingAlgorithm: RS512 }"),
      tool("{ audience: api }"),
    ].map((text) => mistakesIn(text));
    assert.deepEqual(mistakes, [
      [
        "6:33: tenants.acme.tools.model.outbound: audience is that of STS itself, where a token could assume roles; give the provider's own",
      ],
      [
        "6:33: tenants.acme.tools.model.outbound.audience: it is missing; give the audience of the tokens, as the provider requires it, such as `https://api.openai.com/v1`",
        "6:47: tenants.acme.tools.model.outbound.maxSeconds: `3601` is here; give a whole number from 60 to 3600",
        "6:71: tenants.acme.tools.model.outbound.signingAlgorithm: `RS512` is not allowed; give `RS256` or `ES384`",
      ],
      [
        "6:33: tenants.acme.tools.model.outbound: is set, but the tenant's network policy allows no pod to call the provider; give `outbound.egress`, its addresses or those of a proxy that resolves names",
      ],
    ]);
  });
});
