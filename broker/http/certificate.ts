import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Presented } from "../identity/svid";

/** The certificate that a caller presented on the connection of a request; undefined where it did not, or was not asked for one. */
export function presentedOn({ socket }: IncomingMessage): Presented | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate && { certificate, isVerified: socket.authorized };
}
