/**
 * Ways in which servers write down the hash of a password, to check one against.
 *
 * Source: crypt(5) (`$2b$`, `$6$`, `$y$` …), the PHC string format (`$argon2id$`), RFC 2307 (`{SSHA}`), Spring Security's
 * DelegatingPasswordEncoder (`{bcrypt}`), Django's and Werkzeug's hashers, PostgreSQL's `md5…` and `SCRAM-SHA-256$`.
 */
const hashes: readonly RegExp[] = [
  /^\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1|apr1|argon2(?:i|d|id)|scrypt|pbkdf2(?:-sha\d+)?|s0|bcrypt-sha256)\$\S+$/,
  /^\{(?:SSHA|SHA|SMD5|MD5|SSHA\d+|SHA-?\d+|CRYPT|BCRYPT|PBKDF2[\w-]*|ARGON2\w*|SCRYPT)\}\S+$/i,
  /^(?:pbkdf2|bcrypt|scrypt|argon2)(?:_sha\d+)?\$\S+$/,
  /^(?:pbkdf2:sha\d+|scrypt):\d[^\s$]*\$\S+$/,
  /^SCRAM-SHA-(?:1|256|512)\$\d+:\S+$/,
  /^md5[0-9a-f]{32}$/,
  /^sha(?:1|224|256|384|512)[:=-][A-Za-z0-9+/=]{28,}$/,
];

/**
 * Whether a text is the hash of a credential, by which a server checks one: it proves nothing to anybody else.
 *
 * A name and a hash, as in files of `htpasswd`, are one too.
 */
export function isHash(text: string): boolean {
  const value = text.trim();
  if (value.length > 1_024) return false;
  const behind = /^[\w.@-]{1,64}:(\S+)$/.exec(value)?.[1];
  return [value, behind].some((one) => one !== undefined && hashes.some((hash) => hash.test(one)));
}
