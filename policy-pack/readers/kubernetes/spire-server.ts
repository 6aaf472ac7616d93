import type { Fact } from "../../../core/graph/fact";
import { goSeconds } from "../../../core/go-duration";
import { entriesAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { atOf, type KubeObject } from "./object";
import { readerOf } from "./reader-of";
import { textAt } from "./text";

/** Settings of a SPIRE server by which SVIDs last for which an entry says nothing. Source: spiffe/spire, doc/spire_server.md. */
const settings = [
  { of: "X.509-SVID", form: /^[ \t]*"?default_x509_svid_ttl"?\s*[:=]\s*"([^"]*)"/gm },
  { of: "JWT-SVID", form: /^[ \t]*"?default_jwt_svid_ttl"?\s*[:=]\s*"([^"]*)"/gm },
] as const;

/** Longest configuration that is looked at. */
const longestText = 1_000_000;

/** Reads the configuration of a SPIRE server in a ConfigMap: how long SVIDs last for which an entry says nothing. */
export const spireServerReader: Reader = readerOf({
  name: "spire-server",
  kinds: ["ConfigMap"],
  *facts(object) {
    for (const [key, value] of entriesAt(object.body, "data")) {
      const text = textAt(value);
      if (text.kind !== "text" || text.text.length > longestText) continue;
      if (/"?trust_domain"?\s*[:=]/.test(text.text)) yield* defaults(object, key, text.text);
    }
  },
});

/** Comments of HCL, and texts, in which there are none. */
const commentOrText = /"(?:[^"\\\n]|\\.)*"?|\/\*[^]*?(?:\*\/|$)|(?:#|\/\/)[^\n]*/g;

function* defaults(object: KubeObject, key: string, config: string): Iterable<Fact> {
  const stated = config.replace(commentOrText, (found) => (found.startsWith('"') ? found : " "));
  // HCL has one setting a line; JSON is written so here.
  const lines = stated.replace(/[,{]/g, "$&\n");
  for (const { of, form } of settings) {
    for (const [, duration = ""] of lines.matchAll(form)) {
      const seconds = goSeconds(duration);
      if (seconds === undefined || seconds <= 0) continue;
      const property = `data.${key}`;
      yield {
        kind: "svid",
        at: atOf(object, property),
        giver: object.thing,
        svid: ["svid-at", object.resource.urn, `${object.path}${property}, ${of}`].join("|"),
        of,
        longest: { kind: "known", seconds },
      };
    }
  }
}
