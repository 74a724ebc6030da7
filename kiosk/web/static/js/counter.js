/** The desk in the browser: what is scanned or typed is written down, sent, and shown as the kiosk answers. */

import { alarm, announce, hush } from "./announce.js";
import * as events from "./events.js";
import { typed } from "./keys.js";
import * as one from "./one.js";
import { Ledger, Outbox } from "./outbox.js";
import * as rows from "./rows.js";
import { recall, retain, shelf } from "./shelf.js";
import { play } from "./tones.js";
import { Vault } from "./vault.js";
import { listen } from "./wedge.js";
import { count, say } from "./words.js";

const sheet = () => document.querySelector("#sheet");
const solo = () => sheet()?.dataset.mode === "one";
const OTHERS = 1000;
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("kiosk.outbox") : null;

/** The faulty row that the next scan stands for. @type {number | null} */
let armed = null;

/** @param {number | null} place */
function arm(place) {
  armed = place;
  for (const row of document.querySelectorAll("#rows > tr")) row.classList.toggle("armed", Number(row.dataset.place) === place);
  const shown = document.querySelector("#instead");
  if (!shown) return;
  shown.hidden = place === null;
  shown.querySelector("span").textContent = (shown.dataset.said ?? "").replace("{row}", String(place));
}

const outbox = new Outbox(new Ledger(shelf(), new Vault()), {
  state: tellState,
  moved: () => rows.refresh(),
  answered: (entry, body) => outcome({ kind: "answered", entry, body }),
  refused: (entry, body) => outcome({ kind: "refused", entry, body }),
});

function outcome(told) {
  settle(told);
  channel?.postMessage(told);
}

/** An answer, to a scan of this page or of another one of this browser. */
function settle({ kind, entry, body }) {
  const mine = rows.dismiss(entry.id) || entry.show;
  if (kind === "refused") {
    if (mine || entry.sheet === sheet()?.dataset.sheet || entry.begin) complain(entry, body);
    return;
  }
  if (solo() && entry.show) return one.show(entry.show).then(() => heard(body));
  rows.apply(body, { loud: mine });
  const unread = entry.noread && body.rows.find((row) => row.scan === entry.id && row.kind === "faulty");
  if (unread && mine) arm(unread.place);
}

function heard(body) {
  follow();
  for (const row of body.rows) announce(row.said, `${row.scan} ${row.tone}`);
  play(body.rows.at(-1)?.tone);
}

function complain(entry, body) {
  play("unread");
  alarm(`refused ${entry.id}`, say("scan-refused", { text: entry.text ?? "" }), body?.title ?? say("refused"), body?.detail);
}

/** @type {{n: number, why: string}} */
let before = { n: 0, why: "" };

/** Loud and visible: what waits, and why. @param {import("./outbox.js").State} state */
function tellState({ waiting, others, why, memory }) {
  const n = waiting.length;
  tellOthers(others);
  const stands = n > 0 && why !== "asking";
  const box = document.querySelector("#outbox");
  if (box) {
    box.hidden = !(stands || memory);
    box.dataset.why = memory ? "memory" : why;
    box.textContent = n ? `${count("waiting", n)} ${say(memory ? "memory" : `why-${why || "asking"}`)}` : "";
  }
  for (const entry of stands ? waiting : []) rows.waiting(entry.id, say("waits"));
  const worse = stands && (why !== before.why || n > before.n);
  if (worse) play("unasked");
  if (stands && why !== before.why) alarm("outbox", say(`why-${why}`), box ? "" : count("waiting", n));
  if (memory && !before.memory) alarm("memory", say("memory"));
  if (!n && before.n && before.why && before.why !== "asking") {
    hush("outbox");
    announce(say("all-sent"));
  } else if (!stands) hush("outbox");
  if (!memory) hush("memory");
  before = { n, why: stands ? why : "", memory };
}

let told = "";

/** What others have scanned here, and nobody may send for them. @param {import("./outbox.js").Entry[]} others */
function tellOthers(others) {
  const badges = [...new Set(others.map((entry) => entry.badge))];
  const lines = badges.map((one) => count("others", others.filter((entry) => entry.badge === one).length, { badge: one }));
  for (const entry of others) rows.waiting(entry.id, say("waits-for", { badge: entry.badge }));
  if (told !== (told = lines.join())) alarm("others", ...lines);
}

