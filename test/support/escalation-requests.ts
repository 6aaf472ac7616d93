import table from "../../policy-pack/domain/paths/escalation/escalation-paths.json";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { mayMake, type Policies, type Request } from "./requests";

/** A path of the table, as far as it is read here. */
export interface Path {
  readonly id: string;
  readonly acts: string;
  readonly by: string;
  readonly needs: readonly (readonly string[])[];
  readonly passes?: readonly string[];
  readonly on?: string;
  readonly inline?: boolean;
  readonly made?: boolean;
  readonly optional?: boolean;
  readonly unnamed?: boolean;
  readonly requests?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly beside?: readonly string[];
}

/** All paths of the table. */
export const paths = table.paths as readonly Path[];

/** What a request can be about: of a name that policies may spell, or one that patterns alone match. */
export interface Thing {
  readonly arn: string;
  readonly isNamed: boolean;
}

/** The policies of the role `desk`, and the services that the role `pay` trusts. */
export interface PossibleValues {
  readonly inline: readonly ValueRecord[];
  /** Those of the managed policy `extra`. */
  readonly attached?: readonly ValueRecord[];
  /** Those of the managed policy `limit`. */
  readonly boundary?: readonly ValueRecord[];
  readonly trusted: readonly string[];
}

/** The account of the stack. */
export const account = "111122223333";
/** The region of its provider. */
export const region = "eu-west-1";

const iam = (rest: string): string => `arn:aws:iam::${account}:${rest}`;
const own = iam("role/desk");

/** Names that patterns reach that begin as those do which policies spell, and one that begins as none. */
const unspelled = ["dusk", "post", "oz", "zz"];

function named(arnOf: (name: string) => string, spelled: readonly string[]): readonly Thing[] {
  return [
    ...spelled.map((name) => ({ arn: arnOf(name), isNamed: true })),
    ...unspelled.map((name) => ({ arn: arnOf(name), isNamed: false })),
  ];
}

/** Its own role, one of the stack, one of no stack, and others. */
export const roles = named((name) => iam(`role/${name}`), ["desk", "pay", "ghost"]);
const elsewhere = (rest: string): Thing => ({
  arn: `arn:aws:iam::444455556666:${rest}`,
  isNamed: false,
});
const policies = named((name) => iam(`policy/${name}`), ["extra", "limit", "other"]);

/** Things that match a pattern of the table. */
export function thingsLike(on: string): readonly Thing[] {
  const [, , service = "", where = "", of = "", ...rest] = on.split(":");
  // Documents of AWS's own are in no account.
  const owner = on.includes(":document/AWS-") ? "" : of && account;
  const start = ["arn:aws", service, where && region, owner].join(":");
  const kind = rest.join(":");
  if (!kind.includes("*")) return [{ arn: `${start}:${kind}`, isNamed: true }];
  const [before = ""] = kind.split("*");
  const place = before === "" ? "thing/" : /[/:]$/.test(before) ? before : `${before}/`;
  const here = named((name) => `${start}:${place}${name}`, ["desk", "pay"]);
  const far = `${start.replace(region, "us-east-1")}:${place}zz`;
  return where === "" ? here : [...here, { arn: far, isNamed: false }];
}

/** What an action can be called on. */
export function thingsFor(action: string): readonly Thing[] {
  const [service = "", name = ""] = action.split(":");
  if (action === "sts:AssumeRole") return [...roles, elsewhere("role/zz")];
  if (action === "sts:AssumeRoot") return [elsewhere("root"), { arn: iam("root"), isNamed: true }];
  const begun = paths.find(({ on, needs }) => on !== undefined && needs[0]?.includes(action));
  if (begun?.on !== undefined) return thingsLike(begun.on);
  if (service === "lambda") return thingsLike("arn:*:lambda:*:*:function:*");
  if (service === "redshift-data") return thingsIn("redshift");
  if (service !== "iam") return thingsIn(service);
  if (name === "AddRoleToInstanceProfile") return thingsLike("arn:*:iam::*:instance-profile/*");
  if (name.includes("Role")) return roles;
  return name.includes("User") ? thingsLike("arn:*:iam::*:user/*") : policies;
}

