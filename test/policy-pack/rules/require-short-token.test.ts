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

function certified(source: string): string {
  return pod("{}").replace("serviceAccountToken: {}", `podCertificate: ${source}`);
}

const upTo = (seconds: number) => ({
  ...found,
  verdict: "undetermined" as const,
  at: `acme/desk: ${place}.podCertificate`,
  message: `\`acme/desk\` receives a certificate that can last ${seconds} s; the limit is 3600 s`,
  reason: "the signer may choose a shorter time",
});

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

function registration(lifetimes: string): string {
  return `
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterSPIFFEID
metadata: { name: desk }
spec: { spiffeIDTemplate: "spiffe://acme.example/ns/{{ .PodMeta.Namespace }}", ${lifetimes} }
`;
}

function serverConfig(config: string, name = "spire-server"): ReturnType<typeof resource> {
  return resource("kubernetes:core/v1:ConfigMap", name, {
    metadata: { namespace: "spire", name },
    data: { "server.conf": config },
  });
}

const svid = (property: string, of: string, seconds: number, most = 3600) => ({
  severity: "high",
  about: `desk: ${property}`,
  holder: "desk",
  at: `desk: ${property}`,
  message: `\`desk\` has SPIRE issue ${of}s that last ${seconds} s; the limit is ${most} s`,
});

