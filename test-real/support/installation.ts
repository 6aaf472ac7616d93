import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./checkout";
import { npm } from "./npm";
import { sharedBetweenFiles } from "./shared-between-files";

/** A place where the package and what it needs are installed. */
export interface Installation {
  /** The node_modules that programs use. */
  readonly modules: string;
  /** The folder of the policy pack. */
  readonly pack: string;
  /** The folder of the component provider. */
  readonly provider: string;
  /** The script behind the command `agentid`. */
  readonly command: string;
}

/** The checkout with its built `dist/`. */
export const builtCheckout: Installation = {
  modules: join(checkout, "node_modules"),
  pack: join(checkout, "policy-pack"),
  provider: join(checkout, "provider"),
  command: join(checkout, "dist/cli/main.js"),
};

/**
 * Packs the package as it is published and installs it into an empty folder beside what a program in TypeScript brings,
 * once for all tests.
 */
export function installedTarball(): Promise<Installation> {
  return sharedBetweenFiles("packed-package", installTarball);
}

/** The source of the package in tests, and how many runs it gets there. */
export const installations = [
  { name: "the built checkout", install: () => Promise.resolve(builtCheckout), requested: "all" },
  {
    name: "the packed package, installed into an empty folder",
    install: installedTarball,
    requested: "what installing could change",
  },
] as const;

async function installTarball(given: string): Promise<Installation> {
  const folder = join(given, "empty");
  mkdirSync(folder);
  const tarball = await packedTarball(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const besides = [
    ...["pulumi", "policy", "aws", "kubernetes"].map((name) => `@pulumi/${name}`),
    // Without one of its own, Pulumi compiles a program by TypeScript 3.8.
    ...["typescript", "@types/node"],
  ];
  await npm(
    [
      "install",
      ...["--no-audit", "--no-fund", "--prefer-offline"],
      tarball,
      ...besides.map((name) => `${name}@${installedVersion(name)}`),
    ],
    folder,
  );
  const modules = join(folder, "node_modules");
  return {
    modules,
    pack: join(modules, "pulumi-agentid", "policy-pack"),
    provider: join(modules, "pulumi-agentid", "provider"),
    command: join(modules, ".bin", "agentid"),
  };
}

/** Packs the package as it is published, into a folder; returns the path of the file. */
export async function packedTarball(folder: string): Promise<string> {
  const packed = await npm(
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    checkout,
  );
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  return join(folder, filename);
}

/** The version of a package that the checkout has. */
export function installedVersion(name: string): string {
  const path = join(checkout, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
