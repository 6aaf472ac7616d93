import type { AwsType } from "./aws-type";

/** Analytics and machine learning. */
export const analyticsTypes = {
  "aws:glue/catalogDatabase:CatalogDatabase": {
    arn: {
      what: "catalog database",
      arn: "arn:aws:glue:{region}:{account}:database/{name}",
      authorizedAs: ["glue:database"],
    },
    otherArns: [
      {
        what: "tables of catalog database",
        arn: "arn:aws:glue:{region}:{account}:table/{name}/*",
        actions: "glue:GetDatabase glue:UpdateDatabase",
        authorizedAs: ["glue:table"],
      },
    ],
  },
  "aws:glue/catalogTable:CatalogTable": {
    arn: {
      what: "catalog table",
      arn: "arn:aws:glue:{region}:{account}:table/{databaseName}/{name}",
      authorizedAs: ["glue:table"],
    },
  },
  "aws:glue/job:Job": {
    job: { what: "Glue job", environments: ["defaultArguments", "nonOverridableArguments"] },
    arn: {
      what: "Glue job",
      arn: "arn:aws:glue:{region}:{account}:job/{name}",
      actions: `
        glue:StartJobRun glue:UpdateJob glue:DeleteJob glue:GetJob* glue:BatchStopJobRun
      `,
    },
  },
  // Whoever may call `GetConnection` reads its properties (AWS Glue API, Connection).
  "aws:glue/connection:Connection": {
    isMarkedInTheOpen: true,
    job: {
      what: "Glue connection",
      environments: ["connectionProperties"],
      secrets: ["authenticationConfiguration.secretArn"],
    },
    arn: {
      what: "Glue connection",
      arn: "arn:aws:glue:{region}:{account}:connection/{name}",
      authorizedAs: ["glue:connection"],
    },
  },
  "aws:athena/workgroup:Workgroup": {
    arn: {
      what: "workgroup of Athena",
      arn: "arn:aws:athena:{region}:{account}:workgroup/{name}",
      actions: `
        athena:StartQueryExecution athena:StopQueryExecution athena:GetQueryExecution
        athena:GetQueryResults* athena:BatchGetQueryExecution athena:ListQueryExecutions
        athena:StartSession athena:UpdateWorkGroup athena:DeleteWorkGroup
      `,
    },
  },
  "aws:sagemaker/endpoint:Endpoint": {
    arn: {
      what: "endpoint",
      arn: "arn:aws:sagemaker:{region}:{account}:endpoint/{name}",
      actions: `
        sagemaker:InvokeEndpoint* sagemaker:UpdateEndpoint* sagemaker:DeleteEndpoint
        sagemaker:DescribeEndpoint
      `,
    },
  },
  "aws:sagemaker/featureGroup:FeatureGroup": {
    arn: {
      what: "feature group",
      arn: "arn:aws:sagemaker:{region}:{account}:feature-group/{featureGroupName}",
      actions: `
        sagemaker:PutRecord sagemaker:GetRecord sagemaker:DeleteRecord sagemaker:BatchGetRecord
        sagemaker:UpdateFeatureGroup sagemaker:DeleteFeatureGroup
      `,
    },
  },
  "aws:sagemaker/model:Model": {
    job: {
      what: "SageMaker model",
      environments: ["primaryContainer.environment", "containers[].environment"],
    },
  },
  "aws:sagemaker/trainingJob:TrainingJob": {
    job: {
      what: "SageMaker training job",
      name: "trainingJobName",
      environments: ["environment", "hyperParameters"],
    },
  },
  "aws:kendra/index:Index": {
    arn: {
      what: "search index",
      arn: "arn:aws:kendra:{region}:{account}:index/{id}",
      actions: `
        kendra:Query kendra:Retrieve kendra:BatchPutDocument kendra:BatchDeleteDocument
        kendra:UpdateIndex kendra:DeleteIndex
      `,
    },
  },
  "aws:mwaa/environment:Environment": {
    isMarkedInTheOpen: true,
    job: { what: "Airflow environment", environments: ["airflowConfigurationOptions"] },
  },
  "aws:emr/cluster:Cluster": { openSettings: { at: ["configurationsJson", "configurations"] } },
  "aws:kinesisanalyticsv2/application:Application": {
    job: {
      what: "Managed Flink application",
      environments: ["applicationConfiguration.environmentProperties.propertyGroups[].propertyMap"],
      texts: ["applicationConfiguration.applicationCodeConfiguration.codeContent.textContent"],
    },
  },
  "aws:opensearchingest/pipeline:Pipeline": {
    job: {
      what: "OpenSearch Ingestion pipeline",
      name: "pipelineName",
      texts: ["pipelineConfigurationBody"],
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
