import type { AwsType } from "./aws-type";

// Types that code asks for by name.
export const restApiType = "aws:apigateway/restApi:RestApi";
export const restApiPolicyType = "aws:apigateway/restApiPolicy:RestApiPolicy";
export const httpApiType = "aws:apigatewayv2/api:Api";

/** APIs, user directories and what faces the internet. */
export const apisTypes = {
  [restApiType]: {
    policyInput: "policy",
    arn: {
      what: "REST API",
      arn: "arn:aws:execute-api:{region}:{account}:{id}",
      arnOutput: "executionArn",
      inside: ["/*"],
      actions: "execute-api:Invoke",
      calls: { as: "api", actions: "execute-api:Invoke" },
    },
  },
  "aws:apigateway/apiKey:ApiKey": { generates: { outputs: ["value"], value: "any" } },
  "aws:apigateway/integration:Integration": {
    // Static values are in single quotes (API Gateway developer guide, mapping).
    openSettings: { at: ["requestParameters"], literal: /^'.*'$/ },
  },
  [restApiPolicyType]: { policyOf: { input: "restApiId", types: [restApiType] } },
  "aws:apigateway/stage:Stage": { openSettings: { at: ["variables"] } },
  [httpApiType]: {
    arn: {
      what: "API",
      arn: "arn:aws:execute-api:{region}:{account}:{id}",
      arnOutput: "executionArn",
      inside: ["/*"],
      actions: "execute-api:Invoke execute-api:ManageConnections",
      calls: { as: "api", actions: "execute-api:Invoke" },
    },
  },
  "aws:apigatewayv2/stage:Stage": { openSettings: { at: ["stageVariables"] } },
  "aws:lex/v2modelsBot:V2modelsBot": {
    arn: {
      what: "Lex bot",
      arn: "arn:aws:lex:{region}:{account}:bot/{id}",
      authorizedAs: ["lex:bot"],
    },
    otherArns: [
      {
        what: "aliases of Lex bot",
        arn: "arn:aws:lex:{region}:{account}:bot-alias/{id}/*",
        authorizedAs: ["lex:bot alias"],
      },
    ],
  },
  "aws:lex/bot:Bot": {
    arn: {
      what: "Lex V1 bot",
      arn: "arn:aws:lex:{region}:{account}:bot:{name}",
      inside: [":*"],
      authorizedAs: ["lex:bot", "lex:bot alias", "lex:bot version"],
    },
  },
  "aws:qbusiness/application:Application": {
    arn: {
      what: "Q Business application",
      arn: "arn:aws:qbusiness:{region}:{account}:application/{id}",
      inside: ["/*"],
      authorizedAs: [
        "qbusiness:application",
        "qbusiness:index",
        "qbusiness:data-source",
        "qbusiness:plugin",
        "qbusiness:retriever",
        "qbusiness:web-experience",
      ],
    },
  },
  "aws:appsync/graphQLApi:GraphQLApi": {
    arn: {
      what: "GraphQL API",
      arn: "arn:aws:appsync:{region}:{account}:apis/{id}",
      inside: ["/*"],
      actions: `
        appsync:GraphQL appsync:UpdateGraphqlApi appsync:DeleteGraphqlApi appsync:GetGraphqlApi
      `,
    },
  },
  "aws:appsync/apiKey:ApiKey": { generates: { outputs: ["key"], value: "any" } },
  "aws:appsync/dataSource:DataSource": {
    job: {
      what: "AppSync data source",
      secrets: ["relationalDatabaseConfig.httpEndpointConfig.awsSecretStoreArn"],
    },
  },
  "aws:appsync/function:Function": {
    job: {
      what: "AppSync function",
      texts: ["code", "requestMappingTemplate", "responseMappingTemplate"],
    },
  },
  "aws:appsync/resolver:Resolver": {
    job: {
      what: "AppSync resolver",
      name: "field",
      texts: ["code", "requestTemplate", "responseTemplate"],
    },
  },
  "aws:cognito/userPool:UserPool": {
    arn: {
      what: "user pool",
      arn: "arn:aws:cognito-idp:{region}:{account}:userpool/{id}",
      notActions: "CreateUserPool ListUserPools",
    },
  },
  "aws:cognito/identityPool:IdentityPool": {
    arn: {
      what: "identity pool",
      arn: "arn:aws:cognito-identity:{region}:{account}:identitypool/{id}",
      actions: `
        cognito-identity:GetOpenIdTokenForDeveloperIdentity
        cognito-identity:LookupDeveloperIdentity cognito-identity:MergeDeveloperIdentities
        cognito-identity:UnlinkDeveloperIdentity cognito-identity:UpdateIdentityPool
        cognito-identity:DeleteIdentityPool cognito-identity:SetIdentityPoolRoles
      `,
    },
  },
  "aws:cloudfront/distribution:Distribution": {
    arn: {
      what: "distribution",
      arn: "arn:aws:cloudfront::{account}:distribution/{id}",
      actions: `
        cloudfront:CreateInvalidation cloudfront:UpdateDistribution*
        cloudfront:DeleteDistribution cloudfront:AssociateAlias
      `,
    },
  },
  "aws:route53/zone:Zone": {
    arn: {
      what: "hosted zone",
      arn: "arn:aws:route53:::hostedzone/{id}",
      actions: `
        route53:ChangeResourceRecordSets route53:DeleteHostedZone
        route53:UpdateHostedZoneComment
      `,
    },
  },
  "aws:sesv2/emailIdentity:EmailIdentity": {
    arn: {
      what: "mail identity",
      arn: "arn:aws:ses:{region}:{account}:identity/{emailIdentity}",
      actions: `
        ses:SendEmail ses:SendRawEmail ses:SendBulk* ses:SendTemplatedEmail
        ses:DeleteEmailIdentity* ses:PutEmailIdentity* ses:CreateEmailIdentityPolicy
      `,
    },
  },
  "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": {
    policyOf: { input: "emailIdentity", types: ["aws:sesv2/emailIdentity:EmailIdentity"] },
  },
  "aws:verifiedpermissions/policyStore:PolicyStore": {
    arn: {
      what: "policy store",
      arn: "arn:aws:verifiedpermissions::{account}:policy-store/{id}",
      actions: `
        verifiedpermissions:IsAuthorized* verifiedpermissions:BatchIsAuthorized*
        verifiedpermissions:GetPolicy verifiedpermissions:CreatePolicy
        verifiedpermissions:UpdatePolicy verifiedpermissions:DeletePolicy
        verifiedpermissions:*PolicyTemplate verifiedpermissions:*IdentitySource
        verifiedpermissions:PutSchema verifiedpermissions:UpdatePolicyStore
        verifiedpermissions:DeletePolicyStore
      `,
    },
  },
  "aws:appconfig/application:Application": {
    arn: {
      what: "configuration",
      arn: "arn:aws:appconfig:{region}:{account}:application/{id}",
      inside: ["/*"],
      actions: `
        appconfig:GetLatestConfiguration appconfig:StartConfigurationSession
        appconfig:StartDeployment appconfig:CreateHostedConfigurationVersion
        appconfig:UpdateApplication appconfig:DeleteApplication
      `,
    },
  },
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": {
    isMarkedInTheOpen: true,
    openSettings: { at: ["content"] },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