const place = "spec.volumes[0].projected.sources[0]";
const found = {
  severity: "high",
  about: `acme/desk: ${place}`,
  holder: "acme/desk",
  at: `acme/desk: ${place}.serviceAccountToken`,
};
const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message: "`acme/desk` receives a token that lasts longer than 3600 s",
  dependsOn: ["lifetime"],
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
      name: "a token beside the certificate of the API server, for which it is",
      resources: manifest(
        `${pod("{ path: token, expirationSeconds: 3607 }", "kube-api-access")}          - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }\n`,
      ),
    },
    {
      name: "a certificate of an hour",
      resources: manifest(certified("{ signerName: a.example/pods, maxExpirationSeconds: 3600 }")),
    },
    {
      name: "a certificate of a day where the maximum is a day",
      settings: { maxTokenSeconds: 86_400 },
      resources: manifest(certified("{ signerName: a.example/pods }")),
    },
    {
      name: "bundles of certificates to trust",
      resources: manifest(
        certified("{}").replace("podCertificate: {}", "clusterTrustBundle: { name: a, path: a }"),
      ),
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
      name: "a longer lifetime in comments of a SPIRE server, and text that looks like one",
      resources: [
        serverConfig(
          'server {\n  trust_domain = "a.example"\n  jwt_issuer = "https://a.example"\n  /*\n  default_x509_svid_ttl = "24h"\n  */\n  // default_jwt_svid_ttl = "24h"\n}',
        ),
      ],
    },
    {
      name: "SVIDs of an hour, and those for which no lifetime is given",
      resources: manifest(
        [registration("ttl: 1h, jwtTtl: 60m"), registration("hint: x")].join("---"),
      ),
    },
    {
      name: "a SPIRE server whose SVIDs last an hour, and a longer lifetime in a comment",
      resources: [
        serverConfig(
          'server {\n  trust_domain = "a.example"\n  # default_x509_svid_ttl = "24h"\n  default_x509_svid_ttl = "1h"\n}',
        ),
      ],
    },
    {
      name: "a ConfigMap that is no SPIRE server's",
      resources: [serverConfig('default_x509_svid_ttl = "24h"')],
    },
    {
      name: "a lifetime that is no number, which Kubernetes refuses",
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: soon }")),
    },
  ],
  rejects: [
    {
      name: "a certificate that says no lifetime, which may last a day",
      resources: manifest(certified("{ signerName: a.example/pods, keyType: ED25519 }")),
      findings: [upTo(86_400)],
    },
    {
      name: "a certificate of up to two hours",
      resources: manifest(certified("{ signerName: a.example/pods, maxExpirationSeconds: 7200 }")),
      findings: [upTo(7200)],
    },
    {
      name: "a certificate whose lifetime is not known yet",
      resources: [
        podOf([
          {
            name: "token",
            projected: {
              sources: [{ podCertificate: { maxExpirationSeconds: outputOf(config) } }],
            },
          },
        ]),
      ],
      findings: [
        {
          ...unknown,
          at: `acme/desk: ${place}.podCertificate`,
          message: "`acme/desk` receives a certificate that lasts longer than 3600 s",
        },
      ],
    },
    {
      name: "a token that lasts a second more than an hour",
      resources: manifest(pod("{ path: token, audience: vault, expirationSeconds: 3601 }")),
      findings: [
        {
          ...found,
          message: "`acme/desk` receives a token that lasts 3601 s; the limit is 3600 s",
        },
      ],
    },
    {
      name: "a token without a lifetime where the maximum is below the default",
      settings: { maxTokenSeconds: 600 },
      resources: manifest(pod("{ path: token, audience: vault }")),
      findings: [
        { ...found, message: "`acme/desk` receives a token that lasts 3600 s; the limit is 600 s" },
      ],
    },
    {
      name: "a token without an audience, or with an empty one",
      resources: manifest(pod('{ path: token, audience: "", expirationSeconds: 600 }')),
      findings: [
        {
          ...found,
          message: "`acme/desk` receives a token without an audience, which the API server accepts",
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
            "`acme/desk` receives a token without an audience that lasts 86400 s; the limit is 3600 s",
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
            "`acme/desk` receives a token without an audience that lasts 7200 s; the limit is 3600 s",
        },
      ],
    },
    {
      name: "a token beside the certificate of the API server that lasts longer than the server's own",
      resources: manifest(
        `${pod("{ path: token, expirationSeconds: 7200 }")}          - configMap: { name: kube-root-ca.crt }\n`,
      ),
      findings: [
        {
          ...found,
          message:
            "`acme/desk` receives a token without an audience that lasts 7200 s; the limit is 3600 s",
        },
      ],
    },
    {
      name: "a token beside another certificate",
      resources: manifest(
        `${pod("{ path: token }")}          - configMap: { name: acme-ca.crt }\n`,
      ),
      findings: [
        {
          ...found,
          message: "`acme/desk` receives a token without an audience, which the API server accepts",
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
          message: "`acme/desk` receives a token that lasts 86400 s; the limit is 3600 s",
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
      name: "SVIDs that last longer than an hour",
      resources: manifest(registration("ttl: 1h0m1s, jwtTtl: 90m")),
      findings: [svid("spec.jwtTtl", "JWT-SVID", 5400), svid("spec.ttl", "X.509-SVID", 3601)],
    },
    {
      name: "SVIDs of a static entry that last longer than an hour",
      resources: manifest(`
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterStaticEntry
metadata: { name: desk }
spec:
  spiffeID: spiffe://acme.example/desk
  parentID: spiffe://acme.example/agent
  selectors: ["unix:uid:1001"]
  x509SVIDTTL: 24h
  jwtSVIDTTL: 2h
`),
      findings: [
        svid("spec.jwtSVIDTTL", "JWT-SVID", 7200),
        svid("spec.x509SVIDTTL", "X.509-SVID", 86_400),
      ],
    },
    {
      name: "SVIDs without a lifetime where the maximum is below SPIRE's own",
      settings: { maxTokenSeconds: 600 },
      resources: manifest(registration("jwtTtl: 5m")),
      findings: [svid("spec.ttl", "X.509-SVID", 3600, 600)],
    },
    {
      name: "a SPIRE server whose SVIDs last longer, in HCL or JSON",
      resources: [
        serverConfig('server {\n  trust_domain = "a.example"\n  default_x509_svid_ttl = "24h"\n}'),
        serverConfig(
          '{"server":{"trust_domain":"a.example","default_jwt_svid_ttl":"2h"}}',
          "other",
        ),
      ],
      findings: [
        {
          severity: "high",
          about: "other: data.server.conf, JWT-SVID",
          holder: "spire/other",
          at: "other: data.server.conf",
          message: "`spire/other` has SPIRE issue JWT-SVIDs that last 7200 s; the limit is 3600 s",
        },
        {
          severity: "high",
          about: "spire-server: data.server.conf, X.509-SVID",
          holder: "spire/spire-server",
          at: "spire-server: data.server.conf",
          message:
            "`spire/spire-server` has SPIRE issue X.509-SVIDs that last 86400 s; the limit is 3600 s",
        },
      ],
    },
    {
      name: "SVIDs that last longer by the values of SPIRE's chart",
      resources: [
        resource("kubernetes:helm.sh/v3:Release", "spire", {
          name: "spire",
          namespace: "spire",
          chart: "spire",
          values: { "spire-server": { defaultX509SvidTTL: "4h", defaultJwtSvidTTL: "5m" } },
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "spire: values.spire-server.defaultX509SvidTTL",
          holder: "spire/spire",
          at: "spire: values.spire-server.defaultX509SvidTTL",
          message:
            "`spire/spire` has SPIRE issue X.509-SVIDs that last 14400 s; the limit is 3600 s",
        },
      ],
    },
    {
      name: "as undetermined a lifetime among the values of SPIRE's chart that is not known yet",
      resources: [
        resource("kubernetes:helm.sh/v3:Release", "spire", {
          name: "spire",
          namespace: "spire",
          chart: "spire",
          values: { defaultJwtSvidTTL: outputOf(config) },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "spire: values.defaultJwtSvidTTL",
          holder: "spire/spire",
          at: "spire: values.defaultJwtSvidTTL",
          message: "`spire/spire` has SPIRE issue JWT-SVIDs that last longer than 3600 s",
          dependsOn: ["lifetime"],
        },
      ],
    },
    {
      name: "as undetermined a lifetime of SVIDs that is not known yet",
      resources: [
        resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID", "desk", {
          spec: { spiffeIDTemplate: "spiffe://acme.example/desk", ttl: outputOf(config) },
        }),
      ],
      findings: [
        {
          ...svid("spec.ttl", "X.509-SVID", 0),
          verdict: "undetermined",
          message: "`desk` has SPIRE issue X.509-SVIDs that last longer than 3600 s",
          dependsOn: ["lifetime"],
        },
      ],
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
      findings: [
        {
          ...unknown,
          message: "`acme/desk` receives a token without an audience, which the API server accepts",
        },
      ],
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
        {
          ...found,
          message: "`acme/desk` receives a token that lasts 7200 s; the limit is 3600 s",
        },
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
