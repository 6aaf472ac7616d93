import { named } from "../../../facts/fact-values";
import type { Reader } from "../../resource/reader";
import { referred } from "../naming";
import { secretType } from "../../../../core/aws/secrets";
import { apiKeyProvider } from "../agentcore/agentcore-refs";
import { secret } from "../refs";
import { FactList } from "../../resource/values";

/** Type of our component with the key of a legacy platform. */
export const legacyToolType = "agentid:index:LegacyTool";

/** Reads which existing secret a tool receives as its key; one made for it is its child. */
const existingKeyReader: Reader = {
  name: "agentid-given-keys",
  types: [legacyToolType],
  read(resource, context) {
    const list = new FactList(resource);
    const given = referred(list, context, secret, "key", "existingSecret", "arn");
    if (given !== undefined) {
      const workload = resource.urn;
      list.add("uses", "key", { workload, secret: given, through: "legacy key" });
    }
    return list.all();
  },
};

/** Reads what stores or issues a tool's key as used by the tool, and by nothing else unless another resource shows it. */
const storedKeyReader: Reader = {
  name: "agentid-kept-keys",
  types: [secretType, ...apiKeyProvider.types],
  partial: true,
  read(resource, context) {
    const { parent, urn } = resource;
    if (parent === undefined || context.resource(parent)?.type !== legacyToolType) return [];
    const list = new FactList(resource);
    list.add("uses", "", { workload: parent, secret: named(urn), through: "legacy key" });
    return list.all();
  },
};

/** Readers of the keys of our LegacyTool. */
export const legacyToolReaders: readonly Reader[] = [existingKeyReader, storedKeyReader];
