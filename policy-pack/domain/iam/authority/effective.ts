import type { Context } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import type { Condition, Statement } from "../../../../core/policy/statement";
import { no, type Three } from "../../../../core/three-valued";

/**
 * Keys about the caller, its origin, the time and the form of the call, but not about its object.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const callerKeys: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:ec2instancesourceprivateipv4",
  "aws:ec2instancesourcevpc",
  "aws:epochtime",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principaltype",
  "aws:referer",
  "aws:requestedregion",
  "aws:resourceaccount",
  "aws:resourceorgid",
  "aws:resourceorgpaths",
  "aws:securetransport",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceidentity",
  "aws:sourceip",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpcarn",
  "aws:sourcevpce",
  "aws:tokenissuetime",
  "aws:useragent",
  "aws:userid",
  "aws:username",
  "aws:viaawsservice",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:vpcsourceip",
  "ec2:region",
  "kms:calleraccount",
  "kms:encryptionalgorithm",
  "s3:authtype",
  "s3:resourceaccount",
  "s3:signatureage",
  "s3:signatureversion",
  "s3:tlsversion",
  "secretsmanager:versionid",
  "secretsmanager:versionstage",
  "sts:rolesessionname",
]);

const callerPrefixes = ["aws:principaltag/", "saml:", "cognito-identity.amazonaws.com:"];

/** Whether a condition key, in lowercase, is only about the caller, its origin and the time. */
function isCallerKey(key: string): boolean {
  return (
    callerKeys.has(key) ||
    callerPrefixes.some((prefix) => key.startsWith(prefix)) ||
    isOfIssuer(key)
  );
}

/** Whether a claim of a token is meant, whose key starts with the issuer's host. */
function isOfIssuer(key: string): boolean {
  const host = key.slice(0, Math.max(0, key.indexOf(":")));
  return /[^]\.[^]/.test(host);
}

/**
 * Keys with values that the caller chooses, so it can meet an Allow and avoid a Deny.
 *
 * Keys that narrow whose role or which thing a call is about are left out, such as `ec2:InstanceProfile` or
 * `cloudformation:TemplateUrl`. Source: AWS service authorization reference, condition keys of the named services.
 */
