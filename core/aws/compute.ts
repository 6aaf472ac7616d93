import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const ec2InstanceType = "aws:ec2/instance:Instance";
export const launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate";
export const eksClusterType = "aws:eks/cluster:Cluster";
export const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";
export const eksAddonType = "aws:eks/addon:Addon";
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

/** Machines, clusters and batches: Amazon EC2, EKS, Batch, App Runner, ECR and their like. */
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
      commands: [
        "sourceConfiguration.imageRepository.imageConfiguration.startCommand",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.startCommand",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.buildCommand",
      ],
      environmentSecrets: [
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentSecrets",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentSecrets",
      ],
    },
  },
  "aws:elasticbeanstalk/environment:Environment": {
    job: { what: "Elastic Beanstalk environment", pairs: ["settings"] },
  },
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": {
    job: {
      what: "Lightsail container service",
      name: "serviceName",
      environments: ["containers[].environment"],
    },
  },
  "aws:lightsail/instance:Instance": { job: { what: "Lightsail instance", texts: ["userData"] } },
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
