/** The lists that the page goes by: they came with it, were brought as a file or a text, or are fetched where it is served. */

import { Forged } from "./forged.js";
import { HOLDS } from "./hold.js";
import { unhex } from "./shape.js";
import { TRUST, readTrust } from "./trust.js";
import { gather } from "./verdict.js";

/** A text of several seals or lists, each of which begins on a line of its own. */
const SPLIT = /[\r\n]+(?=[ \t]*R[STH]1X)/i;

/** @param {string} text @returns {string[]} */
export const pieces = (text) => text.trim().split(SPLIT);

/** @param {string} text @param {string} prefix */
const begins = (text, prefix) => text.trimStart().slice(0, prefix.length).toUpperCase() === prefix;

/** Whether a text is a list, not a seal. @param {string} text */
export const isList = (text) => begins(text, TRUST) || begins(text, HOLDS);

/** What is known of keys and holds. Nothing is believed but by the root that the page pins. */
export class Lists {
  /** @param {{root: string, limit: number}} pinned `limit` in seconds */
  constructor({ root, limit }) {
    this.root = unhex(root);
    this.limit = BigInt(Math.round(limit * 1e6));
    this.trust = { serial: -1, issuedAt: 0n, keys: [] };
    this.texts = [];
    this.byStation = new Map();
    this.refused = [];
  }

  /** Take lists as text; older ones change nothing. @param {string} text @param {bigint} now @returns {Promise<Forged[]>} what was refused */
  async take(text, now) {
    const found = pieces(text).filter(Boolean);
    const refused = [];
    for (const one of found.filter((each) => begins(each, TRUST))) await this.#trust(one).catch((no) => refused.push(asForged(no)));
    this.texts.push(...found.filter((each) => !begins(each, TRUST)));
    return [...refused, ...(await this.settle(now))];
  }

  /** Read all hold lists anew: a key may have been revoked, and time goes by. Only what is in use is kept. @param {bigint} now */
  async settle(now) {
    const { lists, refused, used } = await gather(this.texts, this.trust, now);
    this.byStation = lists;
    this.texts = used;
    this.refused = refused;
    return refused;
  }

  async #trust(text) {
    const found = await readTrust(text, this.root);
    const known = this.trust.serial;
    if (found.serial < known) throw new Forged("older-list", { expected: known, got: found.serial });
    this.trust = found;
  }
}

function asForged(no) {
  if (no instanceof Forged) return no;
  throw no;
}
