import assert from "node:assert/strict";
import fc from "fast-check";
import type { Authority, CallGrant } from "../../../../policy-pack/views/delta/authority";
import { deltaOf } from "../../../../policy-pack/views/delta/delta";
import type {
  LinkedPattern,
  Permission,
  Test,
} from "../../../../policy-pack/views/delta/permission";

/** The authority of one workload with one role. */
function authority(
  may: readonly Permission[],
  more: Partial<Pick<Authority["identities"][number], "denied" | "usedBy" | "leftOut">> = {},
  calls: readonly CallGrant[] = [],
): Authority {
  const role = { key: "role", label: "acme-triage", what: "role", may, denied: [], usedBy: [] };
  return {
    identities: [{ ...role, ...more }],
    workloads: [{ key: "triage", label: "acme/triage", tenant: "acme", identities: ["role"] }],
    calls,
  };
}

function may(actions: string, objects: string, conditions: readonly Test[] = []): Permission {
  return {
    actions: actions.split(" "),
    objects: objects.split(" "),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** The rows of a delta as `+ sentence`. */
function linesOf(before: Authority, after: Authority): readonly string[] {
  const signs = { wider: "+", narrower: "-", unknown: "?" };
  return deltaOf(before, after).changed.flatMap(({ rows }) =>
    rows.map(({ change, sentence }) => `${signs[change]} ${sentence}`),
  );
}

const tickets = "arn:aws:s3:::acme-tickets/*";
const vpc: Test = { operator: "StringEquals", key: "aws:SourceVpc", values: ["vpc-1"] };
/** A condition that waits for a VPC. */
const openTest: Test = { operator: "unknown", key: "", values: [{ label: "vpc", of: ["vpc"] }] };

const call: CallGrant = {
  caller: "triage",
  label: "acme/triage",
  tool: "refunds",
  intents: ["refund-order"],
  sensitivity: "internal",
  approval: "human",
  maxSeconds: 60,
  decidedBy: "broker",
};

/** A change, the permissions before and after, and its sentence. */
const permissions: readonly (readonly [string, Authority, Authority, readonly string[]])[] = [
  [
    "an action",
    authority([may("s3:GetObject", tickets)]),
    authority([may("s3:GetObject s3:PutObject", tickets)]),
    ["+ `acme/triage` can now `s3:PutObject` on `acme-tickets/*`"],
  ],
  [
    "actions and objects, as one",
    authority([]),
    authority([may("s3:GetObject s3:PutObject", "arn:aws:s3:::a arn:aws:s3:::b")]),
    ["+ `acme/triage` can now `s3:GetObject` and `s3:PutObject` on `a` and `b`"],
  ],
  [
    "many, of which the first are named",
    authority([]),
    authority([may("a:A a:B a:C a:D a:E", "*")]),
    ["+ `acme/triage` can now `a:A`, `a:B`, `a:C` and 2 more on `*`"],
  ],
  [
    "an object that is wider",
    authority([may("s3:PutObject", "arn:aws:s3:::acme-reports/2026/*")]),
    authority([may("s3:PutObject", "arn:aws:s3:::acme-reports/*")]),
    [
      "+ `acme/triage` can now `s3:PutObject` on `acme-reports/*`, before only on `acme-reports/2026/*`",
    ],
  ],
  [
    "an object that is narrower",
    authority([may("s3:PutObject", "arn:aws:s3:::acme-reports/*")]),
    authority([may("s3:PutObject", "arn:aws:s3:::acme-reports/2026/*")]),
    [
      "- `acme/triage` can no longer `s3:PutObject` on `acme-reports/*`, now only on `acme-reports/2026/*`",
    ],
  ],
  [
    "an action that is narrower",
    authority([may("s3:*", tickets)]),
    authority([may("s3:Get*", tickets)]),
    ["- `acme/triage` can no longer `s3:*` on `acme-tickets/*`"],
  ],
  [
    "a condition that is gone",
    authority([may("s3:GetObject", tickets, [vpc])]),
    authority([may("s3:GetObject", tickets)]),
    [
      "+ `acme/triage` can now `s3:GetObject` on `acme-tickets/*` without the condition that `aws:SourceVpc` is `vpc-1`",
    ],
  ],
  [
    "a further value of a condition",
    authority([may("s3:GetObject", tickets, [vpc])]),
    authority([may("s3:GetObject", tickets, [{ ...vpc, values: ["vpc-1", "vpc-2"] }])]),
    [
      "+ `acme/triage` can now `s3:GetObject` on `acme-tickets/*` if `aws:SourceVpc` is one of `vpc-1`, `vpc-2`, before only if `aws:SourceVpc` is `vpc-1`",
    ],
  ],
  [
    "a further value of a condition that leaves values out",
    authority([may("s3:GetObject", tickets, [{ ...vpc, operator: "StringNotEquals" }])]),
    authority([
      may("s3:GetObject", tickets, [
        { ...vpc, operator: "StringNotEquals", values: ["vpc-1", "vpc-2"] },
      ]),
    ]),
    [
      "- `acme/triage` can no longer `s3:GetObject` on `acme-tickets/*` if `aws:SourceVpc` is not `vpc-1`, now only if `aws:SourceVpc` is none of `vpc-1`, `vpc-2`",
    ],
  ],
  [
    "a Deny that is gone",
    authority([may("s3:*", tickets)], { denied: [may("s3:Delete*", "*")] }),
    authority([may("s3:*", tickets)]),
    ["+ `acme/triage` is no longer denied `s3:Delete*` on `*`"],
  ],
  [
    "a new Deny",
    authority([may("s3:*", tickets)]),
    authority([may("s3:*", tickets)], { denied: [may("s3:Delete*", "*")] }),
    ["- `acme/triage` is now denied `s3:Delete*` on `*`"],
  ],
  [
    "who may assume the role",
    authority([], { usedBy: [may("sts:AssumeRole*", "arn:aws:iam::1:role/a")] }),
    authority([], {
      usedBy: [may("sts:AssumeRole*", "arn:aws:iam::1:role/a arn:aws:iam::2:role/b")],
    }),
    ["+ `acme/triage` can now be assumed by `arn:aws:iam::2:role/b`"],
  ],
  [
    "a condition of a call",
    authority([], {}, [
      { ...call, conditions: [{ operator: "one-of", key: "region", values: ["eu"] }] },
    ]),
    authority([], {}, [call]),
    [
      "+ `acme/triage` can call `refunds` for `refund-order` without the condition that `region` is `eu`",
    ],
  ],
  ...(
    [
      ["that is wider at its end", ["0", "5"], ["0", "9"], "+", "before"],
      ["that is wider at its start", ["0", "5"], ["-5", "5"], "+", "before"],
      ["that is narrower", ["0", "5"], ["1", "5"], "-", "now"],
    ] as const
  ).map(
    ([what, first, second, sign, other]): readonly [
      string,
      Authority,
      Authority,
      readonly string[],
    ] => {
      const [before, after] = [first, second].map((values) =>
        authority([], {}, [
          { ...call, conditions: [{ operator: "between", key: "cents", values }] },
        ]),
      ) as [Authority, Authority];
      const [old, next] = [first, second].map(
        ([least, most]) => `if \`cents\` is between \`${least}\` and \`${most}\``,
      );
      const [said, only] = sign === "+" ? [next, old] : [old, next];
      const sentence = `${sign} \`acme/triage\` can call \`refunds\` for \`refund-order\` ${said}, ${other} only ${only}`;
      return [`a range of a call ${what}`, before, after, [sentence]];
    },
  ),
  [
    "a sum of a task that is higher",
    authority([], {}, [
      { ...call, conditions: [{ operator: "sum", key: "cents", values: ["5"] }] },
    ]),
    authority([], {}, [
      { ...call, conditions: [{ operator: "sum", key: "cents", values: ["9"] }] },
    ]),
    [
      "+ `acme/triage` can call `refunds` for `refund-order` if `cents` adds up in a task to at most `9`, before only if `cents` adds up in a task to at most `5`",
    ],
  ],
  [
    "a call whose tool is not known on both sides",
    authority([], {}, [{ ...call, tool: { label: "later", of: ["x"] } }]),
    authority([], {}, [{ ...call, tool: { label: "later", of: ["y"] } }]),
    ["? cannot verify whether `acme/triage` can call `later` for `refund-order` on both sides"],
  ],
  [
    "no condition that is not known on both sides",
    authority([may("s3:GetObject", tickets, [openTest])]),
    authority([
      may("s3:GetObject", tickets, [openTest]),
      may("s3:GetObject", "arn:aws:s3:::acme-tickets/a", [{ ...openTest, key: "x" }]),
    ]),
    [],
  ],
  [
    "no condition that is known at last",
    authority([may("s3:GetObject", tickets, [openTest])]),
    authority([
      may("s3:GetObject", tickets, [
        { ...vpc, values: [{ text: "vpc-1", label: "vpc", of: ["vpc"] }] },
      ]),
    ]),
    [],
  ],
  [
    "an approval that is not needed any more",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, approval: "none" }]),
    ["+ `acme/triage` no longer needs approval to call `refunds` for `refund-order`"],
  ],
  [
    "limits of a call",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, sensitivity: "restricted", maxSeconds: 300 }]),
    [
      "+ `acme/triage` can now use restricted data (before internal) and now has up to 300 seconds (before 60) to call `refunds` for `refund-order`",
    ],
  ],
  [
    "a limit that is wider and one that is narrower",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, approval: "none", maxSeconds: 30 }]),
    [
      "+ `acme/triage` no longer needs approval to call `refunds` for `refund-order`",
      "- `acme/triage` now has up to 30 seconds (before 60) to call `refunds` for `refund-order`",
    ],
  ],
  [
    "calls that nothing decides any more",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, decidedBy: "none" }]),
    ["+ `acme/triage` no longer needs a broker or gateway to call `refunds` for `refund-order`"],
  ],
  [
    "an intent",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, intents: ["close-order", "refund-order"] }]),
    ["+ `acme/triage` can now call `refunds` for `close-order`"],
  ],
  [
    "more than a report keeps",
    authority([], { leftOut: { permissions: 9, digest: "a" } }),
    authority([], { leftOut: { permissions: 9, digest: "b" } }),
    ["? cannot verify whether `acme/triage` can `*` on `*` on both sides"],
  ],
];

