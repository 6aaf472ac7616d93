import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  Gateway,
  type GatewayArgs,
  type GatewayOperation,
  type GatewayTarget,
} from "../../../components";
import { declareGateway, targetArn } from "../../../components/gateway/arguments";
import { acme, discoveryUrl, runtimeArgs } from "../oauth2/github";
import { acme as acmeOnEks } from "../support/acme";
import { mocked, registered } from "../support/registered";
import { acmeOnLambda, agentCore, runtimeArn } from "./tools";

const search = {
  tenant: "acme",
  name: "search",
  serviceArn: `${agentCore}:runtime/acme_search-??????????`,
};

const refunds = {
  tenant: "acme",
  name: "refunds",
  serviceArn: "arn:aws:lambda:eu-central-1:111122223333:function:acme_refunds",
};

const target: GatewayTarget = {
  tool: search,
  arn: runtimeArn("acme_search"),
  operations: [{ name: "find" }],
};

const args: GatewayArgs = { tenant: acme, targets: [target] };

const ofTarget = (change: Partial<GatewayTarget>): Partial<GatewayArgs> => ({
  targets: [{ ...target, ...change }],
});

const operations = (...changes: Partial<GatewayOperation>[]): Partial<GatewayArgs> =>
  ofTarget({ operations: changes.map((change) => ({ name: "find", ...change })) });

const parameter = (change: object): Partial<GatewayArgs> =>
  operations({ parameters: [{ name: "query", type: "string", ...change }] });

const ofFunction = (...changes: Partial<GatewayOperation>[]): Partial<GatewayArgs> => ({
  tenant: acmeOnLambda,
  targets: [
    { tool: refunds, operations: changes.map((change) => ({ name: "refund", ...change })) },
  ],
});

