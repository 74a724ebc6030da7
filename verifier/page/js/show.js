/** What is on the screen: the verdict, large and in words; the rows with what the seal says; the lists and their age. */

import { age, count, dateTime, knows, say, seen } from "./say.js";
import { hex } from "./shape.js";

const $ = (what) => document.querySelector(what);
/** The shape and the tone of each verdict and each outcome: never a colour alone. */
const LOOKS = {
  ready: ["ready", "info"], busy: ["waiting", "waiting"], unable: ["faulty", "faulty"], unread: ["faulty", "faulty"],
  refused: ["error", "held"], withdrawn: ["error", "held"], release: ["released", "released"], part: ["part", "faulty"],
  held: ["held", "held"], none: ["error", "held"], "not-released": ["error", "held"],
  specimen: ["faulty", "faulty"], ask: ["unknown", "unknown"],
};
/** Refusals that a second try may mend. */
const UNREAD = new Set([
  "no-seal", "page-without-seal", "truncated", "not-a-seal", "malformed", "not-read", "sheet-number", "pdf", "large", "unknown-file",
]);
const NS = "http://www.w3.org/2000/svg";
const TALLY = ["release", "held", "not-released", "specimen", "ask"];

function make(tag, { text, ...more } = {}, ...children) {
  const one = Object.assign(document.createElement(tag), more);
  if (text !== undefined) one.textContent = text;
  one.append(...children);
  return one;
}

