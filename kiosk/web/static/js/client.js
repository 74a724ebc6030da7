/**
 * A client's screen: what is scanned is asked, what is answered is shown, and everything is cleared when nobody is there any more.
 *
 * Nothing of a client stays in the browser: the query is the kiosk's, and this page only shows it. A scan that can't be sent is kept
 * in the page and sent as soon as it can be; the client is told.
 */

import { alarm, announce, hush } from "./announce.js";
import { ask } from "./ask.js";
import { play } from "./tones.js";
import { listen } from "./wedge.js";

/** Seconds that the warning stands before everything is cleared. */
const WARN = 20;
/** Milliseconds between two looks at the query. */
const LOOK = 1000;
const PAUSE = 1500;

/** @type {HTMLElement} */
const visit = document.querySelector("#visit");
const region = document.querySelector("#client-rows");
const dialog = document.querySelector("dialog#idle");
const words = visit?.dataset ?? {};

/** Scans that the kiosk has not got yet, oldest first. @type {{id: string, text: string}[]} */
const waiting = [];
let sending = false;
let shown = "";
let touched = Date.now();

/** To the beginning, leaving nothing behind: not in the page, not in the browser, not in its history. */
function leave() {
  for (const store of ["localStorage", "sessionStorage"]) {
    try {
      window[store].clear();
    } catch {
      // Forbidden, and so empty.
    }
  }
  location.replace("/client");
}

/** @param {{html: string, said?: string, tone?: string, visit: string}} told */
function put(told) {
  if (told.visit !== words.code) return leave();
  if (told.html !== shown) {
    const held = document.activeElement?.closest?.("#client-rows form")?.getAttribute("action");
    region.innerHTML = shown = told.html;
    if (held) region.querySelector(`form[action="${CSS.escape(held)}"] button`)?.focus();
  }
  if (told.said) announce(told.said);
  if (told.tone) play(told.tone);
}

/** @param {import("./ask.js").Reply} reply @returns {boolean} whether that was an answer */
function settle(reply) {
  if (reply.status === 410 || reply.kind === "login") return leave(), true;
  if (reply.kind === "ok") return put(reply.body), hush(), true;
  if (reply.kind === "away") {
    if (reply.status !== 429) alarm("away", reply.body?.title ?? words.away, reply.body?.detail);
    else alarm("away", reply.body?.title);
    return false;
  }
  play("unread");
  alarm("refused", reply.body?.title ?? words.away, reply.body?.detail);
  return true;
}

const busy = () => (document.querySelector("#asking").hidden = !waiting.length);

/** Send what waits, one after the other. What is not taken now is sent again, with the same name: it counts once. */
async function send() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    busy();
    const reply = await ask("/client/scans", { json: { ...waiting[0], visit: words.code } });
    if (settle(reply)) waiting.shift();
    else await new Promise((later) => setTimeout(later, (reply.body?.wait ?? 0) * 1000 || PAUSE));
  }
  sending = false;
  busy();
}

function noread() {
  touch();
  play("unread");
  alarm("noread", words.noread);
}

function scan(text) {
  touch();
  hush();
  waiting.push({ id: crypto.randomUUID(), text });
  send();
}

/** Somebody is there. The kiosk is told now and then, and always when the warning stood. */
let told = 0;
function touch() {
  touched = Date.now();
  const stood = dialog?.open;
  if (stood) dialog.close();
  if (stood || touched - told > (Number(words.idle) * 1000) / 4) {
    told = touched;
    ask("/client/stay", { json: { visit: words.code } }).then((reply) => reply.status === 410 && leave());
  }
}

async function clear(why) {
  const form = new FormData();
  form.set("why", why);
  await ask("/client/done", { form });
  leave();
}

/** Warn when nobody has done anything for a while, and clear everything when nobody answers. */
function watch() {
  const left = Number(words.idle) + WARN - (Date.now() - touched) / 1000;
  if (left <= 0) return clear("idle");
  if (left <= WARN && !dialog.open) dialog.showModal();
  if (dialog.open) dialog.querySelector("progress").value = left;
  setTimeout(watch, dialog.open ? 250 : 1000);
}

async function look() {
  if (!document.hidden && !sending) {
    const reply = await ask(`/client/rows?visit=${words.code}`, { background: true });
    if (reply.status === 410 || reply.kind === "login") return leave();
    if (reply.kind === "ok") put(reply.body);
  }
  setTimeout(look, LOOK);
}

function bind() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id === "client-done") return event.preventDefault(), clear("done");
    if (!form.matches("[data-client]")) return;
    event.preventDefault();
    form.querySelector("button").disabled = true;
    const reply = await ask(form.getAttribute("action"), { json: { visit: words.code }, timeout: 30000 });
    if (!settle(reply)) form.querySelector("button").disabled = false;
    region.querySelector(".banner")?.scrollIntoView({ block: "nearest" });
  });
  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(name, touch, { passive: true });
  document.querySelector("#idle-stay").addEventListener("click", touch);
  dialog.addEventListener("cancel", touch);
}

addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page of before, out of the browser's memory
if (visit) {
  const query = words.stage === "query";
  listen({ scan: (heard) => (query ? scan(heard.text) : noread()), noread, typed: () => {} });
  if (query) {
    bind();
    watch();
    look();
  }
}
document.documentElement.dataset.ready = "yes";
