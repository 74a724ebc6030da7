/** COSE_Sign1 (RFC 9052) with Ed25519 (algorithm -19, RFC 9864), checked with what the browser itself has: WebCrypto. */

import { Tag, decode, encode } from "./cbor.js";
import { Forged, unpacking } from "./forged.js";
import { hex, listOf, octets, unhex } from "./shape.js";

const [ALGORITHM, KID] = [1n, 4n];
const ED25519 = -19n;
/** RFC 8032, 7.1, test 2: what a sound browser accepts, and refuses when a byte is altered. */
const KNOWN = {
  key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  signature:
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  text: "72",
};

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** A key's id: the first 8 bytes of its SHA-256. @param {Uint8Array} key */
export const kidOf = async (key) => (await sha256(key)).subarray(0, 8);

/** The parts of a message, or `Forged("malformed")`. @param {Uint8Array} message */
export const parts = (message) =>
  unpacking(() => {
    const tag = decode(message);
    if (!(tag instanceof Tag) || tag.number !== 18n) throw new TypeError("no signed message");
    const [header, open, payload, signature] = listOf(tag.value, 4);
    const said = decode(octets(header));
    const sound = open instanceof Map && open.size === 0 && said instanceof Map && said.size === 2 && said.get(ALGORITHM) === ED25519;
    if (!sound) throw new TypeError("another kind of signature");
    return { kid: octets(said.get(KID)), header, payload: octets(payload), signature: octets(signature) };
  });

/** The payload of a message that this key signed, or `Forged`. @param {Uint8Array} message @param {Uint8Array} key */
export async function verified(message, key) {
  const { header, payload, signature } = parts(message);
  if (!(await holds(key, signature, encode(["Signature1", header, new Uint8Array(), payload])))) throw new Forged("bad-signature");
  return payload;
}

/** Whether this browser can check signatures, and does it right. @returns {Promise<boolean>} */
export async function able() {
  if (!globalThis.crypto?.subtle) return false;
  const [key, signature, text] = [KNOWN.key, KNOWN.signature, KNOWN.text].map(unhex);
  return (await holds(key, signature, text)) && !(await holds(key, signature, text.map((byte) => byte ^ 1)));
}

const imported = new Map();

async function holds(key, signature, text) {
  const name = hex(key);
  try {
    if (!imported.has(name)) imported.set(name, await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]));
    return await crypto.subtle.verify({ name: "Ed25519" }, imported.get(name), signature, text);
  } catch {
    return false; // no key, or a browser without Ed25519: `able` tells which
  }
}
