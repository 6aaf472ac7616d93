import { longestText } from "./longest-text";
import type { Piece } from "./piece";

/**
 * Ways in which drivers write a password into what they connect by, other than a URL's userinfo and `password=…`, and scripts
 * hand one to a program; each with the password as its first group.
 *
 * Source: Oracle Database JDBC Developer's Guide (`thin:user/password@`), go-sql-driver/mysql (`user:password@tcp(…)`),
 * Azure Storage, shared access signatures (`sv=…&sig=…`), cloud-init, `chpasswd`; libpq, the password file; npm, `.npmrc`;
 * Docker, `docker login --password-stdin`; PowerShell, `ConvertTo-SecureString -AsPlainText`.
 */
const ways: readonly { readonly needs: string; readonly under: string; readonly of: RegExp }[] = [
  {
    needs: "jdbc:oracle:",
    under: "password",
    of: /\bjdbc:oracle:(?:thin|oci):[\w.$#]{1,60}\/([^\s@"']{1,200})@/g,
  },
  {
    needs: "@tcp(",
    under: "password",
    of: /(?:^|[\s"'=])[\w.-]{1,60}:([^\s@"'/]{1,200})@tcp\(/g,
  },
  {
    needs: "sig=",
    under: "SAS token",
    of: /[?&;"'=](?:sv|se|sp|sr|ss|st|srt|spr|sip)=[^\s"']{1,400}&sig=([A-Za-z0-9%+/=]{20,200})/g,
  },
  {
    needs: "chpasswd:",
    under: "password",
    of: /\bchpasswd:\s[\s\S]{0,80}?\blist:\s{0,4}[|>]?-?\s{1,80}[\w.-]{1,32}:(\S{1,200})/g,
  },
  {
    needs: "pgpass",
    under: "password",
    of: /["'\s][\w.*-]{1,253}:(?:\d{1,5}|\*):[\w*-]{1,64}:[\w*-]{1,64}:([^"'\s$]{1,200})["']?\s{0,4}>{1,2}\s{0,4}[\w~/${}."-]{0,200}pgpass/g,
  },
  {
    needs: ":_",
    under: "token",
    of: /^\/\/[\w.:/@-]{1,300}\/:_(?:authToken|auth|password)=(\S{1,512})$/gm,
  },
  {
    needs: "|",
    under: "password",
    of: /\b(?:echo|printf)(?:\s[^\n|;&]{0,200}?)?\s["']?([^\s"'$`|;&(){}]{1,200})["']?\s{0,4}\|[^\n|;&]{0,200}\s--(?:(?:(?:password|passphrase|token|secret|identity-token)-?)?stdin|with-token)(?![\w-])/g,
  },
  {
    needs: "chpasswd",
    under: "password",
    of: /\b(?:echo|printf)(?:\s[^\n|;&]{0,200}?)?\s["']?[\w.-]{1,32}:([^\s"'$`|;&(){}]{1,200})["']?\s{0,4}\|\s{0,4}(?:[^\n|;&]{0,80}[\s/])?chpasswd\b/g,
  },
  {
    needs: "ConvertTo-SecureString",
    under: "password",
    of: /\bConvertTo-SecureString\b(?=[^\n;|]{0,400}\s-AsPlainText\b)[^\n;|'"$]{0,80}['"]((?<=')[^'\n]{1,256}(?=')|(?<=")[^"$`\n]{1,256}(?="))/gi,
  },
];

/**
 * A line of settings that has a name and a value with a blank between: `requirepass …`, `HTTP_Passwd …`, and what `.netrc`
 * has behind a machine.
 */
const directives = [
  /^[ \t]{0,40}((?:[A-Za-z][\w.-]{0,60})?(?:pass(?:wd|word|phrase)?|auth|token|secret))[ \t]{1,20}["']?([^\s"'$<{]{1,200})["']?[ \t]*;?$/gim,
  /\bmachine\s{1,8}\S{1,253}\s{1,8}login\s{1,8}\S{1,100}\s{1,8}(password)\s{1,8}([^\s$]{1,200})/g,
];

/**
 * Files of which each line has a password; each with the password as its first group.
 *
 * Source: PostgreSQL, libpq, the password file (`host:port:database:user:password`); pgbouncer.org/config, `userlist.txt`
 * (`"user" "password"`).
 */
const passwordFiles = [
  /^(?:[^:\\\n]|\\.){1,253}:(?:\d{1,5}|\*):(?:[^:\\\n]|\\.){1,64}:(?:[^:\\\n]|\\.){1,64}:([^:\n]{1,200})$/,
  /^"[^"\n]{1,64}"[ \t]{1,8}"([^"\n]{0,2048})"/,
];

/** Most lines of such a file that are looked at. */
const mostLines = 1_000;

/** A parameter of a URL. */
const parameter = /[?&]([A-Za-z_][\w.-]{0,60})=([^&\s"'<>#;]{1,512})/g;

/**
 * The passwords in the connection strings of a text, and the parameters of its URLs.
 *
 * @param under the name of the text, which may be that of a file of passwords
 */
export function connectionsIn(text: string, under?: string): readonly Piece[] {
  const start = text.slice(0, longestText);
  const parameters = start.includes("?")
    ? [...start.matchAll(parameter)].map(([, under, value = ""]) => ({ text: value, under }))
    : [];
  const passwords = ways
    .filter(({ needs }) => start.includes(needs))
    .flatMap(({ under, of }) =>
      [...start.matchAll(of)].map(([, password = ""]) => ({ text: password, under })),
    );
  return [...passwords, ...parameters, ...directivesIn(start), ...passwordFileIn(start, under)];
}

/** What the files are called. */
const passwordFileName = /(?:^|[._-])(?:pgpass|userlist\.txt)$/i;

/**
 * The passwords of a text that is such a file as a whole. One without digits may be a word, unless the file has such a name.
 */
function passwordFileIn(text: string, under = ""): readonly Piece[] {
  const isCalledSo = passwordFileName.test(under);
  const lines = text
    .split("\n", mostLines)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line));
  for (const file of passwordFiles) {
    const found = lines.map((line) => file.exec(line)?.[1]);
    if (found.length === 0 || found.includes(undefined)) continue;
    return found.flatMap((value = "") =>
      isCalledSo || /\d/.test(value) ? [{ text: value, under: "password" }] : [],
    );
  }
  return [];
}

/** A value without digits may be prose. */
function directivesIn(text: string): readonly Piece[] {
  if (!/\s/.test(text)) return [];
  return directives.flatMap((directive) =>
    [...text.matchAll(directive)].flatMap(([, under, value = ""]) =>
      /\d/.test(value) ? [{ text: value, under }] : [],
    ),
  );
}
