import { PolicyPack } from "@pulumi/policy";
import { policies } from "../../../../policy-pack/crossguard";

new PolicyPack("mixed", {
  enforcementLevel: "advisory",
  policies: [
    ...policies({ configuration: { scope: "declared" } }),
    {
      name: "own-rule",
      description: "A rule of the user's own",
      validateResource: (args, report) => {
        if (args.type === "test:index:Thing") report(`saw ${args.name}`);
      },
    },
  ],
});
