import * as pulumi from "@pulumi/pulumi";
import { subjectOf } from "../arguments/argument-error";
import {
  withVariables,
  type AwsServices,
  type WorkloadAgentCoreRuntime,
  type WorkloadEcsTask,
  type WorkloadLambda,
} from "../workload/aws-services";
import { ownEgressRules, type Egress } from "../kubernetes/egress";
import { federationKind } from "../federations/all-federations";
import type { ToolRef } from "../grants/grants";
import { makeIdentity } from "../workload/identity";
import { derive, part } from "../arguments/known";
import { egressMark, ownEgress, workloadLabels } from "../arguments/labels";
import { checkLegacy, checkLegacyTypes, defaultJsonKey, type LegacyToolArgs } from "./arguments";
import { readKey, withoutValue } from "./key";
import {
  admitRole,
  bringSecret,
  storeSecret,
  marksOf,
  provideKey,
  type LegacyMaking,
  secretFile,
} from "./secret";
import type { WorkloadPod } from "../kubernetes/pod";
import { kubernetesFor } from "../arguments/kubernetes-sdk";
import { checkRolePolicy } from "../workload/role-policy";
import { serviceArnOf } from "../workload/registrations";
import { brokeredWorkload, type BrokeredWorkload } from "../workload/brokered";
import { declare, inputsOf } from "../workload/workload";

/**
 * A tool that uses the one shared API key of a platform without federation.
 *
 * Only the tool reads the key. It is in a secret that this tool's role alone may read, or in a Secret that its pods alone
 * mount. Its pods send to the platform alone, and agents reach it by grants only.
 */
export class LegacyTool extends pulumi.ComponentResource {
  /** Namespace of the tool's ServiceAccount and pods; empty outside Kubernetes. */
  public readonly namespace: pulumi.Output<string>;
  /** Name of the tool's ServiceAccount; empty outside Kubernetes. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** ARN of the tool's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Name of the tool's role. */
  public readonly roleName: pulumi.Output<string>;
  /** What a pod needs to act as the tool and to find the key. */
  public readonly pod: WorkloadPod;
  /** What a task definition of Amazon ECS needs to run as the tool and to find the key. */
  public readonly ecsTask: WorkloadEcsTask;
  /** What a function of AWS Lambda needs to run as the tool and to find the key. */
  public readonly lambda: WorkloadLambda;
  /** What a runtime of Bedrock AgentCore needs to run as the tool and to find the key. */
  public readonly agentCoreRuntime: WorkloadAgentCoreRuntime;
  /** ARN of the tool's Roles Anywhere profile; only where certificates prove it. */
  public readonly profileArn?: pulumi.Output<string>;
  /** The tool as grants name it; pass it as a grant's `tool`. */
  public readonly ref: ToolRef;
  /** The tool for its tenant's task broker; pass it to a `TaskBrokerDeployment`. */
  public readonly brokerRef: BrokeredWorkload;
  /** ARN of the secret in Secrets Manager; only where the key is stored there. */
  public readonly secretArn?: pulumi.Output<string>;
  /** Name of the Kubernetes Secret that pods mount; only with `externalSecret`. */
  public readonly secretName?: pulumi.Output<string>;
  /** Name of the AgentCore credential provider; only with `apiKeyProvider`. */
  public readonly providerName?: pulumi.Output<string>;
  /** Day before which a new key is to be issued. */
  public readonly rotateBefore: pulumi.Output<string>;

