import assert from "node:assert/strict";
import { Graph } from "../../../policy-pack/facts/graph";
import { kindOfThing } from "../../../policy-pack/facts/kind";
import { k8sName, scopedName } from "../../../policy-pack/facts/name";

describe("the kind of a thing", () => {
  it("is the one of Kubernetes, whatever its cluster is called", () => {
    const name = k8sName("eks|111122223333|prod", "acme", "ServiceAccount", "desk");
    assert.equal(kindOfThing(new Graph(), name), "ServiceAccount");
  });

  it("leaves out the group of a custom resource", () => {
    const name = k8sName("default", "", "ClusterSPIFFEID.spire.spiffe.io", "all");
    assert.equal(kindOfThing(new Graph(), name), "ClusterSPIFFEID");
  });

  it("is read from names of AWS, SPIFFE and resources", () => {
    const kinds = [
      scopedName("iam-role", "111122223333", "desk"),
      "arn:aws:iam::111122223333:role/path/desk",
      "spiffe://acme.example/desk",
      "urn:pulumi:dev::p::aws:iam/instanceProfile:InstanceProfile::x",
    ].map((name) => kindOfThing(new Graph(), name));
    assert.deepEqual(kinds, ["Role", "Role", "SPIFFE ID", "InstanceProfile"]);
  });

  it("is not known of a name that does not show it", () => {
    assert.equal(kindOfThing(new Graph(), "arn:aws:iam::111122223333:user/desk"), undefined);
  });
});
