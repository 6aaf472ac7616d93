import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { AwsSessions } from "../../broker/credentials/aws";
import type { Refused } from "../../broker/refused";
import { sessionTags } from "../../broker/credentials/session-tags";

const txn = "0b6c9d6e-6f1e-4c55-9b1d-0d6f6f1a7a11";
const roleArn = "arn:aws:iam::111122223333:role/agentid/acme/acme.refunds";
const rules = [
  { intents: ["refund (part)"], actions: ["s3:GetObject"], resources: ["arn:aws:s3:::o/{target}"] },
];
const until = Date.parse("2026-11-30T12:00:00Z") / 1000;

const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2026-11-30T12:15:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

describe("a session of a tool's role", () => {
  const environment = process.env;
  const asked: Record<string, string>[] = [];
  let sts: Server;
  let answers: readonly [status: number, body: string] = [200, answer];

  before(async () => {
    sts = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        asked.push(Object.fromEntries(new URLSearchParams(body)));
        const [status, text] = answers;
        response.writeHead(status, { "content-type": "text/xml" }).end(text);
      });
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
      ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" },
      AWS_SECRET_ACCESS_KEY: "example",
    };
  });

  after(async () => {
    process.env = environment;
    await new Promise((resolve) => sts.close(resolve));
    sts.closeAllConnections();
  });

  const make = () =>
    new AwsSessions().make({
      ...{ tenant: "acme", caller: "triage", txn, tool: "refunds", roleArn, rules, until },
      call: { intent: "refund (part)", target: "8812" },
    });

  it("sends AWS the caller, the task and the intent, with no transitive tag", async () => {
    const made = await make();
    assert.deepEqual(made, {
      ...{ AccessKeyId: "ASIAEXAMPLE", SecretAccessKey: "example", SessionToken: "token" },
      Expiration: "2026-11-30T12:00:00Z",
    });
    const [{ Policy: policy, ...request } = {}] = asked;
    assert.match(policy ?? "", /"aws:CurrentTime":"2026-11-30T12:00:00Z"/);
    assert.deepEqual(request, {
      ...{ Action: "AssumeRole", Version: "2011-06-15", DurationSeconds: "900" },
      ...{ RoleArn: roleArn, RoleSessionName: txn, SourceIdentity: "acme.triage" },
      "Tags.member.1.Key": "agentid.dev/task",
      "Tags.member.1.Value": txn,
      "Tags.member.2.Key": "agentid.dev/intent",
      "Tags.member.2.Value": "refund=20=28part=29",
    });
  });

  const refusals: readonly (readonly [number, string, string, RegExp])[] = [
    [403, "AccessDenied", "invalid_target", /AccessDenied; .*the trust policy/],
    [400, "PackedPolicyTooLarge", "invalid_target", /PackedPolicyTooLarge\w*; .*`sessions`/],
    [400, "MalformedPolicyDocument", "invalid_target", /MalformedPolicyDocument\w*; .*actions/],
    [403, "RegionDisabledException", "invalid_target", /RegionDisabledException; .*STS is active/],
    [400, "ValidationError", "invalid_target", /ValidationError; .*the ARN of the tool's role/],
    [403, "InvalidClientTokenId", "invalid_target", /InvalidClientTokenId; .*credentials/],
    [400, "ThrottlingException", "temporarily_unavailable", /: ThrottlingException$/],
    [400, "Throttling", "temporarily_unavailable", /: Throttling$/],
    [429, "TooManyRequestsException", "temporarily_unavailable", /: TooManyRequestsException$/],
    [403, "ExpiredTokenException", "temporarily_unavailable", /: ExpiredTokenException$/],
    [500, "InternalFailure", "temporarily_unavailable", /: InternalFailure$/],
    [503, "ServiceUnavailable", "temporarily_unavailable", /: ServiceUnavailable$/],
  ];
  for (const [status, name, error, says] of refusals) {
    it(`is refused by ${name} as ${error}, without what AWS says`, async () => {
      const type = status < 500 ? "Sender" : "Receiver";
      answers = [
        status,
        `<ErrorResponse><Error><Type>${type}</Type><Code>${name}</Code><Message>secret of ${roleArn}</Message></Error></ErrorResponse>`,
      ];
      try {
        await assert.rejects(make, (refused: Refused) => {
          assert.equal(refused.error, error, refused.message);
          assert.match(refused.message, says);
          assert.doesNotMatch(refused.message, /secret|arn:/);
          return true;
        });
      } finally {
        answers = [200, answer];
      }
    });
  }

  it("is temporarily unavailable where STS does not answer", async () => {
    const { AWS_ENDPOINT_URL_STS: url } = process.env;
    process.env["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1";
    try {
      await assert.rejects(make, { error: "temporarily_unavailable" });
    } finally {
      process.env["AWS_ENDPOINT_URL_STS"] = url;
    }
  });
});

describe("the tags of a session", () => {
  const valueOf = (intent: string): string => sessionTags(txn, intent)[1]?.Value ?? "";

  it("carry most intents unchanged, and others encoded", () => {
    assert.deepEqual(
      ["refund", "orders/read:all", "a=b", "aws:tag", "AWS:tag", "law:s", "{x}", "é"].map(valueOf),
      [
        "refund",
        "orders/read:all",
        "a=3Db",
        "=61ws:tag",
        "=41WS:tag",
        "law:s",
        "=7Bx=7D",
        "=C3=A9",
      ],
    );
  });

  it("are such as AWS takes, and never the same for two intents", () => {
    const intent = fc.string({ unit: "grapheme", minLength: 1, maxLength: 512 });
    fc.assert(
      fc.property(intent, intent, (one, other) => {
        const [first, second] = [valueOf(one), valueOf(other)];
        assert.match(first, /^(?!aws:)[A-Za-z0-9_.:/=+@-]{1,256}$/i);
        assert.equal(first === second, one === other);
      }),
      { numRuns: 1000 },
    );
  });
});
