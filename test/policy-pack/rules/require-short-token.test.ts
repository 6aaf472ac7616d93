import rule from "../../../policy-pack/rules/require-short-token";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const config = urnOf("random:index/randomInteger:RandomInteger", "lifetime");

function pod(source: string, volume = "token"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: acme, name: desk }
spec:
  serviceAccountName: desk
  containers: [{ name: main, image: x }]
  volumes:
    - name: ${volume}
      projected:
        sources:
          - serviceAccountToken: ${source}
`;
}

function podOf(volumes: unknown): ReturnType<typeof resource> {
  return resource("kubernetes:core/v1:Pod", "acme/desk", {
    metadata: { namespace: "acme", name: "desk" },
    spec: { containers: [{ name: "main", image: "x" }], volumes: volumes as never },
  });
}

function account(expiration: string): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: acme
  name: desk
  annotations: { eks.amazonaws.com/token-expiration: "${expiration}" }
`;
}

const place = "spec.volumes[0].projected.sources[0]";
const found = {
  grade: "high",
  about: `acme/desk: ${place}`,
  holder: "acme/desk",
  at: `acme/desk: ${place}.serviceAccountToken`,
};
const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message:
    "undetermined: a preview cannot know how long a token of `acme/desk` lasts or for whom it is made",
  waitsFor: ["lifetime"],
};

ruleTester(rule, {
  accepts: [
    {
      name: "a token of an hour for a service",
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: 3600 }")),
    },
    {
      name: "a token that names no lifetime, which Kubernetes makes an hour",
      resources: manifest(pod("{ path: token, audience: vault }")),
    },
    {
      name: "the volume that the API server itself adds",
      resources: manifest(pod("{ path: token, expirationSeconds: 3607 }", "kube-api-access-x7k2p")),
    },
    {
      name: "a token for IRSA of an hour",
      resources: manifest(account("3600")),
    },
    {
      name: "a longer token where the maximum is longer",
      settings: { maxTokenSeconds: 7200 },
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: 7200 }")),
    },
    {
      name: "a lifetime that is no number, which Kubernetes refuses",
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: soon }")),
    },
  ],
  rejects: [
    {
      name: "a token that lasts a second more than an hour",
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: 3601 }")),
      findings: [
        {
          ...found,
          message: "`acme/desk` is given a token that lasts 3601 s; at most 3600 s",
        },
      ],
    },
    {
      name: "a token without a lifetime where the maximum is below the default",
      settings: { maxTokenSeconds: 600 },
      resources: manifest(pod("{ path: token, audience: vault }")),
      findings: [
        { ...found, message: "`acme/desk` is given a token that lasts 3600 s; at most 600 s" },
      ],
    },
    {
      name: "a token without an audience, or with an empty one",
      resources: manifest(pod('{ path: token, audience: "", expirationSeconds: 600 }')),
      findings: [
        {
          ...found,
          message:
            "`acme/desk` is given a token with no audience of its own, so the API server takes it",
        },
      ],
    },
    {
      name: "a long token without an audience once",
      resources: manifest(pod("{ path: token, expirationSeconds: 86400 }")),
      findings: [
        {
          ...found,
          message:
            "`acme/desk` is given a token that lasts 86400 s, at most 3600 s, and has no audience of its own",
        },
      ],
    },
    {
      name: "a volume that only has the name of the API server's",
      resources: manifest(pod("{ path: token, expirationSeconds: 7200 }", "kube-api-access-mine")),
      findings: [
        {
          ...found,
          message:
            "`acme/desk` is given a token that lasts 7200 s, at most 3600 s, and has no audience of its own",
        },
      ],
    },
    {
      name: "a token for IRSA that lasts a day",
      resources: manifest(account("86400")),
      findings: [
        {
          ...found,
          about: 'acme/desk: metadata.annotations["eks.amazonaws.com/token-expiration"]',
          at: 'acme/desk: metadata.annotations["eks.amazonaws.com/token-expiration"]',
          message: "`acme/desk` is given a token that lasts 86400 s; at most 3600 s",
        },
      ],
    },
    {
      name: "as undetermined a lifetime that is not known yet",
      resources: [
        podOf([
          {
            name: "token",
            projected: {
              sources: [
                { serviceAccountToken: { audience: "vault", expirationSeconds: outputOf(config) } },
              ],
            },
          },
        ]),
      ],
      findings: [unknown],
    },
    {
      name: "as undetermined an audience that is not known yet",
      resources: [
        podOf([
          {
            name: "token",
            projected: { sources: [{ serviceAccountToken: { audience: outputOf(config) } }] },
          },
        ]),
      ],
      findings: [unknown],
    },
    {
      name: "a long token although its audience is not known yet",
      resources: [
        podOf([
          {
            name: "token",
            projected: {
              sources: [
                { serviceAccountToken: { audience: outputOf(config), expirationSeconds: 7200 } },
              ],
            },
          },
        ]),
      ],
      findings: [
        { ...found, message: "`acme/desk` is given a token that lasts 7200 s; at most 3600 s" },
      ],
    },
    {
      name: "as undetermined volumes that are not known yet",
      resources: [podOf(outputOf(config))],
      findings: [{ ...unknown, about: "acme/desk: spec.volumes", at: "acme/desk: spec.volumes" }],
    },
    {
      name: "as undetermined one volume that is not known yet",
      resources: [podOf([outputOf(config)])],
      findings: [
        { ...unknown, about: "acme/desk: spec.volumes[0]", at: "acme/desk: spec.volumes[0]" },
      ],
    },
    {
      name: "as undetermined a source that is not known yet",
      resources: [podOf([{ name: "token", projected: { sources: [outputOf(config)] } }])],
      findings: [{ ...unknown, at: `acme/desk: ${place}` }],
    },
    {
      name: "as undetermined a pod's spec that is not known yet",
      resources: [
        resource("kubernetes:core/v1:Pod", "acme/desk", {
          metadata: { namespace: "acme", name: "desk" },
          spec: outputOf(config),
        }),
      ],
      findings: [{ ...unknown, about: "acme/desk: spec.volumes", at: "acme/desk: spec.volumes" }],
    },
  ],
});
