import { product } from "../product";

/** Source: github.com/zilliztech/milvus-operator, Milvus. */
export default product("milvus.io", {
  Milvus: { secrets: ["spec.dependencies.storage.secretRef"] },
});
