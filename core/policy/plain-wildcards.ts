import { anyAccountId } from "../arn";
import { covers, hasWildcard } from "../pattern";

/** Fewest characters of each value. Source: Service Authorization Reference; S3 user guide, bucket naming rules. */
const shortest = { service: 2, action: 3, partition: 3, bucket: 3, name: 1 };

/** Services of whose ARNs each has an account. Source: Service Authorization Reference. */
const withAccount = ["iam", "sts"];

/** Services of whose ARNs each has a region and an account. Source: Service Authorization Reference. */
const withBoth = [
  "codebuild",
  "dynamodb",
  "ecr",
  "ecs",
  "eks",
  "kinesis",
  "kms",
  "lambda",
  "logs",
  "secretsmanager",
  "sns",
  "sqs",
  "states",
];

/** How many parts an ARN has; the resource keeps its colons. */
const arnParts = 6;

/**
 * An action pattern in its plain spelling: `*` where the wildcards match every action, or every action of a service.
 *
 * So `?*`, `**` and `*:*` are `*`, and `s3:?*` is `s3:*`.
 */
export function plainAction(text: string): string {
  if (!hasWildcard(text)) return text;
  const [service = "", ...names] = text.split(":");
  if (names.length === 0) return anyOf(service, shortest.action);
  if (names.length > 1) return withPlainRuns(text);
  const plain = [anyOf(service, shortest.service), anyOf(names[0] ?? "", shortest.action)] as const;
  return plain.every((each) => each === "*") ? "*" : plain.join(":");
}

/**
 * An ARN pattern in its plain spelling: `*` where the wildcards match every value of a part, and for a pattern of all ARNs.
 *
 * Region and account keep their spelling where some ARNs of the service have none.
 */
export function plainArn(text: string): string {
  if (!hasWildcard(text)) return text;
  return outsideVariables(text, (plain) => {
    const all = plain.split(":");
    if (all.length === 1) return anyOf(plain, shortest.name);
    const service = all[2] ?? "";
    const start = all.slice(0, arnParts - 1).map((part, at) => plainPart(part, at, service));
    const resource = all.slice(arnParts - 1).join(":");
    const least = service === "s3" && all[4] === "" ? shortest.bucket : shortest.name;
    const whole =
      all.length < arnParts ? start : [...start, anyOfEach(anyOf(resource, shortest.name), least)];
    return whole.slice(1).every((each) => each === "*") && whole[0] === "arn"
      ? "*"
      : whole.join(":");
  });
}

/** A part of an ARN before its resource, by its place. */
function plainPart(text: string, at: number, service: string): string {
  switch (at) {
    case 0:
      return anyOf(text, shortest.name) === "*" ? "arn" : text;
    case 1:
      return anyOf(text, shortest.partition);
    case 2:
      return anyOf(text, shortest.service);
    case 3:
      return withBoth.includes(service) ? anyOf(text, shortest.name) : withPlainRuns(text);
    default: {
      const isAlwaysThere = withBoth.includes(service) || withAccount.includes(service);
      return isAlwaysThere && covers(text, anyAccountId) ? "*" : withPlainRuns(text);
    }
  }
}

/** Each run of wildcards that has a `*` as its `?`s and one `*`, which match the same; what is in `${…}` stays. */
export function plainRuns(text: string): string {
  return outsideVariables(text, withPlainRuns);
}

function withPlainRuns(text: string): string {
  return text.replace(/[*?]{2,}/g, (run) =>
    run.includes("*") ? `${run.replaceAll("*", "")}*` : run,
  );
}

/** `*` for wildcards that match every text of at least so many characters. */
function anyOf(text: string, least: number): string {
  const plain = withPlainRuns(text);
  return /^\?*\*$/.test(plain) && plain.length - 1 <= least ? "*" : plain;
}

/** The same for each name of a resource; the first is a bucket's at S3. */
function anyOfEach(resource: string, least: number): string {
  let at = 0;
  return resource.replace(/[^/:]+/g, (part) => {
    at += 1;
    return anyOf(part, at === 1 ? least : shortest.name);
  });
}

/** Stands for a variable while the rest of a text is changed. */
const mark = "\0";

/** Changes a text whose variables, which have colons and wildcards of their own, stay as they are. */
function outsideVariables(text: string, change: (text: string) => string): string {
  if (text.includes(mark)) return text;
  const variables: string[] = [];
  let rest = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf("${", from);
    const end = start === -1 ? -1 : text.indexOf("}", start);
    if (end === -1) break;
    rest += text.slice(from, start) + mark;
    variables.push(text.slice(start, end + 1));
    from = end + 1;
  }
  return change(rest + text.slice(from)).replaceAll(mark, () => variables.shift() ?? "");
}
