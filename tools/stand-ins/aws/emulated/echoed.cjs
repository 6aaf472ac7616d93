// The types that examples declare and that are echoed all the same, with the reason: what moto 5.2.5 does not support, or
// stores unread.
const noAssociations =
  "moto knows clusters and node groups of EKS, and no associations of Pod Identity";
const noRolesAnywhere = "moto knows nothing of IAM Roles Anywhere";
const unread =
  "moto keeps runtimes and gateways of AgentCore without a look at what they run as or whom they admit";
const noWorkloadIdentities =
  "moto knows runtimes and gateways of AgentCore, and no identities, credential providers or policies";

module.exports = {
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": noAssociations,
  "aws:rolesanywhere/profile:Profile": noRolesAnywhere,
  "aws:rolesanywhere/trustAnchor:TrustAnchor": noRolesAnywhere,
  "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": unread,
  "aws:bedrock/agentcoreGateway:AgentcoreGateway": unread,
  "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget": unread,
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider":
    noWorkloadIdentities,
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider":
    noWorkloadIdentities,
  "aws:bedrock/agentcorePolicy:AgentcorePolicy": noWorkloadIdentities,
  "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": noWorkloadIdentities,
  "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity": noWorkloadIdentities,
};
