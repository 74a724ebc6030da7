/** A message as text: a prefix of letters, then base32 without padding. What is read is written again: one text for one message. */

import { Forged } from "./forged.js";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const VALUES = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));
/** Signs of padding that end some whole number of bytes. */
const PADDING = new Set([0, 1, 3, 4, 6]);
const MOST_TEXT = 64 * 1024;

/** @param {string} prefix @param {Uint8Array} message @returns {string} */
function asText(prefix, message) {
  const said = [prefix];
  let [bits, held] = [0, 0];
  for (const byte of message) {
    [bits, held] = [(bits << 8) | byte, held + 8];
    for (; held >= 5; held -= 5) said.push(DIGITS[(bits >> (held - 5)) & 31]);
    bits &= (1 << held) - 1;
  }
  if (held) said.push(DIGITS[(bits << (5 - held)) & 31]);
  return said.join("");
}

/** The message of a text; white space from a mail or a terminal does no harm. @param {string} prefix @param {string} text */
export function fromText(prefix, text, most = MOST_TEXT) {
  const bare = text.replace(/[ \t\n\r\v\f]+/g, "").replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  if (!bare.startsWith(prefix)) throw new Forged("not-a-seal", { expected: `text beginning ${prefix}`, got: bare.slice(0, 8) });
  const size = new TextEncoder().encode(bare).length;
  if (size > most) throw new Forged("malformed", { expected: `at most ${most} characters`, got: size });
  const message = bytesOf(bare.slice(prefix.length), size);
  if (asText(prefix, message) !== bare) throw new Forged("malformed", { got: "bits after the end" });
  return message;
}

function bytesOf(body, size) {
  const digits = body.replace(/=+$/, "");
  const padding = Math.ceil(body.length / 8) * 8 - digits.length;
  const found = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let [bits, held, at] = [0, 0, 0];
  for (const digit of digits) {
    if (!VALUES.has(digit)) throw new Forged("truncated", { got: size });
    [bits, held] = [(bits << 5) | VALUES.get(digit), held + 5];
    if (held >= 8) [found[at++], held] = [(bits >> (held - 8)) & 255, held - 8];
    bits &= (1 << held) - 1;
  }
  if (!PADDING.has(padding)) throw new Forged("truncated", { got: size });
  return found;
}
