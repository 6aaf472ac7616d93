import "./arguments/installed";
export type {
  WorkloadAgentCoreRuntime,
  WorkloadEcsTask,
  WorkloadLambda,
} from "./workload/aws-services";
export type { Adopt, AdoptedRole, AdoptedServiceAccount, FormerPlace } from "./arguments/adopt";
export { Agent, type AgentArgs } from "./workload/agent";
export type { ApiServer } from "./kubernetes/api-server";
export {
  AgentStack,
  type AgentStackArgs,
  type StackGateway,
  type StackWorkload,
} from "./agent-stack";
export type { BrokerMtls, BrokerPlace, TenantBroker } from "./tenant/broker";
export type { Deployer, DeployerAccount } from "./kubernetes/deployers";
export type { Egress } from "./kubernetes/egress";
export type { Quota } from "./kubernetes/quota";
export { Approval, Autonomy, Effect, Sensitivity } from "./arguments/choices";
export type { TenantFederation, WorkloadSubject } from "./federations/all-federations";
export type { AgentCoreFederation, AgentCoreSubject } from "./federations/agent-core";
export type { EcsFederation, EcsSubject } from "./federations/ecs";
export type { EksIrsaFederation } from "./federations/eks-irsa";
export type { EksPodIdentityFederation } from "./federations/eks-pod-identity";
export type { GithubFederation, GithubSubject } from "./federations/github";
export type { GitlabFederation, GitlabSubject } from "./federations/gitlab";
export type { LambdaFederation, LambdaSubject } from "./federations/lambda";
export type { OidcFederation, OidcSubject, TenantClaim } from "./federations/oidc";
export type { RolesAnywhereFederation, RolesAnywhereSubject } from "./federations/roles-anywhere";
export type { SpiffeFederation, SpiffeSubject } from "./federations/spiffe";
export { Gateway, type GatewayArgs, type GatewayTarget } from "./gateway";
export type { GatewayOperation, OperationParameter } from "./grants/gateway-operations";
export type { GatewayJwt, GatewayRef, ToolOperation } from "./grants/gateway-ref";
export type { GrantCondition } from "./grants/conditions";
export { GrantPolicyStore, type GrantPolicyStoreArgs } from "./grant-policy-store";
export type { Grant, ToolRef } from "./grants/grants";
export type { KubernetesPermission } from "./kubernetes/permissions";
export {
  LegacyTool,
  type ApiKeyProvider,
  type ExternalSecret,
  type LegacyKey,
  type LegacyToolArgs,
} from "./legacy-tool";
export type { ExistingSecret, MadeSecret } from "./stored-secret/arguments";
export type { KeyRotation } from "./stored-secret/rotation";
export type { ClientSecret, Oauth2Provider } from "./oauth2/arguments";
export type { Outbound } from "./workload/outbound";
export { Orchestrator, type OrchestratorArgs } from "./workload/orchestrator";
export type { Permission, PermissionCondition } from "./workload/permissions";
export type { WorkloadPod } from "./kubernetes/pod";
export type { Risk } from "./arguments/risk";
export {
  TaskBroker,
  TaskBrokerDeployment,
  type BrokerAcm,
  type BrokerCaller,
  type BrokerCertificateIssuer,
  type BrokerCertManager,
  type BrokerIngress,
  type BrokerIssuer,
  type BrokerLimits,
  type BrokerPeople,
  type BrokerPostgres,
  type BrokerState,
  type BrokerTls,
  type BrokerTool,
  type BrokerUsers,
  type BrokerVolume,
  type TaskBrokerArgs,
  type TaskBrokerDeploymentArgs,
} from "./task-broker";
export type { BrokeredGrant, BrokeredWorkload, WorkloadProof } from "./workload/brokered";
export { Tenant, type TenantArgs, type TenantRef } from "./tenant/tenant";
export type { ToolSession } from "./workload/sessions";
export type { ToolDefaults } from "./workload/tool-defaults";
export { Tool, type ToolArgs } from "./workload/tool";
export type { WorkloadArgs } from "./workload/workload";
