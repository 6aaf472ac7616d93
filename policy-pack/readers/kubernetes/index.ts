import type { Reader } from "../reader";
import { accessKeyReader } from "./access-keys";
import { awsAuthReader } from "./aws-auth";
import { certificateReader } from "./certificates";
import { chartInstallerReader } from "./chart-installers";
import { controllerReader } from "./controllers";
import { customResourceReader } from "./custom-resources";
import { daprReader } from "./dapr";
import { externalSecretReader } from "./external-secrets";
import { helmReader } from "./helm";
import { karpenterReader } from "./karpenter";
import { namespaceReader } from "./namespaces";
import { networkPolicyReader } from "./network-policies";
import { resourceQuotaReader } from "./resource-quotas";
import { providerClassReader } from "./provider-classes";
import { pushSecretReader } from "./push-secrets";
import { rbacBindingReader, rbacRoleReader } from "./rbac";
import { sealedSecretReader } from "./sealed-secrets";
import { secretStoreReader } from "./secret-stores";
import { configMapReader, secretReader } from "./secrets";
import { servingReader } from "./serving";
import { serviceAccountReader } from "./service-accounts";
import { operatedReader } from "./operated";
import { podRegistrationReader, staticRegistrationReader } from "./spiffe";
import { spireServerReader } from "./spire-server";
import { ingressReader, serviceReader } from "./services";
import { syncedSecretReader } from "./synced-secrets";
import { configurationReader } from "./custom/configurations";
import { customWorkloadReader } from "./custom/workloads";

/** Readers that know their kinds. */
const knowing: readonly Reader[] = [
  namespaceReader,
  networkPolicyReader,
  resourceQuotaReader,
  serviceAccountReader,
  servingReader,
  controllerReader,
  secretReader,
  configMapReader,
  awsAuthReader,
  externalSecretReader,
  pushSecretReader,
  secretStoreReader,
  sealedSecretReader,
  syncedSecretReader,
  providerClassReader,
  certificateReader,
  accessKeyReader,
  helmReader,
  chartInstallerReader,
  customWorkloadReader,
  configurationReader,
  daprReader,
  customResourceReader,
  rbacRoleReader,
  rbacBindingReader,
  serviceReader,
  ingressReader,
  podRegistrationReader,
  staticRegistrationReader,
  spireServerReader,
  karpenterReader,
];

/** Readers of Kubernetes objects, from programs and from manifests. */
export const kubernetesReaders: readonly Reader[] = [
  ...knowing,
  operatedReader((type) =>
    knowing.some((reader) => reader !== controllerReader && reader.matchesType?.(type) === true),
  ),
];
