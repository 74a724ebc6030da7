/** The page at work: what is presented, in whatever way, comes to the desk. */

import { able } from "./cose.js";
import { Desk } from "./desk.js";
import { Forged } from "./forged.js";
import { AHEAD } from "./hold.js";
import { Lens } from "./lens.js";
import { Lists, isList, pieces } from "./lists.js";
import { opening } from "./picture.js";
import { program } from "./program.js";
import { age, say, speak, teach } from "./say.js";
import { listFault, showIdle, showLists } from "./show.js";
import { listen } from "./wedge.js";

const $ = (what) => document.querySelector(what);
/** Milliseconds after which what stands there is judged anew, and the lists are fetched again. */
const AGAIN = 30_000;
const FETCH = 120_000;
const SHEET_NUMBER = /^[A-Z2-7]{4}\.[0-9]{6}$/i;

const given = JSON.parse($("#given").textContent);
const served = location.protocol === "http:" || location.protocol === "https:";
const desk = new Desk(new Lists(given), given.zone);
const lens = new Lens($("#video"), (seals) => inTurn(() => (desk.shows(seals) ? undefined : desk.present(seals))));
/** Why this browser can't check anything; empty where it can. */
let unable = "";
let queue = Promise.resolve();

/** One thing after the other: pages come quicker than they are checked. */
function inTurn(act) {
  queue = queue.then(act).catch((error) => desk.refuse(new Forged("not-read", { got: error.message })));
  return queue;
}

/** @param {string} text seals, each a page; or lists */
async function takeText(text) {
  if (SHEET_NUMBER.test(text.trim())) return desk.refuse(new Forged("sheet-number", { got: text.trim() }));
  const found = pieces(text);
  if (found.some(isList)) await bring(found.filter(isList).join("\n"));
  return desk.inPages(found.filter((one) => !isList(one)).map((one) => [one]));
}

/** Lists that somebody brought: said whether they serve. */
async function bring(text) {
  tell(await desk.lists.take(text, desk.now), say("lists.taken"));
  await desk.settle();
}

function tell(refused, well) {
  $("#brought").textContent = refused.length ? refused.map(listFault).join(" ") : well;
}

/** @param {File[]} files */
async function takeFiles(files) {
  for (const file of files) {
    showIdle("busy", "busy");
    const { kind, seals, text } = await opening(file);
    if (kind === "text") await takeText(text);
    else if (kind === "picture") await desk.present(seals);
    else if (kind === "pdf" && seals.length) await desk.inFile(seals);
    else desk.refuse(new Forged(kind));
    if (desk.refused) return;
  }
}

/** The lists of the kiosk that serves this page, and its clock, should that of this device be wrong. */
async function refresh() {
  const reply = await fetch("verify/lists", { cache: "no-store", headers: { "X-Background": "1" } }).catch(() => null);
  if (reply?.ok) {
    const off = desk.tellTime(reply.headers.get("Date"), AHEAD);
    tell(await desk.lists.take(await reply.text(), desk.now), off ? say("lists.clock", { age: age(off) }) : "");
  } else $("#brought").textContent = say("lists.unreached");
  await desk.settle();
}

async function camera() {
  const why = lens.on ? (lens.stop(), "") : await lens.start();
  $("#camera-on").setAttribute("aria-pressed", `${lens.on}`);
  $("#view").hidden = !lens.on;
  $("#camera-why").textContent = why && say(`camera.${why}`);
}

function change(language) {
  speak(language);
  if (!unable) return desk.show();
  showLists(desk.lists, desk.now, given.zone);
  return showIdle("unable", unable);
}

function onText() {
  const text = $("#seal").value;
  $("#seal").value = "";
  if (text.trim()) inTurn(() => takeText(text));
}

const on = (what, name, act) => $(what).addEventListener(name, act);

function wire() {
  listen({ scan: ({ text }) => inTurn(() => takeText(text)), noread: () => inTurn(() => desk.refuse(new Forged("not-read"))), typed: () => {} });
  on("#typed", "submit", (event) => (event.preventDefault(), onText()));
  on("#seal", "keydown", (event) => event.key === "Enter" && !event.shiftKey && (event.preventDefault(), onText()));
  on("#seal", "paste", () => setTimeout(onText));
  on("#files", "change", ({ target }) => inTurn(() => takeFiles([...target.files])).then(() => (target.value = "")));
  on("#camera-on", "click", camera);
  on("#clear", "click", () => inTurn(() => desk.clear()));
  on("#other", "click", () => inTurn(() => desk.other()));
  on("#print", "click", () => print());
  on("#refresh", "click", () => inTurn(refresh));
}

/** What comes from anywhere on the page. */
function wirePage() {
  document.addEventListener("paste", ({ clipboardData, target }) => {
    if (clipboardData.files.length) inTurn(() => takeFiles([...clipboardData.files]));
    else if (target !== $("#seal")) inTurn(() => takeText(clipboardData.getData("text")));
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => (event.preventDefault(), inTurn(() => takeFiles([...event.dataTransfer.files]))));
  document.addEventListener("keydown", (event) => event.key === "Escape" && inTurn(() => desk.clear()));
  document.addEventListener("visibilitychange", () => document.hidden || inTurn(() => desk.settle())); // a device that slept kept no time
  addEventListener("pagehide", () => lens.stop());
}

async function work() {
  await desk.lists.take([given.trust, ...given.holds].join("\n"), desk.now);
  wire();
  wirePage();
  await inTurn(() => desk.settle());
  setInterval(() => inTurn(() => desk.settle()), AGAIN);
  if (served) {
    await inTurn(refresh);
    setInterval(() => inTurn(refresh), FETCH);
  }
}

/** This browser can't: it takes nothing, so that nobody waits for a verdict. */
function giveUp() {
  unable = globalThis.isSecureContext ? "no-ed25519" : "not-secure";
  for (const one of document.querySelectorAll("#input :is(textarea, button, input)")) one.disabled = true;
  change(document.documentElement.lang);
}

async function start() {
  teach(given.words);
  speak(given.language);
  for (const one of document.querySelectorAll("[data-served]")) one.hidden = one.dataset.served !== `${served}`;
  on("#language", "click", () => inTurn(() => change(say("language.other"))));
  if (await able()) await work();
  else giveUp();
  document.documentElement.dataset.ready = "yes";
}

globalThis.kioskVerifier = program;
start();
