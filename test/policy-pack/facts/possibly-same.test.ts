import assert from "node:assert/strict";
import { Graph } from "../../../policy-pack/facts/graph";
import { k8sName, scopedName, type Name } from "../../../policy-pack/facts/name";
import { whyPossiblySame } from "../../../policy-pack/facts/possibly-same";

const provider = (name: string): string => `urn:pulumi:dev::desk::pulumi:providers:aws::${name}`;
const [x, y] = [provider("x"), provider("y")];
const role = (scope = ""): Name => scopedName("iam-role", scope, "desk");
const why = (a: Name, b: Name): string => whyPossiblySame(new Graph(), a, b);

describe("why two things may be one", () => {
  it("names the providers of unknown account or cluster, and what would settle it", () => {
    assert.equal(
      why(role(x), role("111122223333")),
      "it is not known whether provider `x` is of account `111122223333`, as `allowedAccountIds` of a provider would",
    );
    assert.equal(
      why(role(y), role(x)),
      "it is not known whether provider `x` and provider `y` are of one account, as `allowedAccountIds` of a provider would",
    );
    assert.equal(
      why(
        k8sName("default", "acme", "Secret", "crm"),
        k8sName("https://one.example", "acme", "Secret", "crm"),
      ),
      "it is not known whether the default cluster is of cluster `https://one.example`, as `kubeconfig` of a provider would",
    );
  });

  it("names stores, clusters of EKS and clients of a cluster, without a provider", () => {
    const secret = (place: string): Name => scopedName("secret", place, "crm");
    assert.equal(
      why(secret("urn:store:default//aws"), secret("urn:store:default/acme/vault")),
      "it is not known whether store `aws` and store `acme/vault` are of one account",
    );
    const inCluster = (cluster: string): Name => k8sName(cluster, "acme", "Secret", "crm");
    assert.equal(
      why(inCluster("urn:aws:eks:default:cluster/prod"), inCluster("https://one.example")),
      "it is not known whether EKS cluster `prod` is of cluster `https://one.example`",
    );
    assert.equal(
      why(inCluster(`urn:batch/${x.replace("aws", "job")}`), inCluster("default")),
      "it is not known whether the default cluster and what `x` reaches are of one cluster",
    );
  });

  it("names the region that one of two has, and a replica where both have another", () => {
    const secret = (place: string): Name => scopedName("secret", place, "crm");
    assert.equal(
      why(secret("default@eu-west-1"), secret("default")),
      "it is not known whether the region of one is `eu-west-1`, as that of the other is",
    );
    assert.equal(
      why(secret("111122223333@eu-west-1"), secret("111122223333@us-east-1")),
      "whether one is a replica of the other is not known",
    );
    const parameter = (place: string): Name => scopedName("parameter", place, "crm");
    assert.equal(
      why(parameter("111122223333@eu-west-1"), parameter("111122223333@us-east-1")),
      "whether they are one is not known",
    );
  });

  it("adds nothing to things that share no name", () => {
    assert.equal(
      why("arn:aws:iam::111122223333:role/a", role(x)),
      "whether they are one is not known",
    );
    assert.equal(
      why(role("111122223333"), role("444455556666")),
      "whether they are one is not known",
    );
    assert.equal(
      why(role(x), "arn:aws:iam::111122223333:role/a"),
      "whether they are one is not known",
    );
  });
});
