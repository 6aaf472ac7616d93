import assert from "node:assert/strict";
import fc from "fast-check";
import { Unknown, isRecord, type Value } from "../../../../../core/snapshot/value";
import { mayMake, type Policies, type Request } from "../../../../support/requests";
import { runs } from "../../../../support/runs";

const actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"];
const objects = ["arn:aws:s3:::acme/a", "arn:aws:s3:::acme/b", "arn:aws:s3:::globex/a"];
const tag = "aws:ResourceTag/tenant";
const keyNames = [tag, "s3:prefix", "aws:TagKeys"];
const texts = ["a", "b", "acme"];

const actionPattern = fc.constantFrom(...actions, "*", "s3:*", "S3:get*", "s3:?utObject", "sqs:*");
const resourcePattern = fc.constantFrom(
  ...objects,
  "*",
  "arn:aws:s3:::acme/*",
  "arn:aws:s3:::*/a",
  "arn:aws:s3:::acme/${s3:prefix}",
);

function some<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[]> {
  return fc.oneof(of, fc.array(of, { minLength: 1, maxLength: 3 }));
}

const condition = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringEqualsIfExists",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringLike",
    "Null",
  ),
  fc.dictionary(
    fc.constantFrom(...keyNames),
    some(fc.constantFrom(...texts, "a*", "true", "false")),
    { minKeys: 1, maxKeys: 2 },
  ),
  { maxKeys: 2 },
);

function either(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc
    .tuple(fc.boolean(), value)
    .map(([negated, given]) => ({ [negated ? `Not${name}` : name]: given }));
}

function statementWith(effect: fc.Arbitrary<string>): fc.Arbitrary<Value> {
  return fc
    .tuple(
      effect,
      either("Action", some(actionPattern)),
      either("Resource", some(resourcePattern)),
      fc.option(condition, { nil: undefined }),
    )
    .map(([Effect, action, resource, Condition]) => ({
      Effect,
      ...action,
      ...resource,
      ...(Condition && { Condition }),
    }));
}

const statement = statementWith(fc.constantFrom("Allow", "Allow", "Deny"));
const deny = statementWith(fc.constant("Deny"));
const document = fc.array(statement, { minLength: 1, maxLength: 3 });

const policies: fc.Arbitrary<Policies> = fc.record(
  {
    identity: fc.array(document, { minLength: 1, maxLength: 2 }),
    boundary: document,
    session: document,
  },
  { requiredKeys: ["identity"] },
);

const request: fc.Arbitrary<Request> = fc.record({
  action: fc.constantFrom(...actions),
  on: fc.constantFrom(...objects),
  keys: fc.dictionary(
    fc.constantFrom(...keyNames),
    fc.oneof(fc.constantFrom(...texts), fc.array(fc.constantFrom(...texts), { maxLength: 2 })),
  ),
});

const width = { no: 0, unknown: 1, yes: 2 } as const;

describe("what policies allow", () => {
  it("is what AWS's own rules give, by another evaluator", () => {
    fc.assert(
      fc.property(policies, request, (given, requested) => {
        fc.pre(singleValued(requested));
        assert.equal(mayMake(given, requested), reference(given, requested) ? "yes" : "no");
      }),
      { numRuns: runs(750, 3_000) },
    );
  });

  it("never widens by a Deny more", () => {
    fc.assert(
      fc.property(policies, request, deny, (given, requested, more) => {
        const identity = [...given.identity, [more]];
        const after = mayMake({ ...given, identity }, requested);
        assert.ok(width[after] <= width[mayMake(given, requested)]);
      }),
      { numRuns: runs(250, 1_000) },
    );
  });

  it("never widens by a boundary, nor by a session policy", () => {
    fc.assert(
      fc.property(policies, request, document, (given, requested, more) => {
        const { identity } = given;
        const before = width[mayMake({ identity }, requested)];
        assert.ok(width[mayMake({ identity, boundary: more }, requested)] <= before);
        assert.ok(width[mayMake({ identity, session: more }, requested)] <= before);
      }),
      { numRuns: runs(250, 1_000) },
    );
  });

  it("does not depend on the order of policies, statements, keys and values", () => {
    fc.assert(
      fc.property(policies, request, (given, requested) => {
        const turned = reversed(given as unknown as Value) as unknown as Policies;
        assert.equal(mayMake(turned, requested), mayMake(given, requested));
      }),
      { numRuns: runs(250, 1_000) },
    );
  });

  it("is unknown wherever an unknown part would change it", () => {
    let uncertainAbout = 0;
    fc.assert(
      fc.property(policies, request, fc.infiniteStream(fc.nat(99)), (given, requested, random) => {
        const hide = (): boolean => Number(random.next().value) < 12;
        const partly: Policies = {
          identity: given.identity.map((each) => hidden(each, hide)),
          ...(given.boundary !== undefined && { boundary: hidden(given.boundary, hide) }),
          ...(given.session !== undefined && { session: hidden(given.session, hide) }),
        };
        const answer = mayMake(partly, requested);
        if (answer === "unknown") uncertainAbout += 1;
        else assert.equal(answer, mayMake(given, requested), JSON.stringify(partly));
      }),
      { numRuns: runs(1_250, 5_000) },
    );
    assert.ok(uncertainAbout > runs(125, 500), `${uncertainAbout} answers are undetermined`);
  });
});

