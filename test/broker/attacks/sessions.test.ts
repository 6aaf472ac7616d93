import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workload } from "../../../broker/configuration/configuration";
import type { Value } from "../../../core/snapshot/value";
import { mayMake } from "../../support/requests";
import {
  call,
  deskConfiguration,
  grant,
  refundRequest,
  resource,
  startDesk,
  type Desk,
} from "../support/desk";

const credentials = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2026-11-30T12:15:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const aws = "urn:agentid:params:oauth:token-type:aws-session";
const kubernetes = "urn:agentid:params:oauth:token-type:kubernetes-account";

/** Stands in for STS and for an API server, and notes what it is asked for. */
interface StandIn {
  readonly server: Server;
  readonly url: string;
  /** Session policies. */
  readonly policies: string[];
  /** Roles that accounts were bound to. */
  readonly bound: string[];
  /** What the API server answers. */
  status: number;
}

async function standIn(): Promise<StandIn> {
  const [policies, bound]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const path = request.url ?? "";
      if (path === "/") {
        policies.push(new URLSearchParams(body).get("Policy") ?? "");
        response.writeHead(200, { "content-type": "text/xml" }).end(credentials);
        return;
      }
      if (path.endsWith("/rolebindings")) {
        bound.push((JSON.parse(body) as { roleRef: { name: string } }).roleRef.name);
      }
      const answer = path.endsWith("/token") ? { status: { token: `token of ${path}` } } : {};
      response.writeHead(made.status).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: StandIn = { server, url, policies, bound, status: 201 };
  return made;
}

/** A tool whose refunds a person approves, and whose orders each of its callers may read. */
const tool: NonNullable<Workload["tool"]> = {
  resource,
  roleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.refunds",
  sessions: [
    { intents: ["read"], actions: ["s3:GetObject"], resources: ["arn:aws:s3:::orders/{target}"] },
    { intents: ["refund"], actions: ["s3:PutObject"], resources: ["arn:aws:s3:::orders/{target}"] },
  ],
  roles: {
    namespace: "acme",
    of: [
      { intents: ["read"], role: "acme.refunds.read" },
      { intents: ["refund"], role: "acme.refunds.refund" },
    ],
  },
};

describe("a credential of AWS or Kubernetes", () => {
  const environment = process.env;
  const folder = mkdtempSync(join(tmpdir(), "agentid-sessions-"));
  let other: StandIn;
  let desk: Desk | undefined;

  before(async () => {
    other = await standIn();
    writeFileSync(join(folder, "token"), "x");
    process.env = {
      ...environment,
      ...{ AWS_ENDPOINT_URL_STS: other.url, AWS_REGION: "eu-central-1" },
      ...{ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" },
    };
  });
  beforeEach(() => {
    other.policies.length = 0;
    other.bound.length = 0;
    other.status = 201;
  });
  afterEach(async () => {
    await desk?.stop();
    desk = undefined;
  });
  after(async () => {
    process.env = environment;
    await new Promise((resolve) => other.server.close(resolve));
    other.server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  /** What a caller with `read` and, once a person approves, `refund` gets for an intent. */
  async function asked(
    intent: string,
    type: string,
    parts: Partial<NonNullable<Workload["tool"]>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const base = await deskConfiguration();
    desk = await startDesk({
      grants: [grant({ intents: ["read", "close"] }), grant({ approval: "human" })],
      kubernetes: {
        api: { url: other.url, tokenFile: join(folder, "token") },
        tasksNamespace: "t",
      },
      workloads: base.workloads.map((each) =>
        each.name === "refunds" ? { ...each, tool: { ...tool, ...parts } } : each,
      ),
    });
    const details = call({ intent, target: "8812" });
    const request = await refundRequest({
      requested_token_type: type,
      authorization_details: details,
    });
    return (await desk.exchange(request)).body;
  }

  const put = (policy: string, action = "s3:PutObject"): string => {
    const session = (JSON.parse(policy) as { readonly Statement: Value }).Statement;
    const identity = [[{ Effect: "Allow", Action: "*", Resource: "*" }]];
    const keys = { "aws:CurrentTime": new Date().toISOString() };
    return mayMake({ identity, session }, { action, on: "arn:aws:s3:::orders/8812", keys });
  };

  it("for `read` cannot do in AWS what `refund` needs, for which a person has to approve", async () => {
    assert.equal((await asked("read", aws))["issued_token_type"], aws);
    const [policy = ""] = other.policies;
    assert.deepEqual([put(policy, "s3:GetObject"), put(policy)], ["yes", "no"]);
  });

  it("for `refund` is not made before a person has approved", async () => {
    for (const type of [aws, kubernetes]) {
      assert.equal((await asked("refund", type))["error"], "authorization_pending");
      await desk?.stop();
      desk = undefined;
    }
    assert.deepEqual([other.policies, other.bound], [[], []]);
  });

  it("for `read` is bound to the Role of `read`, never to that of `refund`", async () => {
    assert.equal((await asked("read", kubernetes))["issued_token_type"], kubernetes);
    assert.deepEqual(other.bound, ["acme.refunds.read"]);
  });

  const none = { aws: { sessions: [] }, kubernetes: { roles: { namespace: "acme", of: [] } } };
  for (const [name, parts] of Object.entries({
    "for an intent without a rule": {},
    "of a tool without any": { ...none.aws, ...none.kubernetes },
  })) {
    it(`is refused ${name}, with what has to be declared`, async () => {
      const says = async (type: string): Promise<unknown> => {
        const { error, error_description: text } = await asked("close", type, parts);
        await desk?.stop();
        desk = undefined;
        return [error, text];
      };
      assert.deepEqual(await says(aws), [
        "invalid_scope",
        "tool `refunds` makes no sessions for intent `close`; declare its actions and resources in `sessions` of the tool",
      ]);
      assert.deepEqual(await says(kubernetes), [
        "invalid_scope",
        "tool `refunds` has no Role for intent `close`; declare one in `sessions` of the tool, or in `kubernetes.roles` of the broker's file",
      ]);
      assert.deepEqual([other.policies, other.bound], [[], []]);
    });
  }

  for (const [status, error] of [
    [400, "invalid_target"],
    [403, "invalid_target"],
    [404, "invalid_target"],
    [422, "invalid_target"],
    [401, "temporarily_unavailable"],
    [409, "temporarily_unavailable"],
    [429, "temporarily_unavailable"],
    [500, "temporarily_unavailable"],
    [503, "temporarily_unavailable"],
  ] as const) {
    it(`is refused as ${error} where the API server answers ${status}`, async () => {
      other.status = status;
      const { error: found, error_description: text } = await asked("read", kubernetes);
      assert.deepEqual([found, String(text).includes(`answers ${status}`)], [error, true]);
    });
  }
});
