import type { Fact } from "../../../facts/fact";
import { scopedName } from "../../../facts/name";
import { entriesAt, listAt, read, type Step } from "../../../../core/snapshot/read";
import { Secret, isRecord, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { isReference } from "../../../domain/secrets/value";
import { embeddedYaml } from "../../resource/embedded-yaml";
import type { Reader } from "../../resource/reader";
import { FactList, valueIn, unknownLike } from "../../resource/values";
import { addChartValues } from "./chart-values";
import type { ChartValues } from "./helm-values";
import { partsOf } from "../../catalogue/paths";
import { namedFields } from "../custom/named-fields";
import { membership } from "../membership";
import { aliasOf, atOf, namespaceName, sibling, type KubeObject } from "../object";
import { chartKinds } from "./chart-kinds";
import { componentMembership, readerOf } from "../reader-of";
import { identitiesInValues } from "../spire/spire-server";
import { nameTextAt, textAt } from "../text";

/** A chart that a controller in the cluster installs. */
interface Installed {
  readonly what: string;
  /** The object in the namespace and the cluster of the release; undefined where these are unknown. */
  readonly release: KubeObject | undefined;
  readonly releaseName: string | undefined;
  readonly values: readonly ChartValues[];
  /** Secrets and ConfigMaps with further values, beside the object itself. */
  readonly from: readonly From[];
}

interface From {
  readonly kind: "Secret" | "ConfigMap";
  readonly item: Value;
  readonly path: string;
  readonly keys: readonly string[];
}

/**
 * Reads what controllers of charts receive: Applications of Argo CD, HelmReleases of Flux, HelmCharts of K3s.
 *
 * Source: argo-cd.readthedocs.io, user-guide/helm and user-guide/kustomize; fluxcd.io, HelmReleases; docs.k3s.io/add-ons/helm.
 */
export const chartInstallerReader: Reader = readerOf({
  name: "chart installers",
  kinds: chartKinds,
  readsLiterals: true,
  facts: (object) => {
    const list = new FactList(object.resource);
    const generators = at(object.body, "spec.generators");
    if (object.kind === "ApplicationSet" && generators !== undefined) {
      // Its controller lists repositories with them, before there is any chart.
      const parts = partsOf({ value: generators, path: "spec.generators" });
      list.addFacts(...namedFields(object, parts, []));
    }
    const installed = installedBy(object);
    if (installed === undefined) return list.all();
    list.addFacts(...aliasOf(object), ...workloadFacts(object, installed));
    for (const values of installed.values) {
      // Without a namespace the Secrets of the values are unknown.
      const release = installed.release ?? { ...object, namespace: nowhere };
      addChartValues(list, release, values);
      list.addFacts(...identitiesInValues(release, values));
    }
    for (const from of installed.from) list.addFacts(...usesFrom(object, from));
    return list.all();
  },
});

/** A namespace without known dependencies, whose Secrets have no consumer. */
const nowhere = { kind: "named", text: "", thing: "" } as const;

function* workloadFacts(
  object: KubeObject,
  { what, release, releaseName }: Installed,
): Iterable<Fact> {
  if (release?.namespace.kind === "named" && releaseName !== undefined) {
    const { cluster, namespace } = release;
    const also = scopedName("workload", cluster, namespace.text, "helm", releaseName);
    yield { kind: "alias", at: atOf(object, "metadata.name"), thing: object.thing, also };
  }
  yield {
    kind: "workload",
    at: atOf(object, ""),
    workload: object.thing,
    is: "undeclared",
    what,
    label: object.label,
    declarationOnly: false,
  };
  if (release !== undefined) yield* membership(release);
  yield* componentMembership(object);
}

function* usesFrom(object: KubeObject, { kind, item, path, keys }: From): Iterable<Fact> {
  const name = textAt(item, "name");
  if (name.kind === "absent") return;
  for (const key of keys.length === 0 ? [undefined] : keys) {
    yield {
      kind: "uses",
      at: atOf(object, path),
      workload: object.thing,
      secret: sibling(object, kind, name),
      through: kind === "Secret" ? "helm values" : "configuration",
      ...(key !== undefined && { key }),
    };
  }
}

function installedBy(object: KubeObject): Installed | undefined {
  switch (object.kind) {
    case "Application":
      return application(object, "spec");
    case "ApplicationSet":
      return application(object, "spec.template.spec");
    case "HelmRelease":
      return fluxRelease(object);
    default:
      return k3sChart(object);
  }
}

function application(object: KubeObject, path: string): Installed | undefined {
  const spec = at(object.body, path);
  const sources = [
    { source: at(spec, "source"), path: `${path}.source` },
    ...listAt(spec, "sources").map((source, index) => ({
      source,
      path: `${path}.sources[${index}]`,
    })),
  ];
  const values = sources.flatMap((one) => sourceValues(one.source, one.path));
  const generators = at(object.body, "spec.generators");
  if (object.kind === "ApplicationSet" && generators !== undefined) {
    values.push({ value: generators, path: "spec.generators" });
  }
  if (values.length === 0) return undefined;
  const what = object.kind === "Application" ? "Argo CD application" : "Argo CD application set";
  const name = sources.map(({ source }) => nameTextAt(source, "helm", "releaseName")).find(Boolean);
  const releaseName =
    name ?? (what.endsWith("set") ? undefined : nameTextAt(object.body, "metadata", "name"));
  const release = destined(object, at(spec, "destination"));
  return { what, release, releaseName, values, from: [] };
}

function sourceValues(source: Value | undefined, path: string): ChartValues[] {
  const chart = nameTextAt(source, "chart");
  const helm = `${path}.helm`;
  const found: ChartValues[] = [];
  const add = (value: Value | undefined, where: string): void => {
    if (value !== undefined) found.push({ value, path: where, chart });
  };
  add(at(source, "helm.valuesObject"), `${helm}.valuesObject`);
  add(yamlAt(source, "helm", "values"), `${helm}.values`);
  const parameters = listAt(source, "helm", "parameters");
  if (parameters.length > 0) add(nested(pairsOf(parameters)), `${helm}.parameters`);
  add(at(source, "plugin.env"), `${path}.plugin.env`);
  add(at(source, "kustomize.patches"), `${path}.kustomize.patches`);
  return found;
}

/** An object in the destination of an Application of Argo CD. */
function destined(object: KubeObject, destination: Value | undefined): KubeObject | undefined {
  const namespace = nameTextAt(destination, "namespace");
  if (namespace === undefined || isReference(namespace)) return undefined;
  const server = nameTextAt(destination, "server");
  const name = nameTextAt(destination, "name");
  const isOwn =
    server === undefined
      ? name === undefined || name === "in-cluster"
      : /^https:\/\/kubernetes\.default\.svc\/?$/.test(server);
  return moved(object, namespace, isOwn ? object.cluster : (server ?? `urn:cluster/${name ?? ""}`));
}

function fluxRelease(object: KubeObject): Installed {
  const { body, namespace } = object;
  const target = nameTextAt(body, "spec", "targetNamespace");
  const elsewhere = at(body, "spec.kubeConfig") !== undefined;
  const cluster = elsewhere ? `urn:cluster/${object.resource.urn}` : object.cluster;
  const own = namespace.kind === "named" ? namespace.text : undefined;
  const space = target ?? own;
  const name = nameTextAt(body, "metadata", "name");
  const usual = target === undefined || name === undefined ? name : `${target}-${name}`;
  const chart = nameTextAt(body, "spec", "chart", "spec", "chart");
  const values = ["spec.values", "spec.postRenderers"].flatMap((path): readonly ChartValues[] => {
    const value = at(body, path);
    return value === undefined ? [] : [{ value, path, chart }];
  });
  return {
    what: "Flux Helm release",
    release: space === undefined ? undefined : moved(object, space, cluster),
    releaseName: nameTextAt(body, "spec", "releaseName") ?? usual,
    values,
    from: listAt(body, "spec", "valuesFrom").map((item, index) => ({
      kind: nameTextAt(item, "kind") === "ConfigMap" ? "ConfigMap" : "Secret",
      item,
      path: `spec.valuesFrom[${index}]`,
      keys: [nameTextAt(item, "valuesKey") ?? "values.yaml"],
    })),
  };
}

/** A chart of K3s, or further values for one of the same name. */
function k3sChart(object: KubeObject): Installed {
  const { body, namespace, cluster } = object;
  const own = namespace.kind === "named" ? namespace.text : undefined;
  const space = nameTextAt(body, "spec", "targetNamespace") ?? own;
  const chart = nameTextAt(body, "spec", "chart");
  const values: ChartValues[] = [];
  const content = yamlAt(body, "spec", "valuesContent");
  if (content !== undefined) values.push({ value: content, path: "spec.valuesContent", chart });
  const set = entriesAt(body, "spec", "set");
  if (set.length > 0) values.push({ value: nested(set), path: "spec.set", chart });
  // Values for a chart are in the namespace of the chart's object, not in that of its release.
  const isConfig = object.kind === "HelmChartConfig";
  return {
    what: "K3s Helm chart",
    release: space === undefined || isConfig ? undefined : moved(object, space, cluster),
    releaseName: isConfig ? undefined : nameTextAt(body, "metadata", "name"),
    values,
    from: listAt(body, "spec", "valuesSecrets").map((item, index) => ({
      kind: "Secret" as const,
      item,
      path: `spec.valuesSecrets[${index}]`,
      keys: listAt(item, "keys").flatMap((key) => nameTextAt(key) ?? []),
    })),
  };
}

function moved(object: KubeObject, namespace: string, cluster: string): KubeObject {
  const thing = namespaceName(cluster, namespace);
  return { ...object, cluster, namespace: { kind: "named", text: namespace, thing } };
}

function at(value: Value | undefined, path: string): Value | undefined {
  return valueIn(read(value, ...path.split(".")));
}

/** The value of a YAML text at a path; the text itself where it is none, as templates are. */
function yamlAt(value: Value | undefined, ...path: readonly Step[]): Value | undefined {
  const text = textAt(value, ...path);
  if (text.kind === "absent") return undefined;
  if (text.kind === "unknown") return unknownLike(text);
  const parsed = embeddedYaml(text.text);
  const values = isRecord(parsed) ? parsed : text.text;
  return text.secret ? new Secret(values) : values;
}

function pairsOf(parameters: readonly Value[]): readonly (readonly [string, Value])[] {
  return parameters.flatMap((parameter) => {
    const name = nameTextAt(parameter, "name");
    const value = valueIn(read(parameter, "value"));
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}

/** Deepest path of a value. */
const deepestPath = 16;

/** Values by their paths, `db.auth.password`, as nested values. */
function nested(pairs: readonly (readonly [string, Value])[], depth = 0): ValueRecord {
  const own: (readonly [string, Value])[] = [];
  const inner = new Map<string, (readonly [string, Value])[]>();
  for (const [path, value] of pairs) {
    const dot = depth < deepestPath ? path.search(/(?<!\\)\./) : -1;
    if (dot < 0) own.push([path, value]);
    else {
      const first = path.slice(0, dot);
      inner.set(first, [...(inner.get(first) ?? []), [path.slice(dot + 1), value]]);
    }
  }
  const below = [...inner].map(([first, rest]) => [first, nested(rest, depth + 1)] as const);
  return Object.fromEntries<Value>([...own, ...below]);
}
