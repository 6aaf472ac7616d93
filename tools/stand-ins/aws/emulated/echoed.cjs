// The types that examples declare and that moto 5.2.5 does not know, with the reason why each is echoed all the same.
const noAssociations =
  "moto knows clusters and node groups of EKS, and no associations of Pod Identity";
const noRolesAnywhere = "moto knows nothing of IAM Roles Anywhere";
const noWorkloadIdentities =
  "moto knows runtimes and gateways of AgentCore, and no identities, credential providers or policies";

module.exports = {
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": noAssociations,
  "aws:rolesanywhere/profile:Profile": noRolesAnywhere,
  "aws:rolesanywhere/trustAnchor:TrustAnchor": noRolesAnywhere,
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider":
    noWorkloadIdentities,
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider":
    noWorkloadIdentities,
  "aws:bedrock/agentcorePolicy:AgentcorePolicy": noWorkloadIdentities,
  "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": noWorkloadIdentities,
  "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity": noWorkloadIdentities,
};
