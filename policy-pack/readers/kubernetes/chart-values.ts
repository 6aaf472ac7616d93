import { describedValue } from "../../../core/credential/described";
import { credentialsIn } from "../../../core/credential/hits";
import { valuePlace } from "../../../core/credential/place";
import { isReference } from "../../../core/credential/value";
import { endpointMeant } from "../../../core/credential/model-providers";
import { isChosenName } from "../../../core/credential/name";
import { named } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import type { Urn } from "../../../core/snapshot/value";
import { elsewhereBy } from "../calls";
import { mcpInText, mcpInValue } from "../mcp";
import type { ReadContext } from "../reader";
import { isServerChart } from "../servers";
import { formatted, type FactList } from "../values";
import { mayBeCredential } from "./generated";
import { referencesIn } from "./helm-references";
import { leavesOf, type ChartValues, type Leaf } from "./helm-values";
import type { KubeObject } from "./object";

/** Where what is found among values goes. */
interface Into {
  readonly list: FactList;
  readonly context: ReadContext;
  readonly holder: Name;
  /** Path of all values in the resource. */
  readonly path: string;
  /** Whether the chart is that of a server, which checks its passwords. */
  readonly serves: boolean;
}

/** States the credentials among the values of a chart, and the Secrets that they name. */
export function addChartValues(list: FactList, release: KubeObject, given: ChartValues): void {
  const values = { ...given, path: release.path + given.path };
  const into: Into = {
    list,
    context: release.context,
    holder: release.thing,
    path: values.path,
    serves: isServerChart(values.chart),
  };
  const { namespace } = release;
  const isNowhere = namespace.kind === "named" && namespace.text === "";
  if (!isNowhere) list.addFacts(...referencesIn(release, given));
  let isMarkedAround = false;
  for (const leaf of leavesOf(list.resource, values)) {
    addCalls(into, leaf);
    isMarkedAround ||= leaf.mark === "around" && leaf.text !== undefined;
    if (leaf.text === undefined) addUnknown(into, leaf);
    else addCredentials(into, leaf, leaf.text);
  }
  // What is marked as secret as a whole has a credential somewhere: which of its values that is cannot be told.
  if (isMarkedAround && !list.has("literal")) {
    addLiteral(into, values.path, undefined, true, []);
  }
  const at = { urn: list.resource.urn, property: values.path };
  list.addFacts(...mcpInValue({ config: release.thing, at }, values.value));
}

/** Where a setting among the values sends the calls of what the chart makes, where it is one that does. */
function addCalls(into: Into, { path, under, text, isLeftOut, dependsOn }: Leaf): void {
  if (under === undefined) return;
  const url = isLeftOut === true || text === undefined ? { dependsOn } : text;
  for (const setting of new Set([under, endpointMeant(path.split("."))])) {
    const elsewhere = setting === undefined ? undefined : elsewhereBy(setting, url);
    if (setting === undefined || elsewhere === undefined) continue;
    into.list.add("calls", path, { caller: into.holder, setting, elsewhere });
  }
}

/** A value that is not known yet, where its name, its mark or what makes it says that it is a credential. */
function addUnknown(into: Into, { path, under, mark, dependsOn }: Leaf): void {
  const value = { kind: "unknown", dependsOn, secret: mark !== "none" } as const;
  // Of values that are not known at all nobody can tell.
  if (path !== into.path && !mayBeCredential(value, under)) return;
  addLiteral(into, path, under, mark !== "none", dependsOn);
}

function addLiteral(
  { list, holder }: Into,
  path: string,
  under: string | undefined,
  marked: boolean,
  dependsOn: readonly Urn[],
): void {
  list.add("literal", path, {
    holder,
    credential: describedValue(under, marked),
    ...(under !== undefined && { under }),
    severity: "critical",
    value: valuePlace(list.resource.urn, path),
    place: "exposed",
    marked,
    unknown: true,
    ...(dependsOn.length > 0 && { dependsOn }),
  });
}

function addCredentials(into: Into, leaf: Leaf, text: string): void {
  const { list, context, holder, serves } = into;
  const { urn } = list.resource;
  list.addFacts(...mcpInText({ config: holder, at: { urn, property: leaf.path } }, text));
  const found = credentialsIn(text, leaf.under, context.credentialIn);
  const isOne = leaf.mark === "value" && text !== "" && !isReference(text);
  const credential = describedValue(leaf.under, true);
  const whole = {
    text,
    under: leaf.under,
    found: { what: credential, severity: "critical" },
  } as const;
  for (const hit of found.length === 0 && isOne ? [whole] : found) {
    const value = context.literalName(hit.text);
    list.addFacts(...formatted({ urn: list.resource.urn, property: leaf.path }, value, hit.found));
    if (serves && hit.under !== undefined && isChosenName(hit.under)) {
      // The server of the chart checks its passwords: told before the literal is.
      list.add("uses", leaf.path, {
        workload: holder,
        secret: named(value),
        through: "helm values",
        exempt: "verifier",
      });
    }
    list.add("literal", leaf.path, {
      holder,
      credential: hit.found.what,
      ...(hit.under !== undefined && { under: hit.under }),
      severity: hit.found.severity,
      value,
      place: "exposed",
      marked: leaf.mark !== "none",
    });
  }
}
