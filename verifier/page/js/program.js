/** The same verdicts for programs and tests: nothing here depends on what stands on the page, or changes it. Times: microseconds. */

import { Forged } from "./forged.js";
import { digest, newer, readHolds } from "./hold.js";
import { hex, unhex } from "./shape.js";
import { readTrust } from "./trust.js";
import { examine, gather, outcomes } from "./verdict.js";

/** What came of it, or the code of why not. */
async function told(act) {
  try {
    return await act();
  } catch (no) {
    if (no instanceof Forged) return { forged: no.code, rows: null, missing: [] };
    throw no;
  }
}

export const program = Object.freeze({
  /** @param {{trust: string, root: string, holds: string[], limit: number}} known `limit` in seconds @param {string[][]} pages */
  judge: ({ trust, root, holds, limit }, pages, now) =>
    told(async () => {
      const keys = await readTrust(trust, unhex(root));
      const verdict = await examine(pages, keys, BigInt(now));
      const { lists } = await gather(holds, keys, BigInt(now));
      const rulings = await outcomes(verdict, lists, BigInt(now), BigInt(limit) * 1_000_000n);
      return { forged: null, rows: rulings.map(({ row, outcome, why }) => ({ row: row.place, outcome, why })), missing: verdict.missing };
    }),

  /** Whether a hold list is taken. @param {{trust: string, root: string}} known @param {string | null} before the list in use */
  list: ({ trust, root }, text, before, now) =>
    told(async () => {
      const keys = await readTrust(trust, unhex(root));
      const known = before ? await readHolds(before, keys, BigInt(now)) : undefined;
      newer(known, await readHolds(text, keys, BigInt(now)));
      return { forged: null };
    }),

  digest: async (kind, number) => hex(await digest(kind, number)),
});
