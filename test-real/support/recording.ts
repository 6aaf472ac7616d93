import { spellMarks, type Json } from "./marks";
import type { Analyzed, Exchange, PropertyDependencies, WireObject } from "./exchange";

/**
 * Turns the exchanges of one preview into a recording that is the same for every run of the same program.
 *
 * Lists are sorted by URN, for registration order is not stable; paths are relative to the program; ids that the engine
 * makes up for providers are left out, and so are the digits of names that the Kubernetes provider makes up.
 *
 * @param directory the folder the program ran in
 */
export function recordingOf(
  program: string,
  config: Json,
  recorded: readonly Exchange[],
  directory: string,
): Json {
  const exchanges = withStableNames(recorded);
  const of = <M extends Exchange["method"]>(method: M) =>
    exchanges.filter(
      (exchange): exchange is Extract<Exchange, { method: M }> => exchange.method === method,
    );

  return {
    program,
    config,
    registered: sorted(
      of("registerResource").map(({ request, response }) => ({
        urn: response.urn,
        type: request.type,
        name: request.name,
        parent: request.parent,
        custom: request.custom,
        remote: request.remote,
        provider: urnOfProvider(request.provider),
        providers: Object.fromEntries(
          Object.entries(request.providers).map(([name, reference]) => [
            name,
            urnOfProvider(reference),
          ]),
        ),
        inputs: spell(request.object),
        outputs: spell(response.object),
        id: spellMarks(response.id),
        dependencies: [...request.dependencies].sort(),
        propertyDependencies: sortLists(request.propertyDependencies),
        aliases: request.aliases.map(spell),
        additionalSecretOutputs: request.additionalSecretOutputs,
        source: sourceOf(request.sourcePosition, directory),
      })),
    ),
    read: sorted(
      of("readResource").map(({ request, response }) => ({
        urn: response.urn,
        type: request.type,
        name: request.name,
        parent: request.parent,
        id: request.id,
        inputs: spell(request.object),
        outputs: spell(response.object),
      })),
    ),
    outputs: sorted(
      of("registerResourceOutputs").map(({ request }) => ({
        urn: request.urn,
        outputs: spell(request.object),
      })),
    ),
    invoked: of("invoke")
      .map(({ request, response }) => ({
        token: request.token,
        arguments: spell(request.arguments),
        return: spell(response.return),
      }))
      .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
    analyzed: sorted(of("analyze").map(({ request }) => analyzedOf(request))),
    analyzedStack: sorted(
      of("analyzeStack").flatMap(({ request }) =>
        request.resources.map((resource) => ({
          ...analyzedOf(resource),
          parent: resource.parent,
          dependencies: [...resource.dependencies].sort(),
          propertyDependencies: sortLists(resource.propertyDependencies),
        })),
      ),
    ),
  };
}

function withStableNames(exchanges: readonly Exchange[]): readonly Exchange[] {
  let text = JSON.stringify(exchanges);
  for (const exchange of exchanges) {
    if (exchange.method !== "registerResource") continue;
    const metadata = exchange.response.object["metadata"] as
      | { readonly name?: string; readonly annotations?: Readonly<Record<string, unknown>> }
      | undefined;
    if (metadata?.annotations?.["pulumi.com/autonamed"] !== "true" || metadata.name === undefined)
      continue;
    const stable = metadata.name.replace(/-[0-9a-f]{8}$/, "-00000000");
    text = text.replaceAll(`"${metadata.name}"`, `"${stable}"`);
  }
  return JSON.parse(text) as readonly Exchange[];
}

function analyzedOf(resource: Analyzed) {
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    properties: spell(resource.properties),
    parent: resource.parent,
    provider: resource.provider,
    providerProperties: spell(resource.providerProperties),
    aliases: resource.aliases,
    additionalSecretOutputs: resource.additionalSecretOutputs,
  };
}

function spell(object: WireObject): Json {
  return spellMarks(object);
}

function sourceOf(position: { uri: string; line: number } | null, directory: string): Json {
  if (position === null) return null;
  const path = decodeURIComponent(position.uri).replace(/^(file|project):\/\//, "");
  const installed = path.indexOf("node_modules/");
  const file = installed < 0 ? path.replace(`${directory}/`, "") : path.slice(installed);
  return { file, line: position.line };
}

/** A provider reference is `<urn>::<id>`. */
function urnOfProvider(reference: string): string {
  return reference.slice(0, Math.max(0, reference.lastIndexOf("::")));
}

function sortLists(lists: PropertyDependencies): PropertyDependencies {
  return Object.fromEntries(
    Object.entries(lists)
      .sort(([a], [b]) => compare(a, b))
      .map(([property, urns]) => [property, [...urns].sort()]),
  );
}

function sorted<T extends { readonly urn: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => compare(a.urn, b.urn));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
