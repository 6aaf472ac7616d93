import { generatorTypes, addGenerated } from "./generated";
import type { Reader } from "./reader";
import { FactList } from "./values";

/** Reads `random:*`: what they made, once it is known, is one thing with the resource that made it. */
const randomReader: Reader = {
  name: "random",
  types: generatorTypes.filter((type) => type.startsWith("random:")),
  read: (resource, context) => {
    const list = new FactList(resource);
    addGenerated(list, context);
    return list.all();
  },
};

/** Readers of the random provider. */
export const randomReaders: readonly Reader[] = [randomReader];
