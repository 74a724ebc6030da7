/** The trust list: which keys may seal, signed by the root key that this page pins. */

import { decode, same } from "./cbor.js";
import { kidOf, verified } from "./cose.js";
import { fromText } from "./base32.js";
import { Forged, unpacking } from "./forged.js";
import { day, hex, listOf, moment, octets, textOf, whole } from "./shape.js";

export const TRUST = "RT1X";
/** The authority of a key that was pinned by hand. */
const ANY = "*";

/** @typedef {{kid: Uint8Array, key: Uint8Array, authority: string, station: string, from: bigint, until: bigint, revoked: bigint | null}} Key */

/** The list, if the root signed it; or `Forged`. @param {string} text @param {Uint8Array} root */
export async function readTrust(text, root) {
  const payload = await verified(fromText(TRUST, text), root);
  const trust = unpacking(() => {
    const [version, serial, issuedAt, keys] = listOf(decode(payload), 4);
    if (version !== 1n) throw new TypeError(`version ${version}`);
    return { serial: whole(serial), issuedAt: moment(issuedAt), keys: listOf(keys).map(trusted) };
  });
  for (const key of trust.keys) {
    if (!same(key.kid, await kidOf(key.key))) throw new Forged("malformed", { got: "a key under another key's id" });
  }
  return trust;
}

/** @returns {Key} */
function trusted(values) {
  const [kid, key, authority, station, from, until, revoked, certificate] = listOf(values, 8);
  octets(certificate);
  return {
    kid: octets(kid),
    key: octets(key),
    authority: textOf(authority),
    station: textOf(station),
    from: moment(from),
    until: moment(until),
    revoked: revoked === null ? null : moment(revoked),
  };
}

/** The key with this id, or `Forged`. @param {{keys: Key[]}} trust @param {Uint8Array} kid @returns {Key} */
export function keyOf(trust, kid) {
  const found = trust.keys.find((key) => same(key.kid, kid));
  if (!found) throw new Forged("unknown-key", { got: hex(kid) });
  return found;
}

/** Refuse a time outside of a key's window. @param {Key} key @param {bigint} at */
export function checkWindow(key, at) {
  if (at < key.from) throw new Forged("key-not-yet-valid", { expected: day(key.from), got: day(at) });
  if (at > key.until) throw new Forged("key-expired", { expected: day(key.until), got: day(at) });
}

/** Once revoked, nothing that it sealed is trusted, whatever its date. @param {Key} key */
export function checkRevoked(key) {
  if (key.revoked !== null) throw new Forged("key-revoked", { got: day(key.revoked) });
}

/** @param {Key} key @param {string} authority */
export function checkAuthority(key, authority) {
  if (key.authority !== ANY && key.authority !== authority) {
    throw new Forged("other-authority", { expected: key.authority, got: authority });
  }
}
