import { isAccountId, parseArn } from "../../../core/arn";
import { regionalScope } from "../../../core/graph/name";
import { atOf } from "./object";
import { readerOf } from "./reader-of";
import { storeScope } from "./remote-secrets";
import { nameTextAt } from "./text";

/** Where the provider of a store is in its spec. */
const aws = ["spec", "provider", "aws"] as const;

/**
 * Reads stores of the External Secrets Operator: the AWS account and region whose secrets they stand for, as far as their role says it.
 *
 * Source: external-secrets.io, provider/aws-secrets-manager, `role`: the role that the store assumes, whose account keeps the secrets.
 */
export const secretStoreReader = readerOf({
  name: "secret-store",
  kinds: ["external-secrets.io/SecretStore", "external-secrets.io/ClusterSecretStore"],
  *facts(object) {
    const name = nameTextAt(object.body, "metadata", "name");
    const role = nameTextAt(object.body, ...aws, "role");
    const parsed = role === undefined ? undefined : parseArn(role);
    if (name === undefined || parsed?.ok !== true || !isAccountId(parsed.arn.account)) return;
    const isWide = object.kind === "ClusterSecretStore";
    if (!isWide && object.namespace.kind === "unknown") return;
    const space = isWide || object.namespace.kind === "unknown" ? "" : object.namespace.text;
    const service = nameTextAt(object.body, ...aws, "service");
    yield {
      kind: "store-scope",
      at: atOf(object, "spec.provider.aws.role"),
      store: storeScope(object.cluster, space, name),
      of: service === "ParameterStore" ? "parameter" : "secret",
      scope: regionalScope(parsed.arn.account, nameTextAt(object.body, ...aws, "region")),
    };
  },
});
