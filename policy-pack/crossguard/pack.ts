import { runPack } from "./run-pack";

runPack();
