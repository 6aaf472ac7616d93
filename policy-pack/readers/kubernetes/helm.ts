import type { Reader } from "../reader";
import { knownString } from "../../../core/snapshot/read";
import { FactList } from "../values";
import { addChartValues } from "./chart-values";
import { releaseOf, releaseWorkload } from "./helm-release";
import { identitiesInValues } from "./spire-values";

/**
 * Reads the values of Helm releases and charts: a credential among them stands in the release and in whatever the chart
 * makes of it, and so does a Secret that they name.
 *
 * All that one release makes is one workload. What the chart makes is not read, so the type is still told as not read.
 */
export const helmReader: Reader = {
  name: "helm values",
  types: [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
  ],
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const release = releaseOf(resource, context);
    list.addFacts(...releaseWorkload(release));
    const value = resource.inputs["values"] ?? null;
    const chart = knownString(resource.inputs, "chart");
    const values = { value, path: "values", chart };
    addChartValues(list, release, values);
    // What a chart makes stands in the program itself; what a release makes is seen by its values alone.
    if (resource.type.endsWith(":Release")) list.addFacts(...identitiesInValues(release, values));
    return list.all();
  },
};