function shape(name) {
  const svg = document.createElementNS(NS, "svg");
  const use = document.createElementNS(NS, "use");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

let spoken = "";

/** Say it to those who listen, once. */
function announce(urgent, text) {
  if (text === spoken) return;
  spoken = text;
  $("#verdict").scrollIntoView({ block: "nearest" });
  $("#alert").textContent = urgent ? text : "";
  $("#status").textContent = urgent ? "" : text;
}

/** The large panel. @param {string} kind @param {string} line @param {string} [todo] */
function panel(kind, line, todo = "") {
  const [mark, tone] = LOOKS[kind];
  const box = $("#verdict");
  box.className = `verdict tone-${tone}`;
  box.dataset.verdict = kind;
  const words = make("div", {}, make("h2", { id: "word", text: say(`verdict.${kind}`) }), make("p", { text: line }));
  if (todo) words.append(make("p", { className: "todo", text: todo }));
  box.replaceChildren(shape(mark), words);
  announce(tone === "held" || tone === "faulty", [say(`verdict.${kind}`), line, todo].filter(Boolean).join(". "));
}

/** Nothing is presented, or something is being read, or this browser can't. @param {"ready" | "busy" | "unable"} kind @param {string} why */
export function showIdle(kind, why) {
  panel(kind, say(`why.${why}`));
  $("#proof").hidden = true;
}

/** @param {import("./forged.js").Forged} no @param {boolean} other whether another sheet could be begun with what was refused */
export function showRefusal(no, other) {
  const kind = no.code === "withdrawn" ? "withdrawn" : UNREAD.has(no.code) ? "unread" : "refused";
  panel(kind, reason(no), say(kind === "unread" ? "todo.again" : "todo.refused"));
  $("#proof").hidden = true;
  $("#other").hidden = !other;
}

/** What all rows together come to. A page that is missing, or one row that may not go, is no release of the whole. */
function together(rulings, missing) {
  const n = rulings.filter(({ outcome }) => outcome === "release").length;
  if (n && n === rulings.length && !missing.length) return "release";
  if (n) return "part";
  if (rulings.some(({ outcome }) => outcome === "specimen")) return "specimen";
  return rulings.some(({ outcome }) => outcome === "ask") ? "ask" : "none";
}

/** @param {import("./verdict.js").Verdict} verdict @param {import("./verdict.js").Ruling[]} rulings */
export function showProof(verdict, rulings, { zone, lists, now, filed }) {
  const kind = together(rulings, verdict.missing);
  const tally = TALLY.map((each) => [each, rulings.filter(({ outcome }) => outcome === each).length]).filter(([, n]) => n);
  const counted = tally.map(([each, n]) => count(`tally.${each}`, n)).join("; ") || say("tally.empty");
  const line = kind === "release" ? count("line.release", rulings.length) : counted;
  const gone = verdict.missing.length ? count("missing", verdict.missing.length, { pages: listed(verdict.missing) }) : "";
  panel(kind, line, [say(`todo.${kind}`), gone].filter(Boolean).join(" "));
  $("#other").hidden = true;
  $("#compare").textContent = say(filed ? "compare-file" : "compare");
  $("#facts").replaceChildren(...factItems(verdict, zone));
  $("#rows").replaceChildren(...rulings.map((ruling) => rowItem(ruling, verdict.statements[0].stamp.office, zone)));
  $("#checked").textContent = say("checked", { at: dateTime(now, zone), lists: aged(lists, now) });
  $("#proof").hidden = false;
}

const listed = (pages) => (pages.length > 20 ? `${pages.slice(0, 20).join(", ")} …` : pages.join(", "));

const aged = (lists, now) =>
  [...lists.byStation.values()].map((one) => `${one.station} ${age(now - one.issuedAt)}`).join(", ") || say("lists.none-short");

function factItems({ statements, stations }, zone) {
  const [{ sheet, pages, client, stamp, checkpoint }] = statements;
  const said = {
    sheet, pages: say("pages", { shown: statements.map(({ page }) => page).join(", "), pages }), client: client || "–",
    act: knows(`act.${stamp.act}`) ? say(`act.${stamp.act}`) : stamp.act, at: dateTime(stamp.at, zone),
    office: stamp.office, badge: stamp.badge, authority: stamp.authority, station: [...new Set(stations)].join(", "), checkpoint,
  };
  const pair = ([name, value]) => make("div", {}, make("dt", { text: say(`fact.${name}`) }), make("dd", { text: seen(value) }));
  return Object.entries(said).map(pair);
}

function rowItem({ row: one, outcome, why }, office, zone) {
  const [mark, tone] = LOOKS[outcome];
  const about = [one.mark === "removed" ? say("mark.removed") : `${one.mark} – ${say(`mark.${one.mark}`)}`];
  if (one.asOf !== null) about.push(say("as-of", { at: dateTime(one.asOf, zone) }));
  if (one.office && one.office !== office) about.push(say("other-office", { office: one.office }));
  if (one.keyed) about.push(say("keyed"));
  if (one.reason) about.push(seen(one.reason));
  const item = make(
    "li",
    { className: `row tone-${tone}` },
    make("span", { className: "place", text: `${one.place}` }),
    make("span", { className: "number", text: seen(one.number) }),
    make("b", { className: "outcome" }, shape(mark), say(`outcome.${outcome}`)),
    make("span", { className: "about", text: about.join(" · ") }),
    make("span", { className: "why", text: say(`row.${why}`) }),
  );
  item.dataset.outcome = outcome;
  item.dataset.why = why;
  return item;
}

/** The lists: whose, how old, and whether too old. */
export function showLists(lists, now, zone) {
  const stations = [...lists.byStation.values()].map((one) => listItem(one, lists, now, zone));
  const none = stations.length ? [] : [make("li", { className: "tone-unknown" }, shape("unknown"), say("lists.none"))];
  const faults = lists.refused.map((no) => make("li", { className: "tone-held" }, shape("error"), listFault(no)));
  $("#lists").replaceChildren(...stations, ...none, ...faults);
  const { serial, issuedAt, keys } = lists.trust;
  $("#trust").textContent = serial < 0 ? say("trust.none") : count("trust.keys", keys.length, { serial, at: dateTime(issuedAt, zone) });
  $("#root").textContent = hex(lists.root).replace(/.{8}(?=.)/g, "$& ");
}

function listItem(one, lists, now, zone) {
  const old = one.issuedAt < now - lists.limit;
  const [mark, tone] = old ? ["unknown", "unknown"] : ["released", "released"];
  const fields = { station: one.station, age: age(now - one.issuedAt), limit: age(lists.limit), at: dateTime(one.issuedAt, zone) };
  const item = make("li", { className: `tone-${tone}` }, shape(mark), say(old ? "lists.old" : "lists.fresh", fields));
  item.dataset.old = old;
  return item;
}

/** A list that was refused, in words. @param {import("./forged.js").Forged} no */
export const listFault = (no) => say("lists.refused", { why: reason(no) });

/** A refusal in words. @param {import("./forged.js").Forged} no */
function reason(no) {
  const key = [`why.${no.code}`, `refusal.${no.code}`].find(knows);
  return key ? say(key, no.fields) : no.code;
}
