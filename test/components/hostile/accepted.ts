/** Hostile texts that are names like others. */
const words = ["a constructor", "undefined"];
const underscored = [...words, "a prototype"];
/** What is compared whole, whatever it is. */
const exact = [...underscored, "an end of JSON", "other letters", "quotes"];
/** What no document of IAM has in it. */
const shown = [...exact, "a variable", "a wildcard"];
/** Names of which others are made that fit everywhere. */
const any = [
  ...shown,
  "10,000 characters",
  "a control character",
  "a line break",
  "an escape sequence",
  "empty",
  "space",
];

/** Arguments of which a text is taken whole, by which of the hostile ones are. */
const wholes: readonly (readonly [taken: readonly string[], ofArguments: readonly string[]])[] = [
  [
    words,
    [
      "BrokerCertificateIssuer.name",
      "BrokerIngress.namespace",
      "BrokerIssuer.name",
      "BrokerPlace.name",
      "BrokerPlace.namespace",
      "BrokerPlace.serviceAccountName",
      "BrokerPlace.tasksNamespace",
      "BrokerPostgres.certificateSecret",
      "BrokerPostgres.host",
      "BrokerTool.certificateHeader",
      "BrokerVolume.storageClass",
      "TaskBroker.tenant",
      "TaskBrokerDeployment.image",
      "TaskBrokerDeployment.tlsSecret",
      "AdoptedServiceAccount.name",
      "AgentCoreSubject.runtimeName",
      "BrokeredGrant.tool",
      "BrokeredWorkload.name",
      "BrokeredWorkload.tenant",
      "DeployerAccount.name",
      "DeployerAccount.namespace",
      "Egress.namespace",
      "ExternalSecret.store",
      "GatewayOperation.name",
      "GatewayRef.name",
      "GithubFederation.owner",
      "GrantCondition.key",
      "KubernetesPermission.resources",
      "Oauth2Provider.name",
      "OperationParameter.name",
      "Tenant.existingNamespace",
      "Tenant.serviceAccounts",
      "TenantRef.name",
      "ToolOperation.name",
      "ToolRef.name",
    ],
  ],
  [
    // The core group, and no namespace.
    [...words, "empty"],
    ["KubernetesPermission.apiGroups", "TenantRef.madeNamespace", "TenantRef.namespace"],
  ],
  [
    underscored,
    [
      "BrokerIssuer.issuer",
      "BrokerPlace.roleName",
      "BrokerPostgres.database",
      "BrokerPostgres.user",
      "AdoptedRole.name",
      "ApiKeyProvider.jsonKey",
      "EcsSubject.family",
      "GatewayJwt.clientClaim",
      "GatewayRef.policyEngineId",
      "GithubSubject.repository",
      "GitlabFederation.group",
      "GitlabSubject.project",
      "LambdaSubject.functionName",
      "Oauth2Provider.jsonKey",
      "SpiffeFederation.className",
      "SpiffeFederation.clusterName",
      "SpiffeFederation.trustDomain",
      "TenantClaim.claim",
    ],
  ],
  [
    exact,
    [
      "BrokerCaller.clients",
      "BrokerUsers.audiences",
      "BrokerUsers.name",
      "TaskBrokerDeployment.loginClient",
      "WorkloadProof.subject",
      "ApiServer.audience",
      "GithubFederation.audience",
      "GithubSubject.environment",
      "GitlabFederation.audience",
      "GitlabSubject.branch",
      "GitlabSubject.tag",
      "OidcFederation.audience",
      "OidcFederation.subjectPrefix",
      "Outbound.audience",
      "SpiffeFederation.audience",
      "TenantClaim.value",
    ],
  ],
  // Scopes of OAuth, which a policy never has as a pattern.
  [
    [...underscored, "a variable"],
    [
      "BrokeredGrant.intents",
      "GatewayOperation.intents",
      "Grant.intents",
      "ToolDefaults.intent",
      "ToolSession.intents",
    ],
  ],
  [
    [...exact, "a variable"],
    ["GrantCondition.oneOf", "KubernetesPermission.resourceNames"],
  ],
  [
    shown,
    [
      "BrokerPeople.require",
      "BrokerUsers.require",
      "Deployer.group",
      "Deployer.user",
      "ExternalSecret.property",
      "ExternalSecret.remoteKey",
      "GatewayJwt.allowedAudiences",
      "GatewayJwt.allowedClients",
      "FormerPlace.name",
      "Oauth2Provider.clientId",
    ],
  ],
  [
    any,
    [
      "TaskBroker.name",
      "TaskBroker.namespace",
      "TaskBroker.tasksNamespace",
      "Agent.name",
      "Gateway.name",
      "LegacyTool.name",
      "Orchestrator.name",
      "Tenant.name",
      "Tenant.namespace",
      "Tool.directCallers",
      "Tool.name",
      "ToolRef.directCallers",
      // Grants do not look at it.
      "ToolRef.serviceArn",
    ],
  ],
  // Written by the user, in the language of policies.
  [["a wildcard"], ["Permission.resources", "ToolSession.resources"]],
  // Read by models.
  [
    [...shown, "a control character", "a line break", "an escape sequence"],
    ["GatewayOperation.description", "OperationParameter.description"],
  ],
  [[...shown, "empty", "space"], ["PermissionCondition.values"]],
];

