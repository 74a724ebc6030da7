/**
 * The rows of the sheet as the kiosk says they are. A row that is being asked has no mark; a mark comes from the kiosk only.
 *
 * @typedef {{place: number, scan: string, kind: string, tone: string, html: string, said: string}} Row
 * @typedef {{sheet: string, entries: number, before?: number, stamped?: boolean, mine?: string[], rows: Row[], state: string, forms?: object[]}} Told
 */

import { announce, known } from "./announce.js";
import { ask } from "./ask.js";
import { show } from "./one.js";
import { play } from "./tones.js";
import { say } from "./words.js";

const LOUDNESS = ["removed", "released", "unknown", "held", "unread", "unasked"];
const body = () => document.querySelector("tbody#rows");
const sheet = () => document.querySelector("#sheet");
/** How far the page is. @returns {number} */
export const entries = () => Number(sheet()?.dataset.entries ?? 0);
/** What each row was made of. @type {WeakMap<Element, string>} */
const source = new WeakMap();
const key = (scan, tone) => `${scan} ${tone}`;

/** @param {string} html @returns {HTMLElement | null} */
export function made(html) {
  const shell = document.createElement("template");
  shell.innerHTML = html.trim();
  return shell.content.firstElementChild;
}

const byScan = (scan) => body()?.querySelector(`tr[data-scan="${CSS.escape(scan)}"]`);
const byPlace = (place) => body()?.querySelector(`tr[data-place="${Number(place)}"]`);

/** A scan shows at once, before anybody is asked. @param {{id: string, text?: string}} entry */
export function asking(entry) {
  if (!body()) return alone(entry);
  if (byScan(entry.id)) return;
  const row = document.createElement("tr");
  row.className = "row row-asking";
  row.dataset.scan = entry.id;
  const cells = [["th", "place", "…"], ["td", "number", entry.text ?? "–"], ["td", "mark-cell", say("asking")]];
  for (const [tag, name, text] of cells) {
    const cell = document.createElement(tag);
    cell.className = name;
    cell.textContent = text;
    if (tag === "th") cell.scope = "row";
    if (name === "mark-cell") cell.colSpan = 4;
    row.append(cell);
  }
  body().append(row);
  row.scrollIntoView({ block: "nearest" });
}

/** Where one answer fills the screen, the last one goes at once: it is another number's. */
function alone(entry) {
  const word = Object.assign(document.createElement("strong"), { textContent: say("asking") });
  const number = Object.assign(document.createElement("p"), { className: "number", textContent: entry.text ?? "" });
  const answer = Object.assign(document.createElement("div"), { className: "answer tone-info row-asking" });
  answer.dataset.scan = entry.id;
  answer.append(word, number);
  document.querySelector("#rows")?.replaceChildren(answer);
}

/** What a waiting scan's row says meanwhile. @param {string} id @param {string} word */
export function waiting(id, word) {
  const cell = document.querySelector(`.row-asking[data-scan="${CSS.escape(id)}"] :is(.mark-cell, strong)`);
  if (cell && cell.textContent !== word) cell.textContent = word;
}

/** The scan is answered. @param {string} id @returns {boolean} whether it was shown as being asked */
export function dismiss(id) {
  const row = document.querySelector(`#rows > .row-asking[data-scan="${CSS.escape(id)}"]`);
  row?.remove();
  return row !== null;
}

/** @param {Row} row @returns {boolean} whether it is news */
function put(row) {
  const now = made(row.html);
  const old = byPlace(row.place);
  dismiss(row.scan);
  if (!now || (old && source.get(old) === row.html)) return false;
  source.set(now, row.html);
  const news = old?.dataset.tone !== row.tone || old.dataset.scan !== row.scan;
  const held = old?.contains(document.activeElement) ? document.activeElement : null;
  const at = held && held !== old ? Array.from(old.querySelectorAll("button, a, input")).indexOf(held) : -1;
  now.tabIndex = old?.tabIndex ?? -1;
  if (news) now.classList.add("fresh");
  if (old) old.replaceWith(now);
  else body().insertBefore(now, after(row.place));
  if (held) (now.querySelectorAll("button, a, input")[at] ?? now).focus({ preventScroll: true });
  return news;
}

