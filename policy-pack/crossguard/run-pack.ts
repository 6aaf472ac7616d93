import { collectSooner } from "../collect-sooner";
import { compileLater } from "../compile-later";
import { packageFacts } from "./package-facts";
import { packParts } from "./pack-parts";
import { servePack } from "./server/serve-pack";

/** Serves the pack to the engine that started this process. */
export function runPack(): void {
  compileLater();
  collectSooner(100);
  servePack(
    {
      name: "agentid",
      version: packageFacts().version,
      displayName: "agentid",
      description:
        "Every orchestrator, agent and tool has an identity of its own, without shared static secrets.",
    },
    packParts(),
    // What there is of a stack twice for a while, as it was handed and as it is listed, is most of its memory.
    () => collectSooner(5),
  );
}
