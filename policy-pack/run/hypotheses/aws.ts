import { isAccountId, parseArn } from "../../../core/arn";
import { kindMark, tenantMark } from "../../../core/marks";
import { matches } from "../../../core/pattern";
import { knownString, read } from "../../../core/snapshot/read";
import { textsIn } from "../../../core/snapshot/texts";
import type { Resource } from "../../../core/snapshot/resource";
import {
  lambda,
  launchConfiguration,
  launchTemplate,
  nameOf,
  policy,
  role,
  user,
  type Referable,
} from "../../read/aws/refs";
import { valueIn } from "../../read/resource/values";
import { functions, ofFunctionCallers } from "./function-callers";
import { roleReferences } from "./roles";
import { openPlacesOf, type OpenPlace } from "./open-place";
import { ofParents } from "./parents";
import type { StackView } from "./stack-view";
import type { PossibleValue, Hypothesis } from "./hypothesis";
import { alike, fitting, output, outputsOf, valuesAt, text } from "./values";

/** Names of Pulumi's modules of services that IAM names differently. */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  "execute-api": ["apigateway", "apigatewayv2"],
  "bedrock-agentcore": ["bedrock"],
  events: ["cloudwatch"],
  states: ["sfn"],
};

/** Properties that name the role that something runs as, issues credentials for, or is a policy of. */
const roleProperties = [
  [/^aws:iam\/(rolePolicy:RolePolicy|rolePolicyAttachment:RolePolicyAttachment)$/, "role"],
  [/^aws:iam\/instanceProfile:InstanceProfile$/, "role"],
  [/^aws:lambda\/function:Function$/, "role"],
  [/^aws:eks\/podIdentityAssociation:PodIdentityAssociation$/, "roleArn"],
  [
    /^aws:eks\/access(Entry:AccessEntry|PolicyAssociation:AccessPolicyAssociation)$/,
    "principalArn",
  ],
  [/^aws:ecs\/taskDefinition:TaskDefinition$/, "taskRoleArn"],
  [/^aws:bedrock\/agentcore(Gateway|AgentRuntime):/, "roleArn"],
] as const;

const anyOfAws = /^aws:/;
const secrets = /^aws:(secretsmanager\/secret:Secret|ssm\/parameter:Parameter)$/;

/** The policy that allows everything, as the possible value of an unknown one. */
const anyPolicy: PossibleValue = {
  value: "arn:aws:iam::aws:policy/AdministratorAccess",
  sentence: "`AdministratorAccess`",
};

/** A name that nothing in the stack has. */
const otherName: PossibleValue = { value: "any-other", sentence: "any other name" };

