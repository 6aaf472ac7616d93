/** Where a server finds the certificate by which a client connected. */
export interface ClientCertificates<Asked> {
  /**
   * The certificate in PEM, or as the reverse proxy before the server states it in a header. Name only a header that this proxy
   * replaces: a client that can write it has every certificate.
   */
  clientCertificate(request: Asked): string | undefined;
}

/** Reads the certificate of the connection itself, in PEM; of a server that requests none it is undefined. */
export function ofConnection({ socket }: { readonly socket: object }): string | undefined {
  const connection = socket as {
    getPeerX509Certificate?(): { toString(): string } | undefined;
  };
  const certificate = connection.getPeerX509Certificate?.();
  return certificate?.toString();
}