const chosenKeys: ReadonlySet<string> = new Set([
  "apigateway:request/endpointtype",
  "apigateway:request/integration/type",
  "autoscaling:instancetype",
  "autoscaling:instancetypes",
  "autoscaling:launchtemplateversionspecified",
  "autoscaling:maxsize",
  "autoscaling:minsize",
  "autoscaling:targetgrouparns",
  "autoscaling:vpczoneidentifiers",
  "aws:tagkeys",
  "batch:awslogsgroup",
  "batch:image",
  "batch:privileged",
  "batch:user",
  "bedrock-agentcore:networkmode",
  "bedrock-agentcore:securitygroups",
  "bedrock-agentcore:subnets",
  "cloudformation:changesetname",
  "ec2:associatepublicipaddress",
  "ec2:availabilityzone",
  "ec2:ebsoptimized",
  "ec2:encrypted",
  "ec2:imageid",
  "ec2:imagetype",
  "ec2:instancemarkettype",
  "ec2:instancetype",
  "ec2:islaunchtemplateresource",
  "ec2:keypairname",
  "ec2:keypairtype",
  "ec2:launchtemplate",
  "ec2:metadatahttpendpoint",
  "ec2:metadatahttpputresponsehoplimit",
  "ec2:metadatahttptokens",
  "ec2:osuser",
  "ec2:owner",
  "ec2:public",
  "ec2:rootdevicetype",
  "ec2:securitygroupid",
  "ec2:subnet",
  "ec2:subnetid",
  "ec2:tenancy",
  "ec2:volumeiops",
  "ec2:volumesize",
  "ec2:volumethroughput",
  "ec2:volumetype",
  "ec2:vpc",
  "ec2:vpcid",
  "ecs:auto-assign-public-ip",
  "ecs:capacity-provider",
  "ecs:cluster",
  "ecs:compute-compatibility",
  "ecs:container-name",
  "ecs:enable-ebs-volumes",
  "ecs:enable-ecs-managed-tags",
  "ecs:enable-execute-command",
  "ecs:enable-service-connect",
  "ecs:namespace",
  "ecs:privileged",
  "ecs:propagate-tags",
  "ecs:subnet",
  "ecs:task-cpu",
  "ecs:task-memory",
  "eks:accessscope",
  "eks:namespaces",
  "events:detail-type",
  "events:source",
  "glue:securitygroupids",
  "glue:subnetids",
  "glue:vpcids",
  "iam:associatedresourcearn",
  "lambda:codesigningconfigarn",
  "lambda:functionurlauthtype",
  "lambda:invokedviafunctionurl",
  "lambda:layer",
  "lambda:principal",
  "lambda:securitygroupids",
  "lambda:subnetids",
  "lambda:vpcids",
  "sagemaker:acceleratortypes",
  "sagemaker:appnetworkaccesstype",
  "sagemaker:directinternetaccess",
  "sagemaker:domainsharingoutputkmskey",
  "sagemaker:enableremotedebug",
  "sagemaker:homeefsfilesystemkmskey",
  "sagemaker:imagearns",
  "sagemaker:instancetypes",
  "sagemaker:intercontainertrafficencryption",
  "sagemaker:maxruntimeinseconds",
  "sagemaker:minimuminstancemetadataserviceversion",
  "sagemaker:networkisolation",
  "sagemaker:outputkmskey",
  "sagemaker:rootaccess",
  "sagemaker:volumekmskey",
  "sagemaker:vpcsecuritygroupids",
  "sagemaker:vpcsubnets",
  "sts:durationseconds",
  "sts:externalid",
  "sts:sourceidentity",
  "sts:transitivetagkeys",
]);

/** How others such keys start: headers and tags of a request to S3, and tags that a call gives. */
const chosenPrefixes = ["aws:requesttag/", "s3:object-lock-", "s3:requestobjecttag", "s3:x-amz-"];

/** Whether a condition key, in lowercase, has a value that a caller chooses for a call. */
export function isChosenKey(key: string): boolean {
  return chosenKeys.has(key) || chosenPrefixes.some((prefix) => key.startsWith(prefix));
}

/**
 * Whether a statement counts in a request.
 *
 * Where the context has no caller, origin and time, an Allow counts as meant for the caller, and a Deny as meant for others.
 * Neither limits what the identity can do.
 */
export function effectiveOf(statement: Statement, context: Context, variables: boolean): Three {
  const { conditions, effect } = statement;
  const unsaid = conditions.filter((condition) => isUnsaid(condition, context));
  if (unsaid.length === 0) return evaluateConditions(conditions, context, variables).result;
  const rest = conditions.filter((condition) => !unsaid.includes(condition));
  const { result } = evaluateConditions(rest, context, variables);
  return effect === "Deny" ? no : result;
}

function isUnsaid(condition: Condition, context: Context): boolean {
  if (condition.kind === "unknown") return false;
  const key = condition.key.toLowerCase();
  const value = context(key);
  const isOpen = value.kind === "unknown" && value.decides !== true;
  return isOpen && (isCallerKey(key) || isChosenKey(key));
}

/**
 * The worst request of an identity by what is known: with the known keys, and none that would narrow its object.
 *
 * @param given values of keys, in lowercase
 */
export function unnarrowed(given: Readonly<Record<string, readonly string[]>> = {}): Context {
  return (key) => {
    const values = Object.hasOwn(given, key) ? given[key] : undefined;
    if (values !== undefined) return { kind: "present", values };
    return isCallerKey(key)
      ? { kind: "unknown", reason: "who calls, from where and when is not known" }
      : { kind: "absent" };
  };
}
