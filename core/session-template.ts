/**
 * Templates of ARNs, in which the target of a call is filled in.
 *
 * `{target}` takes one segment, `{target:path}` several with `/` between them. No target can add a wildcard, a variable of a
 * policy or a part of the ARN, and none matches what another target names.
 */
const placeholder = /\{target(:path)?\}/g;

/** Everything in braces, with the `$` by which it is a variable of a policy. */
const inBraces = /\$?\{[^{}]*\}?/g;

/** One segment of a target; `*`, `?` and `$` would not mean themselves (source: IAM policy elements, Resource). */
const segment = /^(?!.*\.\.)(?!\.$)[A-Za-z0-9_.@=+,-]{1,512}$/;

/** Longest target that is filled in. */
const longestTarget = 512;

/** What a target has to be, for messages. */
export const targetWanted = "letters, digits and `_.@=+,-`, without `..`";

/** What is wrong with a template; lowercase, no final period. Undefined if nothing is. */
export function templateProblem(template: string): string | undefined {
  if (template === "*") return undefined;
  const stray = (template.match(inBraces) ?? []).find((found) => !isMeant(found));
  if (stray !== undefined) {
    return `has \`${stray}\`; write \`{target}\`, or \`{target:path}\` if the target may have \`/\``;
  }
  const parts = partsOf(template);
  if (parts === undefined || /\p{Cc}/u.test(template)) {
    return "is no ARN; write one such as `arn:aws:s3:::orders/{target}`";
  }
  const last = parts.resource.lastIndexOf(filledIn);
  const end = parts.resource.slice(last).search(/[/:]|$/);
  return last >= 0 && /[*?]/.test(parts.resource.slice(0, last + end))
    ? "has a wildcard before the target or in its segment, so that a target matches others; name what is before it, and end its segment by `/`"
    : undefined;
}

/**
 * Whether a target chooses whose resource it is: it is filled in before the resource part, or as the name of a bucket, which is
 * unique among all accounts.
 */
export function choosesOwner(template: string): boolean {
  const parts = partsOf(template);
  if (parts === undefined) return false;
  const [bucket = ""] = parts.resource.split("/");
  const named = /^\d{12}$/.test(parts.account) ? "" : bucket;
  return [...parts.before, named].some((part) => part.includes(filledIn));
}

/** The ARN with a target; undefined where the template does not take it. */
export function filledTemplate(template: string, target: string | undefined): string | undefined {
  const found = [...template.matchAll(placeholder)];
  if (found.length === 0) return template;
  if (target === undefined || !found.every(([, path]) => takes(path !== undefined, target))) {
    return undefined;
  }
  return template.replace(placeholder, () => target);
}

function takes(isPath: boolean, target: string): boolean {
  const segments = isPath ? target.split("/") : [target];
  return target.length <= longestTarget && segments.every((each) => segment.test(each));
}

/** Stands for a target in a template that is taken apart; no ARN has it. */
const filledIn = "\0";

function isMeant(found: string): boolean {
  if (!found.endsWith("}")) return false;
  const isTarget = /^\$?\{target(?::path)?\}$/.test(found);
  return found.startsWith("$") ? !isTarget : isTarget;
}

interface Parts {
  /** Partition, service, region and account. */
  readonly before: readonly string[];
  readonly account: string;
  readonly resource: string;
}

function partsOf(template: string): Parts | undefined {
  const [scheme, ...parts] = template.replace(placeholder, filledIn).split(":");
  const [partition = "", service = "", , account = ""] = parts;
  const resource = parts.slice(4).join(":");
  if (scheme !== "arn" || partition === "" || service === "" || resource === "") return undefined;
  return { before: parts.slice(0, 4), account, resource };
}
