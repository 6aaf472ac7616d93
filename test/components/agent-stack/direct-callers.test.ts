import assert from "node:assert/strict";
import { AgentStack } from "../../../components/agent-stack";
import { Agent, Tenant, Tool } from "../../../components";
import { brokerArn, federation } from "../support/acme";
import { registered } from "../support/registered";
import { withoutWarnings } from "../support/warnings";
import { mistakesIn, ofTenant } from "./mistakes";

const path = "tenants.acme.tools.search.directCallers";

/** Mistakes in a tool, on line 6, beside an agent `triage` and an orchestrator `desk`. */
function inTool(tool: string, ...fields: readonly string[]): readonly string[] {
  return mistakesIn(
    ofTenant(
      `tools: { search: { ${tool} }, mail: }`,
      "agents: { triage: }",
      "orchestrators: { desk: }",
      ...fields,
    ),
  );
}

describe("direct callers in a manifest", () => {
  withoutWarnings();

  it("are a tool's as in code", async () => {
    const byManifest = await registered(() => {
      new AgentStack("desk", {
        text: ofTenant(
          "tools: { search: { directCallers: [triage] } }",
          "agents: { triage: { grants: [{ tool: search, intents: [find] }] } }",
        ),
      });
    });
    const inCode = await registered(() => {
      const { ref } = new Tenant("acme", { federation });
      const search = new Tool("acme-search", {
        name: "search",
        tenant: ref,
        directCallers: ["triage"],
      });
      new Agent("acme-triage", {
        name: "triage",
        tenant: ref,
        grants: [{ tool: search.ref, intents: ["find"] }],
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  it("are agents and orchestrators of the tenant", () => {
    assert.deepEqual(inTool("directCallers: [triage, desk]"), []);
    assert.deepEqual(inTool("directCallers: [triag, mail, Desk]"), [
      `6:40: ${path}[0]: no agent or orchestrator is called \`triag\`; declared are \`desk\` and \`triage\`; did you mean \`triage\`?`,
      `6:47: ${path}[1]: \`mail\` is a tool, and tools are granted none; name agents and orchestrators`,
      `6:53: ${path}[2]: \`Desk\` is no such name; give the name of an agent or orchestrator of the same tenant: lowercase letters, digits and single \`-\` inside, at most 63`,
    ]);
    assert.deepEqual(inTool("directCallers: [search]"), [
      `6:39: ${path}: names \`search\`, the tool itself; leave it out`,
    ]);
    assert.deepEqual(inTool("directCallers: [triage, triage]"), [
      `6:39: ${path}: names \`triage\` twice; name it once`,
    ]);
  });

  it("are refused where each call has to be decided", () => {
    assert.deepEqual(inTool("directCallers: [triage], risk: { effects: [payment] }"), [
      `6:39: ${path}: are set, but the tool causes \`payment\`, so each call needs a decision; leave them out, and give the tenant a \`broker\``,
    ]);
    assert.deepEqual(inTool("directCallers: [triage]", `broker: { roleArn: "${brokerArn}" }`), [
      `6:39: ${path}: are set, but the tenant has a \`broker\` that decides each call; leave them out`,
    ]);
    assert.deepEqual(inTool("directCallers: [triage]", 'broker: { roleArn: "${broker}" }'), [
      `6:39: ${path}: are set, but the tenant has a \`broker\` that decides each call; leave them out`,
      "9:24: tenants.acme.broker.roleArn: `${broker}` names no value of the program; the program gives none; add it to the stack's `values`",
    ]);
    const asking = ofTenant(
      "tools: { search: { directCallers: [desk] } }",
      "orchestrators: { desk: }",
      "agents: { triage: { grants: [{ tool: search, intents: [find], approval: human }] } }",
    );
    assert.deepEqual(mistakesIn(asking), [
      "8:34: tenants.acme.agents.triage.grants[0]: grant to `search` demands approval, which nothing requests while the tool has `directCallers`; give the tenant a `broker` instead of them, or leave the approval out",
    ]);
  });

  it("are no more than a trust policy has room for", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const agents = `agents: { ${names.map((name) => `${name}:`).join(", ")} }`;
    const declared = (count: number): readonly string[] =>
      mistakesIn(
        ofTenant(
          `tools: { search: { directCallers: [${names.slice(0, count).join(", ")}] } }`,
          agents,
        ),
      );
    assert.deepEqual(declared(6), []);
    assert.deepEqual(declared(7), [
      "6:14: tenants.acme.tools.search: its trust policy takes `2291` characters; at most 2048 fit a role; name fewer `directCallers`, or give the tenant a `broker` instead",
    ]);
  });
});
