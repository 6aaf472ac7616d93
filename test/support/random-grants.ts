import * as fc from "fast-check";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
} from "../../core/grants/grant";

/** Most are alike, so that grants and requests meet; some are what another language could take for something else. */
const tenant = often(["a", "b"], ["a/b", "A", "", "\ud800", "\ufffd"], 20);
const name = often(["a", "b"], ['"\\', "__proto__", "é", "é", "", "\ud800", "\ufffd"], 12);
const intent = often(["find", "pay"], ["", "*", "find ", "\ud800", "\ufffd"], 12);
const place = often(["eu", "us"], ["", "*", "\ud800"], 12);

/** Keys of each kind, those that are proven, and those that no language takes alike. */
const key = often(
  ["cents", "region", "trial", "user", "actors", "target", "environment", "until"],
  ["in", "has-more", "constructor", "__entity", "", "é", "toString"],
  6,
);

const now = fc.constantFrom(0, 1_000);

const condition: fc.Arbitrary<GrantCondition> = fc.oneof(
  fc.record({
    kind: fc.constant("one-of" as const),
    key,
    values: fc.array(fc.oneof(place, name), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("at-most" as const),
    key,
    limit: often([10, 1_060, 2_000, -1], [0.5, NaN, Infinity, 2 ** 53], 12),
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
    sensitivity: often<Grant["sensitivity"]>([...sensitivities], ["secret" as never], 20),
    conditions: fc.oneof(
      { arbitrary: fc.constant([]), weight: 2 },
      { arbitrary: fc.array(condition, { maxLength: 3 }), weight: 3 },
    ),
    approval: often<Grant["approval"]>(["none", "human"], ["maybe" as never], 12),
    maxSeconds: often([1, 60, 300], [0, -1, 0.5, NaN, Infinity, 2 ** 53], 12),
  },
  { noNullPrototype: true },
);

/** A few grants, which may say the same. */
export const randomGrants = fc.array(randomGrant, { maxLength: 8 });

const workload = fc.record({ tenant, name }, { noNullPrototype: true });
const ofTenantA = fc.record(
  { tenant: fc.constant("a"), name: fc.constantFrom("a", "b") },
  { noNullPrototype: true },
);
const party = fc.oneof({ arbitrary: ofTenantA, weight: 9 }, { arbitrary: workload, weight: 1 });

/** Requests, most of them well formed and within one tenant. */
export const randomRequest: fc.Arbitrary<CallRequest> = fc
  .record(
    {
      caller: party,
      tool: party,
      actors: fc.array(party, { maxLength: 2 }),
      intent,
      sensitivity: often<Grant["sensitivity"]>([...sensitivities], ["secret" as never], 20),
      seconds: often([1, 60, 300, 301], [0, 0.5, NaN, 2 ** 53], 20),
      now: fc.oneof({ arbitrary: now, weight: 20 }, { arbitrary: fc.constant(0.5), weight: 1 }),
      task: fc.record(
        { ended: often([false], [true], 9), until: often([5_000], [1_000, 1_060, NaN], 6) },
        { noNullPrototype: true },
      ),
      context: fc.dictionary(
        often(
          ["cents", "region", "trial"],
          ["in", "has-more", "target", "__entity", "toString"],
          4,
        ),
        fc.oneof(place, fc.constantFrom(9, 10, 11, 0.5, 2 ** 53, NaN), fc.boolean()),
        { maxKeys: 3, noNullPrototype: true },
      ),
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

/** Mostly one of some values, rarely one of others: of so many times one. */
function often<T>(usual: readonly T[], rare: readonly T[], times: number): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: times },
    { arbitrary: fc.constantFrom(...rare), weight: 1 },
  );
}
