/**
 * A text that documents compare whole: without spaces and wildcards, without what cannot be seen, and without the `${` that
 * IAM would read as the start of a variable.
 */
export const exactText = /^(?!.*\$\{)[^\s*?\p{C}]{1,2048}$/u;

/** A text that nothing reads as more than it shows: it has no character that cannot be seen, and no space around. */
export const shownText = /^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,1024}(?<! )$/u;

/** What to give as the audience of tokens. */
export const audienceWanted = "the tokens' whole `aud`, such as `sts.amazonaws.com`";