/** Possible values of unknown properties of AWS resources. */
export const ofAws: readonly Hypothesis[] = [
  ...[role, user, policy, lambda].map((what): Hypothesis => ({
    types: new RegExp(`^${what.types.join("|")}$`),
    path: ["name"],
    values: (place, stack) => namesOf(what, place, stack),
    unique: true,
  })),
  ...[launchTemplate, launchConfiguration].map((what): Hypothesis => ({
    types: new RegExp(`^${what.types.join("|")}$`),
    path: ["name"],
    values: (place, stack) => templateNames(what, place, stack),
    unique: true,
  })),
  ...roleProperties.map(([types, property]): Hypothesis => ({
    types,
    path: [property],
    reportedBy: /aws:iam\/role:Role::/,
    values: roleReferences,
  })),
  {
    types: /^aws:iam\/(rolePolicy:RolePolicy|policy:Policy|userPolicy:UserPolicy)$/,
    path: ["policy", "Statement", "[]", "Resource", "[]"],
    atLeast: 4,
    reportedBy: /aws:/,
    values: statementResources,
  },
  {
    types: /^aws:bedrock\/agentcoreGatewayTarget:/,
    path: ["targetConfiguration", "mcp", "lambda", "lambdaArn"],
    reportedBy: /aws:lambda\/function:Function::/,
    values: (place, stack) => outputsOf(functions, place, stack),
  },
  {
    types: /^aws:iam\/rolePolicyAttachment:RolePolicyAttachment$/,
    path: ["policyArn"],
    reportedBy: /aws:iam\/policy:Policy::/,
    // If the role is known, the rules report its unknown policy themselves.
    values: ({ resource }) => (read(resource.inputs, "role").kind === "unknown" ? [anyPolicy] : []),
  },
  ...ofFunctionCallers,
  {
    types: /^aws:s3\/(bucketPolicy:BucketPolicy|bucketNotification:BucketNotification)$/,
    path: ["bucket"],
    reportedBy: /aws:s3\/bucket/,
    values: (place, stack) => outputsOf(/^aws:s3\/bucket(V2)?:/, place, stack),
  },
  {
    types: /^aws:sqs\/queuePolicy:QueuePolicy$/,
    path: ["queueUrl"],
    reportedBy: /aws:sqs\/queue:/,
    values: (place, stack) => outputsOf(/^aws:sqs\/queue:Queue$/, place, stack),
  },
  {
    types: /^aws:cloudwatch\/eventRule:EventRule$/,
    path: ["name"],
    values: ({ resource }, stack) =>
      valuesAt(/^aws:cloudwatch\/eventTarget:EventTarget$/, ["rule"], resource.urn, stack),
    unique: true,
  },
  {
    types: /^aws:sfn\/stateMachine:StateMachine$/,
    path: ["name"],
    values: (_, stack) => machineNames(stack),
    unique: true,
  },
  {
    types: /^aws:s3\/bucket(V2)?:/,
    path: ["bucket"],
    values: (_, stack) => bucketNames(stack),
    unique: true,
  },
  ...ofParents,
  {
    types: /^aws:apigatewayv2\/api:Api$/,
    path: ["protocolType"],
    values: () => ["HTTP", "WEBSOCKET"].map(text),
  },
  {
    types: /^aws:apigatewayv2\/route:Route$/,
    path: ["routeKey"],
    values: () => ["$connect", "$default"].map(text),
  },
  {
    types: /^aws:eks\/nodeGroup:NodeGroup$/,
    path: ["version"],
    values: () => [text("1.29")],
  },
  {
    types: /^aws:ec2\/(instance:Instance|launchTemplate:LaunchTemplate)$/,
    path: ["userData"],
    values: () => [
      {
        value: "#!/bin/bash\n/etc/eks/bootstrap.sh cluster\n",
        sentence: "a script that joins a cluster",
      },
    ],
  },
  {
    types: /^aws:bedrock\/agentcoreApiKeyCredentialProvider:/,
    path: ["apiKeySecretConfig", "secretId"],
    reportedBy: /aws:secretsmanager\//,
    values: (place, stack) => [...alike(place, stack), ...outputsOf(secrets, place, stack)],
  },
  {
    types: functions,
    path: ["environment", "variables", "*"],
    reportedBy: /aws:/,
    values: (place, stack) =>
      /SECRET|PARAMETER|_ARN$/.test(String(place.path[2])) ? outputsOf(secrets, place, stack) : [],
  },
  {
    types: anyOfAws,
    path: ["tags", kindMark],
    atLeast: 2,
    values: () => ["agent", "tool"].map(text),
  },
  {
    types: anyOfAws,
    path: ["tags", tenantMark],
    atLeast: 2,
    values: (_, stack) => stack.tenants.map(text),
  },
  { types: /^aws:iam\/role:Role$/, path: ["path"], values: paths },
];

/** Short names that the stack uses for things of a kind that it does not have. */
function namesOf(
  what: Referable,
  { resource }: OpenPlace,
  stack: StackView,
): readonly PossibleValue[] {
  const account = stack.context.accountOf(resource);
  return stack.once(`names of ${what.kind} ${what.types.join(" ")} in ${account}`, () =>
    namesIn(account, what, stack),
  );
}

