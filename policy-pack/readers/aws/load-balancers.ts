import { listAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { FactList } from "../values";
import { referred } from "./naming";
import { instance, lambda, taskDefinition } from "./refs";

/** Services of Amazon ECS behind a load balancer, and what target groups are given. */
export const loadBalancerReader: Reader = {
  name: "aws load balancers",
  types: [
    "aws:ecs/service:Service",
    "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:alb/targetGroupAttachment:TargetGroupAttachment",
  ],
  read: (resource, context) => {
    const list = new FactList(resource);
    const isService = resource.type === "aws:ecs/service:Service";
    if (isService && listAt(resource.inputs, "loadBalancers").length === 0) return [];
    const property = isService ? "taskDefinition" : "targetId";
    const what = isService ? [taskDefinition] : [lambda, instance];
    const found = what.map((each) => referred(list, context, each, property));
    const to = found.find((ref) => ref?.kind === "named") ?? found[0];
    if (to === undefined) return [];
    const entry = resource.urn;
    list.add("exposes", property, {
      entry,
      way: "load balancer",
      authentication: { kind: "unclear", by: "its listener" },
    });
    list.add("forwards", property, { from: entry, to });
    return list.all();
  },
};
