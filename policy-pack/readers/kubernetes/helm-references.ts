import type { Fact } from "../../../core/graph/fact";
import type { Holding } from "../../../core/graph/fact-values";
import { listAt, opened, read } from "../../../core/snapshot/read";
import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { isReference } from "../../../core/credential/value";
import { exemptKey } from "../../../core/credential/apart";
import { wordsOf } from "../../../core/credential/name";
import { isServerChart } from "../servers";
import type { ChartValues } from "./helm-values";
import { atOf, sibling, type KubeObject } from "./object";
import { keyAt, textAt, type TextRead } from "./text";

/**
 * Keys under which charts take the name of a Secret that is there already.
 *
 * Source: the values of the charts of Bitnami, Grafana, Datadog, LiteLLM and Airflow.
 */
const named =
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

/** Keys beside the name of a Secret that say which of its keys is meant. */
const keyNames = ["existingSecretKey", "existingSecretPasswordKey", "passwordKey", "secretKey"];

interface Use {
  readonly path: string;
  readonly through: Holding;
  readonly name: TextRead;
  readonly key?: ReturnType<typeof keyAt>;
  readonly under?: string | undefined;
}

/** The Secrets that a release is given by its values: `existingSecret`, and references as pods have them. */
export function* referencesIn(object: KubeObject, values: ChartValues): Iterable<Fact> {
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
    } else if (named.test(key) && !isExemptName(key)) {
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

/** Whether a key says that it is of a certificate or a pull secret. */
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
