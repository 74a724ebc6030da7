/** The seal of a page: the statement that it seals, if a trusted key sealed it. */

import { decode, encode } from "./cbor.js";
import { parts, verified } from "./cose.js";
import { fromText } from "./base32.js";
import { unpacking } from "./forged.js";
import { flag, hex, listOf, moment, oneOf, textOf, whole } from "./shape.js";
import { checkAuthority, checkRevoked, checkWindow, keyOf } from "./trust.js";

export const SEAL = "RS1X";
const MARKS = ["R", "NR", "N/A", "removed"];
const KINDS = [null, "transaction", "ccn"];
const ACTS = ["open", "released", "authorized-to-deliver", "authorized-to-move-in-bond", "export-can-proceed", "status-given"];
const FOURTEEN = 10n ** 14n;
/** More pages than any sheet has: each that is missing is named. */
const MOST_PAGES = 9999;

/**
 * @typedef {{place: number, mark: string, number: string, kind: string | null, asOf: bigint | null, office: string | null,
 *   keyed: boolean, reason: string}} Row
 * @typedef {{act: string, authority: string, office: string, badge: string, at: bigint, specimen: boolean}} Stamp
 * @typedef {{sheet: string, page: number, pages: number, client: string, stamp: Stamp, checkpoint: string, rows: Row[],
 *   about: string, whole: string}} Statement `about`: what all pages of one stamping share; `whole`: all of this one
 */

/** The statement and the station whose key sealed it, or `Forged`. @param {string} text @returns {Promise<[Statement, string]>} */
export async function opened(text, trust) {
  const message = fromText(SEAL, text);
  const key = keyOf(trust, parts(message).kid);
  const payload = await verified(message, key.key);
  const statement = unpacking(() => unpacked(decode(payload), payload));
  checkWindow(key, statement.stamp.at);
  checkRevoked(key);
  checkAuthority(key, statement.stamp.authority);
  return [statement, key.station];
}

/** @returns {Statement} */
function unpacked(values, payload) {
  const [version, sheet, page, pages, client, stamp, checkpoint, rows] = listOf(values, 8);
  if (version !== 1n || whole(pages) > MOST_PAGES) throw new TypeError(`version ${version}, ${pages} pages`);
  const stamped = stampOf(stamp);
  return {
    sheet: textOf(sheet),
    page: whole(page),
    pages: whole(pages),
    client: textOf(client),
    stamp: stamped,
    checkpoint: textOf(checkpoint),
    rows: listOf(rows).map((row) => rowOf(row, stamped)),
    about: hex(encode([sheet, pages, client, stamp, checkpoint])),
    whole: hex(payload),
  };
}

/** @returns {Stamp} */
function stampOf(values) {
  const [act, authority, office, badge, at, specimen] = listOf(values, 6);
  if (!ACTS.includes(act)) throw new TypeError("an act that there is not");
  return { act, authority: textOf(authority), office: textOf(office), badge: textOf(badge), at: moment(at), specimen: flag(specimen) };
}

/** @returns {Row} */
function rowOf(values, stamp) {
  const [place, mark, number, kind, ago, office, ...more] = listOf(values, 6, 8);
  const [keyed, reason] = more.length ? [flag(more[0]), textOf(more[1])] : [false, ""];
  if (more.length && !keyed && !reason) throw new TypeError("nothing, written out");
  return {
    place: whole(place),
    mark: oneOf(MARKS, mark),
    number: numberOf(number),
    kind: oneOf(KINDS, kind),
    asOf: ago === null ? null : moment(stamp.at - ago),
    office: officeOf(office, stamp),
    keyed,
    reason,
  };
}

/** Fourteen digits are packed as a number, anything else as text; never the other way. */
function numberOf(value) {
  if (typeof value === "bigint" && value >= 0n && value < FOURTEEN) return `${value}`.padStart(14, "0");
  if (/^[0-9]{14}$/.test(textOf(value))) throw new TypeError("digits as text");
  return value;
}

/** The stamp's own office is packed as 0. */
function officeOf(value, stamp) {
  if (value === 0n) return stamp.office;
  if (value !== null && textOf(value) === stamp.office) throw new TypeError("the stamp's office, written out");
  return value;
}
