import { product } from "../product";

/** Source: github.com/kaito-project/kaito, Workspace, which has no `spec`, and RAGEngine. */
export default product("kaito.sh", {
  Workspace: { secrets: ["inference.preset.presetOptions.modelAccessSecret"] },
  RAGEngine: { secrets: ["spec.{inferenceService,embedding.remote}.accessSecret"] },
});
