import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import { resource } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  allow,
  deny,
  gateway,
  roleOf,
  invoke,
  parameter,
  byPath,
  underPath,
} from "../../support/two-tenants";

ruleTester(rule, {
  accepts: [
    {
      name: "a plain parameter of no tenant that the roles of two read",
      resources: [
        parameter("shared/region", undefined, "String"),
        roleOf("acme", "acme", allow("ssm:GetParameter", underPath("shared/*"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("shared/*"))),
      ],
    },
    {
      name: "a SecureString of no tenant that the role of one reads",
      resources: [
        parameter("shared/key", undefined),
        roleOf("acme", "acme", allow("ssm:GetParameter", underPath("shared/*"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("globex/*"))),
      ],
    },
    {
      name: "a gateway of no tenant that one tenant uses, and one that asks for tokens",
      resources: [
        gateway("tools"),
        gateway("open", { authorizerType: "CUSTOM_JWT" }),
        roleOf("acme", "acme", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/*")),
        roleOf("globex", "globex", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/open-*")),
      ],
    },
    {
      name: "a gateway of no tenant that a Deny keeps one of them from",
      resources: [
        gateway("tools"),
        roleOf("acme", "acme", allow(invoke, "*")),
        roleOf("globex", "globex", allow(invoke, "*"), deny("bedrock-agentcore:*", "*")),
      ],
    },
  ],
  rejects: [
    {
      name: "a SecureString of no tenant that the roles of two read, by its path and by its name",
      resources: [
        parameter("shared/key", undefined),
        roleOf("acme", "acme", allow(byPath, underPath("shared"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("shared/key"))),
      ],
      findings: [
        {
          severity: "critical",
          about: "shared/key",
          at: "globex: inlinePolicies[0].policy",
          message:
            "Parameter `shared/key` can be used by `ssm:GetParametersByPath` and `ssm:GetParameter` from two tenants: acme, globex",
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> shared/key", "globex -allows using-> shared/key"],
        },
      ],
    },
    {
      name: "a gateway of no tenant that the roles of two may call",
      resources: [
        gateway("tools"),
        roleOf("acme", "acme", allow(invoke, "*")),
        roleOf("globex", "globex", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/tools-*")),
      ],
      findings: [
        {
          severity: "critical",
          about: "tools",
          at: "globex: inlinePolicies[0].policy",
          message: `Gateway \`tools\` can be used by \`${invoke}\` from two tenants: acme, globex`,
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> tools", "globex -allows using-> tools"],
        },
      ],
    },
    {
      name: "a credential provider of no tenant from which the roles of two get tokens",
      resources: [
        resource(
          "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
          "crm",
          { name: "crm", credentialProviderVendor: "CustomOauth2" },
        ),
        roleOf("acme", "acme", allow("bedrock-agentcore:GetResourceOauth2Token", "*")),
        roleOf("globex", "globex", allow("bedrock-agentcore:Get*", "*")),
      ],
      findings: [
        {
          severity: "critical",
          about: "crm",
          at: "globex: inlinePolicies[0].policy",
          message:
            "OAuth2 credential provider `crm` can be used by `bedrock-agentcore:GetResourceOauth2Token` and `bedrock-agentcore:Get*` from two tenants: acme, globex",
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> crm", "globex -allows using-> crm"],
        },
      ],
    },
  ],
});
