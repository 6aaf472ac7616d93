import assert from "node:assert/strict";
import { PartialText, Unknown, type Value } from "../../core/snapshot/value";
import { resourceOf } from "./support/programs";
import { previewed } from "./support/yaml";

const BUCKET = "urn:pulumi:dev::desk::aws:s3/bucket:Bucket::bucket";
const unknown = new Unknown([BUCKET]);

/** An output of the bucket, unchanged. */
function its(output: string): Unknown {
  return new Unknown([BUCKET], false, output);
}

/** An unknown without what is known of it as a text. */
function wholly(value: Value | undefined): Value | undefined {
  return value instanceof PartialText ? new Unknown(value.dependsOn) : value;
}

/** What a property becomes of a policy, with the lines of the program's variables. */
function policyOf(
  policy: string,
  use: (policy: Value | undefined) => void,
  more: readonly string[] = [],
  property = "policy",
): Promise<void> {
  const program = [
    "resources:",
    "  bucket: { type: aws:s3:Bucket, properties: { bucket: known } }",
    `  held: { type: aws:iam:Policy, properties: { ${property}: ${policy} } }`,
    ...more,
    "",
  ];
  return previewed(program.join("\n"), (snapshot) =>
    use(resourceOf(snapshot, "aws:iam/policy:Policy", "held").inputs[property]),
  );
}

const STATEMENT = { Effect: "Allow", Action: "s3:GetObject", Resource: unknown };
const WRITTEN = "{ Effect: Allow, Action: 's3:GetObject', Resource: '${bucket.arn}/*' }";

describe("a text in YAML of which a part is not known", () => {
  const kept: readonly (readonly [string, string, readonly (string | Unknown)[]])[] = [
    [
      "with references in it",
      "'postgres://app@${bucket.arn}/${bucket.bucket}'",
      ["postgres://app@", its("arn"), "/known"],
    ],
    [
      "that is joined",
      "{ fn::join: ['@', ['postgres://app', '${bucket.arn}']] }",
      ["postgres://app@", its("arn")],
    ],
    [
      "of JSON",
      "{ fn::toJSON: { host: '${bucket.arn}', user: app } }",
      ['{"host":"', its("arn"), '","user":"app"}'],
    ],
  ];
  for (const [what, text, parts] of kept) {
    it(`keeps what is known of it: one ${what}`, () =>
      policyOf(
        text,
        (value) => assert.deepEqual(value, new PartialText(parts)),
        [],
        "description",
      ));
  }

  it("keeps nothing where a part is secret", () =>
    policyOf(
      "'app:${key}@${bucket.arn}'",
      (value) => assert.deepEqual(value, new Unknown([BUCKET], true)),
      ["variables: { key: { fn::secret: k3ep } }"],
      "description",
    ));
});