/** Changes of text and order that permit the same. */
const same: readonly (readonly [string, Authority, Authority])[] = [
  [
    "the order of statements",
    authority([may("a:A", "x"), may("a:B", "y")]),
    authority([may("a:B", "y"), may("a:A", "x")]),
  ],
  [
    "one statement in two",
    authority([may("a:A a:B", "x y")]),
    authority([may("a:A", "y x"), may("a:B", "x"), may("a:B", "y")]),
  ],
  [
    "the case of actions",
    authority([may("S3:getobject", "x")]),
    authority([may("s3:GetObject", "x")]),
  ],
  [
    "what another permission covers",
    authority([may("s3:*", "*")]),
    authority([may("s3:*", "*"), may("s3:GetObject", tickets, [vpc])]),
  ],
  [
    "a grant in two",
    authority([], {}, [{ ...call, intents: ["a", "b"] }]),
    authority([], {}, [
      { ...call, intents: ["b"] },
      { ...call, intents: ["a"] },
    ]),
  ],
  [
    "a gateway in place of a broker",
    authority([], {}, [call]),
    authority([], {}, [{ ...call, decidedBy: "gateway" }]),
  ],
  [
    "a Deny of what is not allowed",
    authority([may("s3:GetObject", tickets)]),
    authority([may("s3:GetObject", tickets)], { denied: [may("s3:Put*", "*")] }),
  ],
  [
    "a role that a whole account may assume already",
    authority([], {
      usedBy: [may("sts:AssumeRole*", "arn:aws*:??*::111122223333:*")],
    }),
    authority([], {
      usedBy: [
        may("sts:AssumeRole*", "arn:aws*:??*::111122223333:* arn:aws:iam::111122223333:role/a"),
      ],
    }),
  ],
];

