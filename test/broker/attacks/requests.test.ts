import assert from "node:assert/strict";
import { connect } from "node:net";
import {
  call,
  grant,
  refundRequest,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  type Desk,
} from "../support/desk";

const notInContext =
  "`context` takes whole numbers, `true`, `false` and texts of at most 512 characters that all show";

/** Texts in which something does not show. */
const unseen = [
  "a\u200bb",
  "a\u202eb",
  "a\u00adb",
  "a\ufe0fb",
  "a\u2800b",
  "a\u2028b",
  "\u{e0041}",
];

/** Malformed details, and the answer to each. */
const malformed: readonly (readonly [string, string])[] = [
  ["{{", "it is not JSON"],
  [call().replace(/}]$/, ',"intent":"read"}]'), "an object has one name twice"],
  [
    call({ context: { cents: 1 } }).replace('"cents":1', '"cents":1,"\\u0063ents":9'),
    "an object has one name twice",
  ],
  ["[]", "give a list of 1 to 8 objects"],
  ["{}", "give a list of 1 to 8 objects"],
  ["[1]", "give a list of objects"],
  ["[null]", "give a list of objects"],
  ['[{"type":"payment"}]', "`type` is `agentid_call` here"],
  [`[${call().slice(1, -1)},${call().slice(1, -1)}]`, "give exactly one object for a call"],
  [
    call({ tool: "crm" }),
    "a field is unknown; `agentid_call` has `intent`, `target`, `sensitivity`, `environment`, `context`, `seconds`",
  ],
  [call({ intent: "" }), "`intent` is a text of 1 to 512 characters that all show"],
  [call({ intent: 1 }), "`intent` is a text of 1 to 512 characters that all show"],
  [call({ intent: ["refund"] }), "`intent` is a text of 1 to 512 characters that all show"],
  [call({ target: "a\u0000b" }), "`target` is a text of 1 to 512 characters that all show"],
  [call({ target: "x".repeat(513) }), "`target` is a text of 1 to 512 characters that all show"],
  [call({ target: "\ud800" }), "`target` is a text of 1 to 512 characters that all show"],
  [
    call({ sensitivity: "low" }),
    "`sensitivity` is one of `public`, `internal`, `confidential`, `restricted`",
  ],
  [call({ seconds: 0 }), "`seconds` is a whole number from 1 to 120"],
  [call({ seconds: 121 }), "`seconds` is a whole number from 1 to 120"],
  [call({ seconds: 1.5 }), "`seconds` is a whole number from 1 to 120"],
  [call({ seconds: "60" }), "`seconds` is a whole number from 1 to 120"],
  [call({ context: [] }), notInContext],
  [call({ context: { cents: 1.5 } }), notInContext],
  [call({ context: { a: { b: 1 } } }), notInContext],
  [call({ context: { a: null } }), notInContext],
  ...unseen.flatMap((text): readonly (readonly [string, string])[] => [
    [call({ target: text }), "`target` is a text of 1 to 512 characters that all show"],
    [call({ environment: text }), "`environment` is a text of 1 to 512 characters that all show"],
    [call({ context: { note: text } }), notInContext],
    [call({ context: { [text]: 1 } }), notInContext],
  ]),
  [
    call({ context: { "\u00e9": 1 } }).replace("1}", '1,"e\\u0301":2}'),
    "an object has one name twice",
  ],
  [
    call({ context: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, at])) }),
    "`context` has more than 32 entries",
  ],
  [
    call({
      context: Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [`k${at}`, "x".repeat(512)]),
      ),
    }),
    "the token would be longer than 7168 characters; send shorter details",
  ],
];

