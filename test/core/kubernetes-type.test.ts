import assert from "node:assert/strict";
import { createdType, typedToken } from "../../core/kubernetes-type";
import { typeInUrn } from "../../core/snapshot/resource";
import { Secret, Unknown, type Value } from "../../core/snapshot/value";
import { urnOf } from "../support/resources";

/** The type that is created for a token, where the object has these. */
function created(type: string, apiVersion?: Value, kind?: Value): string {
  return createdType(type, {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
  });
}

describe("the type of a Kubernetes object", () => {
  it("is by its own version and kind", () => {
    const rows: readonly (readonly [string, Value | undefined, Value | undefined, string])[] = [
      ["kubernetes:v1:Pod", "v1", "Pod", "kubernetes:core/v1:Pod"],
      ["kubernetes:core/v1:ConfigMap", "v1", "Secret", "kubernetes:core/v1:Secret"],
      ["kubernetes:core/v1:ConfigMapPatch", "v1", "Secret", "kubernetes:core/v1:SecretPatch"],
      ["kubernetes:crm.dev/v1:Crm", "apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"],
      [
        "kubernetes:core/v1:ConfigMap",
        new Secret("v1"),
        new Secret("Pod"),
        "kubernetes:core/v1:Pod",
      ],
      ["kubernetes:v1:PodPatch", "v1", undefined, "kubernetes:core/v1:PodPatch"],
    ];
    for (const [type, apiVersion, kind, expected] of rows) {
      assert.equal(created(type, apiVersion, kind), expected);
    }
  });

  it("is by its token where its own is absent, unknown or nothing that a cluster takes", () => {
    for (const kind of [undefined, new Unknown(), "", "a:Pod", "Pod$x", 7]) {
      assert.equal(created("kubernetes:v1:Secret", "v1", kind), "kubernetes:core/v1:Secret");
    }
    for (const version of [undefined, new Unknown(), "", "a:b", "apps/v1/v2"]) {
      assert.equal(created("kubernetes:apps/v1:Job", version, "Job"), "kubernetes:apps/v1:Job");
    }
  });

  it("is unchanged for what is no object", () => {
    const types = ["kubernetes:helm.sh/v3:Release", "kubernetes:yaml/v2:ConfigGroup"];
    for (const type of [...types, "kubernetes:yaml:ConfigFile", "aws:iam/role:Role"]) {
      assert.equal(created(type, "v1", "Pod"), type);
    }
  });

  it("is in a URN as typed resources have it", () => {
    assert.equal(typeInUrn(urnOf("kubernetes:v1:Secret", "crm")), "kubernetes:core/v1:Secret");
    assert.equal(typedToken("kubernetes:apps/v1:Job"), "kubernetes:apps/v1:Job");
    assert.equal(typedToken("kubernetes:velero.io/v1:Backup"), "kubernetes:velero.io/v1:Backup");
    assert.equal(typedToken("kubernetes:vendor/v1:Backup"), "kubernetes:vendor/v1:Backup");
  });
});