const open: LinkedPattern = { label: "tickets/*", of: ["bucket"], behind: "/*" };
const known: LinkedPattern = {
  text: "arn:aws:s3:::tickets-1a2b3c4/*",
  label: "arn:aws:s3:::tickets-1a2b3c4/*",
  of: ["bucket"],
};

describe("what changes in authority", () => {
  for (const [what, before, after, lines] of permissions) {
    it(`is ${what}`, () => {
      assert.deepEqual(linesOf(before, after), lines);
    });
  }

  for (const [what, before, after] of same) {
    it(`is not ${what}`, () => {
      assert.deepEqual(deltaOf(before, after), { changed: [], same: 1 });
      assert.deepEqual(deltaOf(after, before), { changed: [], same: 1 });
    });
  }

  it("is complete, with where it is declared", () => {
    const source = { file: "agents.yaml", line: 31 };
    const after = authority([{ ...may("s3:PutObject", tickets), source }]);
    assert.deepEqual(deltaOf(authority([]), after), {
      changed: [
        {
          holders: ["acme/triage"],
          keys: ["triage"],
          what: "workload",
          tenant: "acme",
          state: "changed",
          rows: [
            {
              change: "wider",
              aspect: "may",
              sentence: "`acme/triage` can now `s3:PutObject` on `acme-tickets/*`",
              actions: ["s3:PutObject"],
              objects: ["acme-tickets/*"],
              source,
            },
          ],
        },
      ],
      same: 0,
    });
  });

  it("is not that an ARN is known, on either side", () => {
    const [first, later] = [open, known].map((object) =>
      authority([{ actions: ["s3:GetObject"], objects: [object] }]),
    );
    assert.ok(first && later);
    assert.deepEqual(linesOf(first, later), []);
    assert.deepEqual(linesOf(later, first), []);
  });

  it("may be another resource where one side has an unknown ARN", () => {
    const first = authority([{ actions: ["s3:GetObject"], objects: [open] }]);
    const other = { ...known, of: ["other"] };
    const later = authority([{ actions: ["s3:GetObject"], objects: [other] }]);
    const lines = [
      "? cannot verify whether `acme/triage` can `s3:GetObject` on `tickets-1a2b3c4/*` on both sides",
      "? cannot verify whether `acme/triage` can `s3:GetObject` on `tickets/*` on both sides",
    ];
    assert.deepEqual(linesOf(first, later), lines);
    assert.deepEqual(linesOf(later, first), lines);
  });

  it("is certain where nothing before could be what is new, though its ARN is not known", () => {
    const before = authority([{ actions: ["s3:GetObject"], objects: [open] }]);
    const after = authority([{ actions: ["s3:GetObject", "s3:PutObject"], objects: [open] }]);
    assert.deepEqual(linesOf(before, after), [
      "+ `acme/triage` can now `s3:PutObject` on `tickets/*`",
    ]);
  });

  it("is not the policy that is known at last, but is one beside it", () => {
    const whole: LinkedPattern = { label: "calls", of: ["policy"] };
    const before = authority([{ actions: [whole], objects: [whole] }]);
    const after = authority([
      { ...may("s3:GetObject", tickets), of: ["policy"] },
      { ...may("s3:PutObject", tickets), of: ["other policy"] },
    ]);
    assert.deepEqual(linesOf(before, after), [
      "+ `acme/triage` can now `s3:PutObject` on `acme-tickets/*`",
    ]);
  });

  it("is not another role with the same permissions", () => {
    const before = authority([may("a:A", "x")]);
    const after: Authority = {
      ...before,
      identities: before.identities.map((one) => ({ ...one, key: "other", label: "other" })),
      workloads: before.workloads.map((one) => ({ ...one, identities: ["other"] })),
    };
    assert.deepEqual(linesOf(before, after), []);
  });

  it("is reported once for workloads that share an identity", () => {
    const two = (permitted: readonly Permission[]): Authority => {
      const one = authority(permitted);
      return {
        ...one,
        workloads: ["acme/a", "acme/b"].map((label) => ({
          key: label,
          label,
          identities: ["role"],
        })),
      };
    };
    const { changed, same: others } = deltaOf(two([]), two([may("a:A", "x")]));
    assert.equal(others, 0);
    assert.deepEqual(
      changed.map(({ holders, rows }) => [holders, rows.map(({ sentence }) => sentence)]),
      [[["acme/a", "acme/b"], ["`acme/a` and `acme/b` can now `a:A` on `x`"]]],
    );
  });

  it("finds a workload again that was moved into a component", () => {
    const before = authority([may("a:A", "x")]);
    const after: Authority = {
      ...before,
      workloads: before.workloads.map((one) => ({ ...one, key: "desk$triage" })),
    };
    assert.deepEqual(deltaOf(before, after), { changed: [], same: 1 });
  });
});

