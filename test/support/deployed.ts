import { createHash } from "node:crypto";
import { typeInUrn, type Resource } from "../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";

/** Where all that a test deploys is. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The values of AWS once a resource exists: its id, and its other generated outputs. */
type Outputs = Readonly<Record<string, Value>> & { readonly id: string };

/** How one type is named, and what AWS answers for it. */
interface Made {
  /** The input with its name; the provider generates one where it is not set. Default: `name`. */
  readonly named?: string;
  /** Whether AWS makes up a part of its id or ARN, so that no program can write it out before. Default false. */
  readonly isMadeUp?: boolean;
  /** What it answers, by its name. */
  readonly outputs: (name: string, inputs: ValueRecord, place: Place, urn: Urn) => Outputs;
}

/** Most types: the id is the name, and `arn` is made of it. */
function byName(service: string, resource: (name: string) => string, named = "name"): Made {
  return {
    named,
    outputs: (name, _inputs, place) => ({
      id: name,
      arn: arnOf(place, service, resource(name)),
    }),
  };
}

/** As {@link byName}, with the ARN for an id. */
function byArn(service: string, resource: (name: string) => string, named = "name"): Made {
  return {
    named,
    outputs: (name, _inputs, place) => {
      const arn = arnOf(place, service, resource(name));
      return { id: arn, arn };
    },
  };
}

/** What AWShas an id of its own, which outputs repeat; the name is a label. */
function byId(
  service: string,
  [idOutput, arnOutput]: readonly [string, string],
  resource: (id: string) => string,
  { named = "name", idOf = (name: string, urn: Urn) => `${name}-${digits(urn, 10)}` } = {},
): Made {
  return {
    named,
    isMadeUp: true,
    outputs: (name, _inputs, place, urn) => {
      const id = idOf(name, urn);
      return { id, [idOutput]: id, [arnOutput]: arnOf(place, service, resource(id)) };
    },
  };
}

function iam(kind: string): Made {
  return {
    outputs: (name, { path }, place) => {
      const arn = `arn:aws:iam::${place.account}:${kind}${typeof path === "string" ? path : "/"}${name}`;
      return { id: kind === "policy" ? arn : name, arn };
    },
  };
}

/**
 * How AWS names what the types of a stack make.
 *
 * Source: Service Authorization Reference, resource types of each service; for ids the AWS provider's documentation of each type.
 */
