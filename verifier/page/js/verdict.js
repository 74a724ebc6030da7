/** What a proof is worth: whether its seals hold, and what each row comes to. What is said is what the seals say, never the paper. */

import { Forged } from "./forged.js";
import { AHEAD, digest, has, newer, readHolds } from "./hold.js";
import { opened } from "./seal.js";
import { minute } from "./shape.js";

const UNRELEASED = { "N/A": "not-on-file", removed: "removed" };

/**
 * @typedef {import("./seal.js").Statement} Statement
 * @typedef {import("./seal.js").Row} Row
 * @typedef {{statements: Statement[], stations: string[], missing: number[]}} Verdict
 * @typedef {{row: Row, page: number, outcome: "release" | "held" | "not-released" | "specimen" | "ask", why: string}} Ruling
 */

/** The verdict over the seals on each page that was presented, or `Forged`. @param {string[][]} pages @returns {Promise<Verdict>} */
export async function examine(pages, trust, now) {
  if (!pages.some((found) => found.length)) throw new Forged("no-seal");
  const known = new Map();
  for (const [at, found] of pages.entries()) {
    if (!found.length) throw new Forged("page-without-seal", { place: at + 1 });
    for (const text of found) {
      const [statement, station] = await opened(text, trust);
      checkBeside(statement, known, now);
      known.set(statement.page, [statement, station]);
    }
  }
  const ordered = [...known.keys()].sort((one, other) => one - other).map((page) => known.get(page));
  return {
    statements: ordered.map(([statement]) => statement),
    stations: ordered.map(([, station]) => station),
    missing: absent(ordered[0][0].pages, known),
  };
}

function absent(pages, known) {
  const found = [];
  for (let page = 1; page <= pages; page += 1) if (!known.has(page)) found.push(page);
  return found;
}

/** Refuse a page of another sheet or another stamping, a page twice with two contents, and a stamp from the future. */
function checkBeside(statement, known, now) {
  if (statement.stamp.at > now + AHEAD) throw new Forged("from-the-future", { got: minute(statement.stamp.at) });
  const [first] = known.values().next().value ?? [statement];
  if (statement.about !== first.about) throw new Forged("mixed-sheets", { expected: first.sheet, got: statement.sheet });
  const [other] = known.get(statement.page) ?? [statement];
  if (statement.whole !== other.whole) throw new Forged("page-twice", { page: statement.page });
}

/**
 * What every row comes to; `Forged("withdrawn")` where a list knows that the proof was taken back, however old it is.
 * @param {Map<string, import("./hold.js").HoldList>} lists by station @param {bigint} limit microseconds @returns {Promise<Ruling[]>} */
export async function outcomes(verdict, lists, now, limit) {
  const [{ sheet }] = verdict.statements;
  const taken = await digest("sheet", sheet);
  if ([...lists.values()].some((one) => has(one.sheets, taken))) throw new Forged("withdrawn", { got: sheet });
  const rulings = [];
  for (const [at, page] of verdict.statements.entries()) {
    for (const row of page.rows) {
      const [outcome, why] = (await barred(page, row, lists)) ?? open(lists.get(verdict.stations[at]), now - limit);
      rulings.push({ row, page: page.page, outcome, why });
    }
  }
  return rulings;
}

/** What keeps a row from release, and why; the order is of what lets least out. A hold counts whichever list knows of it. */
async function barred({ stamp }, row, lists) {
  if (stamp.specimen) return ["specimen", "specimen"];
  if (stamp.act === "authorized-to-move-in-bond" && row.mark !== "removed") return ["not-released", "in-bond"];
  if (row.mark !== "R" || row.kind === null) return ["not-released", UNRELEASED[row.mark] ?? "not-released"];
  if (stamp.act !== "released") return ["not-released", "other-act"];
  const wanted = await digest(row.kind, row.number);
  return [...lists.values()].some((one) => has(one.numbers, wanted)) ? ["held", "held"] : null;
}

/** What a row comes to that nothing bars: release, if its own station's list is there and young enough. */
function open(list, oldest) {
  if (!list) return ["ask", "no-list"];
  return list.issuedAt < oldest ? ["ask", "old-list"] : ["release", "released"];
}

/** The newest hold list of each station that can be used, its texts, and what was wrong with the others. @param {string[]} texts */
export async function gather(texts, trust, now) {
  const [lists, sources, refused] = [new Map(), new Map(), []];
  for (const text of texts) {
    try {
      const found = await readHolds(text, trust, now);
      lists.set(found.station, newer(lists.get(found.station), found));
      sources.set(found.station, text);
    } catch (no) {
      if (!(no instanceof Forged)) throw no;
      refused.push(no);
    }
  }
  return { lists, refused, used: [...sources.values()] };
}