/** @param {{text?: string, keyed?: boolean, noread?: string}} scan */
function put(scan) {
  hush("noread");
  const { sheet: number = "", scansUrl = "", beginUrl } = sheet().dataset;
  const anew = beginUrl && one.taken(sheet());
  const to = anew ? { sheet: "", begin: beginUrl } : { sheet: number, url: scansUrl, instead: armed };
  arm(null);
  rows.asking(outbox.put({ ...to, ...scan }));
}

const SHEET = /^[A-Z2-7]{4}\.[0-9]{6}$/;
/** Pages of officers, at which the number of a sheet is a sheet and never a scan of one. */
const takes = (text) => SHEET.test(text.trim().toUpperCase()) && document.querySelector("[data-takes]") !== null;

/** On other pages a number goes into the field that wants one. */
function fill(text) {
  const field = document.querySelector("input[data-scan-into]");
  if (!field) return refuse("no-sheet");
  field.value = text.trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (field.dataset.scanInto === "submit") return field.form.requestSubmit();
  const fields = Array.from(field.form.elements).filter((other) => other.matches("input:not([type=hidden])"));
  (fields[fields.indexOf(field) + 1] ?? field).focus();
}

function refuse(word) {
  play("unread");
  alarm("noread", say(word));
}

function noread() {
  refuse("noread");
  if (sheet()?.dataset.scansUrl && !solo()) put({ noread: "keys-lost" });
  alarm("noread", say("noread"));
}

const follow = () => {
  const { eventsUrl } = sheet()?.dataset ?? {};
  if (eventsUrl) events.start(eventsUrl, () => sheet()?.dataset.sheet);
};

const heardScan = ({ text }) => (takes(text) ? import("./take.js").then((slip) => slip.take(text)) : sheet() ? put({ text, keyed: false }) : fill(text));

function listenToPage() {
  const wedge = listen(
    { scan: heardScan, noread, typed },
    { ended: { yes: true, no: false }[recall("terminator")], learn: (ended) => retain("terminator", ended ? "yes" : "no") },
  );
  addEventListener("pagehide", () => wedge.sure && retain("cut", "yes"));
  if (recall("cut") === "yes") refuse("noread");
  retain("cut", "no");
}

function bind() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "type") {
      event.preventDefault();
      const field = form.elements.namedItem("typed") ?? form.elements.namedItem("text");
      if (field.value.trim()) put({ text: field.value.trim(), keyed: true });
      field.value = "";
    } else if (form.id === "stamp-form" && unsent()) {
      event.preventDefault();
      play("unasked");
    }
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-instead], [data-instead-off]");
    if (!button) return;
    const place = Number(button.dataset.instead);
    arm(button.dataset.insteadOff !== undefined || place === armed ? null : place);
  });
  addEventListener("keydown", (event) => event.key === "Escape" && (armed === null ? hush(/^refused/) : arm(null)));
}

const here = (entry) => entry.sheet === sheet()?.dataset.sheet;
let warned = false;

/** A scan of this sheet that the kiosk has not got: nobody stamps without it. Another's, he may, once he was told. */
function unsent() {
  const mine = outbox.mine.some(here);
  if (!mine && (warned || !outbox.others.some(here))) return false;
  warned = !mine;
  alarm("act", say(mine ? "unsent" : "unsent-others"));
  return true;
}

export function start() {
  rows.start();
  listenToPage();
  bind();
  const show = () => sheet() && outbox.ledger.entries.filter(here).forEach(rows.asking);
  const wake = () => (outbox.tell(), outbox.mine.length && outbox.wake());
  outbox.ready.then(() => (show(), wake()));
  show();
  channel?.addEventListener("message", (event) => (settle(event.data), outbox.tell()));
  for (const name of ["online", "pageshow"]) addEventListener(name, wake);
  addEventListener("storage", () => setTimeout(wake, OTHERS)); // another page's scan: that page sends it, if it lives
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  addEventListener("beforeunload", (event) => outbox.ledger.memory.size && event.preventDefault());
  addEventListener("kiosk:shown", follow);
  addEventListener("kiosk:rows", () => armed !== null && arm(armed));
  wake();
  follow();
}
