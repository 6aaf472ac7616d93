import assert from "node:assert/strict";
import { builtInKinds } from "../core/kubernetes-kinds";
import { resourcesOf } from "./support/access";
import { startApiServer, type ApiServer } from "./support/servers/api-server";

describe("the kinds that Kubernetes has of itself", () => {
  let cluster: ApiServer;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
  });

  after(() => cluster.stop());

  it("are listed, each namespaced or not, as an API server lists them", async () => {
    const served = (await resourcesOf(cluster)).filter(({ resource }) => !resource.includes("/"));
    assert.ok(served.length > 50, `${served.length} kinds`);
    const unknown = served.filter(({ group, resource, namespaced }) => {
      const { clusterWide = [], namespaced: within = [] } = builtInKinds[group] ?? {};
      return !(namespaced ? within : clusterWide).includes(resource);
    });
    assert.deepEqual(unknown, []);
  });
});
