import * as assert from "node:assert/strict";
import { exactlyOne } from "../../components/argument-error";
import { readFederation } from "../../components/federation";

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

describe("a federation that was an output", () => {
  it("is refused when it turns out to be empty", () => {
    assert.throws(() => readFederation("agent `triage`", {}), {
      message:
        "agent `triage`: federation is empty; give exactly one of `eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda`, `agentCore`",
    });
  });
});
