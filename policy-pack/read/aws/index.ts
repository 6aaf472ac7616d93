import type { Reader } from "../resource/reader";
import { actionGroupReader, functionPermissionReader } from "./events/callers";
import { collaboratorReader } from "./iam/collaborators";
import { jobDefinitionReader } from "./compute/batch";
import { ec2Reader } from "./compute/ec2";
import { apiKeyProviderReader } from "./agentcore/credential-providers";
import { taskDefinitionReader } from "./compute/ecs";
import { structuredTaskReader } from "./compute/ecs-structured";
import { eventConnectionReader } from "./events/event-connections";
import { functionUrlReader } from "./endpoints/function-policies";
import { gatewayReader, gatewayTargetReader } from "./agentcore/gateways";
import { harnessReader } from "./agentcore/harnesses";
import { functionPolicyReader } from "./endpoints/function-policies";
import { clusterEntryReader } from "./eks/cluster-entries";
import { clusterRoleReader } from "./eks/pod-identity";
import { httpApiReader, integrationReader, routeReader } from "./endpoints/http-apis";
import { iamReader } from "./iam/iam";
import { keyGrantReader } from "./iam/key-grants";
import { loadBalancerReader } from "./endpoints/load-balancers";
import { nativePartsReader } from "./native-parts";
import { nodeReader } from "./eks/nodes";
import { oauth2ProviderReader } from "./agentcore/credential-providers";
import { podIdentityReader } from "./eks/pod-identity";
import {
  methodIntegrationReader,
  methodReader,
  restApiPolicyReader,
  restApiReader,
} from "./endpoints/rest-apis";
import {
  bucketAbacReader,
  eventPermissionReader,
  keyAliasReader,
  resourcePolicyReader,
} from "./iam/resource-policies";
import { resourceReader } from "./iam/resources";
import { openSettingsReader } from "./compute/open-settings";
import { profileReader } from "./iam/roles-anywhere";
import { secretGuardReader } from "./secrets/secret-guards";
import { secretReader } from "./secrets/secrets";
import { jobReader, serviceReader } from "./compute/services";
import { targetCredentialReader } from "./agentcore/target-credentials";
import { clusterServerReader } from "./eks/cluster-servers";
import { stateMachineReader } from "./events/state-machines";
import { triggerReader } from "./events/triggers";
import { websiteReader } from "./endpoints/load-balancers";
import { workloadIdentityReader } from "./agentcore/credential-providers";

/** Readers of the AWS provider. */
export const awsReaders: readonly Reader[] = [
  iamReader,
  serviceReader,
  taskDefinitionReader,
  structuredTaskReader,
  jobDefinitionReader,
  jobReader,
  eventConnectionReader,
  openSettingsReader,
  ec2Reader,
  nodeReader,
  podIdentityReader,
  clusterRoleReader,
  clusterEntryReader,
  clusterServerReader,
  profileReader,
  secretReader,
  secretGuardReader,
  workloadIdentityReader,
  oauth2ProviderReader,
  apiKeyProviderReader,
  targetCredentialReader,
  harnessReader,
  gatewayReader,
  gatewayTargetReader,
  functionUrlReader,
  functionPermissionReader,
  functionPolicyReader,
  actionGroupReader,
  collaboratorReader,
  triggerReader,
  stateMachineReader,
  httpApiReader,
  routeReader,
  integrationReader,
  restApiReader,
  restApiPolicyReader,
  methodReader,
  methodIntegrationReader,
  loadBalancerReader,
  resourceReader,
  resourcePolicyReader,
  eventPermissionReader,
  websiteReader,
  keyAliasReader,
  bucketAbacReader,
  keyGrantReader,
  nativePartsReader,
];