describe("a request of the token endpoint", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  it("writes names in one spelling, and takes what an 8 KiB header holds", async () => {
    const context = Object.fromEntries([
      ["cafe\u0301", "caf\u00e9"],
      ...Array.from({ length: 31 }, (_, at) => [`k${at}`, "x".repeat(100)]),
    ]) as object;
    const { status, body } = await desk.exchange(
      await refundRequest({ authorization_details: call({ target: "cafe\u0301", context }) }),
    );
    assert.equal(status, 200, JSON.stringify(body));
    const [details] = body["authorization_details"] as readonly {
      readonly target: string;
      readonly context: Readonly<Record<string, unknown>>;
    }[];
    assert.deepEqual(
      [details?.target, details?.context["caf\u00e9"], Object.keys(details?.context ?? {}).length],
      ["caf\u00e9", "caf\u00e9", 32],
    );
    assert.ok(String(body["access_token"]).length < 8192 - 1024);
  });

  for (const [details, says] of malformed) {
    it(`is refused with the details ${details.slice(0, 60)}`, async () => {
      const { status, body } = await desk.exchange(
        await refundRequest({ authorization_details: details }),
      );
      assert.deepEqual(
        [status, body],
        [
          400,
          {
            error: "invalid_authorization_details",
            error_description: `authorization_details: ${says}`,
          },
        ],
      );
    });
  }

  const withBody = async (change: (form: URLSearchParams) => void): Promise<URLSearchParams> => {
    const form = new URLSearchParams((await refundRequest()) as Record<string, string>);
    change(form);
    return form;
  };

  it("is refused with a parameter that is there twice, even with one value", async () => {
    for (const name of ["resource", "client_assertion", "subject_token", "scope"]) {
      const form = await withBody((given) => {
        given.append(name, given.get(name) ?? "refund");
        if (given.getAll(name).length < 2) given.append(name, "refund");
      });
      const { status, body } = await desk.post("/token", form);
      assert.deepEqual(
        [status, body],
        [400, { error: "invalid_request", error_description: `\`${name}\` is there twice` }],
      );
    }
  });

  it("may have parameters that are not known, each once", async () => {
    for (const name of ["__proto__", "audience_hint", "a\u0000b", ""]) {
      const once = await withBody((form) => form.append(name, "x"));
      const { status, body } = await desk.post("/token", once);
      assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
      const twice = await withBody((form) => {
        form.append(name, "x");
        form.append(name, "");
      });
      const refused = await desk.post("/token", twice);
      assert.deepEqual(
        [refused.status, refused.body],
        [
          400,
          {
            error: "invalid_request",
            error_description: "a parameter that is not known is there twice",
          },
        ],
      );
    }
  });

  it("is refused without what it needs, and with two targets", async () => {
    for (const [parts, says] of [
      [{ subject_token: undefined }, "`subject_token` is missing"],
      [{ subject_token_type: undefined }, "`subject_token_type` is missing"],
      [{ grant_type: undefined }, "`grant_type` is missing"],
      [
        { authorization_details: undefined },
        "`authorization_details` is missing, and tool `refunds` has no `defaults` in the broker's configuration",
      ],
      [{ resource: undefined }, "give exactly one of `resource` and `audience`"],
      [{ audience: "acme.triage" }, "give exactly one of `resource` and `audience`"],
      [
        { requested_token_type: "urn:ietf:params:oauth:token-type:saml2" },
        `\`requested_token_type\` is one of ${[
          "urn:ietf:params:oauth:token-type:jwt",
          "urn:ietf:params:oauth:token-type:access_token",
          "urn:agentid:params:oauth:token-type:aws-session",
          "urn:agentid:params:oauth:token-type:kubernetes-account",
        ].join(", ")}`,
      ],
    ] as const) {
      const { status, body } = await desk.exchange(await refundRequest(parts));
      assert.deepEqual(
        [status, body],
        [400, { error: "invalid_request", error_description: says }],
      );
    }
  });

  it("is refused with another grant type", async () => {
    for (const type of ["implicit", "authorization_code", "password"]) {
      const { body } = await desk.exchange(await refundRequest({ grant_type: type }));
      assert.equal(body["error"], "unsupported_grant_type");
    }
  });

  it("is refused as JSON, as another encoding, and beyond 56 KiB", async () => {
    const asJson = await desk.post("/token", "{}", { "content-type": "application/json" });
    assert.deepEqual([asJson.status, asJson.body["error"]], [400, "invalid_request"]);
    const long = await desk.post("/token", `subject_token=${"x".repeat(57 * 1024)}`);
    assert.deepEqual(
      [long.status, long.body["error_description"]],
      [413, "the body is longer than 57344 bytes"],
    );
    const most = await desk.post("/token", `subject_token=${"x".repeat(55 * 1024)}`);
    assert.equal(most.body["error"], "invalid_client");
    const raw = await fetch(`${desk.url}/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from([0x61, 0x3d, 0xff, 0xfe]),
    });
    assert.deepEqual(await raw.json(), {
      error: "invalid_request",
      error_description: "the body is no UTF-8",
    });
  });

  it("is answered 404 or 405 at other paths", async () => {
    for (const [method, path, status] of [
      ["GET", "/token", 405],
      ["POST", "/jwks", 405],
      ["GET", "/", 404],
      ["GET", "/__proto__", 404],
      ["GET", "/authorize", 400],
    ] as const) {
      assert.equal((await fetch(desk.url + path, { method })).status, status, path);
    }
  });

  it("does not keep a connection that sends a body slowly for ever", async () => {
    const socket = connect(Number(new URL(desk.url).port), "127.0.0.1");
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (part: Buffer) => (text += part.toString()));
      socket.on("close", () => resolve(text));
      socket.write("GET /jwks HTTP/1.1\r\nhost: x\r\nx-slow: ");
    });
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });
});

describe("a caller over its rate limit", () => {
  it("is slowed down, and costs a bounded part of the trail; a tool introspects ten times as much", async () => {
    const desk = await startDesk({ perMinute: 3, grants: [grant()] });
    desk.ahead = 60 - (Math.floor(Date.now() / 1000) % 60);
    try {
      const request = await refundRequest();
      const answers = [];
      for (let at = 0; at < 40; at++) answers.push(await desk.exchange(request));
      const last = answers.at(-1);
      assert.deepEqual(
        [answers.filter(({ status }) => status === 429).length, last?.body["error"]],
        [37, "slow_down"],
      );
      assert.equal((await desk.trail()).filter(({ error }) => error === "slow_down").length, 20);
      const asTool = { client_assertion: await svid("refunds"), token: "x" };
      const form = { ...asTool, client_assertion_type: spiffeAssertion };
      const asked = [];
      for (let at = 0; at < 31; at++) asked.push((await desk.post("/introspect", form)).status);
      assert.deepEqual([asked.indexOf(429), asked.lastIndexOf(200)], [30, 29]);
      const operator = await userToken("olga", "console", { groups: ["platform"] });
      const read = async (): Promise<number> =>
        (await fetch(`${desk.url}/trail`, { headers: { authorization: `Bearer ${operator}` } }))
          .status;
      const trail = [await read(), await read(), await read(), await read()];
      assert.deepEqual(trail, [200, 200, 200, 429]);
    } finally {
      await desk.stop();
    }
  });
});