/** Things of a service: of the kinds that the table names, also by other names, and of others. */
function thingsIn(service: string): readonly Thing[] {
  const kinds = paths.flatMap(({ on = "", beside = [] }) => [on, ...beside]);
  const own = kinds.filter((kind) => kind.startsWith(`arn:*:${service}:`));
  const ofAnyName = own.map((kind) => kind.replace(/\/[^/*]+$/, "/*"));
  const others = ["thing", "other"].map((kind) => `arn:*:${service}:*:*:${kind}/*`);
  return [...new Set([...own, ...ofAnyName, ...others])].flatMap(thingsLike);
}

/** What of a world allows a path, and what would if each instance and task had an unlisted role. */
export interface Escalates {
  readonly certain: boolean;
  readonly possible: boolean;
}

/** Whether AWS would allow all that a path takes, one request at a time. */
export function escalates(path: Path, possibleValues: PossibleValues): Escalates {
  const asker = new Asker(path, possibleValues);
  return { certain: asker.escalates(true), possible: asker.escalates(false) };
}

const raising = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

type Keys = NonNullable<Request["keys"]>;

/** Earlier answers, for each world. */
const answersIn = new WeakMap<PossibleValues, Map<string, boolean>>();

class Asker {
  readonly #path: Path;
  readonly #possibleValues: PossibleValues;
  readonly #policies: Policies;
  readonly #answers: Map<string, boolean>;

  constructor(path: Path, possibleValues: PossibleValues) {
    this.#path = path;
    this.#possibleValues = possibleValues;
    this.#answers = answersIn.get(possibleValues) ?? new Map<string, boolean>();
    answersIn.set(possibleValues, this.#answers);
    const { inline, attached, boundary } = possibleValues;
    this.#policies = {
      identity: [inline, ...(attached === undefined ? [] : [attached as Value])],
      ...(boundary !== undefined && { boundary: boundary }),
    };
  }

  /** @param strictly whether what may have no role counts as having none */
  escalates(strictly: boolean): boolean {
    const { passes, needs } = this.#path;
    if (passes !== undefined) {
      return passes.some((service) => this.#passes(service)) && this.#called(needs, []);
    }
    const [first = [], ...rest] = needs;
    return first.some((action) =>
      this.#requests(action).some((keys) =>
        thingsFor(action)
          .filter(({ arn }) => this.#may(action, arn, keys))
          .filter((thing) => this.#isWorth(thing, strictly))
          .some(({ arn }) => this.#isBeside(action, keys) && this.#called(rest, [arn])),
      ),
    );
  }

  #may(action: string, on: string, keys: Keys = {}): boolean {
    const request = JSON.stringify([action, on, keys]);
    let answer = this.#answers.get(request);
    if (answer === undefined) {
      answer = mayMake(this.#policies, { action, on, keys }) === "yes";
      this.#answers.set(request, answer);
    }
    return answer;
  }

  /** The possible keys of the first action of a path. */
  #requests(action: string): readonly Keys[] {
    if (!/:Attach\w+Policy$/.test(action)) return this.#path.requests ?? [{}];
    const made = policies.filter(({ arn }) => this.#may("iam:CreatePolicy", arn));
    const attached = this.#path.made === true ? made.map(({ arn }) => arn) : raising;
    return attached.map((arn) => ({ "iam:PolicyARN": arn }));
  }

  #isBeside(action: string, keys: Keys): boolean {
    const { beside } = this.#path;
    if (beside === undefined) return true;
    return beside.flatMap(thingsLike).some(({ arn }) => this.#may(action, arn, keys));
  }

  /** Whether the role can be passed to a service that assumes it. */
  #passes(service: string): boolean {
    return roles.some(
      ({ arn }) =>
        arn !== own &&
        (arn !== iam("role/pay") || this.#possibleValues.trusted.includes(service)) &&
        this.#may("iam:PassRole", arn, { "iam:PassedToService": service }),
    );
  }

  /** Whether of each list one action can be called: on one thing, as far as they are about things of one kind. */
  #called(needs: Path["needs"], before: readonly string[]): boolean {
    const [actions, ...rest] = needs;
    if (actions === undefined) return true;
    return actions.some((action) =>
      thingsFor(action).some(
        ({ arn }) =>
          before.every((other) => other === arn || kindOf(other) !== kindOf(arn)) &&
          this.#may(action, arn) &&
          this.#called(rest, [...before, arn]),
      ),
    );
  }

  #isWorth(thing: Thing, strictly: boolean): boolean {
    const { acts, inline = false, optional = false, unnamed = false } = this.#path;
    const { arn, isNamed } = thing;
    const { attached = [], boundary } = this.#possibleValues;
    switch (acts) {
      case "role":
        return this.#isRaisedBy(thing);
      case "trust":
        return arn !== own;
      case "boundary":
        return boundary !== undefined && arn === own;
      case "own deny": {
        const statements = inline ? this.#possibleValues.inline : attached;
        return arn === own && statements.some(({ Effect }) => Effect === "Deny");
      }
      case "policy":
        return (
          !isNamed ||
          (attached.length > 0 && arn.endsWith("/extra")) ||
          (boundary !== undefined && arn.endsWith("/limit")) ||
          roles.some(
            (role) =>
              this.#may("iam:AttachRolePolicy", role.arn, { "iam:PolicyARN": arn }) &&
              this.#isRaisedBy(role),
          )
        );
      case "user policy":
        return (
          !isNamed ||
          ["CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"].some((name) =>
            this.#may(`iam:${name}`, arn),
          )
        );
      case "any role":
        return arn.endsWith("/zz");
      case "workload":
        if (!isNamed) return true;
        return !unnamed && !(optional && strictly) && !arn.endsWith(":function:desk");
      default:
        return true;
    }
  }

  /** Whether what a role may do, the identity may do then. */
  #isRaisedBy({ arn, isNamed }: Thing): boolean {
    return arn === own || !isNamed || this.#may("sts:AssumeRole", arn);
  }
}

function kindOf(arn: string): string {
  const [, , service = "", , , ...rest] = arn.split(":");
  return `${service} ${rest.join(":").split(/[/:]/)[0] ?? ""}`;
}
