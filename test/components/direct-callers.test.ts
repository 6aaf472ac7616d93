import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, AgentStack, Orchestrator, Tenant, Tool, type ToolRef } from "../../components";
import { acme, brokerArn, federation, issuer, providerArn } from "./support/acme";
import { mocked, registered, type Registered } from "./support/registered";
import { named, roleAdmits, type Request } from "./support/trust";
import { warningsIn, withoutWarnings } from "./support/warnings";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/rolePolicy:RolePolicy";
const triageArn = "arn:aws:iam::111122223333:role/agentid/acme/acme.triage";

const search: ToolRef = { tenant: "acme", name: "search", directCallers: ["triage", "desk"] };

function session(roleArn: string, sourceIdentity?: string): Request {
  return {
    principal: { type: "AWS", value: roleArn },
    action: "sts:AssumeRole",
    keys: sourceIdentity === undefined ? {} : { "sts:SourceIdentity": sourceIdentity },
    isAllowed: true,
  };
}

function callerStatement(caller: string): object {
  return {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: {
      ArnEquals: {
        "aws:PrincipalArn": `arn:aws:iam::111122223333:role/agentid/acme/acme.${caller}`,
      },
      StringEquals: { "sts:SourceIdentity": `acme.${caller}` },
    },
  };
}

function policyOf(resources: readonly Registered[], name: string): unknown {
  const policy = named(resources, policyType, name);
  return policy && JSON.parse(String(policy.inputs["policy"]));
}