const made: Readonly<Record<string, Made>> = {
  "aws:iam/role:Role": iam("role"),
  "aws:iam/user:User": iam("user"),
  "aws:iam/policy:Policy": iam("policy"),
  "aws:iam/instanceProfile:InstanceProfile": iam("instance-profile"),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    named: "url",
    outputs: (url, _inputs, { account }) => {
      const arn = `arn:aws:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, "")}`;
      return { id: arn, arn };
    },
  },
  "aws:s3/bucket:Bucket": bucket(),
  "aws:s3/bucketV2:BucketV2": bucket(),
  "aws:lambda/function:Function": {
    outputs: (name, _inputs, place) => {
      const arn = arnOf(place, "lambda", `function:${name}`);
      const invokeArn = `arn:aws:apigateway:${place.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
      return { id: name, arn, invokeArn, qualifiedArn: `${arn}:1` };
    },
  },
  "aws:dynamodb/table:Table": {
    outputs: (name, _inputs, place) => {
      const arn = arnOf(place, "dynamodb", `table/${name}`);
      return { id: name, arn, streamArn: `${arn}/stream/2026-01-01T00:00:00.000` };
    },
  },
  "aws:sqs/queue:Queue": {
    outputs: (name, _inputs, place) => {
      const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
      return { id: url, url, arn: arnOf(place, "sqs", name) };
    },
  },
  "aws:sns/topic:Topic": byArn("sns", (name) => name),
  "aws:ssm/parameter:Parameter": byName("ssm", (name) => `parameter/${name.replace(/^\//, "")}`),
  "aws:secretsmanager/secret:Secret": {
    ...byArn("secretsmanager", (name) => `secret:${name}-AbCdEf`),
    isMadeUp: true,
  },
  "aws:kms/key:Key": byId("kms", ["keyId", "arn"], (id) => `key/${id}`, {
    named: "",
    idOf: (_name, urn) => uuid(urn),
  }),
  "aws:ecs/taskDefinition:TaskDefinition": byName(
    "ecs",
    (family) => `task-definition/${family}:1`,
    "family",
  ),
  "aws:eks/cluster:Cluster": {
    outputs: (name, _inputs, place, urn) => ({
      id: name,
      arn: arnOf(place, "eks", `cluster/${name}`),
      endpoint: `https://${digits(urn, 32).toUpperCase()}.gr7.${place.region}.eks.amazonaws.com`,
      identities: [
        {
          oidcs: [
            {
              issuer: `https://oidc.eks.${place.region}.amazonaws.com/id/${digits(urn, 32).toUpperCase()}`,
            },
          ],
        },
      ],
    }),
  },
  "aws:sfn/stateMachine:StateMachine": byArn("states", (name) => `stateMachine:${name}`),
  "aws:cloudwatch/eventBus:EventBus": byName("events", (name) => `event-bus/${name}`),
  "aws:cloudwatch/eventRule:EventRule": byName("events", (name) => `rule/${name}`),
  "aws:rolesanywhere/trustAnchor:TrustAnchor": byId(
    "rolesanywhere",
    ["trustAnchorId", "arn"],
    (id) => `trust-anchor/${id}`,
    { idOf: (_name, urn) => uuid(urn) },
  ),
  "aws:rolesanywhere/profile:Profile": byId(
    "rolesanywhere",
    ["profileId", "arn"],
    (id) => `profile/${id}`,
    { idOf: (_name, urn) => uuid(urn) },
  ),
  "aws:ec2/instance:Instance": byId("ec2", ["instanceId", "arn"], (id) => `instance/${id}`, {
    named: "",
    idOf: (_name, urn) => `i-${digits(urn, 17)}`,
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": byId(
    "ec2",
    ["launchTemplateId", "arn"],
    (id) => `launch-template/${id}`,
    { idOf: (_name, urn) => `lt-${digits(urn, 17)}` },
  ),
  "aws:apigatewayv2/api:Api": {
    isMadeUp: true,
    outputs: (_name, _inputs, place, urn) => {
      const id = digits(urn, 10);
      return {
        id,
        arn: `arn:aws:apigateway:${place.region}::/apis/${id}`,
        executionArn: arnOf(place, "execute-api", id),
        apiEndpoint: `https://${id}.execute-api.${place.region}.amazonaws.com`,
      };
    },
  },
  "aws:apigatewayv2/integration:Integration": {
    isMadeUp: true,
    named: "",
    outputs: (_name, _inputs, _place, urn) => ({ id: digits(urn, 7) }),
  },
  "aws:apigatewayv2/authorizer:Authorizer": {
    isMadeUp: true,
    outputs: (_name, _inputs, _place, urn) => ({ id: digits(urn, 6) }),
  },
  "aws:apigateway/restApi:RestApi": {
    isMadeUp: true,
    outputs: (_name, _inputs, place, urn) => {
      const id = digits(urn, 10);
      return {
        id,
        arn: `arn:aws:apigateway:${place.region}::/restapis/${id}`,
        executionArn: arnOf(place, "execute-api", id),
        rootResourceId: digits(`${urn}/`, 10),
      };
    },
  },
  "aws:apigateway/resource:Resource": {
    isMadeUp: true,
    named: "",
    outputs: (_name, _inputs, _place, urn) => ({ id: digits(urn, 6) }),
  },
  "aws:bedrock/agentAgent:AgentAgent": byId(
    "bedrock",
    ["agentId", "agentArn"],
    (id) => `agent/${id}`,
    { named: "agentName", idOf: (_name, urn) => digits(urn, 10).toUpperCase() },
  ),
  "aws:bedrock/agentAgentAlias:AgentAgentAlias": {
    isMadeUp: true,
    named: "agentAliasName",
    outputs: (_name, { agentId }, place, urn) => {
      const agent = typeof agentId === "string" ? agentId : "AGENT";
      const id = digits(urn, 10).toUpperCase();
      const agentAliasArn = arnOf(place, "bedrock", `agent-alias/${agent}/${id}`);
      return { id: `${id},${agent}`, agentAliasId: id, agentAliasArn };
    },
  },
  "aws:bedrock/agentcoreGateway:AgentcoreGateway": byId(
    "bedrock-agentcore",
    ["gatewayId", "gatewayArn"],
    (id) => `gateway/${id}`,
  ),
  "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": byId(
    "bedrock-agentcore",
    ["agentRuntimeId", "agentRuntimeArn"],
    (id) => `runtime/${id}`,
    { named: "agentRuntimeName" },
  ),
  "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity": agentCoreNamed(
    "workloadIdentityArn",
    "workload-identity-directory/default/workload-identity",
  ),
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider": agentCoreNamed(
    "credentialProviderArn",
    "token-vault/default/apikeycredentialprovider",
  ),
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": agentCoreNamed(
    "credentialProviderArn",
    "token-vault/default/oauth2credentialprovider",
  ),
  "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": byId(
    "bedrock-agentcore",
    ["codeInterpreterId", "codeInterpreterArn"],
    (id) => `code-interpreter-custom/${id}`,
  ),
  "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": byId(
    "bedrock-agentcore",
    ["browserId", "browserArn"],
    (id) => `browser-custom/${id}`,
  ),
  "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": byId(
    "bedrock-agentcore",
    ["policyEngineId", "policyEngineArn"],
    (id) => `policy-engine/${id}`,
  ),
  "aws:kinesis/stream:Stream": byArn("kinesis", (name) => `stream/${name}`),
  "aws:ecr/repository:Repository": byName("ecr", (name) => `repository/${name}`),
  "aws:codebuild/project:Project": byArn("codebuild", (name) => `project/${name}`),
  "aws:apprunner/service:Service": byArn(
    "apprunner",
    (name) => `service/${name}/0123456789abcdef`,
    "serviceName",
  ),
  "aws:batch/jobDefinition:JobDefinition": byArn("batch", (name) => `job-definition/${name}:1`),
  "aws:scheduler/schedule:Schedule": byName("scheduler", (name) => `schedule/default/${name}`),
  "aws:scheduler/scheduleGroup:ScheduleGroup": byName(
    "scheduler",
    (name) => `schedule-group/${name}`,
  ),
  "aws:athena/workgroup:Workgroup": byName("athena", (name) => `workgroup/${name}`),
  "aws:athena/namedQuery:NamedQuery": {
    isMadeUp: true,
    outputs: (_name, _inputs, _place, urn) => ({ id: uuid(urn) }),
  },
  "aws:glue/catalogDatabase:CatalogDatabase": {
    outputs: (name, _inputs, place) => ({
      id: `${place.account}:${name}`,
      arn: arnOf(place, "glue", `database/${name}`),
    }),
  },
  "aws:glue/catalogTable:CatalogTable": {
    outputs: (name, { databaseName }, place) => {
      const database = typeof databaseName === "string" ? databaseName : "DATABASE";
      return {
        id: `${place.account}:${database}:${name}`,
        arn: arnOf(place, "glue", `table/${database}/${name}`),
      };
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": byName("cloudwatch", (name) => `alarm:${name}`),
  "aws:pipes/pipe:Pipe": byName("pipes", (name) => `pipe/${name}`),
  "aws:opensearch/domain:Domain": byArn("es", (name) => `domain/${name}`, "domainName"),
  "aws:cloudwatch/eventConnection:EventConnection": byName(
    "events",
    (name) => `connection/${name}/0123`,
  ),
  "aws:iam/accessKey:AccessKey": {
    isMadeUp: true,
    named: "",
    outputs: (_name, _inputs, _place, urn) => ({
      id: `AKIA${digits(urn, 16).toUpperCase()}`,
      secret: new Secret(credential(urn)),
    }),
  },
};

function bucket(): Made {
  return {
    named: "bucket",
    outputs: (name) => ({ id: name, arn: `arn:aws:s3:::${name}` }),
  };
}

function agentCoreNamed(arnOutput: string, folder: string): Made {
  return {
    outputs: (name, _inputs, place) => ({
      id: name,
      [arnOutput]: arnOf(place, "bedrock-agentcore", `${folder}/${name}`),
    }),
  };
}

function arnOf({ account, region }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function digits(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function uuid(text: string): string {
  return digits(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A generator's value: a text that is a credential in any place. */
function credential(urn: Urn): string {
  return createHash("sha256").update(`credential ${urn}`).digest("base64url").slice(0, 32);
}

/** A stack as it is after its first update. */
export interface Deployed {
  readonly resources: readonly Resource[];
  /** How many values that were not known are known now. */
  readonly filled: number;
}

/**
 * The stack after its first update: names of providers, ids, ARNs and generated values known, and their references too. Values
 * without data in a test, unknown policies among them, stay unknown.
 *
 * @param isForeseen whether only values are filled in that a program could write beforehand. Default false
 */
export function deploy(stack: readonly Resource[], place: Place, isForeseen = false): Deployed {
  const deployment = new Deployment(stack, place, isForeseen);
  const resources = stack.map((each) => deployment.deployed(each));
  return { resources, filled: deployment.filled };
}

class Deployment {
  readonly #byUrn: ReadonlyMap<Urn, Resource>;
  readonly #done = new Map<Urn, Resource>();
  readonly #open = new Set<Urn>();
  filled = 0;

  constructor(
    stack: readonly Resource[],
    readonly place: Place,
    readonly isForeseen: boolean,
  ) {
    this.#byUrn = new Map(stack.map((each) => [each.urn, each]));
  }

  deployed(resource: Resource): Resource {
    const known = this.#done.get(resource.urn);
    if (known !== undefined) return known;
    if (this.#open.has(resource.urn) || resource.notInUpdate === true) return resource;
    this.#open.add(resource.urn);
    const filledIn = this.#record(resource, resource.inputs, []);
    const { inputs, outputs } = this.#made(resource, filledIn);
    const done = { ...resource, inputs, outputs: { ...outputs, ...resource.outputs } };
    this.#done.set(resource.urn, done);
    this.#open.delete(resource.urn);
    return done;
  }

  /** The inputs with the name that the provider makes up, and all outputs. */
  #made(
    resource: Resource,
    given: ValueRecord,
  ): { readonly inputs: ValueRecord; readonly outputs: ValueRecord } {
    if (!resource.custom || resource.type.startsWith("pulumi:")) {
      return { inputs: given, outputs: given };
    }
    if (/^(random|tls):/.test(resource.type)) {
      const made = credential(resource.urn);
      const isSecret = !/:Random(String|Id|Pet|Uuid)$/.test(resource.type);
      const result = isSecret ? new Secret(made) : digits(resource.urn, 8);
      return { inputs: given, outputs: { ...given, id: "none", result } };
    }
    const how = made[resource.type];
    if (how === undefined) return { inputs: given, outputs: given };
    const named = how.named ?? "name";
    const name = named === "" ? resource.name : given[named];
    const plain = name instanceof Secret ? name.revealForComparison() : name;
    if (plain !== undefined && plain !== null && typeof plain !== "string") {
      if (!(plain instanceof Unknown)) return { inputs: given, outputs: given };
    }
    const prefix = given[`${named}Prefix`];
    const own =
      (typeof plain === "string" ? plain : undefined) ??
      // A name from outside shows nothing of the resource's name in the program.
      (plain instanceof Unknown ? `n${digits(resource.urn, 9)}` : undefined) ??
      `${typeof prefix === "string" ? prefix : `${resource.name}-`}${digits(resource.urn, 7)}`;
    const inputs = plain === own || named === "" ? given : { ...given, [named]: own };
    if (inputs !== given) this.filled += 1;
    const place = this.#placeOf(resource, inputs);
    return { inputs, outputs: { ...inputs, ...how.outputs(own, inputs, place, resource.urn) } };
  }

  /** The account and region of the resource's provider, as far as the test has them. */
  #placeOf({ provider }: Resource, inputs: ValueRecord): Place {
    const of = provider === undefined ? undefined : this.#byUrn.get(provider)?.inputs;
    const allowed = of?.["allowedAccountIds"];
    const only = isList(allowed) && allowed.length === 1 ? allowed[0] : undefined;
    const region = inputs["region"] ?? of?.["region"];
    return {
      account: typeof only === "string" ? only : this.place.account,
      region: typeof region === "string" ? region : this.place.region,
    };
  }

  #record(of: Resource, record: ValueRecord, path: readonly string[]): ValueRecord {
    return Object.fromEntries(
      Object.entries(record).map(([key, value]) => [key, this.#value(of, value, [...path, key])]),
    );
  }

  #value(of: Resource, value: Value, path: readonly string[]): Value {
    if (value instanceof LeftOut) return value;
    if (value instanceof Unknown) return this.#known(of, value, path) ?? value;
    if (value instanceof Secret) {
      const inner = value.revealForComparison();
      const now = this.#value(of, inner, path);
      return now === inner ? value : new Secret(now);
    }
    if (isList(value)) return value.map((item) => this.#value(of, item, path));
    return isRecord(value) ? this.#record(of, value, path) : value;
  }

  #known(of: Resource, value: Unknown, path: readonly string[]): Value | undefined {
    if (value.parts !== undefined) {
      const parts = value.parts.map((part) =>
        typeof part === "string" ? part : this.#known(of, part, path),
      );
      return parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
    }
    const dependsOn =
      value.dependsOn.length > 0 ? value.dependsOn : (of.propertyDependencies[path[0] ?? ""] ?? []);
    const [only, ...more] = dependsOn;
    const source = only === undefined || more.length > 0 ? undefined : this.#byUrn.get(only);
    if (source === undefined) return undefined;
    if (this.isForeseen && !isForeseeable(source.type)) {
      return undefined;
    }
    const { outputs = {} } = this.deployed(source);
    const output = value.output ?? outputFor(of.type, path, source, outputs);
    const found = output === undefined ? undefined : at(outputs, output);
    if (found === undefined || found instanceof Unknown) return undefined;
    this.filled += 1;
    const isResource = value.output === undefined && /^(Not)?Resource$/.test(path.at(-1) ?? "");
    if (isResource && typeof found === "string" && partsOf.test(typeInUrn(source.urn))) {
      return [found, `${found}/*`];
    }
    const isRoute = of.type === "aws:apigatewayv2/route:Route" && path[0] === "target";
    return isRoute && value.output === undefined && typeof found === "string"
      ? `integrations/${found}`
      : found;
  }
}

function isForeseeable(type: string): boolean {
  const how = made[type];
  return how !== undefined && how.isMadeUp !== true;
}

/** What statements of policies name by its ARN or as what is in it, which a test leaves open. */
const partsOf = /^aws:(s3\/bucket|apigateway)/;

function at(outputs: ValueRecord, path: string): Value | undefined {
  let here: Value | undefined = outputs;
  for (const step of path.split(".")) here = isRecord(here) ? here[step] : undefined;
  return here;
}

/** Types that take the ARN of a role in `role`; all others take its name there. */
const takingArnInRole = /^aws:(lambda\/function|glue\/|sagemaker\/|eks\/|opensearch)/;

/** The likely output of a reference without data in a test: by the property that takes it. */
function outputFor(
  type: string,
  path: readonly string[],
  source: Resource,
  outputs: ValueRecord,
): string | undefined {
  const last = path.at(-1) ?? "";
  const of = typeInUrn(source.urn);
  // No other resource's ARN is that of a policy: its output is one that the test does not name.
  const isOfPolicy = /^(permissionsBoundary|policyArn)$/.test(last);
  if (isOfPolicy && of !== "aws:iam/policy:Policy") return undefined;
  if (/^(random|tls):/.test(of)) return "result";
  if (of.startsWith("kubernetes:")) return "metadata.name";
  if (["policy", "assumeRolePolicy", "inlinePolicies", "containerDefinitions"].includes(last)) {
    return undefined;
  }
  if (of === "aws:iam/accessKey:AccessKey") return "secret";
  if ("executionArn" in outputs && last === "Resource") return "executionArn";
  const arn = Object.keys(outputs).find(
    (key) => /^(arn|[a-zA-Z]+Arn)$/.test(key) && !(key in source.inputs),
  );
  const isArn =
    /arns?$|^resources?$|^aws$|^federated$|boundary$|valueFrom$|-arn$/i.test(last) ||
    (last === "role" && takingArnInRole.test(type)) ||
    (last === "target" && type === "aws:apigatewayv2/api:Api");
  if (isArn) return "arn" in outputs ? "arn" : arn;
  if (/id$|identifier$/i.test(last) || last === "target") return "id";
  if (
    /^(role|roles|roleName|user|userName|users|clusterName|functionName|instanceProfile)$/.test(
      last,
    )
  ) {
    return "name" in outputs ? "name" : "id";
  }
  return undefined;
}
