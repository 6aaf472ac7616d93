import * as fc from "fast-check";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
} from "../../core/grants/grant";

/** Most are alike, so that grants and requests meet; some are what another language could take for something else. */
const tenant = often(["a", "b"], ["a/b", "A", "", "\ud800", "\ufffd"], 40);
const name = often(["a", "b"], ['"\\', "__proto__", "é", "é", "", "\ud800", "\ufffd"], 60);
const intent = often(["find", "pay"], ["", "*", "find ", "\ud800", "\ufffd"], 60);
const place = often(["eu", "us"], ["", "*", "\ud800"], 40);

/** Keys of each kind, those that are proven, and those that no language takes alike. */
const key = often(
  ["cents", "region", "trial", "user", "actors", "target", "environment", "until"],
  ["in", "has-more", "constructor", "__entity", "", "é", "toString"],
  6,
);

const now = fc.constantFrom(0, 1_000);

/** Conditions of the kind that their key has, which are often met. */
const fittingCondition = fc.constantFrom<GrantCondition>(
  { kind: "between", key: "cents", least: 0, most: 10 },
  { kind: "between", key: "until", least: 0, most: 1_060 },
  { kind: "sum", key: "cents", most: 10 },
  { kind: "is", key: "trial", value: true },
  { kind: "one-of", key: "region", values: ["eu", "ch"] },
  { kind: "one-of", key: "target", values: ["eu"] },
  { kind: "one-of", key: "environment", values: ["us"] },
  { kind: "one-of", key: "user", values: ["a", "ann"] },
  { kind: "one-of", key: "actors", values: ["a", "b"] },
);

const condition: fc.Arbitrary<GrantCondition> = fc.oneof(
  { arbitrary: fittingCondition, weight: 9 },
  fc.record({
    kind: fc.constant("one-of" as const),
    key,
    values: fc.array(fc.oneof(place, name), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("between" as const),
    key,
    least: often([0, 10, -10], [0.5, NaN, -Infinity], 12),
    most: often([10, 1_060, 2_000, -1], [0.5, NaN, Infinity, 2 ** 53], 12),
  }),
  fc.record({
    kind: fc.constant("sum" as const),
    key,
    most: often([10, 1_060], [0.5, NaN, Infinity, -1], 12),
  }),
  fc.record({ kind: fc.constant("is" as const), key, value: fc.boolean() }),
);

/** Grants, most of them well formed. */
export const randomGrant: fc.Arbitrary<Grant> = fc.record(
  {
    tenant,
    caller: name,
    tool: name,
    intents: fc.oneof(
      { arbitrary: fc.constant(["find", "pay"]), weight: 3 },
      { arbitrary: fc.array(intent, { maxLength: 3 }), weight: 1 },
    ),
    sensitivity: often<Grant["sensitivity"]>([...sensitivities], ["secret" as never], 60),
    conditions: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }), weight: 3 },
    ),
    approval: often<Grant["approval"]>(["none", "human"], ["maybe" as never], 12),
    maxSeconds: often([60, 300, 301], [0, -1, 0.5, NaN, Infinity, 2 ** 53], 12),
  },
  { noNullPrototype: true },
);

/** A few grants, which may be equal. */
export const randomGrants = fc.array(randomGrant, { maxLength: 8 });

const workload = fc.record({ tenant, name }, { noNullPrototype: true });
const ofTenantA = fc.record(
  { tenant: fc.constant("a"), name: fc.constantFrom("a", "b") },
  { noNullPrototype: true },
);
const party = fc.oneof({ arbitrary: ofTenantA, weight: 40 }, { arbitrary: workload, weight: 1 });

/** Requests, most of them well formed and within one tenant. */
export const randomRequest: fc.Arbitrary<CallRequest> = fc
  .record(
    {
      caller: party,
      tool: party,
      actors: fc.array(party, { maxLength: 2 }),
      intent,
      sensitivity: often<Grant["sensitivity"]>([...sensitivities], ["secret" as never], 60),
      seconds: often([1, 60, 60, 300, 301], [0, 0.5, NaN, 2 ** 53], 40),
      now: fc.oneof({ arbitrary: now, weight: 40 }, { arbitrary: fc.constant(0.5), weight: 1 }),
      task: fc.record(
        { ended: often([false], [true], 20), until: often([5_000], [1_000, 1_060, NaN], 20) },
        { noNullPrototype: true },
      ),
      context: fc
        .tuple(
          fc.dictionary(
            often(
              ["cents", "region", "trial"],
              ["in", "has-more", "target", "__entity", "toString"],
              15,
            ),
            fc.oneof(
              place,
              fc.constantFrom(-11, -10, -1, 9, 10, 11, 0.5, 2 ** 53, NaN),
              fc.boolean(),
            ),
            { maxKeys: 2, noNullPrototype: true },
          ),
          fc.record(
            { cents: fc.constantFrom(-1, 0, 9, 10, 11), region: place, trial: fc.boolean() },
            { requiredKeys: [], noNullPrototype: true },
          ),
        )
        .map(([strange, usual]) => ({ ...strange, ...usual })),
      user: fc.option(party, { nil: undefined }),
      target: fc.option(place, { nil: undefined }),
      environment: fc.option(place, { nil: undefined }),
      approvedBy: fc.option(often(["ann", "a"], ["", " ", "\t\n", "\u00a0", "\ufffd"], 4), {
        nil: undefined,
      }),
    },
    { noNullPrototype: true },
  )
  .map(({ user, target, environment, approvedBy, ...rest }) => ({
    ...rest,
    ...(user !== undefined && { user }),
    ...(target !== undefined && { target }),
    ...(environment !== undefined && { environment }),
    ...(approvedBy !== undefined && { approvedBy }),
  }));

/** A request with grants of which most are about it, so that their parts decide. */
export const randomCase: fc.Arbitrary<readonly [CallRequest, readonly Grant[]]> = fc
  .tuple(randomRequest, fc.array(fc.tuple(randomGrant, fc.nat(4)), { maxLength: 6 }))
  .map(([request, grants]) => [
    request,
    grants.map(([grant, other]) => (other === 0 ? grant : { ...grant, ...about(request) })),
  ]);

function about({ caller, tool }: CallRequest): Pick<Grant, "tenant" | "caller" | "tool"> {
  return { tenant: caller.tenant, caller: caller.name, tool: tool.name };
}

/** Mostly one of some values, rarely one of others: of so many times one. */
function often<T>(usual: readonly T[], rare: readonly T[], times: number): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: times },
    { arbitrary: fc.constantFrom(...rare), weight: 1 },
  );
}
