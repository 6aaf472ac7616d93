import * as aws from "@pulumi/aws";
import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { readApiServer, type ApiServer } from "../kubernetes/api-server";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { bindRole } from "../kubernetes/bound-role";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { derive, part, whenKnown } from "../arguments/known";
import { kubernetesRules } from "../kubernetes/permissions";
import { objectName, safeName } from "../arguments/naming";
import {
  bindingRules,
  brokerLabels,
  budgetOf,
  claimOf,
  configMapOf,
  defaultSize,
  deploymentOf,
  digestOf,
  isolationOf,
  replicasOf,
  serviceOf,
  servicePorts,
  tenantLabels,
} from "../manifests/objects";
import { keyOf, stateFiles } from "../manifests/place";
import { loadBalancer } from "../manifests/tls";
import type { BrokerPlace } from "../tenant/broker";
import { configurationFiles, configurationPaths } from "./configuration";
import type { TaskBrokerDeploymentArgs } from "./deployment-arguments";
import {
  checkImage,
  declareDeployment,
  partsOf,
  namesOf,
  type DeploymentParts,
} from "./deployment-declaration";
import { brokerEgress, brokerIngress } from "./network";
import { podOf } from "./pod";
import type { IntentRole } from "./sessions";
import { databasePolicy, type BrokerVolume } from "./state";
import { balancedBy, makeCertificate } from "./tls";

/**
 * Runs a tenant's task broker with the grants of the tenant's agents and orchestrators.
 *
 * It is made last: its configuration names each workload and each tool. A changed grant starts new pods of the broker.
 */
export class TaskBrokerDeployment extends pulumi.ComponentResource {
  /** Address of the broker, which is the audience of workloads' tokens. */
  public readonly issuer: pulumi.Output<string>;
  /** Name of the Service before the broker's pods, in the broker's namespace. */
  public readonly serviceName: pulumi.Output<string>;

