import rule from "../../../policy-pack/rules/no-legacy-token-secret";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const tokenType = "kubernetes.io/service-account-token";
const config = urnOf("random:index/randomPet:RandomPet", "type");
const account = urnOf("kubernetes:core/v1:ServiceAccount", "desk");

function secret(
  type: string,
  annotations = "{ kubernetes.io/service-account.name: desk }",
): string {
  return `
apiVersion: v1
kind: Secret
metadata: { namespace: acme, name: desk-token, annotations: ${annotations} }
type: ${type}
`;
}

function typed(inputs: Readonly<Record<string, unknown>>, type = "Secret") {
  return resource(`kubernetes:core/v1:${type}`, "desk-token", {
    metadata: { namespace: "acme", name: "desk-token" },
    ...(inputs as object),
  });
}

function external(type: string): string {
  return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { namespace: acme, name: desk-token }
spec:
  secretStoreRef: { kind: SecretStore, name: acme }
  target:
    template:
      type: ${type}
      metadata: { annotations: { kubernetes.io/service-account.name: desk } }
  data: [{ secretKey: key, remoteRef: { key: acme/crm } }]
`;
}

function sealed(type: string): string {
  return `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { namespace: acme, name: desk-token }
spec:
  encryptedData: { extra: AgBy3i4OJSWK }
  template:
    type: ${type}
    metadata: { annotations: { kubernetes.io/service-account.name: desk } }
`;
}

const found = {
  severity: "critical",
  about: "acme/desk-token",
  at: "acme/desk-token: type",
  message:
    "Secret `acme/desk-token` contains a token of ServiceAccount `acme/desk` that never expires",
  related: ["acme/desk: is the ServiceAccount of the token"],
};
const ofAnyone = {
  severity: "critical",
  about: "acme/desk-token",
  at: "desk-token: type",
  message: "Secret `acme/desk-token` contains a ServiceAccount token that never expires",
};
const unknown = {
  verdict: "undetermined" as const,
  severity: "critical",
  about: "acme/desk-token",
  at: "desk-token: type",
  message: "Secret `acme/desk-token` contains a ServiceAccount token that never expires",
  dependsOn: ["type"],
};

ruleTester(rule, {
  accepts: [
    {
      name: "Secrets of other types, and one that gives none",
      resources: [
        ...manifest(
          ["Opaque", "kubernetes.io/tls", "bootstrap.kubernetes.io/token"]
            .map((type) => secret(type))
            .join("---"),
        ),
        typed({}),
      ],
    },
    {
      name: "a ConfigMap that says it is of that type",
      resources: [
        resource("kubernetes:core/v1:ConfigMap", "desk-token", {
          metadata: { namespace: "acme", name: "desk-token" },
          type: tokenType,
        }),
      ],
    },
    {
      name: "an account that names a Secret, and a pod with a projected token",
      resources: manifest(`
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: acme, name: desk }
secrets: [{ name: desk-token }]
---
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: desk }
spec:
  serviceAccountName: desk
  containers: [{ name: main, image: x }]
  volumes:
    - name: token
      projected:
        sources: [{ serviceAccountToken: { path: token, audience: vault, expirationSeconds: 3600 } }]
`),
    },
    {
      name: "an ExternalSecret that makes a Secret of another type",
      resources: manifest(external("Opaque")),
    },
    {
      name: "a SealedSecret that makes another Secret",
      resources: manifest(sealed("Opaque")),
    },
  ],
  rejects: [
    {
      name: "a Secret in a manifest",
      resources: manifest(secret(tokenType)),
      findings: [found],
    },
    {
      name: "a Secret of a program, which names no account",
      resources: [typed({ type: tokenType })],
      findings: [ofAnyone],
    },
    {
      name: "a patch of a Secret",
      resources: [typed({ type: tokenType }, "SecretPatch")],
      findings: [ofAnyone],
    },
    {
      name: "each such Secret of a list",
      resources: [
        resource("kubernetes:core/v1:SecretList", "tokens", {
          items: [
            { metadata: { namespace: "acme", name: "a" }, type: tokenType },
            { metadata: { namespace: "acme", name: "b" }, type: "Opaque" },
          ],
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "acme/a",
          at: "tokens: items[0].type",
          message: "Secret `acme/a` contains a ServiceAccount token that never expires",
        },
      ],
    },
    {
      name: "a Secret whose account is not known yet, by the account it waits for",
      resources: [
        resource("kubernetes:core/v1:ServiceAccount", "desk", { metadata: { namespace: "acme" } }),
        typed({
          metadata: {
            namespace: "acme",
            name: "desk-token",
            annotations: { "kubernetes.io/service-account.name": outputOf(account) },
          },
          type: tokenType,
        }),
      ],
      findings: [
        {
          ...ofAnyone,
          message:
            "Secret `acme/desk-token` contains a token of ServiceAccount `desk` that never expires",
          related: ["desk: is the ServiceAccount of the token"],
        },
      ],
    },
    {
      name: "an ExternalSecret that makes such a Secret",
      resources: manifest(external(tokenType)),
      findings: [{ ...found, at: "acme/desk-token: spec.target.template.type" }],
    },
    {
      name: "a SealedSecret that becomes such a Secret",
      resources: manifest(sealed(tokenType)),
      findings: [{ ...found, at: "acme/desk-token: spec.template.type" }],
    },
    {
      name: "as undetermined a type that is not known yet",
      resources: [typed({ type: outputOf(config) })],
      findings: [unknown],
    },
  ],
});
