import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noCrossTenantAccess from "../../../../policy-pack/rules/no-cross-tenant-access";
import noOpenGateway from "../../../../policy-pack/rules/no-open-gateway";
import noSharedIdentity from "../../../../policy-pack/rules/no-shared-identity";
import requireTenant from "../../../../policy-pack/rules/require-tenant";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { byLambda } from "../../../support/two-tenants";
import { stated } from "../../../support/stated";

const account = "111122223333";

function providerIn(region: string): Resource {
  return resource("pulumi:providers:aws", region, { region, allowedAccountIds: [account] });
}

const providers = ["eu-west-1", "us-east-1"].map(providerIn);

/** A function called `desk` in a region. */
function desk(region: string | undefined, tenant: string, role: string): Resource {
  return resource(
    "aws:lambda/function:Function",
    `desk-${tenant}`,
    {
      name: "desk",
      role: `arn:aws:iam::${account}:role/${role}`,
      tags: { "agentid.dev/tenant": tenant, "agentid.dev/kind": "agent" },
    },
    region === undefined ? {} : { provider: urnOf("pulumi:providers:aws", region) },
  );
}

async function reported(rule: Rule, resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return findings.map((each) => `${each.verdict}: ${stated(each)}`);
}

describe("functions of one name", () => {
  it("are two in two regions: each has its own tenant", async () => {
    const two = [desk("eu-west-1", "acme", "acme"), desk("us-east-1", "globex", "globex")];
    assert.deepEqual(await reported(requireTenant, [...providers, ...two]), []);
  });

  it("are two in two regions: one role is shared by them", async () => {
    const two = [desk("eu-west-1", "acme", "desk"), desk("us-east-1", "globex", "desk")];
    assert.deepEqual(await reported(noSharedIdentity, [...providers, ...two]), [
      "violated: Role `desk` is shared by 2 workloads <acme/desk-acme>",
      "violated: Role `desk` is shared by 2 workloads <globex/desk-globex>",
    ]);
  });

  it("are one in one region", async () => {
    const two = [desk("eu-west-1", "acme", "acme"), desk("eu-west-1", "globex", "globex")];
    assert.equal((await reported(requireTenant, [...providers, ...two])).length, 1);
  });
});

describe("queues and tables of one name", () => {
  const inRegion = (region: string): { readonly provider: string } => ({
    provider: urnOf("pulumi:providers:aws", region),
  });

  /** A queue of a tenant called `jobs` in a region. */
  function jobs(region: string, tenant: string): Resource {
    const tags = { "agentid.dev/tenant": tenant };
    return resource("aws:sqs/queue:Queue", tenant, { name: "jobs", tags }, inRegion(region));
  }

  /** A policy of a queue, named by its URL, that allows a role of `acme` to send to it. */
  function exposes(region: string): readonly Resource[] {
    const policy = {
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:role/desk` },
          Action: "sqs:SendMessage",
          Resource: "*",
        },
      ],
    };
    return [
      resource(
        "aws:iam/role:Role",
        "desk",
        { name: "desk", assumeRolePolicy: byLambda, tags: { "agentid.dev/tenant": "acme" } },
        inRegion("eu-west-1"),
      ),
      resource(
        "aws:sqs/queuePolicy:QueuePolicy",
        "exposes",
        { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/jobs`, policy },
        inRegion("eu-west-1"),
      ),
    ];
  }

  const two = [...providers, jobs("eu-west-1", "acme"), jobs("us-east-1", "globex")];

  it("are two in two regions: each has its own tenant", async () => {
    assert.deepEqual(await reported(requireTenant, two), []);
  });

  it("are one in one region", async () => {
    const one = [...providers, jobs("eu-west-1", "acme"), jobs("eu-west-1", "globex")];
    assert.equal((await reported(requireTenant, one)).length, 1);
  });

  it("have the policy that names the one of its region", async () => {
    assert.deepEqual(await reported(noCrossTenantAccess, [...two, ...exposes("eu-west-1")]), []);
    assert.deepEqual(await reported(noCrossTenantAccess, [...two, ...exposes("us-east-1")]), [
      "violated: The policy of queue `globex` of tenant `globex` allows tenant `acme` to call `sqs:SendMessage` <desk>",
    ]);
  });
});

