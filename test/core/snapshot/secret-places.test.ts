import assert from "node:assert/strict";
import { inSecretPlaces, typesMarkedBySdk } from "../../../core/snapshot/secret-places";
import {
  Secret,
  Unknown,
  hidden,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";

const connection = "aws:cloudwatch/eventConnection:EventConnection";

/** The inputs with `X` where secrets belong. */
const crossed = (type: string, inputs: ValueRecord): ValueRecord =>
  inSecretPlaces(type, inputs, () => "X");

describe("where secrets belong", () => {
  const cases: readonly (readonly [string, string, ValueRecord, ValueRecord])[] = [
    [
      "each map of a Secret, not what stands beside it",
      "kubernetes:core/v1:SecretPatch",
      { data: { a: "b" }, stringData: null, metadata: { name: "n" } },
      { data: "X", stringData: null, metadata: { name: "n" } },
    ],
    [
      "each Secret of a list",
      "kubernetes:core/v1:SecretList",
      { items: [{ data: { a: "b" } }, "no object", { stringData: new Unknown() }] },
      { items: [{ data: "X" }, "no object", { stringData: "X" }] },
    ],
    [
      "the client's secret of each vendor's block",
      "aws-native:bedrockagentcore:OAuth2CredentialProvider",
      { oauth2ProviderConfigInput: { a: { clientId: "i", clientSecret: "s" }, b: "no block" } },
      { oauth2ProviderConfigInput: { a: { clientId: "i", clientSecret: "X" }, b: "no block" } },
    ],
    [
      "what a connection proves itself by, and the parameters that it says to be secret",
      connection,
      {
        authParameters: {
          basic: { username: "u", password: "p" },
          invocationHttpParameters: {
            headers: [
              { key: "a", value: "1", isValueSecret: true },
              { key: "b", value: "2", isValueSecret: false },
              { key: "c", value: "3" },
              "no parameter",
            ],
          },
        },
      },
      {
        authParameters: {
          basic: { username: "u", password: "X" },
          invocationHttpParameters: {
            headers: [
              { key: "a", value: "X", isValueSecret: true },
              { key: "b", value: "2", isValueSecret: false },
              { key: "c", value: "3" },
              "no parameter",
            ],
          },
        },
      },
    ],
    [
      "nowhere in what is a list where an object belongs",
      connection,
      { authParameters: [{ basic: { password: "p" } }] },
      { authParameters: [{ basic: { password: "p" } }] },
    ],
    ["nowhere in another type", "kubernetes:core/v1:ConfigMap", { data: {} }, { data: {} }],
    ["nowhere in a type called as what objects have", "constructor", { a: "b" }, { a: "b" }],
  ];
  for (const [what, type, inputs, expected] of cases) {
    it(`is ${what}`, () => assert.deepEqual(crossed(type, inputs), expected));
  }

  it("is marked by the SDK of Kubernetes and of AWS, and not by that of AWS Cloud Control", () => {
    assert.deepEqual(typesMarkedBySdk, [
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:SecretPatch",
      "aws:secretsmanager/secretVersion:SecretVersion",
      "aws:ssm/parameter:Parameter",
      "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
    ]);
  });
});

describe("a value that is marked as secret", () => {
  const marks = (value: Value): unknown =>
    value instanceof Secret ? [value.revealForComparison(), value.isInClear] : value;

  it("is a secret, in plain text where that is marked", () => {
    assert.deepEqual(marks(hidden("a")), ["a", false]);
    assert.deepEqual(marks(hidden("a", true)), ["a", true]);
  });

  it("stays unchanged where it is one, so that a marked value is not in plain text", () => {
    assert.deepEqual(marks(hidden(new Secret("a"), true)), ["a", false]);
  });

  it("stays unknown where it is not known, and is hidden once it is", () => {
    assert.deepEqual(
      hidden(new Unknown(["urn"], false, "arn"), true),
      new Unknown(["urn"], true, "arn"),
    );
  });
});
