import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "./files";
import { installedVersion } from "./installation";

/** How a project has its program, as Pulumi's templates have or had it. Source: pulumi/templates. */
export type ProgramForm =
  | "nodenext"
  | "node16"
  | "commonjs"
  | "ES modules, nodenext"
  | "ES modules, bundler"
  | "JavaScript";

interface Form {
  /** Options of the compiler beside those that all templates have; none where nothing is compiled. */
  readonly compiler?: Readonly<Record<string, unknown>>;
  readonly isModule?: true;
}

const forms: Readonly<Record<ProgramForm, Form>> = {
  nodenext: { compiler: { target: "es2020", module: "nodenext", moduleResolution: "nodenext" } },
  node16: { compiler: { target: "es2020", module: "node16", moduleResolution: "node16" } },
  commonjs: { compiler: { target: "es2016", module: "commonjs", moduleResolution: "node" } },
  "ES modules, nodenext": {
    compiler: { target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
    isModule: true,
  },
  "ES modules, bundler": {
    compiler: { target: "esnext", module: "esnext", moduleResolution: "bundler" },
    isModule: true,
  },
  JavaScript: {},
};

/** What the templates have the compiler do, whatever the form. */
const compilerOptions = {
  strict: true,
  outDir: "bin",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};

const component = `import * as pulumi from "@pulumi/pulumi";

class Desk extends pulumi.ComponentResource {
  public readonly seats: pulumi.Output<number>;

  constructor(name: string, args: { readonly seats: pulumi.Input<number> }) {
    super("demo:index:Desk", name, args);
    this.seats = pulumi.output(args.seats);
    this.registerOutputs({ seats: this.seats });
  }
}

export const seats = new Desk("desk", { seats: 2 }).seats.apply((count) => count + 1);
`;

const componentInJavaScript = `"use strict";
const pulumi = require("@pulumi/pulumi");

class Desk extends pulumi.ComponentResource {
  constructor(name, args) {
    super("demo:index:Desk", name, args);
    this.seats = pulumi.output(args.seats);
    this.registerOutputs({ seats: this.seats });
  }
}

exports.seats = new Desk("desk", { seats: 2 }).seats.apply((count) => count + 1);
`;

/** A project that does not have our package yet. */
export interface UserProject {
  readonly form: ProgramForm;
  /** Development packages with their versions, such as its compiler. */
  readonly own?: Readonly<Record<string, string>>;
  /** Packages beside the SDK, by the version that the checkout has. */
  readonly besides?: readonly string[];
  /** Files instead of those of the form, such as another program. */
  readonly files?: Files;
}

/** Writes a project into a folder; nothing is installed yet. */
export function writeProject(
  folder: string,
  { form, own = {}, besides = [], files = {} }: UserProject,
): void {
  const { compiler, isModule } = forms[form];
  const main = compiler === undefined ? "index.js" : "index.ts";
  const packages = ["@pulumi/pulumi", ...besides];
  const written: Files = {
    "Pulumi.yaml":
      compiler === undefined
        ? "name: demo\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n"
        : "name: demo\nruntime: nodejs\n",
    "package.json": JSON.stringify({
      name: "demo",
      version: "0.0.0",
      private: true,
      main,
      ...(isModule && { type: "module" }),
      devDependencies: own,
      dependencies: Object.fromEntries(packages.map((name) => [name, installedVersion(name)])),
    }),
    [main]: compiler === undefined ? componentInJavaScript : component,
    ...(compiler !== undefined && {
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...compilerOptions, ...compiler },
        files: [main],
      }),
    }),
    // Yarn would take a folder above for the project.
    "yarn.lock": "",
    ...files,
  };
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
