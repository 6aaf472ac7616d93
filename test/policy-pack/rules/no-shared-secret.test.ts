import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-shared-secret";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { base64, fakes } from "../read/credentials/fakes";

const deploymentType = "kubernetes:apps/v1:Deployment";
const secretType = "kubernetes:core/v1:Secret";
const passwordType = "random:index/randomPassword:RandomPassword";

/** A Deployment `acme/<name>` whose pod has these parts. */
function pod(name: string, spec: string, namespace = "acme", labels = ""): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }
spec: { template: { spec: ${spec} } }
`;
}

function container(rest: string, image = "acme/app"): string {
  return `{ containers: [{ name: main, image: ${image}, ${rest} }] }`;
}

function fromKey(secret: string, key: string, name = "CRM_KEY"): string {
  return container(
    `env: [{ name: ${name}, valueFrom: { secretKeyRef: { name: ${secret}, key: ${key} } } }]`,
  );
}

const whole = (secret: string): string =>
  container(`envFrom: [{ secretRef: { name: ${secret} }, prefix: X_ }]`);
const volume = (secret: string, rest = ""): string =>
  `{ containers: [{ name: main }], volumes: [{ name: v, secret: { secretName: ${secret} ${rest} } }] }`;

function yaml(...objects: readonly string[]): readonly Resource[] {
  return manifest(objects.join("---"));
}

function secret(name: string, data: string, rest = "", namespace = "acme"): string {
  return `
apiVersion: v1
kind: Secret
metadata: { namespace: ${namespace}, name: ${name} }
stringData: { ${data} }
${rest}
`;
}

function external(name: string, key: string, namespace = "acme", property = ""): string {
  return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { namespace: ${namespace}, name: ${name} }
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: aws }
  target: { name: ${name} }
  data: [{ secretKey: key, remoteRef: { key: ${key} ${property} } }]
`;
}

const env = (property: string) =>
  `spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef${property}`;