function namesIn(account: string, what: Referable, stack: StackView): readonly PossibleValue[] {
  const called = stack.namedOnly(what.kind, account).map((parts) => parts.join("|"));
  const byArn = stack.arns.flatMap((arn) => {
    const parsed = parseArn(arn);
    if (!parsed.ok || !mayBeIn(account, parsed.arn.account)) return [];
    const short = fitting(what.inArn(parsed.arn) ?? "");
    const name = short === "" ? undefined : nameOf(what, short, account);
    const isOfStack = name !== undefined && stack.has(name);
    return short === "" || isOfStack ? [] : [short];
  });
  return [...[...new Set([...called, ...byArn])].sort().map(text), otherName];
}

/** Names of launch templates that something uses and the stack does not have. */
function templateNames(
  what: Referable,
  { resource }: OpenPlace,
  stack: StackView,
): readonly PossibleValue[] {
  const called = stack
    .namedOnly(what.kind, stack.context.accountOf(resource))
    .flatMap(([kind = "", name = ""]) => (what.tidy(name) === `${kind}|${name}` ? [name] : []));
  return [...called.map(text), otherName];
}

/** Names of state machines in ARNs. */
function machineNames(stack: StackView): readonly PossibleValue[] {
  const names = stack.arns.flatMap((arn) => {
    const parsed = parseArn(arn);
    if (!parsed.ok || parsed.arn.service !== "states") return [];
    const [kind, name = ""] = parsed.arn.resource.split(":");
    return kind === "stateMachine" && fitting(name) !== "" ? [fitting(name)] : [];
  });
  return [...new Set(names)].sort().map(text);
}

/** Names of buckets in ARNs. */
function bucketNames(stack: StackView): readonly PossibleValue[] {
  const names = stack.arns.flatMap((arn) => {
    const parsed = parseArn(arn);
    if (!parsed.ok || parsed.arn.service !== "s3") return [];
    const name = fitting(parsed.arn.resource.split("/")[0] ?? "");
    return name === "" ? [] : [name];
  });
  return [...new Set(names)].sort().map(text);
}

/** Whether an ARN with this account field is of an account; ARNs of AWS itself are not: `arn:aws:iam::aws:policy/…`. */
function mayBeIn(account: string, inArn: string): boolean {
  return isAccountId(account) ? matches(inArn, account) : inArn !== "aws";
}

/** The resources of the stack that a statement's actions act on: buckets for `s3:GetObject`. */
function statementResources(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const { resource, path } = place;
  const action = valueIn(read(resource.inputs, ...path.slice(0, 3), "Action"));
  const services = [...textsIn(action)].flatMap((each) => {
    const service = each.split(":")[0] ?? "";
    return typesOf[service] ?? [service];
  });
  const things = stack
    .ofTypes(anyOfAws)
    .filter(({ type, urn }) => urn !== resource.urn && isOfService(type, services));
  // A value with the dependencies of one of them is about that one: both get one placeholder name.
  const isOfOne = things.some((thing) =>
    [...openPlacesOf(thing)].some(({ dependsOn }) =>
      dependsOn.some((urn) => place.dependsOn.includes(urn)),
    ),
  );
  if (isOfOne) return [];
  return [...things.map(({ urn }) => output(urn)), ...things.flatMap(objectsOf)];
}

/** The objects of a bucket: policies name these instead of the bucket. */
function objectsOf({ type, name, inputs }: Resource): readonly PossibleValue[] {
  const bucket = knownString(inputs, "bucket");
  if (bucket === undefined || !/^aws:s3\/bucket(V2)?:/.test(type)) return [];
  return [{ value: `arn:aws:s3:::${bucket}/*`, sentence: `objects of \`${name}\`` }];
}

function isOfService(type: string, services: readonly string[]): boolean {
  const service = type.slice("aws:".length, type.indexOf("/"));
  return services.length === 0 || services.includes("*") || services.includes(service);
}

/** Paths of roles from which the configuration derives tenants. */
function paths(_: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const patterns = Object.values(stack.context.settings.tenants).flatMap((one) => one.rolePaths);
  return [...new Set(patterns)].sort().map((pattern) => text(fitting(pattern)));
}