/** A value without some of its parts; a list of statements stays a list, since a policy that is not known denies nothing. */
function hidden(value: Value, hide: () => boolean): Value {
  const isStatements = Array.isArray(value) && value.some(isRecord);
  if (!isStatements && hide()) return new Unknown(["urn:later"]);
  if (Array.isArray(value)) return (value as readonly Value[]).map((each) => hidden(each, hide));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hidden(each, hide)]));
}

function reversed(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(reversed).toReversed();
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

/** Whether only a key for several values has several: AWS documents no others. */
function singleValued({ keys = {} }: Request): boolean {
  return Object.entries(keys).every(([, values]) => typeof values === "string");
}

interface Known {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** The evaluation logic of the IAM user guide, for what is known, as plainly as it can be written. */
function reference({ identity, boundary, session }: Policies, requested: Request): boolean {
  const sets = [identity.flat() as unknown as Known[], boundary, session].filter(
    (each) => each !== undefined,
  ) as unknown as readonly (readonly Known[])[];
  const applies = (each: Known): boolean => {
    const { Action, NotAction, Resource, NotResource, Condition = {} } = each;
    const onAction = anyLike(Action ?? NotAction, requested.action, requested, true);
    const onResource = anyLike(Resource ?? NotResource, requested.on, requested, false);
    return (
      onAction === (Action !== undefined) &&
      onResource === (Resource !== undefined) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, requested)),
      )
    );
  };
  const all = sets.flat();
  if (all.some((each) => each.Effect === "Deny" && applies(each))) return false;
  return sets.every((set) => set.some((each) => each.Effect === "Allow" && applies(each)));
}

function holds(
  operator: string,
  key: string,
  wanted: string | readonly string[],
  { keys = {} }: Request,
): boolean {
  const given = keys[key];
  const list = [wanted].flat();
  const fits = (like: boolean): boolean =>
    list.some((each) => (like ? isLike(each, String(given)) : each === given));
  switch (operator) {
    case "StringEquals":
      return given !== undefined && fits(false);
    case "StringNotEquals":
      return given === undefined || !fits(false);
    case "StringLike":
      return given !== undefined && fits(true);
    case "StringEqualsIfExists":
    case "ForAllValues:StringEquals":
      return given === undefined || fits(false);
    case "ForAnyValue:StringLike":
      return given !== undefined && fits(true);
    default:
      return list.some((each) => (each === "true") === (given === undefined));
  }
}

function anyLike(
  patterns: string | readonly string[] | undefined,
  text: string,
  { keys = {} }: Request,
  anyCase: boolean,
): boolean {
  return [patterns ?? []].flat().some((pattern) => {
    const prefix = keys["s3:prefix"];
    if (pattern.includes("${") && prefix === undefined) return false;
    const filled = pattern.replace("${s3:prefix}", String(prefix));
    return anyCase ? isLike(filled.toLowerCase(), text.toLowerCase()) : isLike(filled, text);
  });
}

function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
}