describe("what names a function by its ARN", () => {
  const [provider] = providers;
  const api = resource("aws:apigatewayv2/api:Api", "api", { protocolType: "HTTP" });

  /** An endpoint without authentication, in front of the function of a region. */
  function endpoint(region: string, of: string | undefined): readonly Resource[] {
    const options = of === undefined ? {} : { provider: urnOf("pulumi:providers:aws", of) };
    return [
      resource(
        "aws:lambda/functionUrl:FunctionUrl",
        "door",
        {
          functionName: `arn:aws:lambda:${region}:${account}:function:desk`,
          authorizationType: "NONE",
        },
        options,
      ),
      api,
    ];
  }

  it("names the one of its region", async () => {
    assert.ok(provider);
    const eu = desk("eu-west-1", "acme", "acme");
    const inEurope = await reported(noOpenGateway, [
      ...providers,
      eu,
      ...endpoint("eu-west-1", "us-east-1"),
    ]);
    assert.equal(inEurope.length, 1);
    assert.match(inEurope[0] ?? "", /^violated: .*<acme\/desk-acme>/);
    const inAmerica = await reported(noOpenGateway, [
      ...providers,
      eu,
      ...endpoint("us-east-1", "eu-west-1"),
    ]);
    assert.deepEqual(inAmerica, []);
  });

  it("names that of the program where its region is not known", async () => {
    const unsaid = resource("pulumi:providers:aws", "unsaid", { allowedAccountIds: [account] });
    const found = await reported(noOpenGateway, [
      unsaid,
      desk("unsaid", "acme", "acme"),
      ...endpoint("eu-west-1", "unsaid"),
    ]);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /^violated: .*<acme\/desk-acme>/);
  });
});

describe("task definitions and launch templates of one name", () => {
  const inRegion = (region: string): { readonly provider: string } => ({
    provider: urnOf("pulumi:providers:aws", region),
  });

  function task(region: string, name: string): Resource {
    const inputs = { family: "desk", taskRoleArn: `arn:aws:iam::${account}:role/desk` };
    return resource("aws:ecs/taskDefinition:TaskDefinition", name, inputs, inRegion(region));
  }

  function template(region: string, name: string): Resource {
    const inputs = { name: "desk", iamInstanceProfile: { name: "desk" } };
    return resource("aws:ec2/launchTemplate:LaunchTemplate", name, inputs, inRegion(region));
  }

  for (const [what, make] of [
    ["task definitions", task],
    ["launch templates", template],
  ] as const) {
    it(`are two in two regions: one role is shared by ${what}`, async () => {
      const two = [make("eu-west-1", "one"), make("us-east-1", "two")];
      assert.equal((await reported(noSharedIdentity, [...providers, ...two])).length, 2);
    });

    it(`are one in one region: revisions of ${what} share nothing`, async () => {
      const two = [make("eu-west-1", "one"), make("eu-west-1", "two")];
      assert.deepEqual(await reported(noSharedIdentity, [...providers, ...two]), []);
    });
  }
});

describe("APIs", () => {
  const restType = "aws:apigateway/restApi:RestApi";
  const authentication = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:role/desk` },
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*",
      },
    ],
  };
  const at = {
    restApi: outputOf(urnOf(restType, "open")),
    resourceId: outputOf(urnOf("aws:apigateway/resource:Resource", "path")),
    httpMethod: "GET",
  };
  const called = [
    desk(undefined, "acme", "desk"),
    resource("aws:apigateway/method:Method", "route", { ...at, authorization: "NONE" }),
    resource("aws:apigateway/integration:Integration", "calls", {
      ...at,
      type: "AWS_PROXY",
      uri: outputOf(urnOf("aws:lambda/function:Function", "desk-acme")),
    }),
  ];
  const open =
    "violated: Route `route` accepts anonymous calls: it has no authorizer <acme/desk-acme>";

  it("are distinct where they have one name: callers of one do not call the other", async () => {
    const apis = [
      resource(restType, "open", { name: "api" }),
      resource(restType, "closed", { name: "api", policy: authentication }),
    ];
    assert.deepEqual(await reported(noOpenGateway, [...called, ...apis]), [open]);
  });

  it("are known by their id: a policy beside an API that is there counts for it", async () => {
    const apis = [
      resource(restType, "open", { name: "api" }, { outputs: { id: "abc123" } }),
      resource("aws:apigateway/restApiPolicy:RestApiPolicy", "asks", {
        restApiId: "abc123",
        policy: authentication,
      }),
    ];
    assert.deepEqual(await reported(noOpenGateway, [...called, ...apis]), []);
  });

  it("are crossed by the id that they have", async () => {
    const role = resource("aws:iam/role:Role", "desk", {
      name: "desk",
      tags: { "agentid.dev/tenant": "acme" },
      assumeRolePolicy: byLambda,
    });
    const calls = (id: string): Resource =>
      resource("aws:iam/rolePolicy:RolePolicy", "calls", {
        role: "desk",
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "execute-api:Invoke",
              Resource: `arn:aws:execute-api:eu-west-1:${account}:${id}/*`,
            },
          ],
        },
      });
    const api = resource(
      restType,
      "crm",
      { name: "crm", tags: { "agentid.dev/tenant": "globex" } },
      { outputs: { executionArn: `arn:aws:execute-api:eu-west-1:${account}:abc123` } },
    );
    assert.deepEqual(await reported(noCrossTenantAccess, [role, api, calls("abc123")]), [
      "violated: Policy `calls` allows tenant `acme` to call `execute-api:Invoke` on REST API `crm` of tenant `globex` <desk>",
    ]);
    assert.deepEqual(await reported(noCrossTenantAccess, [role, api, calls("xyz789")]), []);
  });
});