/** The row before which a place belongs: the next higher one, or the first that is still asked. */
function after(place) {
  for (const row of body().rows) if (!row.dataset.place || Number(row.dataset.place) > place) return row;
  return null;
}

/**
 * Put what the kiosk says.
 * @param {Told} told @param {{whole?: boolean, loud?: boolean}} [how] `whole`: these are all the rows; `loud`: with its tone
 */
export function apply(told, { whole = false, loud = true } = {}) {
  if (told.sheet !== sheet()?.dataset.sheet) return;
  const here = entries();
  if (told.entries < here) return stale(told, whole);
  if (told.stamped) return location.reload(); // another page now: nothing can be scanned on it
  if (!body()) return void show(location.href);
  const expected = (row) => isAsked(row.scan) || told.mine?.includes(row.scan);
  const strange = new Set(whole ? told.rows.filter((row) => !expected(row)).map((row) => row.scan) : []);
  const news = told.rows.filter(put);
  if (news.some((row) => strange.has(row.scan))) until = performance.now() + LOOK;
  const missed = !whole && told.before !== undefined && told.before !== here && told.entries !== here;
  if (!missed) settle(told.entries);
  if (told.state && !missed) document.querySelector("#state")?.replaceWith(made(told.state));
  hold();
  tell(news, loud);
  dispatchEvent(new CustomEvent("kiosk:rows", { detail: told }));
  if (missed) refresh();
}

/** Rows that nobody at this page has scanned just now have changed under the officer's eyes: he looks before he stamps. */
const LOOK = 1500;
let until = 0;

const isAsked = (scan) => document.querySelector(`#rows > .row-asking[data-scan="${CSS.escape(scan)}"]`) !== null;

/** The stamp waits until what has changed could be read; a second press that was on its way decides about nothing. */
function hold() {
  const buttons = () => document.querySelectorAll("#stamp-form button");
  const left = until - performance.now();
  if (!buttons().length || left <= 0) return;
  for (const button of buttons()) button.setAttribute("aria-disabled", "true");
  setTimeout(() => buttons().forEach((button) => button.removeAttribute("aria-disabled")), left);
}

/** An answer that was overtaken: what it shows may be older than the page. */
function stale(told, whole) {
  for (const row of told.rows) dismiss(row.scan);
  if (!whole && told.rows.some((row) => !byScan(row.scan))) refresh();
}

/** The page is as far as this: the officer decides about what he sees. */
function settle(to) {
  sheet().dataset.entries = String(to);
  for (const field of document.querySelectorAll("input[name=seen]")) {
    if (!field.closest("dialog[open]")) field.value = String(to); // there he decides about what he saw when it opened
  }
}

function tell(news, loud) {
  const fresh = news.filter((row) => row.tone !== "removed");
  for (const row of news) announce(row.said, key(row.scan, row.tone));
  const worst = Math.max(-1, ...fresh.map((row) => LOUDNESS.indexOf(row.tone)));
  if (loud && worst > 0) play(LOUDNESS[worst]);
  const last = news.at(-1);
  if (last) byPlace(last.place)?.scrollIntoView({ block: "nearest" });
}

let asked = null;
let again = false;

/** All rows anew; several wishes at a time make one question more. @returns {Promise<void>} */
export function refresh() {
  again = asked !== null;
  asked ??= fetched().finally(() => {
    asked = null;
    if (again) refresh();
  });
  return asked;
}

async function fetched() {
  const url = sheet()?.dataset.rowsUrl;
  if (!url) return;
  const reply = await ask(url, { background: true });
  if (reply.kind === "ok" && Array.isArray(reply.body?.rows)) apply(reply.body, { whole: true });
}

/** What stands on the page as it came is not announced again. */
export function start() {
  for (const row of body()?.rows ?? []) known(key(row.dataset.scan, row.dataset.tone));
}
