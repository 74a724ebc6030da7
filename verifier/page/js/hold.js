/** The hold list of a station: digests of numbers on hold and of sheets taken back, signed by a sealing key of that station. */

import { decode, encode } from "./cbor.js";
import { parts, sha256, verified } from "./cose.js";
import { fromText } from "./base32.js";
import { Forged, unpacking } from "./forged.js";
import { listOf, minute, moment, octets, textOf, whole } from "./shape.js";
import { checkAuthority, checkRevoked, checkWindow, keyOf } from "./trust.js";

export const HOLDS = "RH1X";
const MOST_HOLDS = 16 << 20;
const SIZE = 8;
/** By how much the clocks of kiosk and reader may differ, in microseconds. */
export const AHEAD = 300_000_000n;

/** @typedef {{authority: string, station: string, serial: number, issuedAt: bigint, numbers: Uint8Array, sheets: Uint8Array}} HoldList */

/** The list, if a trusted key of its own station signed it; or `Forged`. @returns {Promise<HoldList>} */
export async function readHolds(text, trust, now) {
  const message = fromText(HOLDS, text, MOST_HOLDS);
  const key = keyOf(trust, parts(message).kid);
  const payload = await verified(message, key.key);
  const holds = unpacking(() => heldOf(decode(payload)));
  checkRevoked(key);
  checkAuthority(key, holds.authority);
  if (key.station !== holds.station) throw new Forged("other-station", { expected: key.station, got: holds.station });
  checkWindow(key, holds.issuedAt);
  if (holds.issuedAt > now + AHEAD) throw new Forged("from-the-future", { got: minute(holds.issuedAt) });
  return holds;
}

/** @returns {HoldList} */
function heldOf(values) {
  const [version, authority, station, serial, issuedAt, numbers, sheets] = listOf(values, 7);
  if (version !== 1n) throw new TypeError(`version ${version}`);
  return {
    authority: textOf(authority),
    station: textOf(station),
    serial: whole(serial),
    issuedAt: moment(issuedAt),
    numbers: sorted(octets(numbers)),
    sheets: sorted(octets(sheets)),
  };
}

/** In a list that is not sorted a number would be looked for and not found. */
function sorted(digests) {
  if (digests.length % SIZE) throw new TypeError("a part of a digest");
  for (let at = SIZE; at < digests.length; at += SIZE) {
    if (order(digests, at - SIZE, digests.subarray(at, at + SIZE)) >= 0) throw new TypeError("digests in disorder");
  }
  return digests;
}

function order(digests, at, wanted) {
  for (let i = 0; i < SIZE; i += 1) if (digests[at + i] !== wanted[i]) return digests[at + i] - wanted[i];
  return 0;
}

/** Whether a digest is among sorted ones. @param {Uint8Array} digests @param {Uint8Array} wanted */
export function has(digests, wanted) {
  let [low, high] = [0, digests.length / SIZE];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(digests, middle * SIZE, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low < digests.length / SIZE && order(digests, low * SIZE, wanted) === 0;
}

/** Eight bytes for one number. @param {"ccn" | "transaction" | "sheet"} kind @param {string} number */
export async function digest(kind, number) {
  const capitals = number.replace(/^[\0\t\r\n ]+|[\0\t\r\n ]+$/g, "").replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  const bare = /^\*([^*]+)\*$/.exec(capitals)?.[1] ?? capitals;
  const asked = kind === "transaction" ? bare.replaceAll("-", "") : bare;
  return (await sha256(new TextEncoder().encode(`${kind}:${asked}`))).subarray(0, SIZE);
}

/** The list that goes on from here; `Forged("older-list")` for an older one. @param {HoldList | undefined} known @param {HoldList} other */
export function newer(known, other) {
  const older = known && (other.serial < known.serial || (other.serial === known.serial && packed(other) !== packed(known)));
  if (older) throw new Forged("older-list", { expected: known.serial, got: other.serial });
  return other;
}

const packed = (holds) =>
  encode([holds.authority, holds.station, holds.issuedAt, holds.numbers, holds.sheets]).join();
