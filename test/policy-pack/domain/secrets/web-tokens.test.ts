import assert from "node:assert/strict";
import { lastingTokensIn } from "../../../../policy-pack/domain/secrets/web-tokens";

const day = 86_400;
const start = 1_790_000_000;

function encoded(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString(
    "base64url",
  );
}

const signature = "q8Lw2ZrT5vXc9NbM1kJh7GfD4sAp0OiU3yEt6WqRxyz";

function token(
  claims: unknown,
  header: unknown = { alg: "HS256", typ: "JWT" },
  sign = signature,
): string {
  return `${encoded(header)}.${encoded(claims)}.${sign}`;
}

/** Claims of a token that lives long, and what is said of it. */
const lasting: readonly (readonly [what: string, claims: Readonly<Record<string, unknown>>])[] = [
  ["JSON Web Token that never expires", { sub: "desk" }],
  ["JSON Web Token that never expires", { sub: "desk", iat: start }],
  [
    "JSON Web Token that never expires",
    { sub: "desk", role: "service_role", ref: "acme", iss: "supabase" },
  ],
  ["JSON Web Token that lasts 2 days", { sub: "desk", iat: start, exp: start + day + 1 }],
  ["JSON Web Token that lasts 2 days", { sub: "desk", nbf: start, exp: start + 2 * day }],
  [
    "JSON Web Token that lasts 365 days",
    { sub: "desk", iat: start, nbf: start + 1, exp: start + 365 * day },
  ],
];

/** Claims of a token that lives for a day at most, or for how long is not known without a clock. */
const others: readonly Readonly<Record<string, unknown>>[] = [
  { sub: "desk", iat: start, exp: start + day },
  { sub: "desk", nbf: start, exp: start + 3_600 },
  { sub: "desk", iat: start, nbf: start + day, exp: start + day + 60 },
  { sub: "desk", exp: start + 365 * day },
  { sub: "desk", exp: "tomorrow", iat: start },
  // The key of Supabase that browsers get.
  { iss: "supabase", ref: "acme", role: "anon", iat: start, exp: start + 3_650 * day },
];

/** Texts of three parts that are none of these tokens. */
const noTokens: readonly string[] = [
  "",
  "eyJ.eyJ.x",
  token("no object"),
  token([1]),
  token(null),
  token({ sub: "desk" }, { alg: "none" }),
  token({ sub: "desk" }, { typ: "JWT" }),
  token({ sub: "desk" }, "no object"),
  token({ sub: "desk" }, undefined, ""),
  token({ sub: "desk" }, undefined, "short"),
  `x${token({ sub: "desk" })}`,
  token({ sub: "desk" }).replace(/\./g, "/"),
  // A JWE, which is encrypted: five parts.
  `${token({ sub: "desk" })}.${signature}.${signature}`,
  `${encoded({ alg: "HS256" })}.${"eyJ" + "A".repeat(20)}.${signature}`,
];

describe("JSON Web Tokens", () => {
  for (const [what, claims] of lasting) {
    it(`are credentials by ${JSON.stringify(claims)}`, () => {
      const text = token(claims);
      for (const around of [text, `--header="x: ${text}"`, `a: ${text}\nb: 1`, `["${text}"]`]) {
        assert.deepEqual(lastingTokensIn(around), [
          { what, format: "jwt", text, index: around.indexOf(text) },
        ]);
      }
    });
  }

  for (const claims of others) {
    it(`are none by ${JSON.stringify(claims)}`, () => {
      assert.deepEqual(lastingTokensIn(token(claims)), []);
    });
  }

  for (const text of noTokens) {
    it(`are not \`${text.slice(0, 60)}\``, () => {
      assert.deepEqual(lastingTokensIn(text), []);
    });
  }

  it("are found beside another, and read in time in a text that begins them over and over", () => {
    const two = `${token({ sub: "desk" })} ${token({ sub: "ask" })}`;
    assert.equal(lastingTokensIn(two).length, 2);
    const started = process.hrtime.bigint();
    for (const unit of [
      "eyJ",
      "eyJhbGciOiJIUzI1NiJ9.",
      "eyJhbGciOiJIUzI1NiJ9.eyJ",
      `${token({ sub: "x" })} `,
    ]) {
      lastingTokensIn(unit.repeat(Math.ceil(1_048_576 / unit.length)));
    }
    assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 5_000);
  });
});
