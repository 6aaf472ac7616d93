/**
 * The commands of a command line or script, each without what starts it: assignments, words of the shell, and programs that run another
 * (`exec gosu postgres postgres -D /data` is `postgres -D /data`).
 *
 * Quotes are taken off and start a command only behind `-c` of a shell, so that a word in them may be told for a command, and no command is missed.
 */
export function commandsOf(words: readonly string[]): readonly (readonly string[])[] {
  const line = words
    .join(" ")
    // A variable of Kubernetes is no command in a command.
    .replaceAll(/\$\(([A-Za-z_]\w{0,120})\)/g, "$$$1")
    .replaceAll(/\\\n/g, " ")
    .replaceAll(/\d?>&[\d-]|&>/g, " ");
  return line
    .split(/[;&|()`\n]/)
    .map((command) => startedBy(wordsOf(command)))
    .filter((command) => command.length > 0);
}

/** The words of a command; a quoted text is one, without its quotes. */
function wordsOf(command: string): readonly string[] {
  const found = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+|["']\S*/g) ?? [];
  return found.map((word) => word.replaceAll(/["']/g, "")).filter((word) => word !== "");
}

/** A program that runs another. */
interface Starter {
  /** Its options that have a value in the next word. */
  readonly valued?: RegExp;
  /** How many words stand before the program, beside options. */
  readonly before?: number;
  /** Its option behind which a line for the shell stands. */
  readonly line?: RegExp;
}

const shell: Starter = { valued: /^[-+][a-z]{0,6}o$/, line: /^-[a-z]{0,6}c$/ };
const plain: Starter = {};
const user: Starter = { before: 1 };
const login: Starter = {
  valued: /^(?:-[ugGsw]|--(?:user|group|supp-group|shell))$/,
  line: /^(?:-[a-z]{0,6}c|--(?:session-)?command)$/,
};

/** Starters by name, from their manuals. */
const starters: ReadonlyMap<string, Starter> = new Map<string, Starter>([
  ...["sh", "bash", "dash", "ash", "ksh", "zsh"].map((name) => [name, shell] as const),
  ...["{", "!", "if", "elif", "then", "else", "do", "while", "until", "time", "coproc"].map(
    (name) => [name, plain] as const,
  ),
  ...["nohup", "setsid", "command", "eval", "builtin", "catatonit", "busybox"].map(
    (name) => [name, plain] as const,
  ),
  ...["gosu", "su-exec", "setuidgid", "s6-setuidgid", "chroot", "taskset"].map(
    (name) => [name, user] as const,
  ),
  ["exec", { valued: /^-a$/ }],
  ["env", { valued: /^(?:-[uC]|--unset|--chdir)$/ }],
  [
    "sudo",
    {
      valued: /^(?:-[CDghpRTtUu]|--(?:user|group|host|prompt|chdir|chroot|role|type|close-from))$/,
    },
  ],
  ["doas", { valued: /^-[uC]$/ }],
  [
    "setpriv",
    {
      valued:
        /^--(?:[re]?[ug]id|re[ug]id|groups|ambient-caps|inh-caps|bounding-set|securebits|pdeathsig|selinux-label|apparmor-profile)$/,
    },
  ],
  ["su", login],
  ["runuser", login],
  ["tini", { valued: /^-[pe]$/ }],
  ["tini-static", { valued: /^-[pe]$/ }],
  ["dumb-init", { valued: /^(?:-r|--rewrite)$/ }],
  [
    "numactl",
    { valued: /^(?:-[imNCpP]|--(?:interleave|membind|cpunodebind|physcpubind|preferred))$/ },
  ],
  ["nice", { valued: /^(?:-n|--adjustment)$/ }],
  ["ionice", { valued: /^(?:-[cn]|--class|--classdata)$/ }],
  ["chpst", { valued: /^-[uUbenmdopfcrt/]$/ }],
  ["stdbuf", { valued: /^-[ioe]$/ }],
  ["timeout", { valued: /^(?:-[sk]|--signal|--kill-after)$/, before: 1 }],
]);

/** How many starters may stand before a program; each is a walk over the command, of which hostile text may have very many. */
const mostStarters = 16;

/** What a command runs in the end. */
function startedBy(words: readonly string[]): readonly string[] {
  let rest = words;
  for (let starts = 0; starts <= mostStarters; starts += 1) {
    const first = rest.findIndex((word) => !/^[A-Za-z_]\w{0,120}\+?=/.test(word));
    const word = rest[first];
    if (word === undefined) return [];
    const starter = starters.get(word.slice(word.lastIndexOf("/") + 1));
    if (starter === undefined) return rest.slice(first);
    rest = behind(starter, rest.slice(first + 1));
  }
  return rest;
}

/** What a starter runs, given the words behind its name. */
function behind(starter: Starter, words: readonly string[]): readonly string[] {
  const { valued, before = 0, line } = starter;
  const script = words.findIndex((word) => line?.test(word) === true);
  if (script >= 0) return words.slice(script + 1).flatMap((word) => word.split(/\s+/));
  let left = before;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (valued?.test(word) === true) at += 1;
    else if (word.startsWith("-") || word.startsWith("+")) continue;
    else if (left === 0) return words.slice(at);
    else left -= 1;
  }
  return [];
}

/** Programs and words of the shell that run no server, whatever stands behind them; and comments. */
const tool =
  /^(?:[\d:<>[]|\[\[|\]|\}|awk|base64|basename|break|cat|cd|chmod|chown|continue|cp|cron|crond|cut|date|dirname|done|echo|esac|exit|export|false|fi|find|for|case|function|grep|gzip|gunzip|head|hostname|jq|kill|ls|local|mkdir|mv|openssl|printf|pwd|read|return|rm|sed|seq|set|shift|sleep|sort|supercronic|tail|tar|tee|test|touch|tr|trap|true|umask|uniq|unset|wait|wc|wget)$/;

/** Whether a command runs no server, whatever it works on. */
export function isTool([program = ""]: readonly string[]): boolean {
  return tool.test(program.slice(program.lastIndexOf("/") + 1)) || program.startsWith("#");
}