describe("the arguments of a gateway", () => {
  const otherArn = runtimeArn("acme_other");
  const name = "1 to 64 letters, digits, `_` and `-`, first a letter, without `__` inside";
  const refusals: Readonly<Record<string, readonly [Partial<GatewayArgs>, string]>> = {
    "a tenant whose workloads no gateway fronts": [
      { tenant: acmeOnEks },
      "the tenant's federation is `eksIrsa`, and a gateway fronts functions of AWS Lambda or runtimes of Bedrock AgentCore; give a tenant whose federation is `lambda` or `agentCore`",
    ],
    "what is no tenant": [
      { tenant: {} as never },
      "tenant is no reference to a tenant; give `tenant.ref`",
    ],
    "no targets": [{ targets: [] }, "targets has `0` tools; give 1 to 100"],
    "more targets than fit": [
      { targets: Array.from({ length: 101 }, () => target) },
      "targets has `101` tools; give 1 to 100",
    ],
    "a tool of another tenant": [
      ofTarget({ tool: { ...search, tenant: "globex" } }),
      "targets[0] crosses from tenant `acme` to tool `search` of `globex`; front tools of the same tenant",
    ],
    "a tool that is there twice": [
      { targets: [target, target] },
      "targets[1] fronts tool `search`, which another target does; give all its operations there",
    ],
    "a tool that is nowhere": [
      ofTarget({ tool: { tenant: "acme", name: "search" } }),
      "targets[0] fronts tool `search` without its function or runtime; give `tool.ref`",
    ],
    "a runtime whose ARN nobody tells": [
      { targets: [{ tool: search, operations: [{ name: "find" }] }] },
      "targets[0].arn is missing; give the ARN of the tool's runtime, which has an id that AWS chooses",
    ],
    "a runtime that is another workload's": [
      ofTarget({ arn: otherArn }),
      `targets[0].arn \`${otherArn}\` is not that of tool \`search\`, which fits \`${search.serviceArn}\`; give the ARN of the tool's own function or runtime`,
    ],
    "a function that is another workload's": [
      {
        tenant: acmeOnLambda,
        targets: [
          {
            tool: refunds,
            arn: `${refunds.serviceArn}-2`,
            operations: [{ name: "refund", description: "Pays money back" }],
          },
        ],
      },
      `targets[0].arn \`${refunds.serviceArn}-2\` is not that of tool \`refunds\`, which fits \`${refunds.serviceArn}\`; give the ARN of the tool's own function or runtime`,
    ],
    "no operations": [
      ofTarget({ operations: [] }),
      "targets[0].operations is empty; name what callers may request from the tool",
    ],
    "an operation whose name is none": [
      operations({ name: "find tickets" }),
      `targets[0].operations[0].name is \`find tickets\`; give ${name}`,
    ],
    "an operation whose name could be that of another target": [
      operations({ name: "a___b" }),
      `targets[0].operations[0].name is \`a___b\`; give ${name}`,
    ],
    "an operation that is there twice": [
      operations({}, {}),
      "targets[0].operations[1].name `find` is there twice; name it once",
    ],
    "an operation that serves nothing": [
      operations({ intents: [] }),
      "targets[0].operations[0].intents is empty; name the purposes that it serves, or leave it out",
    ],
    "an operation that serves everything": [
      operations({ intents: ["find", "*"] }),
      "targets[0].operations[0].intents has `*`; give purposes as grants name them, 1 to 64 ASCII characters without blanks, double quotes and `\\`",
    ],
    "a description that is none": [
      operations({ description: " " }),
      "targets[0].operations[0].description has `1` characters; give 1 to 1000",
    ],
    "a parameter whose name is none": [
      parameter({ name: "a-b" }),
      "targets[0].operations[0].parameters[0].name is `a-b`; give 1 to 64 letters, digits and `_`, first a letter",
    ],
    "a parameter that is there twice": [
      operations({
        parameters: [
          { name: "query", type: "string" },
          { name: "query", type: "number" },
        ],
      }),
      "targets[0].operations[0].parameters[1].name `query` is there twice; name it once",
    ],
    "a parameter of an unknown type": [
      parameter({ type: "object" }),
      "targets[0].operations[0].parameters[0].type `object` is unknown; give `string` or `number` or `integer` or `boolean` or `array`",
    ],
    "values inside of what has none": [
      parameter({ items: "string" }),
      "targets[0].operations[0].parameters[0].items is set, but `string` has no values inside; leave it out, or give `array` as type",
    ],
    "values of an unknown type": [
      parameter({ type: "array", items: "array" }),
      "targets[0].operations[0].parameters[0].items `array` is unknown; give `string` or `number` or `integer` or `boolean`",
    ],
    "parameters of a runtime": [
      parameter({}),
      "targets[0].operations[0].parameters is set, but a runtime's MCP server publishes its own parameters; leave it out",
    ],
    "a function's operation of which nothing is said": [
      ofFunction({}),
      "targets[0].operations[0].description is missing; describe what the function does for it, for models to read",
    ],
    "an issuer's address that is none": [
      { jwt: { discoveryUrl: "https://idp.example.com", allowedAudiences: ["tools"] } },
      "jwt.discoveryUrl is `https://idp.example.com`; give the issuer's address, `https` and with `/.well-known/openid-configuration` at the end",
    ],
    "every token of an issuer": [
      { jwt: { discoveryUrl, allowedAudiences: [] } },
      "jwt takes every token of its issuer; give `allowedAudiences`, `allowedClients` or both",
    ],
    "an audience that is none": [
      { jwt: { discoveryUrl, allowedAudiences: ["tools", ""] } },
      "jwt.allowedAudiences[1] is ``; give 1 to 256 characters without spaces",
    ],
    "a claim that is none": [
      { jwt: { discoveryUrl, allowedClients: ["desk"], clientClaim: "a b" } },
      "jwt.clientClaim is `a b`; give the name of a claim, 1 to 64 letters, digits, `_`, `-`, `.`, `:` or `/`",
    ],
    "tokens of functions, which have none": [
      {
        ...ofFunction({ description: "Pays money back" }),
        jwt: { discoveryUrl, allowedAudiences: ["tools"] },
      },
      "jwt is set, but workloads get tokens by `oauth2Providers`, which functions of AWS Lambda have none of; leave it out, and the gateway identifies callers by their role",
    ],
  };
  for (const [what, [change, problem]] of Object.entries(refusals)) {
    it(`refuse ${what}, before anything is registered`, async () => {
      const resources = await registered(() => {
        assert.throws(() => new Gateway("tools", { ...args, ...change }), {
          message: `gateway \`tools\`: ${problem}`,
        });
      });
      assert.deepEqual(resources, []);
    });
  }

  const accepted: Readonly<Record<string, Partial<GatewayArgs>>> = {
    "what it takes at least": {},
    "tokens for an audience": { jwt: { discoveryUrl, allowedAudiences: ["tools"] } },
    "tokens of clients": { jwt: { discoveryUrl, allowedClients: [pulumi.output("desk")] } },
    "as many targets as fit": {
      targets: Array.from({ length: 40 }, (_, index) => ({
        ...target,
        tool: { ...search, name: `t${index}` },
      })),
    },
    "a function without its ARN": ofFunction({ description: "Pays money back" }),
  };
  for (const [what, change] of Object.entries(accepted)) {
    it(`allow ${what}`, () => {
      mocked();
      assert.doesNotThrow(() => new Gateway("tools", { ...args, ...change }));
    });
  }

  it("refuse more targets than the policy of a role can name", () => {
    mocked();
    const targets = Array.from({ length: 100 }, (_, index) => ({
      ...target,
      tool: { ...search, name: `t${index}` },
    }));
    assert.throws(() => new Gateway("tools", { ...args, targets }), {
      message:
        /^gateway `tools`: targets take `\d+` characters of its role's policy; at most 10240 fit; put some of the tools behind another gateway$/,
    });
  });

  it("refuse the name of a workload or of another gateway of the tenant", () => {
    mocked();
    new Agent("triage", runtimeArgs);
    new Gateway("tools", args);
    const taken = (name: string) =>
      `gateway \`again\`: name \`${name}\` is already that of a workload or another gateway of tenant \`acme\`; give another \`name\``;
    for (const name of ["triage", "tools"]) {
      assert.throws(() => new Gateway("again", { ...args, name }), { message: taken(name) });
    }
    assert.throws(() => new Agent("tools", runtimeArgs), {
      message:
        "agent `tools`: name `tools` is already that of another workload of tenant `acme`; give another `name`",
    });
    assert.doesNotThrow(() => new Gateway("again", args));
  });

  it("refuse an ARN of another workload once it is known", async () => {
    const arnOf = (arn: string) => {
      mocked();
      const given = declareGateway("tools", { ...args, ...ofTarget({ arn: pulumi.output(arn) }) });
      const read = targetArn("gateway `tools`", given, 0);
      return (read as unknown as { promise: () => Promise<unknown> }).promise();
    };
    assert.equal(await arnOf(runtimeArn("acme_search")), runtimeArn("acme_search"));
    await assert.rejects(arnOf(otherArn), {
      message: `gateway \`tools\`: targets[0].arn \`${otherArn}\` is not that of tool \`search\`, which fits \`${search.serviceArn}\`; give the ARN of the tool's own function or runtime`,
    });
  });
});
