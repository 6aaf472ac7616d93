import assert from "node:assert/strict";
import { isChosenName, isCredentialName } from "../../../../policy-pack/domain/secrets/name";
import { namedValue } from "../../../../policy-pack/domain/secrets/value";

/** A word in the spellings of variables, settings and options. */
function spelled(...words: readonly string[]): readonly string[] {
  const [first = "", ...rest] = words;
  return [
    words.join("_").toUpperCase(),
    words.join("_"),
    words.join("-"),
    words.join("."),
    first + rest.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(""),
  ];
}

/** Names of credentials as people shorten them. */
const credentials: readonly string[] = [
  ...["dbpass", "userpass", "mysqlpass", "smtppass", "adminpass", "rootpass", "pgpass", "keypass"],
  ...["dbpwd", "userpwd", "adminpwd", "dbpw"],
].flatMap((word) => [...spelled(word), ...spelled("desk", word), ...spelled(word, "prod")]);
const others: readonly string[] = [
  ...["cred", "creds", "sas", "mnemonic"].flatMap((word) => spelled("desk", word)),
  ...spelled("seed", "phrase"),
  ...spelled("wallet", "recovery", "phrase"),
  "MNEMONIC",
  "AZURE_STORAGE_SAS",
];

/** Near misses: words that end like one, and names of something about one. */
const none: readonly string[] = [
  ...[
    "bypass",
    "compass",
    "encompass",
    "trespass",
    "surpass",
    "overpass",
    "underpass",
    "multipass",
  ],
  ...["renderpass", "firstpass", "singlepass", "passport", "sass", "canvas", "texas", "sacred"],
  ...["mnemonics", "accred", "screds"],
].flatMap((word) => [...spelled(word), ...spelled("desk", word)]);
const about: readonly string[] = [
  "PASSPORT_URL",
  "DESK_SASS",
  "DBPASS_FILE",
  "DBPASS_LENGTH",
  "CRED_NAME",
  "SAS_URL",
  "MNEMONIC_PATH",
  "SEED_PHRASE_LENGTH",
  "PHRASE",
  ".pgpass",
  "/root/.pgpass",
  "CATCH_PHRASE",
];

/** Tokens of language models, and how many there may be. */
const models: readonly string[] = [
  ...["pad", "padding", "eos", "bos", "unk", "sep", "cls", "mask"].flatMap((word) => [
    ...spelled(word, "token"),
    ...spelled("tokenizer", word, "token"),
  ]),
  ...["start", "end", "begin"].flatMap((word) => spelled(word, "of", "text", "token")),
  ...spelled("stop", "token"),
  ...spelled("special", "token"),
  ...spelled("max", "token"),
  ...spelled("max", "new", "token"),
  ...spelled("max", "tokens"),
  ...spelled("token", "limit"),
  ...spelled("tokens", "per", "second"),
];
/** Near misses of those: tokens that authenticate. */
const tokens: readonly string[] = [
  ...spelled("mask", "api", "token"),
  ...spelled("pad", "access", "token"),
  ...spelled("launch", "pad", "auth", "token"),
  ...spelled("session", "token"),
  ...spelled("start", "session", "token"),
  ...spelled("max", "api", "token"),
  ...spelled("refresh", "token"),
  "TOKEN",
];

const value = "gT5vQ2mB8xW1";

describe("names of credentials", () => {
  for (const name of [...credentials, ...others, ...tokens]) {
    it(`has \`${name}\` among them`, () => {
      assert.equal(isCredentialName(name), true);
      assert.equal(namedValue(value, name), "credential");
    });
  }

  for (const name of [...none, ...about, ...models]) {
    it(`does not have \`${name}\` among them`, () => {
      assert.equal(isCredentialName(name), false);
      assert.equal(namedValue(value, name), "none");
    });
  }

  it("are of what people choose where they are short for a password", () => {
    assert.equal(isChosenName("DBPASS"), true);
    assert.equal(isChosenName("DESK_SAS"), false);
  });

  it("that may be of an object's name take the name of one for no credential", () => {
    for (const name of ["DESK_CRED", "deskCreds"])
      assert.equal(namedValue("desk-login", name), "none");
  });

  it("of a mnemonic take its words for a credential", () => {
    const words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert.equal(namedValue(words, "MNEMONIC"), "credential");
  });

  it("of tokens of a model take no text for a credential", () => {
    for (const text of [
      "[PAD]-padding-token",
      "<|endoftext|>",
      "[MASK]-hidden-text",
      "</s>-end-text",
    ]) {
      for (const name of ["PAD_TOKEN", "tokenizer.pad_token", "TOKEN", "API_TOKEN"]) {
        assert.equal(namedValue(text, name), "none");
      }
    }
    for (const text of [
      "[PAD]gT5vQ2mB8xW1",
      "[DESK]-padding-token",
      "<|gT5vQ2mB8xW1",
      "</s>gT5vQ2mB8xW1",
    ]) {
      assert.equal(namedValue(text, "API_TOKEN"), "credential");
    }
  });
});
