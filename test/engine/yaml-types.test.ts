import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { previewed } from "./support/yaml";

/** The notes on resources of some types: kind, line and text. */
function reported(
  types: readonly string[],
  expected: readonly (readonly [line: number, kind: string, message: string])[],
): Promise<void> {
  const resources = types.map((type, at) => `  r${at}: { type: '${type}' }`);
  return previewed(["resources:", ...resources, ""].join("\n"), ({ notes }) =>
    assert.deepEqual(
      notes.map(({ kind, message, source }) => [source?.line, kind, message]),
      expected,
    ),
  );
}

/** The note on a type that its SDK lacks. */
function noType(type: string): string {
  const sdk = `@pulumi/${type.split(":")[0]}`;
  const { version } = JSON.parse(readFileSync(require.resolve(`${sdk}/package.json`), "utf8")) as {
    version: string;
  };
  return `\`${type}\` is no type that \`${sdk}\` ${version} has, so it was not judged: it is mistyped, or of another version`;
}

describe("types of a program in YAML", () => {
  it("are not judged where the SDK has none such", () =>
    reported(
      [
        "aws:iam:RolePolicyAttachmnt",
        "aws:iam:Rolepolicy",
        "aws:nothing:Role",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBindng",
        "kubernetes:apps/v7:Deployment",
        "random:RandomPasword",
      ],
      [
        [4, "unrendered", noType("aws:iam/rolePolicyAttachmnt:RolePolicyAttachmnt")],
        [5, "unrendered", noType("aws:iam/rolepolicy:Rolepolicy")],
        [6, "unrendered", noType("aws:nothing/role:Role")],
        [7, "unrendered", noType("kubernetes:rbac.authorization.k8s.io/v1:RoleBindng")],
        [8, "unrendered", noType("kubernetes:apps/v7:Deployment")],
        [9, "unrendered", noType("random:index/randomPasword:RandomPasword")],
      ],
    ));

  it("are judged where it has, whatever their files are called, also without an SDK", () =>
    reported(
      [
        "aws:kendra:Index",
        "aws:lambda:Function",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "kubernetes:storage.k8s.io/v1:CSIDriver",
        "kubernetes:core/v1:PodPatch",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:apiextensions.k8s.io:CustomResource",
        "random:RandomPassword",
        "tls:PrivateKei",
        "command:local:Command",
        "pulumi:providers:aws",
      ],
      [],
    ));

  it("are not judged where their package is not known: each may be a component", () =>
    reported(
      ["shop:index:Till"],
      [
        [
          4,
          "opaque-component",
          "`shop:index:Till` is of an unknown package: where it is a component, its resources were not judged; to judge it, check with --engine pulumi, or check the `pulumi stack export` of a deployed stack",
        ],
      ],
    ));
});
