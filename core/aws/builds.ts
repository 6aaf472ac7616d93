import type { AwsType } from "./aws-type";

/** Builds, deployments and what they deploy from. */
export const buildsTypes = {
  "aws:codebuild/project:Project": {
    job: {
      what: "CodeBuild project",
      pairs: ["environment.environmentVariables"],
      builds: ["source.buildspec"],
    },
    arn: {
      what: "build project",
      arn: "arn:aws:codebuild:{region}:{account}:project/{name}",
      actions: `
        codebuild:StartBuild* codebuild:UpdateProject codebuild:DeleteProject
        codebuild:BatchGetProjects codebuild:BatchGetBuilds codebuild:ListBuildsForProject
      `,
    },
  },
  "aws:codebuild/resourcePolicy:ResourcePolicy": {
    policyOf: { input: "resourceArn", types: ["aws:codebuild/project:Project"] },
  },
  "aws:codecommit/repository:Repository": {
    arn: {
      what: "Git repository",
      arn: "arn:aws:codecommit:{region}:{account}:{repositoryName}",
      actions: `
        codecommit:GitPull codecommit:GitPush codecommit:GetFile codecommit:GetBlob
        codecommit:GetCommit codecommit:GetFolder codecommit:PutFile codecommit:DeleteFile
        codecommit:CreateCommit codecommit:CreateBranch codecommit:DeleteBranch
        codecommit:MergeBranches* codecommit:MergePullRequest* codecommit:DeleteRepository
      `,
    },
  },
  "aws:codepipeline/pipeline:Pipeline": {
    openSettings: { at: ["stages"] },
    arn: {
      what: "pipeline",
      arn: "arn:aws:codepipeline:{region}:{account}:{name}",
      actions: `
        codepipeline:StartPipelineExecution codepipeline:StopPipelineExecution
        codepipeline:UpdatePipeline codepipeline:DeletePipeline codepipeline:GetPipeline
        codepipeline:GetPipelineState
      `,
    },
  },
  "aws:codepipeline/webhook:Webhook": { openSettings: { at: ["authenticationConfiguration"] } },
  "aws:codeartifact/repository:Repository": {
    arn: {
      what: "package repository",
      arn: "arn:aws:codeartifact:{region}:{account}:repository/{domain}/{repository}",
      actions: `
        codeartifact:ReadFromRepository codeartifact:PutRepositoryPermissionsPolicy
        codeartifact:DeleteRepository* codeartifact:UpdateRepository
        codeartifact:AssociateExternalConnection
      `,
    },
  },
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": {
    policyOf: {
      input: "repository",
      types: ["aws:codeartifact/repository:Repository"],
      policy: "policyDocument",
    },
  },
  "aws:cloudformation/stack:Stack": {
    openSettings: { at: ["parameters"] },
    arn: {
      what: "CloudFormation stack",
      arn: "arn:aws:cloudformation:{region}:{account}:stack/{name/*}",
      actions: `
        cloudformation:UpdateStack cloudformation:DeleteStack cloudformation:CreateChangeSet
        cloudformation:ExecuteChangeSet cloudformation:SetStackPolicy cloudformation:GetTemplate
      `,
    },
  },
  "aws:amplify/app:App": {
    job: { what: "Amplify app", environments: ["environmentVariables"], texts: ["buildSpec"] },
  },
  "aws:amplify/branch:Branch": {
    job: { what: "Amplify branch", name: "branchName", environments: ["environmentVariables"] },
  },
  "aws:imagebuilder/component:Component": {
    job: { what: "component of Image Builder", texts: ["data"] },
  },
  "aws:synthetics/canary:Canary": {
    job: { what: "canary", environments: ["runConfig.environmentVariables"] },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
