import type { Resource } from "../../core/snapshot/resource";
import { isRecord, type Value } from "../../core/snapshot/value";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { casesOf, withMarks } from "../support/cases";

/** Properties with policy documents. */
const documentProperties = ["assumeRolePolicy", "policy", "inlinePolicies"];

/** Resources by which fuzzing starts: those of the test cases. */
export interface Corpus {
  /** Resources of AWS, each with a policy document in it. */
  readonly documents: readonly Resource[];
  /** Objects of Kubernetes. */
  readonly manifests: readonly Resource[];
}

/** The resources of the cases in this repository. */
export function corpus(): Corpus {
  const stacks = ["authority", "secret"].flatMap((folder) =>
    casesOf<AuthorityStack>(folder).flatMap(({ requested }) => authorityStack(requested)),
  );
  const trusts = casesOf<{ readonly document: Value }>("trust").flatMap(({ requested }) =>
    authorityStack({
      resources: [
        {
          type: "aws:iam/role:Role",
          name: "desk",
          inputs: { name: "desk", assumeRolePolicy: withMarks(requested.document) },
        },
      ],
    }),
  );
  const all = [...stacks, ...trusts];
  return {
    documents: all.filter(
      ({ type, inputs }) =>
        type.startsWith("aws:") && documentProperties.some((property) => property in inputs),
    ),
    manifests: all.filter(({ type, inputs }) => type.startsWith("kubernetes:") && isRecord(inputs)),
  };
}
