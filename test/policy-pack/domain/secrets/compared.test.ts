import assert from "node:assert/strict";
import fc from "fast-check";
import { comparedIn } from "../../../../policy-pack/domain/secrets/compared";

const rows: readonly (readonly [text: string, ...credentials: string[]])[] = [
  ["k7Fq9zLp2XvT", "k7Fq9zLp2XvT"],
  ["k7Fq9zLp2XvT\n", "k7Fq9zLp2XvT"],
  ["postgres://app:k7Fq9zLp2XvT@db/desk", "k7Fq9zLp2XvT"],
  ["postgresql+asyncpg://crm:k7Fq9zLp2XvT@db-2:5432/crm?sslmode=require", "k7Fq9zLp2XvT"],
  ["redis://:k7Fq9zLp2XvT@cache:6379/0", "k7Fq9zLp2XvT"],
  ["postgres://app:k7F%40q9zLp@db/desk", "k7F@q9zLp"],
  ["postgres://app:k7F%q9zLp@db/desk", "k7F%q9zLp"],
  [
    "a://x:k7Fq9zLp2XvT@b c://y:w3Rt8mNb5QsY@d e://z:k7Fq9zLp2XvT@f",
    "k7Fq9zLp2XvT",
    "w3Rt8mNb5QsY",
  ],
  // A word, and a short password, with their user and server.
  ["amqp://guest:guest@queue:5672/desk", "guest:guest@queue:5672"],
  ["postgres://app:pw1@db/desk", "app:pw1@db"],
  ["Bearer k7Fq9zLp2XvT", "k7Fq9zLp2XvT"],
  ["Authorization: Bearer k7Fq9zLp2XvT", "k7Fq9zLp2XvT"],
  ["curl -H 'Authorization: Bearer k7Fq9zLp2XvT' https://crm.example", "k7Fq9zLp2XvT"],
  ["Basic YWRtaW46azdGcTl6THAyWHZU", "k7Fq9zLp2XvT"],
  // URLs without a password are compared as they are.
  ["https://crm.example/hooks/k7Fq9zLp2XvT", "https://crm.example/hooks/k7Fq9zLp2XvT"],
  ["postgres://app:${DB_PASSWORD}@db/desk", "postgres://app:${DB_PASSWORD}@db/desk"],
];

describe("what of a credential is compared", () => {
  for (const [text, ...credentials] of rows) {
    it(`is ${credentials.join(" and ")} of \`${text.trim()}\``, () => {
      assert.deepEqual(comparedIn(text), credentials);
    });
  }

  it("is the text of a PEM without its layout", () => {
    const [begin, end] = ["-----BEGIN X-----", "-----END X-----"];
    const one = comparedIn(`${begin}\nabc\r\ndef\n${end}\n`);
    assert.deepEqual(comparedIn(`${begin}\\nabc\\ndef\\n${end}\\n`), one);
    assert.deepEqual(comparedIn(`${begin} abc def ${end}`), one);
    assert.notDeepEqual(comparedIn(`${begin}\nabc\ndeg\n${end}`), one);
  });

  it("is the same whatever database a URL names, and only for the same password", () => {
    const password = fc.stringMatching(/^[A-Za-z]{4}[0-9]{5}[A-Za-z]{3}$/);
    fc.assert(
      fc.property(password, password, fc.webPath(), (one, other, path) => {
        const ofUrl = (word: string): readonly string[] => comparedIn(`pg://u:${word}@h${path}`);
        assert.deepEqual(ofUrl(one), [one]);
        assert.equal(one === other, ofUrl(one)[0] === ofUrl(other)[0]);
      }),
    );
  });
});
