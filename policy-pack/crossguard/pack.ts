import { compileLater } from "../compile-later";
import { packageFacts } from "./package-facts";
import { packParts } from "./pack-parts";
import { servePack } from "./server/serve-pack";

compileLater();

servePack(
  {
    name: "agentid",
    version: packageFacts().version,
    displayName: "agentid",
    description:
      "Every orchestrator, agent and tool has an identity of its own, without shared static secrets.",
  },
  packParts(),
);
