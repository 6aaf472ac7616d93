import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/pulumi/provider";

/** A class of components, as every one of ours is constructed. */
export type ComponentClass = new (
  name: string,
  args: never,
  opts?: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** The part of a package's schema that is needed to construct its components. */
export interface ComponentSchema {
  readonly name: string;
  readonly version: string;
  readonly resources: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, unknown>> }>
  >;
}

/**
 * A provider that constructs components for programs in any language.
 *
 * The SDK's own host reads the schema from TypeScript sources at each start; this one has it ready, so the provider runs
 * from built JavaScript.
 */
export function componentProvider(
  schema: ComponentSchema,
  classes: readonly ComponentClass[],
): Provider {
  const byType = new Map(classes.map((made) => [`${schema.name}:index:${made.name}`, made]));
  return {
    version: schema.version,
    schema: JSON.stringify(schema),
    construct: (name, type, inputs, options) => {
      const made = byType.get(type);
      const described = schema.resources[type];
      if (made === undefined || described === undefined) {
        const known = [...byType.keys()].map((key) => `\`${key}\``).join(", ");
        return Promise.reject(new Error(`component \`${type}\` is unknown; use one of ${known}`));
      }
      const component = new made(name, inputs as never, options);
      const outputs = new Map<string, unknown>(Object.entries(component));
      const state = Object.keys(described.properties).map((key) => [key, outputs.get(key)]);
      return Promise.resolve({
        urn: component.urn,
        state: Object.fromEntries(state) as pulumi.Inputs,
      });
    },
  };
}
