import type { Value, ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-cross-tenant-trust";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const account = "111122223333";
const issuer = "oidc-discovery.acme.example";
const own = "spiffe://{{ .TrustDomain }}";
const ns = "{{ .PodMeta.Namespace }}";
const sa = "{{ .PodSpec.ServiceAccountName }}";

const namespaces = ["acme", "globex"]
  .map(
    (name) =>
      `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { agentid.dev/tenant: ${name}, spiffe: "on" } } }`,
  )
  .join("\n---\n");

function pod(namespace: string, name: string, labels = "app: desk"): string {
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }
spec: { serviceAccountName: ${name}, containers: [{ name: main, image: x }] }
`;
}

const stack = (...more: readonly string[]) =>
  manifest([namespaces, pod("acme", "desk"), pod("globex", "search"), ...more].join("\n---\n"));

function registration(spec: Readonly<Record<string, Value>>, name = "all") {
  return resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID", name, {
    metadata: { name },
    spec,
  });
}

function role(tenant: string, statement: ValueRecord) {
  const { Principal: principal, Action: action, Condition: condition } = statement;
  return resource("aws:iam/role:Role", `${tenant}-role`, {
    name: `${tenant}-role`,
    tags: { "agentid.dev/tenant": tenant },
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: principal ?? null,
        Action: action ?? null,
        Condition: condition ?? null,
      },
    },
  });
}

const trusting = (tenant: string, subject: string, operator = "StringEquals") =>
  role(tenant, {
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { [operator]: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts" } },
  });

const certified = (tenant: string, uri: string) =>
  role(tenant, {
    Principal: { Service: "rolesanywhere.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    Condition: { StringEquals: { "aws:PrincipalTag/x509SAN/URI": uri } },
  });

/** Two controllers, of which eachhas the pods of a namespace their SPIFFE IDs in its own trust domain. */
const ofControllers = (spiffeIDTemplate: string, first = "acme") =>
  [first, "globex"].map((namespace, index) =>
    registration(
      {
        className: `class-${index}`,
        spiffeIDTemplate,
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      },
      `controller-${index}`,
    ),
  );
const inProd = (path: string) => path.replace("{{ .ClusterName }}", "prod");

const separate = registration({ spiffeIDTemplate: `${own}/ns/${ns}/sa/${sa}` });
const named = registration({ spiffeIDTemplate: `spiffe://acme.example/ns/${ns}/sa/${sa}` });
const crossing = (id: string, by: string) => ({
  severity: "critical",
  about: "globex-role",
  holder: "acme/desk",
  at: "globex-role: assumeRolePolicy",
  message: "Role `globex-role` of tenant `globex` can be assumed from tenant `acme`",
  chain: [`acme/desk -receives-> ${id}`, `${id} -${by}-> globex-role`],
});

const hidden = outputOf(urnOf("t:index:Config", "config"));

/** Pods of two tenants, of which one runs as an account that is unknown in a preview. */
const hiding = (spec: Value, labels: Value = { app: "desk" }) => [
  ...manifest([namespaces, pod("globex", "search", "app: search")].join("\n---\n")),
  resource("kubernetes:core/v1:Pod", "acme/desk", {
    metadata: { namespace: "acme", name: "desk", labels },
    spec,
  }),
];
const asHidden = { serviceAccountName: hidden, containers: [{ name: "main", image: "x" }] };
const asDesk = { serviceAccountName: "desk", containers: [{ name: "main", image: "x" }] };
const byLabel = registration({
  spiffeIDTemplate: `spiffe://acme.example/ns/${ns}/app/{{ .PodMeta.Labels.app }}`,
});

/** The trust of a role with certificates or tokens, under conditions that are not all known. */
const onCondition = (principal: ValueRecord, condition: Value) =>
  role("globex", {
    Principal: principal,
    Action: "Service" in principal ? "sts:AssumeRole" : "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
  });
const byCertificate = { Service: "rolesanywhere.amazonaws.com" };
const byToken = (host: string) => ({
  Federated: `arn:aws:iam::${account}:oidc-provider/${host}`,
});
const ids = (namespace: string, name: string) => `spiffe://acme.example/ns/${namespace}/sa/${name}`;

/** The report on an unknown location, were it what trusts `acme/desk` with the role of globex. */
const supposed = (place: string, value: string, id: string, by: string) => {
  const [of = "", property = ""] = place.split(": ");
  return {
    ...crossing(id, by),
    verdict: "undetermined" as const,
    at: place,
    reason: `\`${property}\` of \`${of}\` may be ${value}`,
    dependsOn: ["config"],
  };
};
const condition = (...more: readonly string[]) =>
  ["globex-role: assumeRolePolicy.Statement.Condition", ...more].join(".");

ruleTester(rule, {
  accepts: [
    {
      name: "an account that is not known where no role asks for a SPIFFE ID of its namespace",
      resources: [...hiding(asHidden), named, certified("globex", ids("globex", "search"))],
    },
    {
      name: "an account that is not known of which no SPIFFE ID is made",
      resources: [
        ...hiding(asHidden),
        byLabel,
        certified("globex", "spiffe://acme.example/ns/acme/app/other"),
      ],
    },
    {
      name: "labels that are not known of which no SPIFFE ID is made",
      resources: [
        ...hiding(asDesk, { app: "desk", tier: hidden }),
        byLabel,
        certified("globex", "spiffe://acme.example/ns/acme/app/front"),
      ],
    },
    {
      name: "a name in a certificate that is not known where all SPIFFE IDs are of the tenant's own",
      resources: [
        ...manifest([namespaces, pod("globex", "search")].join("\n---\n")),
        named,
        onCondition(byCertificate, {
          StringEquals: { "aws:PrincipalTag/x509SAN/URI": hidden },
        }),
      ],
    },
    {
      name: "a subject that is not known of an issuer whose subjects are no SPIFFE IDs",
      resources: [
        ...stack(),
        named,
        onCondition(byToken("token.actions.githubusercontent.com"), {
          StringEquals: {
            "token.actions.githubusercontent.com:sub": hidden,
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          },
        }),
      ],
    },
    {
      name: "an anchor in a trust of certificates that is not known beside the name of the tenant's own",
      resources: [
        ...stack(),
        named,
        onCondition(byCertificate, {
          StringEquals: { "aws:PrincipalTag/x509SAN/URI": ids("globex", "search") },
          ArnEquals: { "aws:SourceArn": hidden },
        }),
      ],
    },
    {
      name: "SPIFFE IDs that each are of one tenant's workload",
      resources: [...stack(), separate],
    },
    {
      name: "roles that trust the SPIFFE ID of their own tenant's workload",
      resources: [
        ...stack(),
        separate,
        trusting("acme", "spiffe://acme.example/ns/acme/sa/desk"),
        certified("globex", "spiffe://acme.example/ns/globex/sa/search"),
      ],
    },
    {
      name: "a SPIFFE ID of another trust domain",
      resources: [...stack(), named, trusting("globex", "spiffe://globex.example/ns/acme/sa/desk")],
    },
    {
      name: "one SPIFFE ID that selects pods of one tenant alone",
      resources: [
        ...stack(),
        registration({
          spiffeIDTemplate: `${own}/desk`,
          namespaceSelector: { matchLabels: { "agentid.dev/tenant": "acme" } },
        }),
      ],
    },
    ...["{{ .ClusterName }}", "in/{{ .ClusterName }}/here"].map((end) => ({
      name: `a role that trusts the SPIFFE ID of an account that is not there, in any cluster: ${end}`,
      resources: [
        ...stack(),
        registration({ spiffeIDTemplate: `${own}/ns/${ns}/sa/${sa}/${end}` }),
        trusting("globex", `spiffe://acme.example/ns/acme/sa/other/${inProd(end)}`),
      ],
    })),
    {
      name: "a SPIFFE ID that pods of one tenant get of two controllers",
      resources: [
        ...stack(),
        ...ofControllers(`${own}/app/{{ .PodMeta.Labels.app }}`, "globex"),
        trusting("globex", "spiffe://acme.example/app/desk"),
      ],
    },
    {
      name: "a registration that stands back where another selects the pods",
      resources: [
        ...stack(),
        separate,
        registration({ spiffeIDTemplate: `${own}/any`, fallback: true }, "fallback"),
      ],
    },
  ],
  rejects: [
    {
      name: "one SPIFFE ID that selects pods of two tenants",
      resources: [
        ...stack(),
        registration({
          spiffeIDTemplate: "spiffe://acme.example/desk",
          namespaceSelector: { matchLabels: { spiffe: "on" } },
          podSelector: { matchLabels: { app: "desk" } },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "spiffe://acme.example/desk",
          at: "all: spec.spiffeIDTemplate",
          message:
            "SPIFFE ID `spiffe://acme.example/desk` can be assumed from two tenants: acme, globex",
          related: ["acme/desk: is of tenant `acme`", "globex/search: is of tenant `globex`"],
          chain: [
            "acme/desk -receives-> spiffe://acme.example/desk",
            "globex/search -receives-> spiffe://acme.example/desk",
          ],
        },
      ],
    },
    {
      name: "a label thathas pods of two tenants one SPIFFE ID",
      resources: [
        ...stack(),
        registration({ spiffeIDTemplate: `${own}/app/{{ .PodMeta.Labels.app }}` }),
      ],
      findings: [
        {
          severity: "critical",
          about: "spiffe://…/app/desk",
          at: "all: spec.spiffeIDTemplate",
          message: "SPIFFE ID `spiffe://…/app/desk` can be assumed from two tenants: acme, globex",
          related: ["acme/desk: is of tenant `acme`", "globex/search: is of tenant `globex`"],
          chain: [
            "acme/desk -receives-> spiffe://…/app/desk",
            "globex/search -receives-> spiffe://…/app/desk",
          ],
        },
      ],
    },
    {
      name: "a role that trusts the SPIFFE ID of another tenant's pods",
      resources: [...stack(), named, trusting("globex", "spiffe://acme.example/ns/acme/sa/desk")],
      findings: [crossing("spiffe://acme.example/ns/acme/sa/desk", "assumes with its token")],
    },
    {
      name: "the same where the trust domain of the pods is the controller's own",
      resources: [
        ...stack(),
        separate,
        trusting("globex", "spiffe://acme.example/ns/acme/*", "StringLike"),
      ],
      findings: [crossing("spiffe://…/ns/acme/sa/desk", "assumes with its token")],
    },
    {
      name: "a role of Roles Anywhere that takes the certificate of another tenant's pods",
      resources: [...stack(), named, certified("globex", "spiffe://acme.example/ns/acme/sa/desk")],
      findings: [crossing("spiffe://acme.example/ns/acme/sa/desk", "assumes with its certificate")],
    },
    ...["{{ .ClusterName }}", "in/{{ .ClusterName }}/here"].map((end) => ({
      name: `a role that trusts the SPIFFE ID of another tenant's pods in any cluster: ${end}`,
      resources: [
        ...stack(),
        registration({ spiffeIDTemplate: `${own}/ns/${ns}/sa/${sa}/${end}` }),
        trusting("globex", `spiffe://acme.example/ns/acme/sa/desk/${inProd(end)}`),
      ],
      findings: [crossing(`spiffe://…/ns/acme/sa/desk/${end}`, "assumes with its token")],
    })),
    {
      name: "as undetermined an account that is not known of whose SPIFFE ID a role asks",
      resources: [...hiding(asHidden), named, certified("globex", ids("acme", "desk"))],
      findings: [
        supposed(
          "acme/desk: spec.serviceAccountName",
          "`desk`",
          ids("acme", "desk"),
          "assumes with its certificate",
        ),
      ],
    },
    {
      name: "as undetermined an account that is not known of whose SPIFFE ID a role asks, among many",
      resources: [
        ...hiding(asHidden),
        ...manifest(
          Array.from(
            { length: 14 },
            (_, at) =>
              `{ apiVersion: v1, kind: ServiceAccount, metadata: { namespace: acme, name: account-${at} } }`,
          ).join("\n---\n"),
        ),
        named,
        certified("globex", ids("acme", "zeta")),
      ],
      findings: [
        supposed(
          "acme/desk: spec.serviceAccountName",
          "`zeta`",
          ids("acme", "zeta"),
          "assumes with its certificate",
        ),
      ],
    },
    {
      name: "as undetermined a label that is not known of which a SPIFFE ID is made that a role asks for",
      resources: [
        ...hiding(asDesk, { app: hidden }),
        byLabel,
        certified("globex", "spiffe://acme.example/ns/acme/app/front"),
      ],
      findings: [
        supposed(
          "acme/desk: metadata.labels.app",
          "`front`",
          "spiffe://acme.example/ns/acme/app/front",
          "assumes with its certificate",
        ),
      ],
    },
    ...(
      [
        [hidden, condition()],
        [{ StringEquals: hidden }, condition("StringEquals")],
        [
          { StringLike: { "aws:PrincipalTag/x509SAN/URI": [hidden] } },
          `${condition("StringLike")}["aws:PrincipalTag/x509SAN/URI"][0]`,
        ],
      ] as const
    ).map(([conditions, place]) => ({
      name: `as undetermined the name in a certificate where it is not known: ${place}`,
      resources: [...stack(), named, onCondition(byCertificate, conditions)],
      findings: [
        supposed(
          place,
          `SPIFFE ID \`${ids("acme", "desk")}\``,
          ids("acme", "desk"),
          "assumes with its certificate",
        ),
      ],
    })),
    {
      name: "as undetermined the subject of tokens where nothing of the conditions is known",
      resources: [...stack(), separate, onCondition(byToken(issuer), hidden)],
      findings: [
        supposed(
          condition(),
          "SPIFFE ID `spiffe://…/ns/acme/sa/desk`",
          "spiffe://…/ns/acme/sa/desk",
          "assumes with its token",
        ),
      ],
    },
    {
      name: "as undetermined a SPIFFE ID that pods of two tenants get of two controllers",
      resources: [
        ...stack(),
        ...ofControllers(`${own}/app/{{ .PodMeta.Labels.app }}`),
        trusting("globex", "spiffe://acme.example/app/desk"),
      ],
      findings: [
        {
          ...crossing("spiffe://…/app/desk", "assumes with its token"),
          verdict: "undetermined",
          message: "Role `globex-role` of tenant `globex` can be assumed from tenant `acme`",
        },
      ],
    },
    {
      name: "as undetermined pods whose labels are not known",
      resources: [
        ...manifest([namespaces, pod("acme", "desk")].join("\n---\n")),
        resource("kubernetes:core/v1:Pod", "globex/search", {
          metadata: {
            namespace: "globex",
            name: "search",
            labels: outputOf(urnOf("t:index:Config", "config")),
          },
          spec: { serviceAccountName: "search", containers: [{ name: "main", image: "x" }] },
        }),
        registration({
          spiffeIDTemplate: "spiffe://acme.example/desk",
          podSelector: { matchLabels: { app: "desk" } },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "spiffe://acme.example/desk",
          at: "all: spec.spiffeIDTemplate",
          message:
            "SPIFFE ID `spiffe://acme.example/desk` can be assumed from two tenants: acme, globex",
          related: ["acme/desk: is of tenant `acme`", "globex/search: is of tenant `globex`"],
          chain: [
            "acme/desk -receives-> spiffe://acme.example/desk",
            "globex/search -receives-> spiffe://acme.example/desk",
          ],
          dependsOn: ["config"],
        },
      ],
    },
  ],
});
