import { setFlagsFromString } from "node:v8";
import type * as Cedar from "@cedar-policy/cedar-wasm/nodejs";

let loaded: typeof Cedar | undefined;

/**
 * Cedar as WebAssembly, loaded when it is first needed: 4 MB that nothing but a decision needs.
 *
 * Node 20 can abort the whole process while it optimises a call into WebAssembly (V8's DoComputeBuiltinContinuation; 10 of 91
 * starts under load, none of 86 with the flag). The flag only keeps such calls from being inlined. It has to be set before.
 */
export function cedarEngine(): typeof Cedar {
  if (loaded === undefined) {
    setFlagsFromString("--no-turbo-inline-js-wasm-calls");
    // oxlint-disable-next-line typescript/no-require-imports
    loaded = require("@cedar-policy/cedar-wasm/nodejs") as typeof Cedar;
  }
  return loaded;
}