describe("a policy in YAML of which a part is not known", () => {
  const kept: readonly (readonly [string, string, Value, (readonly string[])?])[] = [
    [
      "as JSON of a map",
      `{ fn::toJSON: { Statement: [${WRITTEN}, { Effect: Deny }] } }`,
      { Statement: [STATEMENT, { Effect: "Deny" }] },
    ],
    [
      "as a text",
      `'{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":["\${bucket.arn}","\${bucket.bucket}"]}}'`,
      { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: [its("arn"), "known"] } },
    ],
    [
      "as a joined text",
      `{ fn::join: ['', ['{"Statement":[{"Resource":"', '\${bucket.arn}', '"}]}']] }`,
      { Statement: [{ Resource: its("arn") }] },
    ],
    [
      "by a variable, within texts",
      "'${doc}'",
      { Statement: [STATEMENT] },
      [
        "variables:",
        "  arn: '${bucket.arn}/a'",
        "  doc: { fn::toJSON: { Statement: [{ Effect: Allow, Action: 's3:GetObject', Resource: '${arn}/${arn}' }] } }",
      ],
    ],
    [
      "with a list that is not known",
      "{ fn::toJSON: { Statement: [{ Resource: '${bucket.grants}', Action: '${bucket.acl}' }, '${bucket.website}'] } }",
      { Statement: [{ Action: its("acl"), Resource: its("grants") }, its("website")] },
    ],
    [
      "with a key that is not known, in which the map it stands in is not",
      `'{"Statement":[{"Effect":"Allow","Condition":{"StringEquals":{"\${bucket.arn}:sub":"a","b":"c"}}}]}'`,
      { Statement: [{ Effect: "Allow", Condition: { StringEquals: unknown } }] },
    ],
    [
      "of a function that composes it",
      "'${doc.json}'",
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["s3:PutObject", "s3:GetObject"],
            Resource: unknown,
            Condition: { StringLike: { "aws:a": its("grants") } },
          },
          { Effect: "Deny", Action: "*", Resource: "*" },
        ],
      },
      [
        "variables:",
        "  doc:",
        "    fn::invoke:",
        "      function: aws:iam:getPolicyDocument",
        "      arguments:",
        "        statements:",
        "          - actions: ['s3:GetObject', 's3:PutObject']",
        "            resources: ['${bucket.arn}/*']",
        "            conditions: [{ test: StringLike, variable: 'aws:a', values: '${bucket.grants}' }]",
        "          - { effect: Deny, actions: ['*'], resources: ['*'] }",
      ],
    ],
  ];
  for (const [what, policy, value, more] of kept) {
    it(`is preserved ${what}`, () =>
      policyOf(policy, (found) => assert.deepEqual(found, value), more));
  }

  it("is preserved where it is one of several in a role", () =>
    policyOf(
      `[{ name: a, policy: { fn::toJSON: { Statement: [${WRITTEN}] } } }]`,
      (found) => assert.deepEqual(found, [{ name: "a", policy: { Statement: [STATEMENT] } }]),
      [],
      "inlinePolicies",
    ));

  it("is preserved as the containers of a task are", async () => {
    const container = "{ image: '${bucket.arn}', environment: [{ name: A, value: b }] }";
    const kept = [{ image: its("arn"), environment: [{ name: "A", value: "b" }] }];
    await policyOf(
      `{ fn::toJSON: [${container}] }`,
      (found) => assert.deepEqual(found, kept),
      [],
      "containerDefinitions",
    );
    await policyOf(
      `{ fn::toJSON: [${container}, '\${bucket.arn}'] }`,
      (found) => assert.deepEqual(wholly(found), unknown),
      [],
      "containerDefinitions",
    );
  });

  const whole: readonly (readonly [string, string, (readonly string[])?, string?])[] = [
    ["no JSON", `'{"Statement":[{"Resource":\${bucket.arn}}]}'`],
    ["no policy", "{ fn::toJSON: { Rules: ['${bucket.arn}'] } }"],
    ["no map", "{ fn::toJSON: '${bucket.arn}' }"],
    [
      "where a text has marks such as ours",
      `{ fn::toJSON: { Statement: ['\${bucket.arn}', "\\uE0000\\uE001"] } }`,
    ],
    [
      "under another name, where nobody looks for a policy",
      `{ fn::toJSON: { Statement: ['\${bucket.arn}'] } }`,
      [],
      "description",
    ],
    [
      "where what is not known decides what becomes of the rest",
      "'${doc.json}'",
      [
        "variables:",
        "  doc: { fn::aws:iam:getPolicyDocument: { statements: [{ actions: ['*'], resources: ['*'], principals: '${bucket.grants}' }] } }",
      ],
    ],
  ];
  for (const [what, policy, more, property] of whole) {
    it(`is unknown as a whole: ${what}`, () =>
      policyOf(policy, (found) => assert.deepEqual(wholly(found), unknown), more, property));
  }

  it("is refused where its arguments are, however much of them is known", async () => {
    await assert.rejects(
      policyOf("'${doc.json}'", () => undefined, [
        "variables:",
        "  doc: { fn::aws:iam:getPolicyDocument: { statements: [{ sid: A, resources: ['${bucket.arn}'] }, { sid: A }] } }",
      ]),
      /duplicate Sid `A`/,
    );
  });

  it("is refused where its texts multiply", async () => {
    const doubled = Array.from({ length: 20 }, (_, n) => `  v${n + 1}: '\${v${n}}\${v${n}}'`);
    await assert.rejects(
      policyOf("'${v20}'", () => undefined, ["variables:", "  v0: 'a${bucket.arn}'", ...doubled]),
      /this is made of more than 100000 values/,
    );
  });

  it("is secret as a whole where a part is", () =>
    policyOf("{ fn::toJSON: { Statement: ['${bucket.arn}', { fn::secret: a }] } }", (found) =>
      assert.deepEqual(found, new Unknown([BUCKET], true)),
    ));
});
