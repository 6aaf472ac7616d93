import type { Reader } from "../reader";
import { actionGroupReader, functionPermissionReader } from "./callers";
import { collaboratorReader } from "./collaborators";
import { jobDefinitionReader } from "./batch";
import { ec2Reader } from "./ec2";
import { apiKeyProviderReader } from "./api-key-providers";
import { taskDefinitionReader } from "./ecs";
import { structuredTaskReader } from "./ecs-structured";
import { eventConnectionReader } from "./event-connections";
import { functionUrlReader } from "./function-urls";
import { gatewayReader, gatewayTargetReader } from "./gateways";
import { harnessReader } from "./harnesses";
import { functionPolicyReader } from "./function-policies";
import { clusterEntryReader } from "./cluster-entries";
import { clusterRoleReader } from "./cluster-roles";
import { httpApiReader, integrationReader, routeReader } from "./http-apis";
import { iamReader } from "./iam";
import { keyGrantReader } from "./key-grants";
import { loadBalancerReader } from "./load-balancers";
import { nativePartsReader } from "./native-parts";
import { nodeReader } from "./nodes";
import { oauth2ProviderReader } from "./oauth2-providers";
import { podIdentityReader } from "./pod-identity";
import {
  methodIntegrationReader,
  methodReader,
  restApiPolicyReader,
  restApiReader,
} from "./rest-apis";
import { jobReader } from "./jobs";
import {
  bucketAbacReader,
  eventPermissionReader,
  keyAliasReader,
  resourcePolicyReader,
} from "./resource-policies";
import { resourceReader } from "./resources";
import { openSettingsReader } from "./open-settings";
import { profileReader } from "./roles-anywhere";
import { secretGuardReader } from "./secret-guards";
import { secretReader } from "./secrets";
import { serviceReader } from "./services";
import { targetCredentialReader } from "./target-credentials";
import { clusterServerReader } from "./cluster-servers";
import { stateMachineReader } from "./state-machines";
import { triggerReader } from "./triggers";
import { websiteReader } from "./websites";
import { workloadIdentityReader } from "./workload-identities";

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
