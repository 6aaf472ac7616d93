import { eventBusType } from "../../../core/aws/events";
import { httpApi, restApi } from "../../read/aws/refs";
import { onlyOf } from "../../read/resource/values";
import type { Hypothesis, PossibleValue } from "./hypothesis";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import { valuesAt } from "./values";

const ofRestApi = /^aws:apigateway\/(method:Method|integration:Integration)$/;
const ofHttpApi = /^aws:apigatewayv2\/(route:Route|integration:Integration)$/;
const ofBus = /^aws:cloudwatch\/event(Rule:EventRule|Target:EventTarget)$/;

/** Possible values of what an id is unique in: an unknown API or event bus may be that of another resource. */
export const ofParents: readonly Hypothesis[] = [
  {
    types: ofRestApi,
    path: ["*"],
    values: (place, stack) => {
      switch (String(place.path[0])) {
        case "restApi":
          return ofOthers(ofRestApi, restApi.types, place, stack);
        case "resourceId":
        case "httpMethod":
          return valuesAt(ofRestApi, place.path, place.resource.urn, stack);
        default:
          return [];
      }
    },
  },
  {
    types: ofHttpApi,
    path: ["apiId"],
    values: (place, stack) => ofOthers(ofHttpApi, httpApi.types, place, stack),
  },
  {
    types: ofBus,
    path: ["eventBusName"],
    values: (place, stack) => ofOthers(ofBus, [eventBusType], place, stack),
  },
];

/** The parents of other resources; none where the place is known to be an output of one parent. */
function ofOthers(
  types: RegExp,
  parents: readonly string[],
  place: OpenPlace,
  stack: StackView,
): readonly PossibleValue[] {
  if (onlyOf(place, parents) !== undefined) return [];
  return valuesAt(types, place.path, place.resource.urn, stack);
}