const actions = fc.constantFrom("s3:GetObject", "s3:Get*", "s3:*", "sqs:SendMessage", "sqs:*");
const objects = fc.constantFrom("arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:sqs:::q", "*");
const tests = fc.constantFrom<readonly Test[]>([], [vpc], [{ ...vpc, values: ["vpc-1", "vpc-2"] }]);
const statement = fc
  .record({
    actions: fc.uniqueArray(actions, { minLength: 1, maxLength: 3 }),
    objects: fc.uniqueArray(objects, { minLength: 1, maxLength: 3 }),
    conditions: tests,
  })
  .map((one): Permission => one);
const statements = fc.array(statement, { maxLength: 5 });

/** Each action on each object by itself, in another order. */
function split(all: readonly Permission[]): readonly Permission[] {
  return all
    .flatMap((one) =>
      one.actions.flatMap((action) =>
        one.objects.map((object) => ({ ...one, actions: [action], objects: [object] })),
      ),
    )
    .reverse();
}

describe("whatever the statements", () => {
  it("order and the split into statements change nothing", () => {
    fc.assert(
      fc.property(statements, (all) => {
        assert.deepEqual(linesOf(authority(all), authority(split(all))), []);
        assert.deepEqual(linesOf(authority(split(all)), authority(all)), []);
      }),
    );
  });

  it("one more action is one row that is wider, and one less is one that is narrower", () => {
    fc.assert(
      fc.property(statements, objects, (all, object) => {
        const more = [...all, may("iam:PassRole", object)];
        const line = (sign: string, verb: string): string =>
          `${sign} \`acme/triage\` ${verb} \`iam:PassRole\` on \`${object.replace("arn:aws:s3:::", "").replace("arn:aws:sqs:::", "")}\``;
        assert.deepEqual(linesOf(authority(all), authority(more)), [line("+", "can now")]);
        assert.deepEqual(linesOf(authority(more), authority(all)), [line("-", "can no longer")]);
      }),
    );
  });

  it("is narrower one way where it is wider the other", () => {
    fc.assert(
      fc.property(statements, statements, (one, other) => {
        const seen = (before: readonly Permission[], after: readonly Permission[]): string[] =>
          deltaOf(authority(before), authority(after)).changed.flatMap(({ rows }) =>
            rows.map(({ change, actions: of, objects: on }) => JSON.stringify([change, of, on])),
          );
        const mirrored = seen(other, one).map((row) =>
          row.replace(/^\["(\w+)"/, (_, change: string) =>
            change === "wider"
              ? '["narrower"'
              : change === "narrower"
                ? '["wider"'
                : `["${change}"`,
          ),
        );
        assert.deepEqual(seen(one, other).sort(), mirrored.sort());
      }),
    );
  });
});
