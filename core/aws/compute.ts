import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const ec2InstanceType = "aws:ec2/instance:Instance";
export const launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate";
export const eksClusterType = "aws:eks/cluster:Cluster";
export const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";
export const podIdentityAssociationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
export const jobDefinitionType = "aws:batch/jobDefinition:JobDefinition";

const snapshotArn = {
  what: "snapshot",
  arn: "arn:aws:ec2:{region}::snapshot/{id}",
  actions: `
    ec2:CreateVolume ec2:CopySnapshot ec2:ModifySnapshotAttribute ec2:DeleteSnapshot
    ebs:GetSnapshotBlock ebs:ListSnapshotBlocks ebs:ListChangedBlocks
  `,
} as const satisfies AwsArn;

/** Machines, clusters, batches and builds: Amazon EC2, EKS, Batch, ECR, App Runner, CodeBuild and their like. */
export const computeTypes = {
  [ec2InstanceType]: {
    native: "aws-native:ec2:Instance",
    needsInputs: true,
    hasTenantReader: true,
    arn: {
      what: "instance",
      arn: "arn:aws:ec2:{region}:{account}:instance/{id}",
      actions: `
        ssm:SendCommand ssm:StartSession ec2-instance-connect:SendSSHPublicKey
        ec2-instance-connect:SendSerialConsoleSSHPublicKey ec2:TerminateInstances
        ec2:StartInstances ec2:StopInstances ec2:RebootInstances ec2:ModifyInstanceAttribute
        ec2:GetPasswordData ec2:GetConsoleOutput ec2:GetConsoleScreenshot
        ec2:AssociateIamInstanceProfile ec2:AttachVolume
      `,
    },
  },
  [launchTemplateType]: { native: "aws-native:ec2:LaunchTemplate" },
  "aws:ebs/volume:Volume": {
    arn: {
      what: "volume",
      arn: "arn:aws:ec2:{region}:{account}:volume/{id}",
      actions: `
        ec2:AttachVolume ec2:DetachVolume ec2:CreateSnapshot ec2:ModifyVolume ec2:DeleteVolume
      `,
    },
  },
  "aws:ebs/snapshot:Snapshot": { arn: snapshotArn },
  "aws:ebs/snapshotCopy:SnapshotCopy": { arn: snapshotArn },
  [eksClusterType]: {
    native: "aws-native:eks:Cluster",
    arn: {
      what: "EKS cluster",
      arn: "arn:aws:eks:{region}:{account}:cluster/{name}",
      actions: `
        eks:AccessKubernetesApi eks:CreateAccessEntry eks:CreatePodIdentityAssociation
        eks:CreateNodegroup eks:CreateAddon eks:UpdateCluster*
        eks:AssociateIdentityProviderConfig eks:DeleteCluster
      `,
    },
  },
  [nodeGroupType]: { native: "aws-native:eks:Nodegroup" },
  [podIdentityAssociationType]: {
    native: "aws-native:eks:PodIdentityAssociation",
    needsInputs: true,
  },
  "aws:batch/jobQueue:JobQueue": {
    arn: {
      what: "job queue",
      arn: "arn:aws:batch:{region}:{account}:job-queue/{name}",
      actions: "batch:SubmitJob batch:UpdateJobQueue batch:DeleteJobQueue",
    },
  },
  [jobDefinitionType]: { native: "aws-native:batch:JobDefinition" },
  "aws:apprunner/service:Service": {
    native: "aws-native:apprunner:Service",
    workload: {
      what: "App Runner service",
      name: "serviceName",
      runsAs: { path: "instanceConfiguration.instanceRoleArn", how: "instance role" },
      environments: [
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentVariables",
      ],
      secrets: [
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentSecrets",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentSecrets",
      ],
      commands: [
        "sourceConfiguration.imageRepository.imageConfiguration.startCommand",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.startCommand",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.buildCommand",
      ],
    },
  },
  "aws:ecr/repository:Repository": {
    arn: {
      what: "repository",
      arn: "arn:aws:ecr:{region}:{account}:repository/{name}",
      notActions: `
        CreateRepository GetAuthorizationToken *Registry* *PullThroughCacheRule*
        *RepositoryCreationTemplate* *AccountSetting
      `,
    },
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    policyOf: { input: "repository", types: ["aws:ecr/repository:Repository"] },
  },
  "aws:codebuild/project:Project": {
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
    arn: {
      what: "CloudFormation stack",
      arn: "arn:aws:cloudformation:{region}:{account}:stack/{name/*}",
      actions: `
        cloudformation:UpdateStack cloudformation:DeleteStack cloudformation:CreateChangeSet
        cloudformation:ExecuteChangeSet cloudformation:SetStackPolicy cloudformation:GetTemplate
      `,
    },
  },
  "aws:emrserverless/application:Application": {
    arn: {
      what: "EMR application",
      arn: "arn:aws:emr-serverless:{region}:{account}:/applications/{id}",
      inside: ["/jobruns/*"],
      actions: `
        emr-serverless:StartJobRun emr-serverless:GetJobRun emr-serverless:CancelJobRun
        emr-serverless:AccessInteractiveEndpoints emr-serverless:UpdateApplication
        emr-serverless:DeleteApplication emr-serverless:StartApplication
        emr-serverless:StopApplication
      `,
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
