/** `BinaryEquals`: the key's bytes and the policy's value, both in base64; padding does not matter. */
export function binaryEquals(given: string, wanted: { text: string }): boolean {
  return unpadded(given) === unpadded(wanted.text);
}

function unpadded(base64: string): string {
  let end = base64.length;
  while (end > 0 && base64[end - 1] === "=") end -= 1;
  return base64.slice(0, end);
}