const shared = (
  holder: string,
  other: string,
  secretLabel: string,
  at: string,
  about = secretLabel.replace(/\[.*/, ""),
) => ({
  severity: "critical",
  about,
  holder: `acme/${holder}`,
  at: `acme/${holder}: ${at}`,
  message: `Secret \`${secretLabel}\` is shared by 2 workloads`,
  related: [`acme/${other}: uses this secret too`],
});

const sameValue = (holder: string, other: string, label: string, at: string, about: string) => ({
  severity: "critical",
  about,
  holder,
  at: `${holder}: ${at}`,
  message: `The value of secret \`${label}\` is shared by 2 workloads`,
  related: [`${other}: uses this value too`],
});

/** A typed Deployment, as a program declares it. */
function typed(name: string, variable: Readonly<Record<string, Value>>, namespace: Value = "acme") {
  const containers = [{ name: "main", image: "acme/app", env: [variable] }];
  return resource(deploymentType, `acme/${name}`, {
    metadata: { name, namespace },
    spec: { template: { spec: { containers } } },
  });
}

const referring = (name: string, secretName: Value) =>
  typed(name, { name: "KEY", valueFrom: { secretKeyRef: { name: secretName, key: "key" } } });

function typedSecret(name: string, value: Value, namespace: string) {
  return resource(secretType, `${namespace}/${name}`, {
    metadata: { name, namespace },
    stringData: new Secret({ key: value }),
  });
}

const password = () => resource(passwordType, "crm", { length: 32 });

ruleTester(rule, {
  accepts: [
    {
      name: "a Secret for each workload",
      resources: yaml(pod("a", fromKey("a", "key")), pod("b", fromKey("b", "key"))),
    },
    {
      name: "two keys of one Secret",
      resources: yaml(pod("a", fromKey("keys", "a")), pod("b", fromKey("keys", "b"))),
    },
    {
      name: "Secrets of one name in two namespaces",
      resources: yaml(pod("a", whole("crm")), pod("b", whole("crm"), "globex")),
    },
    {
      name: "two containers of one pod that read one Secret",
      resources: yaml(
        pod(
          "a",
          "{ containers: [{ name: x, envFrom: [{ secretRef: { name: crm } }] }, { name: y, envFrom: [{ secretRef: { name: crm } }] }] }",
        ),
      ),
    },
    {
      name: "a service and its migration Job of one instance and name",
      resources: yaml(
        pod("a", whole("crm"), "acme", "app.kubernetes.io/instance: x, app.kubernetes.io/name: y"),
        pod("b", whole("crm"), "acme", "app.kubernetes.io/instance: x, app.kubernetes.io/name: y"),
      ),
    },
    {
      name: "workloads of one Helm release",
      resources: yaml(pod("a", whole("crm")), pod("b", whole("crm"))).map((each) => ({
        ...each,
        inputs: {
          ...each.inputs,
          metadata: {
            ...(each.inputs["metadata"] as Readonly<Record<string, Value>>),
            annotations: { "meta.helm.sh/release-name": "desk" },
          },
        },
      })),
    },
    {
      name: "a server that checks the password which its one client shows",
      resources: yaml(
        pod(
          "db",
          fromKey("db", "password", "POSTGRES_PASSWORD").replace("acme/app", "postgres:17"),
        ),
        pod("app", fromKey("db", "password", "DB_PASSWORD")),
      ),
    },
    {
      name: "a server whose scripts make a second user of the password which its one client shows",
      resources: yaml(
        pod(
          "db",
          fromKey("db", "desk", "POSTGRES_DESK_PASSWORD").replace("acme/app", "postgres:17"),
        ),
        pod("app", fromKey("db", "desk", "DB_PASSWORD")),
      ),
    },
    {
      name: "machines that let in the same public keys",
      resources: yaml(
        pod("a", volume("ssh", ", items: [{ key: authorized_keys, path: authorized_keys }]")),
        pod("b", volume("ssh", ", items: [{ key: authorized_keys, path: authorized_keys }]")),
      ),
    },
    {
      name: "a server that reads in a file what to check",
      resources: yaml(
        pod(
          "db",
          "{ containers: [{ name: main, image: 'registry.acme.com/library/postgres:17', env: [{ name: POSTGRES_PASSWORD_FILE, value: /pw/password }], volumeMounts: [{ name: v, mountPath: /pw }] }], volumes: [{ name: v, secret: { secretName: db } }] }",
        ),
        pod("app", fromKey("db", "password")),
      ),
    },
    {
      name: "a serving certificate, a pull secret and a CA bundle",
      resources: yaml(
        pod(
          "a",
          volume("tls").replace("containers:", "imagePullSecrets: [{ name: pull }], containers:"),
        ),
        pod(
          "b",
          volume("tls").replace("containers:", "imagePullSecrets: [{ name: pull }], containers:"),
        ),
        pod("c", volume("ca", ", items: [{ key: ca.crt, path: ca }]")),
        pod("d", volume("ca", ", items: [{ key: ca.crt, path: ca }]")),
        pod("e", volume("bundle")),
        pod("f", volume("bundle")),
        secret("tls", "tls.crt: x, tls.key: y", "type: kubernetes.io/tls"),
        secret("bundle", "ca.crt: x"),
      ),
    },
    {
      name: "the key pair of a certificate that cert-manager makes",
      resources: yaml(
        pod("a", volume("mesh")),
        pod("b", volume("mesh")),
        "\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { namespace: acme, name: mesh }\nspec: { secretName: mesh }\n",
      ),
    },
    {
      name: "keys that hold a user name or a host",
      resources: yaml(pod("a", fromKey("db", "username")), pod("b", fromKey("db", "username"))),
    },
    {
      name: "keys mounted one by one with subPath",
      resources: yaml(
        pod(
          "a",
          "{ containers: [{ name: x, volumeMounts: [{ name: v, mountPath: /a, subPath: a }] }], volumes: [{ name: v, secret: { secretName: keys } }] }",
        ),
        pod("b", fromKey("keys", "b")),
      ),
    },
    {
      name: "a ConfigMap that holds no credential",
      resources: yaml(
        pod("a", container("envFrom: [{ configMapRef: { name: settings } }]")),
        pod("b", container("envFrom: [{ configMapRef: { name: settings } }]")),
        "\napiVersion: v1\nkind: ConfigMap\nmetadata: { namespace: acme, name: settings }\ndata: { LOG_LEVEL: information, URL: https://crm.acme.com/api }\n",
      ),
    },
    {
      name: "remote keys of their own, and two properties of one remote key",
      resources: yaml(
        external("a", "crm-a"),
        external("b", "crm-b"),
        external("c", "crm", "acme", ", property: c"),
        external("d", "crm", "acme", ", property: d"),
        pod("a", fromKey("a", "key")),
        pod("b", fromKey("b", "key")),
        pod("c", fromKey("c", "key")),
        pod("d", fromKey("d", "key")),
      ),
    },
    {
      name: "different literals under one name",
      resources: [
        typed("a", { name: "BOT_TOKEN", value: "k3ep1tQu1et-a" }),
        typed("b", { name: "BOT_TOKEN", value: "k3ep1tQu1et-b" }),
      ],
    },
    {
      name: "equal values that are no credential",
      resources: [
        typed("a", { name: "LOG_FORMAT", value: "structured" }),
        typed("b", { name: "LOG_FORMAT", value: "structured" }),
      ],
    },
  ],
  rejects: [
    {
      name: "one key of a Secret in two workloads, by env",
      resources: yaml(pod("a", fromKey("crm", "key")), pod("b", fromKey("crm", "key"))),
      findings: [
        shared("a", "b", "acme/crm[key]", env("")),
        shared("b", "a", "acme/crm[key]", env("")),
      ],
    },
    {
      name: "a client that calls its own setting POSTGRES_PASSWORD",
      resources: yaml(
        pod("a", fromKey("db", "password", "POSTGRES_PASSWORD")),
        pod("b", fromKey("db", "password", "DB_PASSWORD")),
      ),
      findings: [
        shared("a", "b", "acme/db[password]", env("")),
        shared("b", "a", "acme/db[password]", env("")),
      ],
    },
    {
      name: "a server that is given a password which it does not check",
      resources: yaml(
        pod("db", fromKey("db", "backup", "BACKUP_PASSWORD").replace("acme/app", "postgres:17")),
        pod("app", fromKey("db", "backup")),
      ),
      findings: [
        shared("app", "db", "acme/db[backup]", env("")),
        shared("db", "app", "acme/db[backup]", env("")),
      ],
    },
    {
      name: "a whole Secret in one workload and a key of it in another",
      resources: yaml(pod("a", whole("crm")), pod("b", fromKey("crm", "key"))),
      findings: [
        shared("a", "b", "acme/crm", "spec.template.spec.containers[0].envFrom[0].secretRef"),
        shared("b", "a", "acme/crm[key]", env("")),
      ],
    },
    {
      name: "a volume, a projected volume, an init container and an ephemeral one",
      resources: yaml(
        pod("a", volume("crm")),
        pod(
          "b",
          "{ containers: [{ name: x }], volumes: [{ name: v, projected: { sources: [{ secret: { name: crm } }] } }] }",
        ),
        pod(
          "c",
          "{ containers: [{ name: x }], initContainers: [{ name: y, envFrom: [{ secretRef: { name: crm } }] }] }",
        ),
        pod(
          "d",
          "{ containers: [{ name: x }], ephemeralContainers: [{ name: y, envFrom: [{ secretRef: { name: crm, optional: true } }] }] }",
        ),
      ),
      findings: (
        [
          ["a", "b", "volumes[0].secret"],
          ["b", "a", "volumes[0].projected.sources[0].secret"],
          ["c", "a", "initContainers[0].envFrom[0].secretRef"],
          ["d", "a", "ephemeralContainers[0].envFrom[0].secretRef"],
        ] as const
      ).map(([holder, other, at]) => ({
        ...shared(holder, other, "acme/crm", `spec.template.spec.${at}`),
        message: "Secret `acme/crm` is shared by 4 workloads",
        related: ["a", "b", "c", "d"]
          .filter((name) => name !== holder)
          .map((name) => `acme/${name}: uses this secret too`),
      })),
    },
    {
      name: "one provider class of the CSI driver",
      resources: yaml(
        ...["a", "b"].map((name) =>
          pod(
            name,
            "{ containers: [{ name: x }], volumes: [{ name: v, csi: { driver: secrets-store.csi.k8s.io, volumeAttributes: { secretProviderClass: crm } } }] }",
          ),
        ),
      ),
      findings: [
        shared(
          "a",
          "b",
          "acme/crm",
          "spec.template.spec.volumes[0].csi.volumeAttributes.secretProviderClass",
        ),
        shared(
          "b",
          "a",
          "acme/crm",
          "spec.template.spec.volumes[0].csi.volumeAttributes.secretProviderClass",
        ),
      ],
    },
    {
      name: "one remote key by two external secrets of one store, across namespaces",
      resources: yaml(
        external("a", "crm"),
        external("b", "crm", "globex"),
        pod("a", fromKey("a", "key")),
        pod("b", fromKey("b", "key"), "globex"),
      ),
      findings: [
        sameValue("acme/a", "globex/b", "acme/a[key]", env(""), "acme/a"),
        sameValue("globex/b", "acme/a", "globex/b[key]", env(""), "globex/b"),
      ],
    },
    {
      name: "one credential in two Secrets",
      resources: yaml(
        secret("a", "BOT_TOKEN: k3ep1tQu1et-x9"),
        secret("b", "OTHER_TOKEN: k3ep1tQu1et-x9", "", "globex"),
        pod("a", whole("a")),
        pod("b", whole("b"), "globex"),
      ),
      findings: [
        sameValue(
          "acme/a",
          "globex/b",
          "acme/a",
          "spec.template.spec.containers[0].envFrom[0].secretRef",
          "acme/a",
        ),
        sameValue(
          "globex/b",
          "acme/a",
          "globex/b",
          "spec.template.spec.containers[0].envFrom[0].secretRef",
          "globex/b",
        ),
      ],
    },
    {
      name: "one literal in two workloads, of which the value appears nowhere",
      resources: [
        typed("a", { name: "BOT", value: fakes.slack }),
        typed("b", { name: "CHAT_TOKEN", value: fakes.slack }),
      ],
      findings: ["a", "b"].map((holder) => {
        const other = holder === "a" ? "b" : "a";
        const property = "spec.template.spec.containers[0].env[0].value";
        return {
          severity: "critical",
          about: `acme/${holder}: ${property}`,
          holder: `acme/${holder}`,
          at: `acme/${holder}: ${property}`,
          message: "A literal credential is shared by 2 workloads",
          related: [`acme/${other}: receives the same credential`],
        };
      }),
    },
    {
      name: "a credential in a ConfigMap that two workloads read",
      resources: yaml(
        pod("a", container("envFrom: [{ configMapRef: { name: settings } }]")),
        pod(
          "b",
          container(
            "env: [{ name: X, valueFrom: { configMapKeyRef: { name: settings, key: BOT_TOKEN } } }]",
          ),
        ),
        "\napiVersion: v1\nkind: ConfigMap\nmetadata: { namespace: acme, name: settings }\ndata: { BOT_TOKEN: k3ep1tQu1et-x9, LOG_LEVEL: information }\n",
      ),
      findings: [
        sameValue(
          "acme/a",
          "acme/b",
          "acme/settings",
          "spec.template.spec.containers[0].envFrom[0].configMapRef",
          "acme/settings",
        ),
        sameValue(
          "acme/b",
          "acme/a",
          "acme/settings[BOT_TOKEN]",
          "spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef",
          "acme/settings",
        ),
      ],
    },
    {
      name: "a Secret whose name waits for its resource",
      resources: [
        resource(secretType, "crm", {
          metadata: { namespace: "acme" },
          stringData: new Secret({ key: "k3ep1tQu1et" }),
        }),
        referring("a", outputOf(urnOf(secretType, "crm"))),
        referring("b", outputOf(urnOf(secretType, "crm"))),
      ],
      findings: [
        shared("a", "b", "crm[key]", env(""), "crm"),
        shared("b", "a", "crm[key]", env(""), "crm"),
      ],
    },
    {
      name: "as undetermined a value of one generator that a preview cannot know, in two Secrets",
      resources: [
        password(),
        typedSecret("a", outputOf(urnOf(passwordType, "crm")), "acme"),
        typedSecret("b", outputOf(urnOf(passwordType, "crm")), "acme"),
        referring("a", "a"),
        referring("b", "b"),
      ],
      findings: ["a", "b"].map((holder) => {
        const other = holder === "a" ? "b" : "a";
        return {
          verdict: "undetermined",
          severity: "critical",
          about: `acme/${holder}`,
          holder: `acme/${holder}`,
          at: `acme/${holder}: ${env("")}`,
          message: `The value of secret \`acme/${holder}[key]\` is shared by 2 workloads`,
          related: [`acme/${other}: may use the same value`],
          dependsOn: ["crm"],
        } as const;
      }),
    },
    {
      name: "as undetermined a Secret whose name a preview cannot know",
      resources: [referring("a", outputOf(urnOf("kubernetes:helm.sh/v3:Release", "crm")))],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/a",
          holder: "acme/a",
          at: `acme/a: ${env("")}`,
          message: "`acme/a` shares a secret with another workload",
          dependsOn: ["crm"],
        },
      ],
    },
    {
      name: "as undetermined Secrets of one name on two clusters that may be one",
      resources: [
        resource("pulumi:providers:kubernetes", "x", {}),
        resource("pulumi:providers:kubernetes", "y", {}),
        { ...referring("a", "crm"), provider: urnOf("pulumi:providers:kubernetes", "x") },
        { ...referring("b", "crm"), provider: urnOf("pulumi:providers:kubernetes", "y") },
      ],
      findings: ["a", "b"].map((holder) => {
        const other = holder === "a" ? "b" : "a";
        return {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/crm",
          holder: `acme/${holder}`,
          at: `acme/${holder}: ${env("")}`,
          message: "Secret `acme/crm[key]` is shared by 2 workloads",
          reason:
            "it is not known whether provider `x` and provider `y` are of one cluster, as `kubeconfig` of a provider would",
          related: [`acme/${other}: may use the same secret`],
        } as const;
      }),
    },
    {
      name: "the base64 of one credential and its plain text",
      resources: yaml(
        secret("a", "BOT_TOKEN: k3ep1tQu1et-x9"),
        secret("b", `BOT_TOKEN: ${base64("k3ep1tQu1et-x9")}`).replace("stringData", "data"),
        pod("a", fromKey("a", "BOT_TOKEN")),
        pod("b", fromKey("b", "BOT_TOKEN")),
      ),
      findings: [
        sameValue("acme/a", "acme/b", "acme/a[BOT_TOKEN]", env(""), "acme/a"),
        sameValue("acme/b", "acme/a", "acme/b[BOT_TOKEN]", env(""), "acme/b"),
      ],
    },
  ],
});
