/** What a tool publishes of itself (RFC 9728). */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly authorization_details_types_supported: readonly string[];
}

/** The metadata of a tool. */
export function metadataOf(
  resource: string,
  issuer: string,
  intents: readonly string[] | undefined,
): ProtectedResourceMetadata {
  return {
    resource,
    authorization_servers: [issuer],
    ...(intents !== undefined && { scopes_supported: intents }),
    bearer_methods_supported: ["header"],
    authorization_details_types_supported: ["agentid_call"],
  };
}

/** Where a client looks for the metadata of a tool (RFC 9728, 3.1). */
export function metadataUrlOf(resource: string): URL {
  const { origin, pathname, search } = new URL(resource);
  const path = pathname === "/" ? "" : pathname;
  return new URL(`/.well-known/oauth-protected-resource${path}${search}`, origin);
}
