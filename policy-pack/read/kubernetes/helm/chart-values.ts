import { describedValue } from "../../../domain/secrets/described";
import { credentialsIn, type Hit } from "../../../domain/secrets/hits";
import { credentialsInParts } from "../../../domain/secrets/known-part";
import { isReference } from "../../../domain/secrets/value";
import { endpointByPath } from "../../../domain/secrets/model-providers";
import { isChosenName, wordsOf } from "../../../domain/secrets/name";
import { named, type UseChannel } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { isList, isRecord, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { otherHostBy } from "../../resource/calls";
import { mcpInText, mcpInValue } from "../../resource/mcp";
import { addUnknownLiteral, describedAs } from "../../resource/literals";
import type { Credential } from "../../credentials/credential";
import type { ReadContext } from "../../resource/reader";
import { isServerChart } from "../../resource/servers";
import { type FactList } from "../../resource/values";
import { mayBeCredential } from "../secrets/generated";
import { leavesOf, type Leaf } from "../../resource/leaves";
import type { ChartValues } from "./helm-values";
import { type KubeObject, atOf, sibling } from "../object";
import type { Fact } from "../../../facts/fact";
import { listAt, opened, read } from "../../../../core/snapshot/read";
import { exemptKey } from "../../../domain/secrets/apart";
import { keyAt, textAt, type TextRead } from "../text";

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
  // What is marked as secret as a whole has a credential somewhere: which of its values it is, is unknown.
  if (isMarkedAround && !list.has("literal")) {
    addUnknownLiteral(list, { workload: into.holder, property: values.path }, true);
  }
  const at = { urn: list.resource.urn, property: values.path };
  list.addFacts(...mcpInValue({ config: release.thing, at }, values.value));
}

/** Where a setting among the values sends the calls of what the chart makes, where it is one that does. */
function addCalls(into: Into, { path, under, text, isLeftOut, dependsOn }: Leaf): void {
  if (under === undefined) return;
  const url = isLeftOut === true || text === undefined ? { dependsOn } : text;
  for (const setting of new Set([under, endpointByPath(path.split("."))])) {
    const elsewhere = setting === undefined ? undefined : otherHostBy(setting, url);
    if (setting === undefined || elsewhere === undefined) continue;
    const address = { of: "address", setting, elsewhere } as const;
    into.list.add("client-setting", path, { config: into.holder, ...address });
  }
}

/** An unknown value with a credential among its known parts, or that its name, mark or generator shows to be one. */
function addUnknown(into: Into, leaf: Leaf): void {
  const { path, under, mark, dependsOn } = leaf;
  const hits = credentialsInParts(leaf.parts, under, into.context.credentialIn);
  if (hits.length > 0) {
    addHits(into, leaf, hits);
    return;
  }
  const value = { kind: "unknown", dependsOn, secret: mark !== "none" } as const;
  // Wholly unknown values cannot be judged.
  if (path !== into.path && !mayBeCredential(value, under)) return;
  const place = { workload: into.holder, property: path, under };
  addUnknownLiteral(into.list, place, mark !== "none", dependsOn);
}

function addCredentials(into: Into, leaf: Leaf, text: string): void {
  const { list, context, holder } = into;
  const { urn } = list.resource;
  list.addFacts(...mcpInText({ config: holder, at: { urn, property: leaf.path } }, text));
  const found = credentialsIn(text, leaf.under, context.credentialIn);
  const isOne = leaf.mark === "value" && text !== "" && !isReference(text);
  const credential = describedValue(leaf.under, true);
  const whole = {
    text,
    under: leaf.under,
    found: { what: credential, severity: "critical" },
    within: text,
  } as const;
  addHits(into, leaf, found.length === 0 && isOne ? [whole] : found);
}

function addHits(into: Into, leaf: Leaf, hits: readonly Hit<Credential>[]): void {
  const { list, context, holder, serves } = into;
  for (const hit of hits) {
    const value = context.literalName(hit.text);
    if (serves && hit.under !== undefined && isChosenName(hit.under)) {
      // The server of the chart checks its passwords: recognised before the literal.
      list.add("uses", leaf.path, {
        workload: holder,
        secret: named(value),
        through: "helm values",
        exempt: "verifier",
      });
    }
    list.add("literal", leaf.path, {
      holder,
      ...describedAs(hit.found, hit.under),
      value,
      place: "exposed",
      marked: leaf.mark !== "none",
    });
  }
}

/**
 * Keys under which charts take the name of a Secret that is there already.
 *
 * Source: the values of the charts of Bitnami, Grafana, Datadog, LiteLLM and Airflow.
 */
const existingNames =
  /^(?:existingSecret|\w+ExistingSecret|envFromSecret|extraEnvVarsSecret|\w+Secret(?:Name|Ref))$/;

