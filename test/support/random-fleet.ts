import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import type { Random } from "../fuzz/random";

/** What the stacks of a random fleet draw from: so few things that some are shared. */
export interface FleetChances {
  readonly stacks: number;
  /** One in so many references leaves the own stack. */
  readonly oneInCrosses: number;
}

const accounts = ["111122223333", "444455556666"] as const;
const tenants = ["acme", "globex", "initech"] as const;
const clusters = ["https://one.k8s.example", "https://two.k8s.example"] as const;

interface Place {
  readonly project: string;
  readonly tenant: string;
  readonly account: string;
  readonly cluster: string;
}

const trustOf = (principal: ValueRecord): ValueRecord => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
});

/** Stacks as they are once deployed, each of one tenant in one account and cluster. */
export function randomFleet(random: Random, chances: FleetChances): readonly Snapshot[] {
  const places = Array.from({ length: chances.stacks }, (_, at): Place => ({
    project: `s${at}`,
    tenant: random.of(tenants),
    account: random.of(accounts),
    cluster: random.of(clusters),
  }));
  return places.map((own) => stackAt(own, places, random, chances.oneInCrosses));
}

function stackAt(
  own: Place,
  places: readonly Place[],
  random: Random,
  oneInCrosses: number,
): Snapshot {
  const { project, tenant, account, cluster } = own;
  const elsewhere = (): Place => (random.oneIn(oneInCrosses) ? random.of(places) : own);
  const resources: Resource[] = [];
  const urnOf = (type: string, name: string): string =>
    `urn:pulumi:dev::${project}::${type}::${name}`;
  const add = (
    type: string,
    name: string,
    inputs: ValueRecord,
    outputs: ValueRecord,
    provider?: string,
  ): void => {
    resources.push({
      ...{ urn: urnOf(type, name), type, name, custom: true, inputs, outputs },
      ...{ dependencies: [], propertyDependencies: {} },
      ...(provider !== undefined && { provider }),
    });
  };
  const aws = urnOf("pulumi:providers:aws", "own");
  const kubernetes = urnOf("pulumi:providers:kubernetes", "own");
  add("pulumi:providers:aws", "own", { region: "eu-west-1", allowedAccountIds: [account] }, {});
  const kubeconfig = {
    "current-context": "own",
    contexts: [{ name: "own", context: { cluster: "own" } }],
    clusters: [{ name: "own", cluster: { server: cluster } }],
  };
  add("pulumi:providers:kubernetes", "own", { kubeconfig: JSON.stringify(kubeconfig) }, {});
  const tags = { "agentid.dev/tenant": tenant };
  const roleOf = (place: Place, at: number): string =>
    `arn:aws:iam::${place.account}:role/${place.project}-r${at}`;
  const bucketOf = (place: Place): string => `arn:aws:s3:::${place.project}-data`;
  const secretOf = (place: Place): string =>
    `arn:aws:secretsmanager:eu-west-1:${place.account}:secret:${place.project}-key-AbCdEf`;
  for (const at of [0, 1]) {
    const name = `${project}-r${at}`;
    const caller = elsewhere();
    const principal: ValueRecord = random.of([
      { Service: "lambda.amazonaws.com" },
      { Service: "lambda.amazonaws.com" },
      { AWS: roleOf(caller, 1 - at) },
      { AWS: `arn:aws:iam::${caller.account}:root` },
    ]);
    const inputs = {
      name,
      assumeRolePolicy: JSON.stringify(trustOf(principal)),
      // Some roles are no tenant's.
      ...(random.oneIn(3) ? {} : { tags }),
    };
    add("aws:iam/role:Role", `r${at}`, inputs, { ...inputs, arn: roleOf(own, at), id: name }, aws);
    const statements = random.of<ValueRecord>([
      { Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketOf(elsewhere())}/*` },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: bucketOf(elsewhere()) },
      { Effect: "Allow", Action: "sts:AssumeRole", Resource: roleOf(elsewhere(), 0) },
    ]);
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statements] });
    const inline = { role: name, name: "calls", policy };
    add("aws:iam/rolePolicy:RolePolicy", `r${at}`, inline, { ...inline, id: `${name}:calls` }, aws);
  }
  add(
    ...(["aws:s3/bucket:Bucket", "data", { bucket: `${project}-data`, tags }] as const),
    ...[{ bucket: `${project}-data`, arn: bucketOf(own), id: `${project}-data`, tags }],
    aws,
  );
  const functionName = `${project}-f`;
  const ofFunction = { name: functionName, role: roleOf(elsewhere(), 0), tags };
  add("aws:lambda/function:Function", "f", ofFunction, { ...ofFunction, id: functionName }, aws);
  const container = {
    name: "main",
    image: "registry.example/desk:1.0.0",
    secrets: [{ name: "CRM_KEY", valueFrom: secretOf(elsewhere()) }],
  };
  const task = {
    family: `${project}-t`,
    taskRoleArn: roleOf(elsewhere(), 1),
    containerDefinitions: JSON.stringify([container]),
    tags,
  };
  add("aws:ecs/taskDefinition:TaskDefinition", "t", task, { ...task, id: `${project}-t` }, aws);
  const namespace = random.of(["shared", `${project}-only`]);
  const metadata = { name: project, namespace, labels: tags };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      template: {
        metadata: { labels: tags },
        spec: {
          serviceAccountName: random.of([project, "agent"]),
          automountServiceAccountToken: false,
          containers: [
            {
              name: "main",
              image: "registry.example/desk:1.0.0",
              env: [
                {
                  name: "TOKEN",
                  valueFrom: {
                    secretKeyRef: {
                      name: random.of([project, "common"]),
                      key: random.of(["a", "b"]),
                    },
                  },
                },
              ],
            },
          ],
        },
      },
    },
  };
  add("kubernetes:apps/v1:Deployment", "d", deployment, deployment, kubernetes);
  const registration = {
    apiVersion: "spire.spiffe.io/v1alpha1",
    kind: "ClusterStaticEntry",
    metadata: { name: project },
    spec: {
      spiffeID: `spiffe://${random.of(["one", "two"])}.example/${random.of([project, "desk"])}`,
      parentID: "spiffe://one.example/spire/agent/k8s_psat/one/node",
      selectors: [`k8s:ns:${random.of([namespace, "desk"])}`, "k8s:sa:desk"],
    },
  };
  const kind = "kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry";
  add(kind, "e", registration, registration, kubernetes);
  return { project, stack: "dev", resources, notes: [] };
}