  /**
   * Runs a task broker.
   *
   * @param name Name of the resource.
   * @param args What the broker is run with.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(
    name: string,
    args: TaskBrokerDeploymentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const subject = subjectOf("task broker deployment", name);
    checkTypes(subject, "TaskBrokerDeployment", args);
    const declared = declareDeployment(subject, args);
    super("agentid:index:TaskBrokerDeployment", name, { ...declared }, opts);

    const making = makingOf(this, name, subject, declared);
    const service = makeService(making);
    makeDeployment(making);
    this.issuer = pulumi.output(part(declared.broker, (broker) => broker.issuer ?? ""));
    this.serviceName = service.metadata.name;
    this.registerOutputs({ issuer: this.issuer, serviceName: this.serviceName });
  }
}

/** A part of where a broker is that is a name. */
type PlaceName = Exclude<keyof BrokerPlace, "mtls">;

/** What a deployment's children are made from. */
interface Making {
  readonly parent: TaskBrokerDeployment;
  readonly resourceName: string;
  readonly subject: string;
  readonly args: TaskBrokerDeploymentArgs;
  readonly parts: DeploymentParts;
  /** A part of where the broker is. */
  readonly place: (key: PlaceName) => pulumi.Input<string>;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly metadata: {
    readonly name: pulumi.Input<string>;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, pulumi.Input<string>>;
  };
}

function makingOf(
  parent: TaskBrokerDeployment,
  resourceName: string,
  subject: string,
  args: TaskBrokerDeploymentArgs,
): Making {
  const parts = partsOf(subject, args);
  const place = (key: PlaceName) => part(parts.place, (known) => known[key]);
  const name = place("name");
  const labels = brokerLabels(place("tenant"), name);
  const metadata = { name, namespace: place("namespace"), labels };
  return { parent, resourceName, subject, args, parts, place, labels, metadata };
}

function makeService({
  parent,
  resourceName,
  subject,
  args,
  parts,
  labels,
  metadata,
}: Making): kubernetes.core.v1.Service {
  const balanced = balancedBy(subject, args);
  const kubernetes = kubernetesFor(subject);
  return new kubernetes.core.v1.Service(
    resourceName,
    // A Service waits for pods, which wait for all else.
    serviceOf(
      { ...metadata, annotations: { "pulumi.com/skipAwait": "true", ...balanced } },
      labels,
      derive(parts.mtlsPort, servicePorts),
      balanced === undefined ? undefined : loadBalancer,
    ),
    { parent },
  );
}

function makeDeployment(making: Making): void {
  const { parent, resourceName, subject, args, parts, place, labels, metadata } = making;
  const kubernetes = kubernetesFor(subject);
  const { state, broker } = args;
  const { configured, traffic, apiServer } = parts;
  const caBundle = state.postgres?.caBundle;
  const files = derive({ configured, caBundle }, (known): Readonly<Record<string, string>> => ({
    ...configurationFiles(subject, known.configured),
    ...(known.caBundle !== undefined && { [stateFiles.ca]: known.caBundle }),
  }));
  const paths = [
    ...configurationPaths(args.issuers),
    ...(caBundle === undefined ? [] : [stateFiles.ca]),
  ];
  // Each by itself, so that what is known of one is known in a preview.
  const data = Object.fromEntries(
    paths.map((path) => [
      keyOf(path),
      derive(files, (all: Readonly<Record<string, string>>) => all[path] ?? ""),
    ]),
  );
  const configMap = new kubernetes.core.v1.ConfigMap(resourceName, configMapOf(metadata, data), {
    parent,
  });
  const claim = state.sqlite === undefined ? undefined : makeClaim(making, state.sqlite);
  const issuer = part(broker, ({ issuer: address = "" }) => address);
  const url = part(parts.place, ({ mtls }) =>
    mtls === undefined ? undefined : part(mtls, (known) => known.url),
  );
  const { secret, made } = makeCertificate({ ...making, addresses: [issuer, url] }, args);
  const needed = [...makeRights(making), ...makeTraffic(making), ...made];
  new kubernetes.apps.v1.Deployment(
    resourceName,
    deploymentOf(metadata, {
      replicas: replicasOf(state.postgres === undefined ? "sqlite" : "postgres"),
      digest: derive(data, digestOf),
      pod: podOf({
        image: derive(args.image, (image) => checkImage(subject, image)),
        tlsSecret: secret,
        state,
        ...(args.limits !== undefined && { limits: args.limits }),
        mtlsPort: parts.mtlsPort,
        labels,
        name: place("name"),
        roleArn: part(broker, ({ roleArn }) => roleArn),
        federation: place("federation"),
        serviceAccountName: place("serviceAccountName"),
        configMap: configMap.metadata.name,
        files: paths,
        claim,
        usesApiServer: traffic.usesApiServer,
        apiAudience: derive(
          apiServer,
          (known) => readApiServer(subject, known as ApiServer).audience,
        ),
      }),
    }),
    { parent, dependsOn: needed },
  );
  new kubernetes.policy.v1.PodDisruptionBudget(resourceName, budgetOf(metadata), { parent });
}

function makeClaim(
  { parent, resourceName, subject, metadata }: Making,
  { size = defaultSize, storageClass }: BrokerVolume,
): pulumi.Output<string> {
  const kubernetes = kubernetesFor(subject);
  const claim = new kubernetes.core.v1.PersistentVolumeClaim(
    resourceName,
    // A class may bind a volume only once a pod uses it.
    claimOf({ ...metadata, annotations: { "pulumi.com/skipAwait": "true" } }, size, storageClass),
    { parent },
  );
  return claim.metadata.name;
}

/** What the broker may do: bind the Roles of tools in its tenant's namespace, see whether its pods are there, and log in to its database. */
function makeRights(making: Making): readonly pulumi.Resource[] {
  const { parent, resourceName, subject, args, parts, place } = making;
  const { state, broker } = args;
  const { roles, tenantNamespace, traffic } = parts;
  const made: pulumi.Resource[] = [];
  const inNamespace = { namespace: tenantNamespace, labels: tenantLabels(place("tenant")) };
  for (const ofTool of roles) {
    whenKnown(ofTool, (list) => {
      for (const role of list) made.push(makeRole(making, role, inNamespace));
    });
  }
  whenKnown(traffic.usesApiServer, (uses) => {
    if (!uses) return;
    const metadata = {
      name: derive({ tenant: place("tenant"), name: place("name") }, (known) =>
        objectName(known.tenant, known.name),
      ),
      ...inNamespace,
    };
    const account = { namespace: place("namespace"), name: place("serviceAccountName") };
    made.push(
      bindRole(parent, resourceName, {
        subject,
        metadata,
        account,
        rules: bindingRules(derive(roles, namesOf)),
      }),
    );
  });
  const { postgres } = state;
  if (postgres?.rdsResourceId !== undefined) {
    const { host, user, rdsResourceId } = postgres;
    const roleArn = part(broker, (ref) => ref.roleArn);
    made.push(
      new aws.iam.RolePolicy(
        resourceName,
        {
          name: "database",
          role: place("roleName"),
          policy: derive({ host, rdsResourceId, roleArn }, (known) =>
            databasePolicy(subject, { ...postgres, ...known, user } as never, known.roleArn),
          ),
        },
        { parent },
      ),
    );
  }
  return made;
}

/** Makes the Role of a tool's calls with one intent. Only the broker binds it, to the account of a call. */
function makeRole(
  { parent, resourceName, subject }: Making,
  { tool, intent, name, permissions }: IntentRole,
  inNamespace: object,
): pulumi.Resource {
  const kubernetes = kubernetesFor(subject);
  return new kubernetes.rbac.v1.Role(
    `${resourceName}-${tool}.${safeName(intent)}`,
    {
      metadata: { name, ...inNamespace },
      rules: derive(permissions, (known) => kubernetesRules(subject, known)),
    },
    { parent },
  );
}

/** Isolates the broker's pods, except from their clients and their dependencies. */
function makeTraffic(making: Making): readonly pulumi.Resource[] {
  const { parent, resourceName, subject, parts, place, metadata } = making;
  const { traffic, apiServer, tenantNamespace } = parts;
  const { usesApiServer } = traffic;
  const kubernetes = kubernetesFor(subject);
  return [
    new kubernetes.networking.v1.NetworkPolicy(
      resourceName,
      isolationOf(
        metadata,
        [...brokerIngress(subject, tenantNamespace, traffic.ingress ?? [], parts.mtlsPort)],
        derive({ federation: place("federation"), apiServer, usesApiServer }, (known) => [
          ...brokerEgress(
            subject,
            traffic,
            known.federation,
            known.apiServer as ApiServer,
            known.usesApiServer,
          ),
        ]),
      ),
      { parent },
    ),
  ];
}