describe("direct callers of a tool", () => {
  withoutWarnings();

  it("are trusted one by one, beside the tool itself, before their roles exist", async () => {
    const resources = await registered(
      () => {
        const { ref } = new Tenant("acme", { federation });
        new Tool("search", { tenant: ref, directCallers: ["triage", "desk"] });
      },
      { preview: true },
    );
    const role = named(resources, roleType, "search");
    assert.deepEqual(JSON.parse(String(role?.inputs["assumeRolePolicy"])), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: "system:serviceaccount:acme:search",
              [`${issuer}:aud`]: "sts.amazonaws.com",
            },
          },
        },
        callerStatement("triage"),
        callerStatement("desk"),
      ],
    });
  });

  it("are trusted by their own role, in their own name", async () => {
    const resources = await registered(() => {
      new Tool("search", { tenant: acme, directCallers: ["triage", "desk"] });
    });
    const role = named(resources, roleType, "search");
    const answers = {
      itself: session(triageArn, "acme.triage"),
      "in no name": session(triageArn),
      "in another caller's name": session(triageArn, "acme.desk"),
      "in another tenant's name": session(triageArn, "globex.triage"),
      "another workload": session(triageArn.replace("triage", "other"), "acme.other"),
      "a workload whose name starts the same": session(`${triageArn}-2`, "acme.triage"),
      "one of its name in another tenant": session(
        triageArn.replaceAll("acme", "globex"),
        "acme.triage",
      ),
      "its own policies do not allow it": {
        ...session(triageArn, "acme.triage"),
        isAllowed: false,
      },
    };
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(answers).map(([name, request]) => [name, roleAdmits(role, request)]),
      ),
      {
        itself: "yes",
        "in no name": "no",
        "in another caller's name": "no",
        "in another tenant's name": "no",
        "another workload": "no",
        "a workload whose name starts the same": "no",
        "one of its name in another tenant": "no",
        "its own policies do not allow it": "no",
      },
    );
  });

  it("are named as the workloads themselves are, also where names are cut", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, name: "Ticket Triage" });
      new Tool("search", { tenant: acme, directCallers: ["Ticket Triage"] });
    });
    const { path, name } = named(resources, roleType, "triage")?.inputs as Record<string, string>;
    const workload = String(name).slice("acme.".length);
    const request = session(
      `arn:aws:iam::111122223333:role${String(path)}${String(name)}`,
      `acme.${workload}`,
    );
    assert.equal(roleAdmits(named(resources, roleType, "search"), request), "yes");
  });

  it("can assume the role of that tool, and no other, by their grant on it", async () => {
    const resources = await registered(() => {
      new Agent("triage", {
        tenant: acme,
        permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }],
        grants: [
          { tool: search, intents: ["find"] },
          { tool: search, intents: ["list"] },
          { tool: { tenant: "acme", name: "refunds" }, intents: ["refund"] },
          { tool: { ...search, name: "mail", directCallers: ["desk"] }, intents: ["answer"] },
        ],
      });
    });
    assert.deepEqual(policyOf(resources, "triage"), {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::tickets/*"] },
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
          Resource: ["arn:aws:iam::111122223333:role/agentid/acme/acme.search"],
        },
      ],
    });
    const [component] = resources;
    assert.deepEqual(component?.inputs["grants"], [
      {
        tool: { tenant: "acme", name: "search" },
        intents: ["find"],
        approval: "none",
        maxSeconds: 300,
        direct: true,
      },
      {
        tool: { tenant: "acme", name: "search" },
        intents: ["list"],
        approval: "none",
        maxSeconds: 300,
        direct: true,
      },
      {
        tool: { tenant: "acme", name: "refunds" },
        intents: ["refund"],
        approval: "none",
        maxSeconds: 300,
      },
      {
        tool: { tenant: "acme", name: "mail" },
        intents: ["answer"],
        approval: "none",
        maxSeconds: 300,
      },
    ]);
  });

  it("get it also where the tool is an output, as one from another stack is", async () => {
    const resources = await registered(() => {
      new Orchestrator("desk", {
        tenant: pulumi.output(acme),
        grants: [{ tool: pulumi.output(search), intents: ["find"] }],
      });
    });
    assert.deepEqual(policyOf(resources, "desk"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
          Resource: ["arn:aws:iam::111122223333:role/agentid/acme/acme.search"],
        },
      ],
    });
  });

  it("have no policy without a grant, and none by a grant that a broker decides", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme });
      new Agent("desk", {
        tenant: acme,
        grants: [{ tool: pulumi.output({ ...search, directCallers: [] }), intents: ["find"] }],
      });
    });
    assert.deepEqual(
      resources.filter(({ type }) => type === policyType),
      [],
    );
  });

  it("change nothing of other workloads when a tool with such callers is added", async () => {
    const stack = (withTool: boolean) => () => {
      const { ref } = new Tenant("acme", { federation });
      const tool = withTool
        ? new Tool("search", { tenant: ref, directCallers: ["triage"] })
        : undefined;
      const mail = new Tool("mail", { tenant: ref });
      new Agent("desk", { tenant: ref, grants: [{ tool: mail.ref, intents: ["answer"] }] });
      new Agent("triage", {
        tenant: ref,
        grants: tool === undefined ? [] : [{ tool: tool.ref, intents: ["find"] }],
      });
    };
    const before = await registered(stack(false));
    const after = await registered(stack(true));
    const without = (resources: readonly Registered[]) =>
      resources.filter(({ name }) => name !== "search" && name !== "triage");
    assert.deepEqual(without(after), without(before));
    const triage = (resources: readonly Registered[], type: string) =>
      named(resources, type, "triage");
    assert.deepEqual(triage(after, roleType), triage(before, roleType));
  });

  it("are reported as authority that is not for a task", async () => {
    const warnings = await warningsIn(() =>
      registered(() => {
        new Tool("search", { tenant: acme, directCallers: ["triage", "desk"] });
        new Tool("mail", { tenant: acme });
        new Tool("refunds", { tenant: { ...acme, broker: { roleArn: brokerArn } } });
      }),
    );
    assert.deepEqual(warnings, [
      "tool `search`: no per-task authority: `triage`, `desk` can act as it at any time, for any intent; a `broker` of the tenant would decide each call",
    ]);
  });

  describe("with a mistake in their names", () => {
    const searchFor = (directCallers: string[]) =>
      new Tool("search", { tenant: acme, directCallers });
    const granted = (tool: Tool, name = "triage", args: { readonly isDeclared?: boolean } = {}) => {
      if (args.isDeclared === true) new Agent("triag", { tenant: acme });
      return new Agent(name, { tenant: acme, grants: [{ tool: tool.ref, intents: ["find"] }] });
    };

    it("are refused for a typo in the name of a workload that is granted the tool", () => {
      mocked();
      assert.throws(() => granted(searchFor(["triag"])), {
        message:
          "agent `triage`: grant to `search` gives nothing, since the tool's `directCallers` name `triag`; did you mean `triage`? If not, declare `triag` before it, or leave the grant out",
      });
    });

    it("are refused for the name of a tool, whichever is declared first", () => {
      mocked();
      new Tool("mail", { tenant: acme });
      assert.throws(() => searchFor(["mail"]), {
        message:
          "tool `search`: directCallers has a mistake: `mail` is a tool, and tools are granted none; name agents and orchestrators",
      });
      new Tool("files", { tenant: acme, directCallers: ["notes"] });
      assert.throws(() => new Tool("notes", { tenant: acme }), {
        message:
          "tool `notes`: directCallers of tool `files` has a mistake: `notes` is a tool, and tools are granted none; name agents and orchestrators",
      });
    });

    const allows: Readonly<Record<string, () => unknown>> = {
      "a name that is near, of a workload that there is": () =>
        granted(searchFor(["triag"]), "triage", { isDeclared: true }),
      "callers of another stack": () => granted(searchFor(["desk"])),
      "a workload that is one of several": () => granted(searchFor(["triag", "triage"])),
      "the same name in another tenant": () => {
        new Tool("mail", { tenant: { ...acme, name: "globex", namespace: "globex" } });
        return searchFor(["mail"]);
      },
    };
    for (const [name, program] of Object.entries(allows)) {
      it(`are allowed for ${name}`, async () => {
        assert.ok((await registered(() => void program())).length > 0);
      });
    }

    it("are allowed in a manifest for a caller that is declared after one with a name that is near", async () => {
      const text = `federations: { c: { eksIrsa: { providerArn: "${providerArn}" } } }
tenants:
  acme:
    federation: c
    tools: { search: { directCallers: [desk-eu] } }
    agents: { desk-us: { grants: [{ tool: search, intents: [find] }] }, desk-eu: {} }
`;
      const resources = await registered(() => {
        new AgentStack("stack", { text });
      });
      assert.ok(named(resources, roleType, "acme-desk-us") !== undefined);
    });
  });
});
