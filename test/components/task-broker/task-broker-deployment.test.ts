import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Agent, Tenant, Tool, TaskBroker, TaskBrokerDeployment } from "../../../components";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { federation, issuer } from "../support/acme";
import { clusterArn } from "../support/random-federation";
import { mocked, registered, type Registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { named } from "../support/trust";
import { address, deploymentArgs, desk, keySet } from "./desk";
import { plainDeployment } from "./plain";

const tenantLabels = { "agentid.dev/tenant": "acme" };
const labels = { ...tenantLabels, "app.kubernetes.io/name": "decider" };
const metadata = { name: "decider", namespace: "acme-broker", labels };
const roleArn = "arn:aws:iam::111122223333:role/agentid-broker/acme.decider";

/** What of the deployment was registered: types without group, and inputs without kind and version. */
function madeIn(resources: readonly Registered[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    resources
      .filter(({ under }) => under.endsWith("TaskBrokerDeployment"))
      .map(({ type, inputs: { apiVersion, kind, ...inputs } }) => {
        assert.equal(apiVersion === undefined, kind === undefined);
        return [String(type.split(":").at(-1)), inputs];
      }),
  );
}

function configurationIn(resources: readonly Registered[]): Readonly<Record<string, unknown>> {
  const { data } = madeIn(resources)["ConfigMap"] as { readonly data: Record<string, string> };
  return parse(String(data["broker.yaml"])) as Record<string, unknown>;
}

interface Pod {
  readonly containers: readonly [
    { readonly volumeMounts: readonly object[]; readonly env: readonly object[] },
  ];
  readonly volumes: readonly { readonly name: string }[];
}

function podIn(resources: readonly Registered[]): Pod {
  const { spec } = madeIn(resources)["Deployment"] as {
    readonly spec: { readonly template: { readonly spec: Pod } };
  };
  return spec.template.spec;
}

describe("the deployment of a task broker", () => {
  let made: readonly Registered[];
  before(async () => {
    made = await registered(() => void desk());
  });

  it("writes the configuration from what the program declares", () => {
    const cluster = (name: string) => [
      { issuer: "cluster", subject: `system:serviceaccount:acme:${name}` },
    ];
    const aws = (name: string, session: object) => ({
      roleArn: `arn:aws:iam::111122223333:role/agentid/acme/acme.${name}`,
      sessions: [session],
    });
    assert.deepEqual(configurationIn(made), {
      tenant: "acme",
      issuer: address,
      listen: "0.0.0.0:8443",
      operations: "0.0.0.0:9443",
      tls: { certificate: "tls/tls.crt", key: "tls/tls.key" },
      state: { sqlite: "/var/lib/agentid/broker.db" },
      issuers: [
        {
          name: "cluster",
          kind: "kubernetes",
          issuer: `https://${issuer}`,
          keys: "keys/cluster.json",
        },
        {
          name: "people",
          kind: "oidc",
          issuer: "https://login.acme.example",
          keys: "https://login.acme.example/keys",
          algorithms: ["RS256"],
        },
      ],
      workloads: [
        { name: "front", subjects: cluster("front"), clients: ["front-web"] },
        { name: "triage", subjects: cluster("triage") },
      ],
      tools: [
        {
          name: "refunds",
          resource: "https://refunds.acme.example/mcp",
          subjects: cluster("refunds"),
          aws: aws("refunds", {
            intents: ["refund"],
            actions: ["s3:PutObject"],
            resources: ["arn:aws:s3:::orders/{target}"],
          }),
          kubernetes: {
            namespace: "acme",
            roles: [{ intents: ["refund"], role: "acme.refunds.refund" }],
          },
        },
        {
          name: "search",
          resource: "https://search.acme.example",
          subjects: cluster("search"),
          defaults: { intent: "find", sensitivity: "public" },
          aws: aws("search", { intents: ["find"], wholeRole: true }),
        },
      ],
      users: { issuer: "people", audiences: ["agents"], require: { org: "acme" } },
      approvers: { require: { groups: "refund-approvers" } },
      operators: { require: { groups: "platform" } },
      login: { client: "agentid-approvals" },
      kubernetes: { tasksNamespace: "acme-tasks" },
      grants: [
        {
          caller: "triage",
          tool: "refunds",
          intents: ["refund"],
          sensitivity: "confidential",
          approval: "human",
          maxSeconds: 60,
          maxCalls: 3,
          conditions: [{ key: "cents", atMost: 5000 }],
        },
        {
          caller: "triage",
          tool: "search",
          intents: ["find"],
          sensitivity: "internal",
          approval: "none",
          maxSeconds: 300,
          withoutDetails: true,
        },
      ],
    });
    const { metadata: of, data } = madeIn(made)["ConfigMap"] as {
      readonly metadata: object;
      readonly data: Record<string, string>;
    };
    assert.deepEqual(of, metadata);
    assert.deepEqual(Object.keys(data), ["broker.yaml", "keys.cluster.json"]);
    assert.equal(data["keys.cluster.json"], keySet);
  });

  it("runs one replica on a volume of its own", () => {
    const objects = madeIn(made);
    const spec = (objects["Deployment"] as { readonly spec: Record<string, unknown> }).spec;
    const { template, ...deployment } = spec;
    assert.deepEqual(deployment, {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
    });
    const { metadata: ofPod } = template as {
      readonly metadata: { readonly annotations: Record<string, string> };
    };
    assert.match(String(ofPod.annotations["agentid.dev/configuration"]), /^[0-9a-f]{64}$/);
    assert.deepEqual(objects["PersistentVolumeClaim"], {
      metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    assert.deepEqual(objects["PodDisruptionBudget"], {
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    });
    assert.deepEqual(objects["Service"], {
      metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https" }] },
    });
  });

  it("runs pods that are restricted and write to no image", () => {
    const token = (audience: string) => ({ audience, expirationSeconds: 3600, path: "token" });
    const file = (key: string, path: string) => ({ key, path });
    const probe = (path: string, others: object) => ({
      httpGet: { path, port: "operations" },
      timeoutSeconds: 2,
      ...others,
    });
    const aws = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    assert.deepEqual(podIn(made), {
      serviceAccountName: "decider",
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: "RuntimeDefault" },
      },
      terminationGracePeriodSeconds: 30,
      topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
        (topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: labels },
        }),
      ),
      volumes: [
        {
          name: "aws-iam-token",
          projected: { sources: [{ serviceAccountToken: token("sts.amazonaws.com") }] },
        },
        {
          name: "configuration",
          projected: {
            sources: [
              {
                configMap: {
                  name: "decider",
                  items: [
                    file("broker.yaml", "broker.yaml"),
                    file("keys.cluster.json", "keys/cluster.json"),
                  ],
                },
              },
              {
                secret: {
                  name: "broker-tls",
                  items: [file("tls.crt", "tls/tls.crt"), file("tls.key", "tls/tls.key")],
                },
              },
            ],
          },
        },
        { name: "temporary", emptyDir: { sizeLimit: "64Mi" } },
        { name: "state", persistentVolumeClaim: { claimName: "decider" } },
        {
          name: "kubernetes-api",
          projected: {
            sources: [
              { serviceAccountToken: token("https://kubernetes.default.svc") },
              { configMap: { name: "kube-root-ca.crt", items: [file("ca.crt", "ca.crt")] } },
              {
                downwardAPI: {
                  items: [
                    {
                      path: "namespace",
                      fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
                    },
                  ],
                },
              },
            ],
          },
        },
      ],
      containers: [
        {
          name: "broker",
          image: "registry.example.com/agentid@sha256:0123",
          args: ["broker", "--config", "/etc/agentid/broker.yaml"],
          env: [
            { name: "AWS_ROLE_ARN", value: roleArn },
            { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${aws}/token` },
            { name: "AWS_ROLE_SESSION_NAME", value: "decider" },
          ],
          ports: [
            { name: "https", containerPort: 8443 },
            { name: "operations", containerPort: 9443 },
          ],
          volumeMounts: [
            { name: "aws-iam-token", mountPath: aws, readOnly: true },
            { name: "configuration", mountPath: "/etc/agentid", readOnly: true },
            { name: "temporary", mountPath: "/tmp" },
            { name: "state", mountPath: "/var/lib/agentid" },
            {
              name: "kubernetes-api",
              mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
              readOnly: true,
            },
          ],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
          },
          resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "512Mi" } },
          startupProbe: probe("/healthz", { periodSeconds: 2, failureThreshold: 30 }),
          livenessProbe: probe("/healthz", { periodSeconds: 10, failureThreshold: 3 }),
          readinessProbe: probe("/readyz", { periodSeconds: 5, failureThreshold: 2 }),
        },
      ],
    });
  });

  it("makes a Role for each intent of a tool, and binds these and no others", () => {
    const rbac = "rbac.authorization.k8s.io";
    const ofBroker = { name: "acme.decider", namespace: "acme", labels: tenantLabels };
    const objects = madeIn(made);
    const ofIntent = named(made, `kubernetes:${rbac}/v1:Role`, "running-refunds.refund");
    const { metadata: own, rules } = ofIntent?.inputs ?? {};
    assert.deepEqual(own, { name: "acme.refunds.refund", namespace: "acme", labels: tenantLabels });
    assert.deepEqual(rules, [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] },
    ]);
    const ofDecider = named(made, `kubernetes:${rbac}/v1:Role`, "running");
    const { metadata: where, rules: bound } = ofDecider?.inputs ?? {};
    assert.deepEqual(
      { metadata: where, rules: bound },
      {
        metadata: ofBroker,
        rules: [
          {
            apiGroups: [rbac],
            resources: ["rolebindings"],
            verbs: ["create", "delete", "list"],
          },
          {
            apiGroups: [rbac],
            resources: ["roles"],
            resourceNames: ["acme.refunds.refund"],
            verbs: ["bind"],
          },
          { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
        ],
      },
    );
    assert.deepEqual(objects["RoleBinding"], {
      metadata: ofBroker,
      roleRef: { apiGroup: rbac, kind: "Role", name: "acme.decider" },
      subjects: [{ kind: "ServiceAccount", namespace: "acme-broker", name: "decider" }],
    });
  });

  const inNamespace = (name: string) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  });
  const toDns = {
    to: [
      { ...inNamespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };
  const tcp = (port: number) => [{ port, protocol: "TCP" }];

  it("is reached by its tenant alone, and reaches DNS and the API server alone", () => {
    assert.deepEqual(madeIn(made)["NetworkPolicy"], {
      metadata,
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [inNamespace("acme")], ports: tcp(8443) }],
        egress: [toDns, { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: tcp(443) }],
      },
    });
    const ofTenant = named(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-egress");
    const { egress } = ofTenant?.inputs["spec"] as { readonly egress: readonly unknown[] };
    assert.deepEqual(egress.at(-1), { to: [inNamespace("acme-broker")], ports: tcp(8443) });
  });

  it("is callable by the configured namespaces, for operation only where configured", async () => {
    const resources = await registered(
      () =>
        void desk({
          egress: [{ cidr: "10.2.0.0/24", ports: [443] }],
          ingress: [
            { namespace: "ingress" },
            { cidr: "10.3.0.0/24" },
            { namespace: "monitoring", operations: true },
          ],
        }),
    );
    const { spec } = madeIn(resources)["NetworkPolicy"] as {
      readonly spec: { readonly ingress: unknown; readonly egress: readonly unknown[] };
    };
    assert.deepEqual(spec.ingress, [
      {
        from: [inNamespace("acme"), inNamespace("ingress"), { ipBlock: { cidr: "10.3.0.0/24" } }],
        ports: tcp(8443),
      },
      { from: [inNamespace("monitoring")], ports: tcp(9443) },
    ]);
    assert.deepEqual(spec.egress[1], {
      to: [{ ipBlock: { cidr: "10.2.0.0/24" } }],
      ports: tcp(443),
    });
  });

  const postgres = {
    host: "db.c9akciq32.eu-central-1.rds.amazonaws.com",
    database: "broker",
    user: "broker",
    cidrs: ["10.4.0.0/24"],
  };
  const caBundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

  it("runs two replicas on a database that it logs in to by IAM, as its own user alone", async () => {
    const state = { postgres: { ...postgres, caBundle, rdsResourceId: "cluster-ABC123" } };
    const resources = await registered(() => void desk({ state }));
    const objects = madeIn(resources);
    assert.deepEqual(configurationIn(resources)["state"], {
      postgres:
        "postgres://broker@db.c9akciq32.eu-central-1.rds.amazonaws.com/broker?sslmode=verify-full&sslrootcert=/etc/agentid/state/ca.pem&login=iam&region=eu-central-1",
    });
    const { policy, ...inputs } = objects["RolePolicy"] as Record<string, unknown>;
    assert.deepEqual(inputs, { name: "database", role: "acme.decider" });
    assert.deepEqual(JSON.parse(String(policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LogInToDatabase",
          Effect: "Allow",
          Action: "rds-db:connect",
          Resource: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC123/broker",
        },
      ],
    });
    const { replicas, strategy } = (
      objects["Deployment"] as { readonly spec: Record<string, unknown> }
    ).spec;
    assert.deepEqual([replicas, strategy], [2, undefined]);
    assert.equal(objects["PersistentVolumeClaim"], undefined);
    assert.equal(
      (objects["ConfigMap"] as { data: Record<string, string> }).data["state.ca.pem"],
      caBundle,
    );
    const { spec } = objects["NetworkPolicy"] as {
      readonly spec: { readonly egress: readonly unknown[] };
    };
    assert.deepEqual(spec.egress[1], {
      to: [{ ipBlock: { cidr: "10.4.0.0/24" } }],
      ports: tcp(5432),
    });
  });

  it("logs in to another database by a certificate", async () => {
    const state = {
      postgres: { ...postgres, host: "db.acme.example", port: 6432, certificateSecret: "login" },
    };
    const resources = await registered(() => void desk({ state }));
    assert.deepEqual(configurationIn(resources)["state"], {
      postgres:
        "postgres://broker@db.acme.example:6432/broker?sslmode=verify-full&sslcert=/etc/agentid/state/login/tls.crt&sslkey=/etc/agentid/state/login/tls.key",
    });
    assert.equal(madeIn(resources)["RolePolicy"], undefined);
    const { projected } = podIn(resources).volumes.find(
      ({ name }) => name === "configuration",
    ) as unknown as { readonly projected: { readonly sources: readonly unknown[] } };
    assert.deepEqual(projected.sources[2], {
      secret: {
        name: "login",
        items: [
          { key: "tls.crt", path: "state/login/tls.crt" },
          { key: "tls.key", path: "state/login/tls.key" },
        ],
      },
    });
  });

  it("has no rights in the cluster where no tool needs any", async () => {
    const { workloads, tools } = plainDeployment;
    const others = tools.map(({ tool: { sessions, ...tool }, resource }) => {
      assert.ok(sessions.length > 0);
      return { tool, resource };
    });
    const resources = await registered(() => void desk({ tools: others, workloads }));
    assert.equal(configurationIn(resources)["kubernetes"], undefined);
    const [written] = configurationIn(resources)["tools"] as readonly object[];
    assert.ok(written !== undefined && !("aws" in written) && !("kubernetes" in written));
    const { Role, RoleBinding } = madeIn(resources);
    assert.deepEqual([Role, RoleBinding], [undefined, undefined]);
    const pod = podIn(resources);
    assert.ok(!pod.volumes.some(({ name }) => name === "kubernetes-api"));
  });

  it("starts new pods when a grant changes, and not otherwise", async () => {
    const digest = async (intents: string[]): Promise<unknown> => {
      const resources = await registered(() => {
        const broker = new TaskBroker("decider", { tenant: "acme", issuer: address, federation });
        const tenant = new Tenant("acme", { federation, broker: broker.ref });
        const search = new Tool("search", { tenant });
        const triage = new Agent("triage", { tenant, grants: [{ tool: search.ref, intents }] });
        new TaskBrokerDeployment("running", {
          ...deploymentArgs,
          broker: broker.ref,
          tenant,
          workloads: [{ workload: triage.brokerRef }],
          tools: [{ tool: search.brokerRef, resource: "https://search.acme.example" }],
        });
      });
      const { spec } = madeIn(resources)["Deployment"] as {
        readonly spec: { readonly template: { readonly metadata: object } };
      };
      return spec.template.metadata;
    };
    assert.deepEqual(await digest(["find"]), await digest(["find"]));
    assert.notDeepEqual(await digest(["find"]), await digest(["find", "count"]));
  });

  it("gives pods of the tenant a token for the broker alone", async () => {
    let pod: unknown;
    await registered(() => {
      pod = desk().triage.pod;
    });
    const { spec, container } = pod as Agent["pod"];
    assert.deepEqual((spec.volumes as unknown as unknown[]).at(-1), {
      name: "task-broker",
      projected: {
        sources: [
          { serviceAccountToken: { audience: address, expirationSeconds: 600, path: "token" } },
        ],
      },
    });
    assert.deepEqual((container.volumeMounts as unknown as unknown[]).at(-1), {
      name: "task-broker",
      mountPath: "/var/run/secrets/agentid/broker",
      readOnly: true,
    });
    assert.deepEqual((container.env as unknown as unknown[]).slice(-2), [
      { name: "AGENTID_BROKER_ISSUER", value: address },
      { name: "AGENTID_BROKER_TOKEN_FILE", value: "/var/run/secrets/agentid/broker/token" },
    ]);
  });

  it("identifies workloads by EKS Pod Identity and by SPIFFE ID", async () => {
    const podIdentity = await registered(() => void desk({}, { eksPodIdentity: { clusterArn } }));
    const { workloads } = configurationIn(podIdentity) as { readonly workloads: readonly object[] };
    assert.deepEqual(workloads[1], {
      name: "triage",
      subjects: [{ issuer: "cluster", subject: "system:serviceaccount:acme:triage" }],
    });
    const spiffe = {
      providerArn: "arn:aws:iam::111122223333:oidc-provider/oidc-discovery.example.org",
      trustDomain: "example.org",
      clusterName: "prod",
    };
    const withSpire = await registered(() => {
      const broker = new TaskBroker("decider", { tenant: "acme", issuer: address, federation });
      const tenant = new Tenant("acme", {
        federation: { spiffe },
        broker: broker.ref,
        apiServer: { cidrs: ["10.1.0.0/24"] },
      });
      const triage = new Agent("triage", { tenant });
      const keys = { keySet };
      new TaskBrokerDeployment("running", {
        ...deploymentArgs,
        broker: broker.ref,
        tenant,
        issuers: [
          ...deploymentArgs.issuers,
          { name: "spire", kind: "spiffe", issuer: "example.org", ...keys },
        ],
        workloads: [{ workload: triage.brokerRef }],
        tools: plainDeployment.tools.map(({ tool: { defaults, ...tool }, resource }) => {
          assert.ok(defaults.intent);
          return { tool, resource };
        }),
      });
    });
    const { issuers, workloads: known } = configurationIn(withSpire) as Record<string, object[]>;
    assert.deepEqual(issuers?.[2], {
      name: "spire",
      kind: "spiffe",
      trustDomain: "example.org",
      keys: "keys/spire.json",
    });
    assert.deepEqual(known, [
      {
        name: "triage",
        subjects: [
          { issuer: "spire", subject: "spiffe://example.org/cluster/prod/ns/acme/sa/triage" },
        ],
      },
    ]);
  });

  it("is made of workloads that are known later as of those that are known", async () => {
    const later = await registered(() => {
      const { broker, tenant, refunds, search, triage, front } = desk();
      new TaskBrokerDeployment("later", {
        ...deploymentArgs,
        broker: pulumi.output(broker.ref),
        tenant: pulumi.output(tenant.ref),
        workloads: [
          { workload: pulumi.output(front.brokerRef), clients: ["front-web"] },
          { workload: pulumi.output(triage.brokerRef) },
        ],
        tools: [
          {
            tool: pulumi.output(refunds.brokerRef),
            resource: "https://refunds.acme.example/mcp",
          },
          { tool: pulumi.output(search.brokerRef), resource: "https://search.acme.example" },
        ],
      });
    });
    const of = (name: string) => madeIn(later.filter((each) => each.name === name));
    assert.deepEqual(of("later"), of("running"));
  });

  for (const preview of [true, false]) {
    it(`passes the policy pack ${preview ? "in its first preview" : "as deployed"}`, async () => {
      const resources = await registered(() => void desk(), { preview });
      const { findings } = await judgeSnapshot(snapshotOf(resources), {
        settings: defaultSettings,
      });
      assert.deepEqual(findings, []);
    });
  }

  describe("is refused", () => {
    const proof = { kind: "kubernetes", issuer: `https://${issuer}`, subject: "a" };
    const workload = { tenant: "acme", name: "triage", proof, roleArn };
    const grant = {
      tool: "refunds",
      intents: ["a"],
      sensitivity: "public",
      approval: "none",
      maxSeconds: 60,
    };
    const withGrant = (given: object) => ({
      workloads: [{ workload: { ...workload, grants: [{ ...grant, ...given }] } }],
    });
    const plain = (tool: object) => ({
      tool: { ...workload, name: "refunds", ...tool },
      resource: "https://refunds.acme.example",
    });
    const s3 = (bucket: string) => ({
      actions: ["s3:GetObject"],
      resources: [`arn:aws:s3:::${bucket}/a`],
    });
    const kubernetesPermissions = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
    /** A tool with sessions, and a caller with `read` and, once a person approves, with `refund`. */
    const withSessions = (sessions: object, free: object = { intents: ["read"] }) => ({
      tools: [plain({ sessions: [sessions] })],
      workloads: [
        {
          workload: {
            ...workload,
            grants: [
              { ...grant, ...free },
              { ...grant, intents: ["refund"], approval: "human" },
            ],
          },
        },
      ],
    });
    const withDefaults = (defaults: object | undefined, more: object) => ({
      tools: [plain({ sessions: undefined, ...(defaults && { defaults }) })],
      workloads: [
        { workload: { ...workload, grants: [{ ...grant, intents: ["read"], ...more }] } },
      ],
    });
    const shared =
      "tools[0].tool.sessions[0] gives `read`, which needs no approval, all that `refund` has; give each intent of tool `refunds` what it needs";
    const cases: readonly (readonly [string, object, string])[] = [
      [
        "with calls without details of a tool without defaults",
        withDefaults(undefined, { withoutDetails: true }),
        "workloads[0].workload.grants[0].withoutDetails needs `defaults` of tool `refunds`",
      ],
      [
        "with defaults that no grant uses",
        withDefaults({ sensitivity: "public" }, {}),
        "tools[0].tool.defaults have no effect; set `withoutDetails: true` at a grant on the tool, or leave them out",
      ],
      [
        "with a default intent that no such grant has",
        withDefaults({ intent: "refund", sensitivity: "public" }, { withoutDetails: true }),
        "tools[0].tool.defaults.intent is `refund`, which no grant with `withoutDetails` has; grant it, or name another",
      ],
      [
        "with a default intent that is none",
        withDefaults({ intent: "a b", sensitivity: "public" }, { withoutDetails: true }),
        "tools[0].tool.defaults.intent `a b` is none; give 1 to 64 ASCII characters without blanks, double quotes and `\\`",
      ],
      [
        "with approval of calls without details",
        withDefaults({ sensitivity: "public" }, { withoutDetails: true, approval: "human" }),
        "workloads[0].workload.grants[0].withoutDetails is set with an approval, which a person gives for a described call; leave it out",
      ],
      [
        "with the whole role for a tool with several intents",
        withSessions({ intents: ["read"], wholeRole: true }),
        "tools[0].tool.sessions[0] gives the whole role, and the tool has several intents: `read`, `refund`; give each intent of tool `refunds` what it needs",
      ],
      [
        "with the whole role for an intent that needs approval",
        withSessions({ intents: ["refund"], wholeRole: true }, { intents: ["refund"] }),
        "tools[0].tool.sessions[0] gives the whole role, and `refund` needs approval; give each intent of tool `refunds` what it needs",
      ],
      [
        "with the same actions with and without approval",
        withSessions({ intents: ["read", "refund"], ...s3("orders") }),
        shared,
      ],
      [
        "with the same rights in the cluster with and without approval",
        withSessions({ intents: ["read", "refund"], kubernetesPermissions }),
        shared,
      ],
      [
        "with sessions for an intent that no grant has",
        withSessions({ intents: ["reed"], ...s3("orders") }),
        "tools[0].tool.sessions[0] is for intent `reed`, which no grant on tool `refunds` has, so that it never applies; leave it out, or give a grant with it; did you mean `read`?",
      ],
      [
        "with a bucket that the target chooses",
        withSessions({ intents: ["read"], ...s3("{target}") }),
        "tools[0].tool.sessions[0] resource `arn:aws:s3:::{target}/a` lets the target choose the account or the bucket; name it, or give each grant with the intent a condition on `target` with `oneOf`",
      ],
      [
        "with a wildcard that makes a target match others",
        withSessions({ intents: ["read"], ...s3("orders/{target}*") }),
        "tools[0].tool.sessions[0] resource `arn:aws:s3:::orders/{target}*/a` has a wildcard before the target or in its segment, so that a target matches others; name what is before it, and end its segment by `/`",
      ],
      [
        "with sessions that allow nothing",
        withSessions({ intents: ["read"] }),
        "tools[0].tool.sessions[0] allows nothing; give `actions` and `resources`, or `kubernetesPermissions`",
      ],
      [
        "with actions without resources",
        withSessions({ intents: ["read"], actions: ["s3:GetObject"] }),
        "tools[0].tool.sessions[0] has not both of `actions` and `resources`; give both",
      ],
      [
        "with rights in the cluster by which a task could assume another identity",
        withSessions({
          intents: ["read"],
          kubernetesPermissions: [{ apiGroups: [""], resources: ["pods"], verbs: ["create"] }],
        }),
        "tools[0].tool.sessions[0].kubernetesPermissions[0] `create` on `pods` would allow the workload to create workloads that run as other accounts; leave it to the tenant's `deployers`",
      ],
      [
        "without issuers",
        { issuers: [] },
        "issuers is empty, so that no workload could prove who it is; give at least one",
      ],
      [
        "without workloads",
        { workloads: [] },
        "workloads is empty; give at least one, with its `brokerRef`",
      ],
      [
        "with two issuers of a name",
        { issuers: [...deploymentArgs.issuers, ...deploymentArgs.issuers] },
        "issuers[2].name `cluster` is listed twice; list each once",
      ],
      [
        "with a private key, which is not repeated",
        {
          issuers: [
            {
              name: "cluster",
              kind: "kubernetes",
              issuer: "https://a.example",
              keySet: '{"keys":[{"d":"s3cr3t"}]}',
            },
          ],
        },
        "issuers[0].keySet has a key that is not public; give public keys alone",
      ],
      [
        "with tokens that no issuer signs",
        { issuers: deploymentArgs.issuers.slice(1) },
        `tools[0].tool \`refunds\` has tokens of \`https://${issuer}\`, which none of issuers is; add it to \`issuers\``,
      ],
      [
        "with a grant on a tool that it does not have",
        {
          workloads: [{ workload: { ...workload, grants: [{ ...grant, tool: "refund" }] } }],
          tools: [plain({})],
        },
        "workloads[0].workload.grants[0] allows `triage` to call tool `refund`, which none of tools is; add it to `tools`; did you mean `refunds`?",
      ],
      [
        "with a grant that demands approval by nobody",
        { ...withGrant({ approval: "human" }), tools: [plain({})], approvers: undefined },
        "workloads[0].workload.grants[0] allows `triage` to call tool `refunds` once a person has approved, and no user may approve; give `approvers`",
      ],
      [
        "with a grant that means nothing",
        { ...withGrant({ intents: ["*"] }), tools: [plain({})] },
        "workloads[0].workload.grants[0] intent `*` would allow any purpose; name each intent",
      ],
      [
        "with approvers that everybody is",
        { approvers: { require: {} } },
        "approvers.require is empty, so that every user would be one; name a claim",
      ],
      [
        "with operators and no users",
        { users: undefined, approvers: undefined, loginClient: undefined },
        "operators are set without users; give `users`",
      ],
      [
        "with approvers and no client at which they log in themselves",
        { loginClient: undefined },
        "approvers are set without loginClient, at which they log in; give `loginClient`",
      ],
      [
        "with a workload that has the client at which approvers log in",
        { workloads: [{ workload, clients: ["agentid-approvals"] }] },
        "loginClient is also among workloads[0].clients, so that the workload could approve for its users; give another client",
      ],
      [
        "with every user of an issuer",
        { users: { issuer: "people", require: {} } },
        "users.require is empty, so that every user of the issuer would be the tenant's; name a claim",
      ],
      [
        "with users of an issuer of workloads",
        { users: { issuer: "cluster", require: { org: "acme" } } },
        "users.issuer `cluster` is none of issuers of kind `oidc`; give the name of one",
      ],
      [
        "with a workload of another tenant",
        { workloads: [{ workload: { ...workload, tenant: "globex" } }] },
        "workloads[0].workload is `triage` of tenant `globex`, and the broker serves `acme`; give workloads of that tenant",
      ],
      [
        "with a workload that has no tokens",
        { workloads: [{ workload: { ...workload, proof: { kind: "none" } } }] },
        "workloads[0].workload `triage` has no tokens by which the broker could identify it, since its federation issues none; leave it out",
      ],
      [
        "with two tools of one address",
        { tools: [plain({}), plain({ name: "search" })] },
        "tools[1].resource `https://refunds.acme.example` is that of another tool, which would take its tokens; give each tool an address of its own",
      ],
      [
        "with a broker that is known by its role alone",
        { broker: { roleArn } },
        "broker is known by its role alone, so where it runs is not known; give `taskBroker.ref` of a `TaskBroker`",
      ],
      [
        "with a database by a password's place",
        { state: { postgres } },
        "state.postgres is empty; give exactly one of `rdsResourceId`, `certificateSecret`",
      ],
      [
        "with a login by IAM to what is no database of AWS",
        { state: { postgres: { ...postgres, host: "db.acme.example", rdsResourceId: "db-1" } } },
        "state.postgres.host `db.acme.example` is no endpoint of Amazon RDS, and only RDS supports logins by IAM; give `certificateSecret` in place of `rdsResourceId`",
      ],
      [
        "with a task that lasts for days",
        { limits: { taskSeconds: 86_401 } },
        "limits.taskSeconds is `86401`; give a whole number from 60 to 86400",
      ],
    ];
    const tenant = {
      name: "acme",
      namespace: "acme",
      boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
      federation,
      broker: { roleArn },
    };
    const place = {
      tenant: "acme",
      name: "decider",
      roleName: "acme.decider",
      namespace: "acme-broker",
      serviceAccountName: "decider",
      tasksNamespace: "acme-tasks",
      federation: "eksIrsa",
    };
    const base = {
      ...deploymentArgs,
      broker: { roleArn, issuer: address, place },
      tenant,
      workloads: [{ workload: { ...workload, grants: [grant] } }],
      tools: [plain({})],
    };
    for (const [what, args, message] of cases) {
      it(`${what}, before anything is registered`, () => {
        const seen = mocked();
        assert.throws(() => new TaskBrokerDeployment("running", { ...base, ...args }), {
          message: `task broker deployment \`running\`: ${message}`,
        });
        assert.deepEqual(seen(), []);
      });
    }

    it("where the tenant's tools trust another broker, or none", () => {
      mocked();
      for (const [broker, has] of [
        [undefined, "no broker"],
        [{ roleArn: roleArn.replace("decider", "other") }, "another broker"],
      ] as const) {
        const { name, namespace, boundaryArn } = tenant;
        const rest = { name, namespace, boundaryArn, federation };
        const other = { ...rest, ...(broker !== undefined && { broker }) };
        assert.throws(() => new TaskBrokerDeployment("running", { ...base, tenant: other }), {
          message: `task broker deployment \`running\`: tenant \`acme\` has ${has}, so that its tools do not trust this one; give the \`Tenant\` \`broker: taskBroker.ref\``,
        });
      }
    });

    it("where its network policy would keep it from the API server", () => {
      mocked();
      const kubernetesPermissions = [
        { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] },
      ];
      const tools = [plain({ sessions: [{ intents: ["a"], kubernetesPermissions }] })];
      assert.throws(() => new TaskBrokerDeployment("running", { ...base, tools }), {
        message:
          "task broker deployment `running`: tools have sessions with kubernetesPermissions, but the broker's network policy does not allow it to call the API server; give the tenant `apiServer.cidrs`, the addresses behind the Service `kubernetes`",
      });
    });
  });
});
