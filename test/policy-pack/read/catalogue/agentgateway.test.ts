import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { resource, snapshotOf, urnOf } from "../../../support/resources";
import { fakes } from "../credentials/fakes";

const backend = "AgentgatewayBackend";
const model = "AgentgatewayModel";
const policy = "AgentgatewayPolicy";

/** Where objects have how the proxy authenticates. */
const places: readonly (readonly [kind: string, place: string])[] = [
  [backend, "policies.auth"],
  [backend, "ai.groups[].providers[].policies.auth"],
  [backend, "mcp.targets[].static.policies.auth"],
  [model, "policies.auth"],
  [model, "policies.promptGuard.request[].openAIModeration.policies.auth"],
  [policy, "backend.auth"],
  [policy, "backend.ai.promptGuard.response[].bedrockGuardrails.policies.auth"],
];

/** What they name there, and the key that counts by default. */
const references: readonly (readonly [at: string, usualKey: string | undefined])[] = [
  ["secretRef", "Authorization"],
  ["credentials[].secretRef", "Authorization"],
  ["aws.secretRef", undefined],
  ["azure.secretRef", undefined],
  ["gcp.secretRef", undefined],
  ["oauthTokenExchange.clientAuth.secretRef", "clientSecret"],
  ["oauthTokenExchange.clientAuth.privateKeyJwt.signingKeyRef", "signingKey"],
  ["crossAppAccess.identityProvider.clientAuth.secretRef", "clientSecret"],
  ["jwtSign.signingKeyRef", "signingKey"],
];

/** An object with a value at a path of its spec. */
function object(kind: string, path: string, value: Value, name = "main"): Resource {
  const spec = nested(path.split("."), value) as ValueRecord;
  return resource(`kubernetes:agentgateway.dev/v1alpha1:${kind}`, name, {
    apiVersion: "agentgateway.dev/v1alpha1",
    kind,
    metadata: { name, namespace: "acme" },
    spec,
  });
}

function nested([step = "", ...rest]: readonly string[], value: Value): Value {
  if (step === "") return value;
  const inner = nested(rest, value);
  return step.endsWith("[]") ? { [step.slice(0, -2)]: [inner] } : { [step]: inner };
}

/** A pod with one key of the same Secret, and the Secret. */
function beside(key: string): readonly Resource[] {
  const metadata = { name: "crm", namespace: "acme" };
  const valueFrom = { secretKeyRef: { name: "crm", key } };
  return [
    resource("kubernetes:core/v1:Secret", "crm", { apiVersion: "v1", kind: "Secret", metadata }),
    resource("kubernetes:core/v1:Pod", "pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "pod", namespace: "acme" },
      spec: { containers: [{ name: "main", env: [{ name: "T", valueFrom }] }] },
    }),
  ];
}

async function shared(...resources: readonly Resource[]): Promise<readonly string[]> {
  const judged = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  const found = judged.findings.filter(({ rule }) => rule === "no-shared-secret");
  return [...new Set(found.map(({ verdict }) => verdict))].sort();
}

async function literals(...resources: readonly Resource[]): Promise<readonly string[]> {
  const judged = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return judged.findings
    .filter(({ rule }) => rule === "no-literal-secret")
    .map(({ verdict, at }) => `${verdict} ${at.property}`);
}

describe("what objects of agentgateway name", () => {
  const unknownName = new Unknown([urnOf("kubernetes:core/v1:Secret", "crm")]);

  for (const [kind, place] of places) {
    for (const [at, usualKey] of references) {
      const path = `${place}.${at}`;
      const key = usualKey ?? "token";

      it(`is a Secret at ${path} of ${kind}`, async () => {
        for (const name of ["crm", unknownName]) {
          assert.deepEqual(await shared(object(kind, path, { name }), ...beside(key)), [
            "violated",
          ]);
        }
      });

      it(`is another Secret or another key at ${path} of ${kind}`, async () => {
        assert.deepEqual(await shared(object(kind, path, { name: "erp" }), ...beside(key)), []);
        const other = usualKey === undefined ? { name: "erp" } : { name: "crm" };
        assert.deepEqual(await shared(object(kind, path, other), ...beside("elsewhere")), []);
        if (usualKey === undefined) return;
        const stated = object(kind, path, { name: "crm", key: "elsewhere" });
        assert.deepEqual(await shared(stated, ...beside("elsewhere")), ["violated"]);
        assert.deepEqual(await shared(stated, ...beside(key)), []);
      });
    }

    it(`may be any Secret where ${place} of ${kind} is unknown`, async () => {
      const found = await shared(object(kind, place, new Unknown()), ...beside("token"));
      assert.deepEqual(found, ["undetermined"]);
    });

    it(`is a key in plain text at ${place} of ${kind}`, async () => {
      const at = `spec.${place.replaceAll("[]", "[0]")}.key`;
      for (const key of [fakes.openai, "q7Rz2LmX9vKp4TsWd8Bn3Y"]) {
        assert.deepEqual(await literals(object(kind, `${place}.key`, key)), [`violated ${at}`]);
      }
      for (const key of ["example-api-key", "${API_KEY}"]) {
        assert.deepEqual(await literals(object(kind, `${place}.key`, key)), []);
      }
    });
  }

  it("is used once by the objects of one namespace", async () => {
    const one = object(backend, "policies.auth.secretRef", { name: "crm" }, "one");
    const two = object(policy, "backend.auth.secretRef", { name: "crm" }, "two");
    const parameters = object("AgentgatewayParameters", "env[]", {
      name: "T",
      valueFrom: { secretKeyRef: { name: "crm", key: "Authorization" } },
    });
    assert.deepEqual(await shared(one, two, parameters), []);
    assert.deepEqual(await shared(parameters, ...beside("Authorization")), ["violated"]);
  });

  it("is no credential of the proxy where it verifies callers or is for TLS", async () => {
    const exempt: readonly (readonly [string, string, ValueRecord])[] = [
      [policy, "traffic.apiKeyAuthentication.secretRef", { name: "crm" }],
      [policy, "traffic.basicAuthentication.secretRef", { name: "crm" }],
      [policy, "backend.tls.mtlsCertificateRef[]", { name: "crm" }],
      [policy, "backend.tls.caCertificateRefs[]", { name: "crm", kind: "Secret" }],
      [policy, "backend.tls.caCertificateRefs[]", { name: "crm" }],
    ];
    for (const [kind, path, reference] of exempt) {
      assert.deepEqual(await shared(object(kind, path, reference), ...beside("token")), []);
    }
  });
});
