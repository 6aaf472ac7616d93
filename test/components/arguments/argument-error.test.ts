import * as assert from "node:assert/strict";
import { argumentError, exactlyOne, fitting } from "../../../components/arguments/argument-error";
import { readFederation } from "../../../components/federations/all-federations";

describe("a block of alternatives", () => {
  const check =
    (given: Readonly<Record<string, unknown>>): (() => void) =>
    () =>
      exactlyOne("tenant `acme`", "federation", { eksIrsa: undefined, oidc: undefined, ...given });

  it("is accepted with one of them", () => {
    assert.doesNotThrow(check({ oidc: {} }));
  });

  it("is refused with none", () => {
    assert.throws(check({}), {
      message: "tenant `acme`: federation is empty; give exactly one of `eksIrsa`, `oidc`",
    });
  });

  it("is refused with two", () => {
    assert.throws(check({ eksIrsa: {}, oidc: {} }), {
      message:
        "tenant `acme`: federation has `eksIrsa` and `oidc`; give exactly one of `eksIrsa`, `oidc`",
    });
  });
});

describe("the message of a mistake", () => {
  it("writes out what cannot be seen in a value, so that it does nothing to a terminal", () => {
    assert.equal(
      argumentError("agent `tri\u001b[2Jage`", "name `a\nb\u202e` is none; give one").message,
      "agent `tri\\u{1b}[2Jage`: name `a\\u{a}b\\u{202e}` is none; give one",
    );
  });

  it("cuts a value that is too long to be read, and keeps what comes after it", () => {
    const { message } = argumentError(
      "agent `triage`",
      `name \`${"x".repeat(9000)}\` is none; give one`,
    );
    assert.equal(message, `agent \`triage\`: name \`${"x".repeat(199)}…\` is none; give one`);
  });

  it("takes no value that is missing for the word `undefined`", () => {
    assert.throws(
      () => {
        fitting("agent `triage`", "region", undefined as never, /^[a-z]+$/, "a region");
      },
      { message: "agent `triage`: region is `undefined`; give a region" },
    );
    assert.doesNotThrow(() => {
      fitting("agent `triage`", "region", "undefined", /^[a-z]+$/, "a region");
    });
  });
});

describe("a federation that was an output", () => {
  it("is refused when it turns out to be empty", () => {
    assert.throws(() => readFederation("agent `triage`", {}), {
      message:
        "agent `triage`: federation is empty; give exactly one of `eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda`, `agentCore`",
    });
  });
});
