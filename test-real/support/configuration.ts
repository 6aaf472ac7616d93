/** Configuration by key, as `pulumi config set-all` takes it. */
export type Configuration = Readonly<
  Record<string, { readonly value: string; readonly secret: boolean }>
>;

const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  "test/programs/config": {
    "config:tenant": { value: "acme", secret: false },
    "config:limits": { value: '{"seconds":3600}', secret: false },
    "config:token": { value: "a-made-up-token", secret: true },
  },
};

/** The configuration that a program of the checkout runs with, where it does not lie beside the program. */
export function configurationOf(path: string): Configuration {
  return CONFIGURATIONS[path] ?? {};
}
