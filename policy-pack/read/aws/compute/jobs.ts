import { credentialsIn } from "../../../domain/secrets/hits";
import type { Name } from "../../../facts/name";
import { stateMachineType } from "../../../../core/aws/events";
import { entriesAt, knownString, listAt, read } from "../../../../core/snapshot/read";
import { isSecret } from "../../../../core/snapshot/value";
import { addUnknownLiteral } from "../../resource/literals";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn, dependenciesAt } from "../../resource/values";
import { addBuild, addSecretOfBuild, type Path } from "./build-specifications";
import { addEnvironment, addReceived } from "../secrets/received";
import { addReference } from "../reference";
import { addRunsAs, addWorkload, type RunsAs } from "./workload";

/** A service that runs jobs, models or apps, of which only the configuration is read. */
interface Service {
  readonly what: string;
  /** The input with the workload's name. Default `name`. */
  readonly name?: string;
  /** The role it runs as. Not read of jobs that companies run by one role for all. */
  readonly runsAs?: RunsAs;
  /** Maps of variables, arguments or settings. */
  readonly maps?: readonly Path[];
  /** Lists whose items have such a map, by the map's property. */
  readonly mapsIn?: readonly { readonly list: Path; readonly map: string }[];
  /** Lists of variables or settings with a name and a value. */
  readonly pairs?: readonly Path[];
  /** Scripts, commands and definitions. */
  readonly texts?: readonly Path[];
  /** Secrets by their ARNs. */
  readonly secrets?: readonly Path[];
  /** Specifications of builds; a path to a file in the source is left alone. */
  readonly builds?: readonly Path[];
}

const microvmImage: Service = {
  what: "image of Lambda MicroVMs",
  maps: [["environmentVariables"]],
};

/** Source: the input types of `@pulumi/aws` 7. */
const services: Readonly<Record<string, Service>> = {
  "aws:codebuild/project:Project": {
    what: "CodeBuild project",
    pairs: [["environment", "environmentVariables"]],
    builds: [["source", "buildspec"]],
  },
  "aws:amplify/app:App": {
    what: "Amplify app",
    maps: [["environmentVariables"]],
    texts: [["buildSpec"]],
  },
  "aws:amplify/branch:Branch": {
    what: "Amplify branch",
    name: "branchName",
    maps: [["environmentVariables"]],
  },
  "aws:glue/job:Job": {
    what: "Glue job",
    maps: [["defaultArguments"], ["nonOverridableArguments"]],
  },
  // Whoever may call `GetConnection` reads them (AWS Glue API, Connection).
  "aws:glue/connection:Connection": {
    what: "Glue connection",
    maps: [["connectionProperties"]],
    secrets: [["authenticationConfiguration", "secretArn"]],
  },
  "aws:sagemaker/model:Model": {
    what: "SageMaker model",
    maps: [["primaryContainer", "environment"]],
    mapsIn: [{ list: ["containers"], map: "environment" }],
  },
  "aws:sagemaker/trainingJob:TrainingJob": {
    what: "SageMaker training job",
    name: "trainingJobName",
    maps: [["environment"], ["hyperParameters"]],
  },
  [stateMachineType]: {
    what: "state machine",
    runsAs: { path: ["roleArn"], how: "execution role" },
    texts: [["definition"]],
  },
  "aws:appsync/dataSource:DataSource": {
    what: "AppSync data source",
    secrets: [["relationalDatabaseConfig", "httpEndpointConfig", "awsSecretStoreArn"]],
  },
  "aws:appsync/resolver:Resolver": {
    what: "AppSync resolver",
    name: "field",
    texts: [["code"], ["requestTemplate"], ["responseTemplate"]],
  },
  "aws:appsync/function:Function": {
    what: "AppSync function",
    texts: [["code"], ["requestMappingTemplate"], ["responseMappingTemplate"]],
  },
  "aws:mwaa/environment:Environment": {
    what: "Airflow environment",
    maps: [["airflowConfigurationOptions"]],
  },
  "aws:elasticbeanstalk/environment:Environment": {
    what: "Elastic Beanstalk environment",
    pairs: [["settings"]],
  },
  "aws:lambdamicrovms/image:Image": microvmImage,
  // The same under the name that it had first.
  "aws:lambda/microvmsImage:MicrovmsImage": microvmImage,
  "aws:ssm/document:Document": {
    what: "document of Systems Manager",
    texts: [["content"]],
  },
  "aws:ssm/association:Association": {
    what: "association of Systems Manager",
    maps: [["parameters"]],
  },
  "aws:synthetics/canary:Canary": {
    what: "canary",
    maps: [["runConfig", "environmentVariables"]],
  },
  "aws:kinesisanalyticsv2/application:Application": {
    what: "Managed Flink application",
    mapsIn: [
      {
        list: ["applicationConfiguration", "environmentProperties", "propertyGroups"],
        map: "propertyMap",
      },
    ],
    texts: [
      ["applicationConfiguration", "applicationCodeConfiguration", "codeContent", "textContent"],
    ],
  },
  "aws:mskconnect/connector:Connector": {
    what: "MSK connector",
    maps: [["connectorConfiguration"]],
  },
  "aws:opensearchingest/pipeline:Pipeline": {
    what: "OpenSearch Ingestion pipeline",
    name: "pipelineName",
    texts: [["pipelineConfigurationBody"]],
  },
  "aws:imagebuilder/component:Component": {
    what: "component of Image Builder",
    texts: [["data"]],
  },
  "aws:lightsail/instance:Instance": {
    what: "Lightsail instance",
    texts: [["userData"]],
  },
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": {
    what: "Lightsail container service",
    name: "serviceName",
    mapsIn: [{ list: ["containers"], map: "environment" }],
  },
};

