/**
 * The station's own scanners: whether they write on this page's sheet, how they are, and what they read that no sheet has.
 * A page that is looked at, at the station's own machine, takes them by itself; what they read comes by the sheet's events.
 */

import { alarm, announce, hush } from "./announce.js";
import { ask } from "./ask.js";
import * as one from "./one.js";
import { newId } from "./outbox.js";
import { made } from "./rows.js";
import { play } from "./tones.js";
import { count, say } from "./words.js";

const EACH = 1000;
const board = () => document.querySelector("#board");
const sheet = () => document.querySelector("#sheet");
const root = () => board()?.dataset.root ?? "/scanners";
const looking = () => document.visibilityState === "visible";

/** What this page calls itself; once it has gone, the name is of no use any more. */
let name = newId();
let begun = "";
let again = false;
/** @type {Promise<void> | null} */
let asked = null;

/** @param {{version: string, claim: string, kept: number, begun: string, html: string}} told */
function put(told) {
  const old = board();
  if (!old || !told?.html) return;
  const before = Number(old.dataset.kept);
  const now = made(told.html);
  if (now && !now.isEqualNode(old)) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    old.replaceWith(now);
    if (focused) (now.querySelector(`[data-key="${focused}"]`) ?? now.querySelector("a"))?.focus({ preventScroll: true });
  }
  invite();
  if (told.kept > before) tell(told.kept);
  else if (!told.kept) hush("kept");
  if (told.taken && told.taken !== sheet()?.dataset.sheet) return location.assign(`/sheets/${told.taken}`);
  if (told.begun && told.begun !== begun) show(told.begun);
  dispatchEvent(new CustomEvent("kiosk:board", { detail: told }));
}

/** Where the scanners write elsewhere, this sheet is not ready to be scanned on. */
function invite() {
  const [hint, region] = [document.querySelector("#ready"), document.querySelector(".rows-region")];
  if (!hint || !region) return;
  hint.hidden = board()?.dataset.claim === "other";
  region.dataset.empty = hint.hidden ? "" : hint.querySelector("strong").textContent;
}

/** Something was scanned that no sheet has: loud, and seen on every page of the counter. */
function tell(n) {
  play("unread");
  alarm("kept", count("kept", n));
}

/** Where every scan begins a sheet: the newest one, with its tone. @param {string} number */
async function show(number) {
  const first = begun === "";
  begun = number;
  if (document.querySelector("#gate")) return dispatchEvent(new CustomEvent("kiosk:presented", { detail: number }));
  if (first && sheet()?.dataset.sheet === number) return;
  await one.show(`/one/${number}`);
  const row = document.querySelector("#rows [data-tone]");
  if (row) play(row.dataset.tone), announce(row.textContent.replace(/\s+/g, " ").trim(), `${row.dataset.scan} ${row.dataset.tone}`);
  dispatchEvent(new Event("kiosk:shown"));
}

/** Nobody answers: the page's scanners read on, and nothing of it is seen here. */
function lonely() {
  if (board()?.dataset.claim === "here") alarm("board", say("scanners-away"));
}

const url = () => `${root()}/board?sheet=${encodeURIComponent(board().dataset.sheet)}`;

/** The board anew; several wishes at a time make one question more. */
function refresh() {
  if (!board() || !name) return;
  again = asked !== null;
  asked ??= ask(url(), { background: true })
    .then((reply) => (reply.kind === "ok" ? (hush("board"), put(reply.body), settle(reply.body.claim)) : reply.kind === "away" && lonely()))
    .finally(() => {
      asked = null;
      if (again) refresh();
    });
}

/** @param {boolean} politely another badge keeps them */
async function take(politely) {
  const form = new FormData();
  form.set("sheet", board().dataset.sheet);
  form.set("page", name);
  form.set("badge", document.querySelector('meta[name="badge"]')?.content ?? "");
  if (politely) form.set("politely", "yes");
  const reply = await ask(`${root()}/take`, { form, background: politely });
  if (reply.kind === "ok") put(reply.body);
  else if (!politely) alarm("act", reply.body?.title ?? say(reply.kind === "login" ? "login" : "not-sent"), reply.body?.detail);
}

/** At the station's own machine, the page that is looked at has the scanners. */
const seize = () => {
  if (looking() && board()?.dataset.auto !== undefined) take(true);
};

let whose = "";

/** Home has them as soon as no other page has: the one before it may have let them go only now. @param {string} claim */
function settle(claim) {
  const free = claim === "nobody" && whose !== "nobody" && board()?.dataset.sheet === "home";
  whose = claim;
  if (free) seize();
}

/** The page goes: what is scanned from now on is not for its sheet, even if it has asked for the scanners a moment ago. */
function leave() {
  if (!board()?.dataset.sheet || !name) return;
  const form = new FormData();
  form.set("csrf", document.querySelector('meta[name="csrf"]')?.content ?? "");
  form.set("page", name);
  navigator.sendBeacon(`${root()}/leave`, form);
  name = newId();
}

/** What was chosen or typed stays; a sheet that is not there any more is no choice. @param {Element} old @param {Element} now */
function keep(old, now) {
  for (const field of old.querySelectorAll("select[name], input[name]:not([type=hidden])")) {
    const same = now.querySelector(`[id="${field.id}"]`);
    if (same) same.value = field.value;
  }
}

/** The parts of the page of scanners, as they are now; what somebody is typing into stays. */
async function renew() {
  if (!looking() || !document.querySelector("#scanners")) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { "X-Background": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.querySelector("#board");
    if (told) put({ ...told.dataset, kept: Number(told.dataset.kept), begun: "", html: told.outerHTML });
    for (const id of ["station", "kept-list", "lamps", "tested"]) {
      const [old, now] = [document.getElementById(id), page.getElementById(id)];
      if (!old || !now || old.contains(document.activeElement) || old.isEqualNode(now)) continue;
      keep(old, now);
      old.replaceWith(document.adoptNode(now));
      if (id === "tested") announce(now.textContent.replace(/\s+/g, " ").trim());
    }
    page.querySelector("#scanners") && (document.querySelector("#scanners").dataset.testing = page.querySelector("#scanners").dataset.testing);
  } catch {
    // It is asked again; the lamp at the foot says when the kiosk does not answer.
  }
}

let turn = 0;

/** Where no stream tells: every other second, and each second while a test scan is awaited. */
const due = () => (turn += 1) % 2 === 0 || document.querySelector("#scanners[data-testing=yes]") !== null;

export function start() {
  if (!board()) return;
  invite();
  document.addEventListener("submit", (event) => {
    if (event.target.matches('form[action="/logout"]')) name = ""; // the log-out ends it, and nobody is there to say so then
    if (!event.target.matches("form[data-take]")) return;
    event.preventDefault();
    take(false);
  });
  addEventListener("kiosk:scanners", refresh);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && (refresh(), seize()));
  document.addEventListener("visibilitychange", () => looking() && (refresh(), seize()));
  addEventListener("focus", () => board()?.dataset.claim !== "here" && seize()); // of two windows side by side, both are visible
  if (!document.querySelector("[data-events-url]")) setInterval(() => looking() && due() && (document.querySelector("#scanners") ? renew() : refresh()), EACH);
  if (!sheet()) refresh(); // the page before this one has left the scanners only after this one was made
  seize();
}
