import { product } from "../product";

/** Source: github.com/vllm-project/production-stack, VLLMRuntime. */
export default product("production-stack.vllm.ai", {
  VLLMRuntime: { secrets: ["spec.model.hfTokenSecret"] },
});
