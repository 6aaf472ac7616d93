import { packParts } from "../../../../policy-pack/crossguard/pack-parts";
import { servePack } from "../../../../policy-pack/crossguard/server/serve-pack";
import { noTwinKeys, requireKey, thingReader } from "../support/keys";

servePack(
  { name: "keys", version: "1.0.0", displayName: "keys", description: "Keys" },
  packParts({ rules: [noTwinKeys, requireKey], readers: [thingReader] }),
);
