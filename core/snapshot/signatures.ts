// The marks of special values of the Pulumi engine and its SDKs on the wire, as defined in
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go.

/** The key that distinguishes an object with a special meaning from a plain one. */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

/** The string for a value that is unknown in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Signature of a secret: its value is under `value`. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Signature of an output: `value` when known, `secret`, `dependencies`; from programs in YAML `output`, which of a resource it is, and `parts` of a text. */
export const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Signature of a reference to a resource: `urn`, and `id` for a custom resource. */
export const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** Signature of an asset: `path`, `text` or `uri`. */
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";

/** Signature of an archive: `path`, `uri` or `assets`. */
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
