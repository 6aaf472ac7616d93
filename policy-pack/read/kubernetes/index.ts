import type { Reader } from "../resource/reader";
import { awsAuthReader } from "./rbac/aws-auth";
import { chartInstallerReader } from "./helm/chart-installers";
import { controllerReader } from "./pods/controllers";
import { createdKindReader } from "./created-kind";
import { customResourceReader } from "./rbac/custom-resources";
import { daprReader } from "./custom/dapr";
import { externalSecretReader } from "./secrets/external-secrets";
import { helmReader } from "./helm/helm";
import { karpenterReader } from "./custom/karpenter";
import { namespaceReader } from "./network/namespaces";
import { networkPolicyReader } from "./network/network-policies";
import { resourceQuotaReader } from "./network/namespaces";
import { providerClassReader } from "./secrets/provider-classes";
import { pushSecretReader } from "./secrets/push-secrets";
import { rbacBindingReader, rbacRoleReader } from "./rbac/rbac";
import { sealedSecretReader } from "./secrets/sealed-secrets";
import { secretStoreReader } from "./secrets/secret-stores";
import { configMapReader, secretReader } from "./secrets/secrets";
import { servingReader } from "./network/services";
import { serviceAccountReader } from "./rbac/service-accounts";
import { operatedReader, patternReader } from "./custom/operated";
import { podRegistrationReader, staticRegistrationReader } from "./spire/spiffe";
import { spireServerReader } from "./spire/spire-server";
import { ingressReader, serviceReader } from "./network/services";
import { configurationReader } from "./custom/configurations";
import { customWorkloadReader } from "./custom/workloads";

/** Readers with known kinds. */
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
  providerClassReader,
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
  patternReader,
];

/** Readers of Kubernetes objects, from programs and from manifests. */
export const kubernetesReaders: readonly Reader[] = [
  createdKindReader,
  ...knowing,
  operatedReader((type) =>
    knowing.some((reader) => reader !== controllerReader && reader.matchesType?.(type) === true),
  ),
];
