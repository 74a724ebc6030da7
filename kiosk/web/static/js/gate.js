/**
 * The gate: whatever is brought is sent, and the verdict fills the page. While it is being judged no older verdict is to be seen,
 * and what could not be judged says so: nobody takes one paper's verdict for another's.
 */

import { alarm, announce, hush } from "./announce.js";
import { ask } from "./ask.js";
import * as camera from "./camera.js";
import { newId } from "./outbox.js";
import { made } from "./rows.js";
import { play } from "./tones.js";
import { say } from "./words.js";

const LOOK = 5000;
const AGAIN = 15000;
const PATIENCE = 40000;
const TRIES = 3;
const word = (key) => document.querySelector("#gate-words").content.querySelector(`[data-word="${key}"]`).textContent;
const badge = () => document.querySelector("meta[name=badge]")?.content ?? "";

/** However far somebody has read on, what he brings now stands before him. */
const inSight = () => document.querySelector("#verdict .answer").scrollIntoView({ block: "nearest" });

/** @param {string} tone @param {string} title @param {...string} more */
function plainly(tone, title, ...more) {
  const box = document.createElement("div");
  box.className = `answer tone-${tone}`;
  box.dataset.tone = tone;
  box.append(Object.assign(document.createElement("h2"), { id: "verdict-word", textContent: title }));
  for (const text of more.filter(Boolean)) box.append(Object.assign(document.createElement("p"), { textContent: text }));
  const verdict = document.querySelector("#verdict");
  verdict.replaceChildren(box);
  verdict.ariaBusy = "false";
  for (const name of ["presented", "code", "sound"]) delete verdict.dataset[name];
  inSight();
  return verdict;
}

/** @param {{id: number, url: string, sound: string, said: string, html: string, newest?: string}} told */
function put(told) {
  document.querySelector("#verdict").replaceWith(made(told.html));
  inSight();
  const newest = told.newest && made(told.newest);
  if (newest) document.querySelector("#gate-newest")?.replaceWith(newest);
  hush("act");
  history.replaceState(null, "", told.url);
  announce(told.said);
  play(told.sound);
}

/** @param {import("./ask.js").Reply} reply */
function failed(reply) {
  const told = reply.body ?? {};
  const refused = reply.kind === "refused";
  const why = told.title ?? say(reply.kind === "login" ? "login" : "not-sent");
  plainly("waiting", refused ? why : word("could-not"), refused ? told.detail : why, word(refused ? "refused-do" : "could-not-do"));
  alarm("act", why, told.detail);
  play("unasked");
}

let last = Promise.resolve();

/** One after another, each of them shown. @param {(form: FormData) => void} fill */
function present(fill) {
  const form = new FormData();
  form.set("badge", badge());
  form.set("scan", newId());
  fill(form);
  plainly("waiting", word("checking")).ariaBusy = "true";
  last = last.then(() => sent(form)).then((reply) => (reply.kind === "ok" ? put(reply.body) : failed(reply)));
  return last;
}

/** A lost answer is asked for again: the scan counts once. @param {FormData} form */
async function sent(form) {
  let reply;
  for (let turn = 0; turn < TRIES; turn += 1) {
    reply = await ask("/gate", { form, timeout: PATIENCE });
    if (reply.kind !== "away" || reply.status) break;
  }
  return reply;
}

const files = (list) => Array.from(list).forEach((file) => present((form) => form.set("file", file, file.name || "photo.jpg")));

function drops() {
  const over = (on) => document.querySelector("#gate-drop").classList.toggle("over", on);
  const has = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => has(event) && (event.preventDefault(), over(true)));
  addEventListener("dragleave", (event) => event.relatedTarget || over(false));
  addEventListener("drop", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    over(false);
    files(event.dataTransfer.files);
  });
  const chooser = document.querySelector("#gate-file");
  chooser.addEventListener("change", () => {
    files(chooser.files);
    chooser.value = "";
  });
}

/** Goods that were put on hold and are still inside: told as soon as they are known. @param {string | undefined} html */
function alarms(html) {
  const old = document.querySelector("#gate-alarms");
  const now = html && made(html);
  if (!old || !now || old.isEqualNode(now)) return;
  const more = Number(now.dataset.alarms) > Number(old.dataset.alarms);
  old.replaceChildren(...now.childNodes);
  old.dataset.alarms = now.dataset.alarms;
  if (more) play("held");
}

/** What the page shows anew: the scanners' board where there is one, and the alarms. */
function look() {
  if (document.hidden && document.querySelector("#board")?.dataset.claim !== "here") return;
  if (document.querySelector("#board")) dispatchEvent(new Event("kiosk:scanners"));
  else ask("/gate/board", { background: true }).then((reply) => reply.kind === "ok" && alarms(reply.body.alarms));
}

/** What the station's scanners presented, by its id. @param {string} number */
async function presented(number) {
  plainly("waiting", word("checking"));
  const reply = await ask(`/gate/${number}`);
  if (reply.kind === "ok") put(reply.body);
  else failed(reply);
}

/** @param {Element} verdict */
const outcomes = (verdict) => Array.from(verdict.querySelectorAll("[data-outcome]"), (row) => row.dataset.outcome).join();

/** What stands there as released is judged anew now and then: a hold may have come since, or the sheet be taken back. */
async function again() {
  const shown = document.querySelector("#verdict");
  const id = shown?.dataset.presented;
  if (document.hidden || !id || !shown.querySelector('[data-outcome="release"]')) return;
  const reply = await ask(`/gate/${id}`, { background: true });
  const there = shown.isConnected && shown.dataset.presented === id;
  if (there && reply.kind === "ok" && outcomes(made(reply.body.html)) !== outcomes(shown)) put(reply.body);
}

function follow() {
  const { version = "" } = document.querySelector("#board")?.dataset ?? {};
  const stream = new EventSource(`/gate/events?${new URLSearchParams({ board: version, page: "gate" })}`);
  stream.addEventListener("scanners", look);
  stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && setTimeout(follow, LOOK));
  addEventListener("pagehide", () => stream.close(), { once: true });
}

export function start() {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "present") return;
    event.preventDefault();
    const field = event.target.elements.namedItem("text");
    const text = field.value.trim();
    field.value = "";
    if (text) present((form) => form.set("text", text));
  });
  drops();
  const button = document.querySelector("[data-camera]");
  if (button) camera.start(button, "/gate", (_, list) => (files(list), document.querySelector("dialog#camera").close()));
  addEventListener("kiosk:presented", (event) => presented(event.detail));
  addEventListener("kiosk:board", (event) => alarms(event.detail.alarms));
  setInterval(look, LOOK);
  setInterval(again, AGAIN);
  addEventListener("focus", again);
  if (document.querySelector("#board")) follow();
}
