import "./installed";
export type { WorkloadAgentCoreRuntime, WorkloadEcsTask, WorkloadLambda } from "./aws-services";
export type { Adopt, AdoptedRole, AdoptedServiceAccount, FormerPlace } from "./adopt";
export { Agent, type AgentArgs } from "./agent";
export type { ApiServer } from "./kubernetes/api-server";
export {
  AgentStack,
  type AgentStackArgs,
  type StackGateway,
  type StackWorkload,
} from "./agent-stack";
export type { BrokerPlace, TenantBroker } from "./broker";
export type { Deployer, DeployerAccount } from "./deployers";
export type { Egress } from "./kubernetes/egress";
export type { Quota } from "./kubernetes/quota";
export { Approval, Autonomy, Effect, Sensitivity } from "./choices";
export type { TenantFederation, WorkloadSubject } from "./federation";
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
export type { GatewayOperation, OperationParameter } from "./gateway/operations";
export type { GatewayJwt, GatewayRef, ToolOperation } from "./gateway/ref";
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
export type { Outbound } from "./outbound";
export { Orchestrator, type OrchestratorArgs } from "./orchestrator";
export type { Permission, PermissionCondition } from "./permissions";
export type { WorkloadPod } from "./kubernetes/pod";
export type { Risk } from "./risk";
export {
  TaskBroker,
  TaskBrokerDeployment,
  type BrokerCaller,
  type BrokerIngress,
  type BrokerIssuer,
  type BrokerLimits,
  type BrokerPeople,
  type BrokerPostgres,
  type BrokerState,
  type BrokerTool,
  type BrokerUsers,
  type BrokerVolume,
  type TaskBrokerArgs,
  type TaskBrokerDeploymentArgs,
} from "./task-broker";
export type { BrokeredGrant, BrokeredWorkload, WorkloadProof } from "./task-broker/brokered";
export { Tenant, type TenantArgs, type TenantRef } from "./tenant";
export { Tool, type ToolArgs } from "./tool";
export type { WorkloadArgs } from "./workload";