  /**
   * Makes a tool's identity and gives the key only to it.
   *
   * @param name Name of the resource; also the tool's unless `args.name` is set.
   * @param args What the tool is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: LegacyToolArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("tool", name);
    checkLegacyTypes(subject, args);
    const declaration = declare("tool", name, args);
    checkRolePolicy(subject, declaration, []);
    const rotation = checkLegacy(subject, args);
    const key = readKey(subject, declaration, args.key);
    const { host, egress, apiKeyProvider } = args;
    super(
      "agentid:index:LegacyTool",
      name,
      {
        ...inputsOf(declaration),
        host,
        key: withoutValue(args.key),
        rotation,
        egress,
        apiKeyProvider,
      },
      opts,
    );

    const identity = makeIdentity(this, name, declaration);
    const making: LegacyMaking = {
      parent: this,
      resourceName: name,
      subject,
      declaration,
      labels: workloadLabels(
        part(declaration.tenant, (ref) => ref.name),
        "tool",
        declaration.name,
      ),
      rotation,
      host,
    };
    let pod = identity.pod;
    let services: AwsServices = identity;
    const secret = storeSecret(making, key);
    if (secret !== undefined) {
      const provider =
        apiKeyProvider === undefined
          ? undefined
          : provideKey(making, secret, apiKeyProvider.jsonKey ?? defaultJsonKey);
      admitRole(making, identity.roleName, secret, provider);
      this.secretArn = secret.arn;
      if (provider !== undefined) this.providerName = provider.name;
      const variables = keyVariables(secret.arn, provider?.name);
      pod = withKeyNames(pod, variables);
      services = withVariables(services, variables);
    }
    if (key.kind === "externalSecret") {
      this.secretName = bringSecret(making, key.external);
      pod = withKeyFile(pod, this.secretName);
    }
    if (egress !== undefined) {
      confine(making, egress);
      pod = { ...pod, labels: { ...pod.labels, [egressMark]: ownEgress } };
    }

    this.namespace = identity.namespace;
    this.serviceAccountName = identity.serviceAccountName;
    this.roleArn = identity.roleArn;
    this.roleName = identity.roleName;
    this.pod = pod;
    this.ecsTask = services.ecsTask;
    this.lambda = services.lambda;
    this.agentCoreRuntime = services.agentCoreRuntime;
    if (identity.profileArn !== undefined) this.profileArn = identity.profileArn;
    this.rotateBefore = pulumi.output(rotation.rotateBefore);
    this.ref = {
      tenant: part(declaration.tenant, (tenant) => tenant.name),
      name: declaration.name,
      risk: declaration.risk,
      ...serviceArnOf(subject, declaration),
    };
    this.brokerRef = brokeredWorkload(subject, declaration, identity.roleArn);
    this.registerOutputs({
      ...identity,
      ...services,
      pod,
      ref: this.ref,
      brokerRef: this.brokerRef,
      rotateBefore: this.rotateBefore,
      ...(this.secretArn !== undefined && { secretArn: this.secretArn }),
      ...(this.secretName !== undefined && { secretName: this.secretName }),
      ...(this.providerName !== undefined && { providerName: this.providerName }),
    });
  }
}

/** Allows the tool's pods to send only to configured destinations: the tenant's policy leaves them out. */
function confine(making: LegacyMaking, egress: readonly Egress[]): void {
  const { parent, resourceName, subject, declaration, labels } = making;
  const kubernetes = kubernetesFor(subject);
  const kind = federationKind(subject, declaration.provenBy);
  new kubernetes.networking.v1.NetworkPolicy(
    `${resourceName}-egress`,
    {
      metadata: {
        name: `agentid-egress-${declaration.name}`,
        namespace: part(declaration.tenant, (ref) => ref.madeNamespace ?? ref.namespace),
        labels,
        annotations: marksOf(making),
      },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Egress"],
        egress: derive(kind, (known) => ownEgressRules(subject, [known], egress)),
      },
    },
    { parent },
  );
}

/** Folder in which the key is. */
const folder = "/var/run/secrets/agentid.dev/key";

/** The location of a tool's key, which it reads with its role. */
function keyVariables(
  secretArn: pulumi.Output<string>,
  providerName: pulumi.Output<string> | undefined,
): Readonly<Record<string, pulumi.Output<string>>> {
  return {
    AGENTID_KEY_SECRET_ARN: secretArn,
    ...(providerName !== undefined && { AGENTID_KEY_PROVIDER_NAME: providerName }),
  };
}

/** A pod with the location of its key. */
function withKeyNames(pod: WorkloadPod, variables: ReturnType<typeof keyVariables>): WorkloadPod {
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return withContainer(pod, { env, volumeMounts: [] });
}

/** A pod that has its key in a file, which changes as the Secret does. */
function withKeyFile(pod: WorkloadPod, secretName: pulumi.Output<string>): WorkloadPod {
  const name = "agentid-key";
  const { spec, ...others } = withContainer(pod, {
    env: [{ name: "AGENTID_KEY_FILE", value: `${folder}/${secretFile}` }],
    volumeMounts: [{ name, mountPath: folder, readOnly: true }],
  });
  const volumes = longer(spec.volumes, [{ name, secret: { secretName } }]);
  return { ...others, spec: { ...spec, volumes } };
}

type Added = Pick<WorkloadPod["container"], "env" | "volumeMounts">;

function withContainer(pod: WorkloadPod, { env, volumeMounts }: Added): WorkloadPod {
  const { container } = pod;
  return {
    ...pod,
    container: {
      ...container,
      env: longer(container.env, env),
      volumeMounts: longer(container.volumeMounts, volumeMounts),
    },
  };
}

/** A list with more at its end; where the tenant is wholly an output, so is the list, which serves as an input as well. */
function longer<T>(list: T[], more: readonly T[]): T[] {
  // What is in the list may still be unknown: the rest of it is not to become so.
  if (Array.isArray(list)) return [...list, ...more];
  return derive(list, (known) => [...(known as T[]), ...more]) as T[];
}