/** Keys under which they take name and key of one together. Source: the values of the chart of Prefect's worker. */
const paired = /Secret(?:Ref)?$/;

/** Keys under which they take several. */
const listed = new Set(["envFromSecrets", "environmentSecrets"]);

/** Where certificates and pull secrets are named. */
const exemptPlaces = /(?:^|\.)\w*(?:tls|cert|certs|certificates?|ingress|pullsecrets?)(?=[.[]|$)/i;

/** Words of keys that name them: `tlsSecretName`, `imagePullSecretName`. */
const exemptWords = new Set([
  ...["ca", "tls", "ssl", "cert", "certs", "certificate", "certificates"],
  ...["pull", "ingress", "keystore", "truststore"],
]);

/** Keys beside the name of a Secret that select one of its keys. */
const keyNames = ["existingSecretKey", "existingSecretPasswordKey", "passwordKey", "secretKey"];

interface Use {
  readonly path: string;
  readonly through: UseChannel;
  readonly name: TextRead;
  readonly key?: ReturnType<typeof keyAt>;
  readonly under?: string | undefined;
}

/** The Secrets of a release by its values: `existingSecret`, and references as pods have them. */
function* referencesIn(object: KubeObject, values: ChartValues): Iterable<Fact> {
  const serves = isServerChart(values.chart);
  for (const use of usesIn(values)) {
    if (exemptPlaces.test(use.path)) continue;
    if (use.name.kind === "text" && (use.name.text === "" || isReference(use.name.text))) continue;
    const { key } = use;
    const exempt = serves && use.through === "helm values" ? "verifier" : exemptKey(key?.key);
    yield {
      kind: "uses",
      at: atOf(object, use.path),
      workload: object.thing,
      secret: sibling(object, "Secret", use.name),
      through: use.through,
      ...key,
      ...(use.under !== undefined && { under: use.under }),
      ...(exempt !== undefined && { exempt }),
    };
  }
}

function* usesIn(values: ChartValues): Iterable<Use> {
  const open: { readonly value: Value; readonly path: string; readonly around: string }[] = [
    { value: values.value, path: values.path, around: "" },
  ];
  while (open.length > 0) {
    const here = open.pop();
    if (here === undefined) return;
    const { path } = here;
    const value = opened(here.value);
    if (isList(value)) {
      const { around } = here;
      open.push(
        ...value.map((item, index) => ({ value: item, path: `${path}[${index}]`, around })),
      );
    } else if (isRecord(value)) {
      yield* usesOf(value, path, here.around);
      for (const [key, inner] of Object.entries(value)) {
        const around = key === "valueFrom" ? nameOf(value, here.around) : key;
        open.push({ value: inner, path: `${path}.${key}`, around });
      }
    }
  }
}

function* usesOf(value: ValueRecord, path: string, around: string): Iterable<Use> {
  for (const [key, inner] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (key === "secretKeyRef" && read(inner, "name").kind !== "absent") {
      const part = { name: textAt(inner, "name"), key: keyAt(inner, "key") };
      yield { path: at, through: "env", ...part, under: around === "" ? undefined : around };
    } else if (key === "secretRef" && read(inner, "name").kind !== "absent") {
      yield { path: at, through: "envFrom", name: textAt(inner, "name") };
    } else if (isPair(key, inner)) {
      const part = { name: textAt(inner, "name"), key: keyAt(inner, "key") };
      yield { path: at, through: "helm values", ...part };
    } else if (existingNames.test(key) && !isExemptName(key)) {
      const name = textAt(inner);
      const beside = [...keyNames, key.replace(/(?:Name|Ref)$/, "Key")];
      const which = beside.find((one) => one !== key && textAt(value, one).kind !== "absent");
      const part = which === undefined ? {} : { key: keyAt(value, which) };
      if (name.kind !== "absent") yield { path: at, through: "helm values", name, ...part };
    } else if (listed.has(key)) {
      for (const [index, item] of listAt(inner).entries()) {
        const name = isRecord(item) ? textAt(item, "name") : textAt(item);
        if (name.kind === "absent") continue;
        yield { path: `${at}[${index}]`, through: "envFrom", name };
      }
    }
  }
}

/** Whether a key is of a certificate or a pull secret. */
function isExemptName(key: string): boolean {
  return wordsOf(key).some((word) => exemptWords.has(word));
}

function isPair(key: string, inner: Value): boolean {
  return (
    paired.test(key) &&
    !isExemptName(key) &&
    ["name", "key"].every((of) => textAt(inner, of).kind !== "absent")
  );
}

/** The variable that has a reference: the name of its pair, else the key above it. */
function nameOf(pair: ValueRecord, around: string): string {
  const name = textAt(pair, "name");
  return name.kind === "text" ? name.text : around;
}