/** Reads what builds, jobs, models, state machines and apps of AWS receive, and what state machines run as. */
export const jobReader: Reader = {
  name: "aws jobs",
  types: Object.keys(services),
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const service = services[resource.type];
    if (service === undefined) return [];
    const workload = addWorkload(list, context, service.what, service.name);
    if (service.runsAs !== undefined) addRunsAs(list, context, workload, service.runsAs);
    for (const path of service.maps ?? []) {
      if (read(resource.inputs, ...path).kind !== "absent") {
        addEnvironment(list, context, { workload, through: "env" }, ...path);
      }
    }
    for (const { list: path, map } of service.mapsIn ?? [])
      addMaps(list, context, workload, path, map);
    for (const path of service.pairs ?? []) addPairs(list, context, workload, path);
    for (const path of service.texts ?? []) addText(list, context, workload, path);
    for (const path of service.secrets ?? []) {
      const [top] = path;
      const place = { workload, top, property: path.join("."), under: undefined } as const;
      const value = valueIn(read(resource.inputs, ...path));
      addReference(list, context, { ...place, through: "env" }, value);
    }
    for (const path of service.builds ?? []) addBuild(list, context, workload, path);
    return list.all();
  },
};

function addMaps(
  list: FactList,
  context: ReadContext,
  workload: Name,
  path: Path,
  map: string,
): void {
  const [top] = path;
  for (const [index, item] of listAt(list.resource.inputs, ...path).entries()) {
    for (const [under, value] of entriesAt(item, map)) {
      const property = `${path.join(".")}[${index}].${map}.${under}`;
      addReceived(list, context, { workload, through: "env", top, property, under }, value);
    }
  }
}

function addPairs(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const [top] = path;
  for (const [index, pair] of listAt(list.resource.inputs, ...path).entries()) {
    const under = knownString(pair, "name");
    const value = valueIn(read(pair, "value"));
    const property = `${path.join(".")}[${index}].value`;
    const place = { workload, through: "env", top, property, under } as const;
    const type = read(pair, "type");
    if (type.kind === "unknown") {
      // A text, or the name of a secret.
      const text = knownString(value) ?? "";
      if (credentialsIn(text, under, context.credentialIn).length > 0) {
        addUnknownLiteral(list, place, false, dependenciesAt(list.resource, top, type));
      }
      continue;
    }
    switch (knownString(pair, "type")) {
      case "PARAMETER_STORE":
        addReference(list, context, place, value);
        break;
      case "SECRETS_MANAGER":
        addSecretOfBuild(list, context, place, value);
        break;
      case undefined:
      default:
        if (value !== undefined) addReceived(list, context, place, value);
    }
  }
}

function addText(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const [top] = path;
  const value = valueIn(read(list.resource.inputs, ...path));
  if (value === undefined) return;
  const property = path.join(".");
  const place = { workload, top, property, under: undefined, through: "env" } as const;
  addReceived(list, context, { ...place, markedAround: isSecret(value) }, value);
}