const patterns = ["a wildcard", "one character"];
const shownEnds = [...patterns, "a variable", "quotes"];
const anyEnds = [...shownEnds, "a control character", "a line break"];

/** Arguments of which a text may go on, by how. */
const ends: typeof wholes = [
  [
    ["quotes"],
    [
      "BrokerCaller.clients",
      "BrokerUsers.audiences",
      "BrokerUsers.name",
      "TaskBrokerDeployment.loginClient",
      "WorkloadProof.subject",
      "ApiServer.audience",
      "GithubFederation.audience",
      "GithubSubject.environment",
      "GithubSubject.ref",
      "GitlabFederation.audience",
      "GitlabSubject.branch",
      "GitlabSubject.tag",
      "OidcFederation.audience",
      "OidcFederation.subjectPrefix",
      "OidcSubject.subject",
      "Outbound.audience",
      "SpiffeFederation.audience",
      "TenantClaim.value",
    ],
  ],
  // Where the query of an address starts.
  [["one character"], ["AgentCoreSubject.returnUrls"]],
  [patterns, ["Permission.actions", "ToolSession.actions"]],
  [["a variable", "quotes"], ["ToolSession.resources"]],
  [["a variable", "one character", "quotes"], ["KubernetesPermission.resourceNames"]],
  [
    ["a variable", "a wildcard", "one character"],
    [
      "BrokeredGrant.intents",
      "GatewayOperation.intents",
      "Grant.intents",
      "ToolDefaults.intent",
      "ToolSession.intents",
    ],
  ],
  [
    shownEnds,
    [
      "BrokerPeople.require",
      "BrokerUsers.require",
      "Deployer.group",
      "Deployer.user",
      "ExternalSecret.property",
      "ExternalSecret.remoteKey",
      "GatewayJwt.allowedAudiences",
      "GatewayJwt.allowedClients",
      "FormerPlace.name",
      "FormerPlace.parentUrn",
      "FormerPlace.urn",
      "GrantCondition.oneOf",
      "Oauth2Provider.clientId",
      "Permission.resources",
      "PermissionCondition.values",
      "SpiffeSubject.selectors",
    ],
  ],
  [
    anyEnds,
    [
      "TaskBroker.name",
      "TaskBroker.namespace",
      "TaskBroker.tasksNamespace",
      "Agent.name",
      "Gateway.name",
      "GatewayOperation.description",
      "LegacyTool.name",
      "Orchestrator.name",
      "OperationParameter.description",
      // Certificates, which AWS reads.
      "RolesAnywhereFederation.caBundle",
      "Tenant.name",
      "Tenant.namespace",
      "Tool.directCallers",
      "Tool.name",
      "ToolRef.directCallers",
      // Grants do not look at it.
      "ToolRef.serviceArn",
    ],
  ],
];

function byArgument(table: typeof wholes): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    table
      .flatMap(([taken, names]) => names.map((name) => [name, [...taken].sort()] as const))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Where hostile texts are as good as others, by the argument. */
export const accepted = {
  whole: byArgument(wholes),
  ends: byArgument(ends),
  /** Written by the user, in the language of policies. */
  inDocuments: ["Permission.actions", "Permission.resources", "PermissionCondition.values"],
} satisfies Readonly<Record<string, unknown>>;
