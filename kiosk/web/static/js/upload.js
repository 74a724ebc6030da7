/** Whole forms: dropped on the page, chosen, or taken with the camera; sent one by one, each with its progress and its fault. */

import { alarm, announce } from "./announce.js";
import { ask } from "./ask.js";
import { refresh } from "./rows.js";
import { count, say } from "./words.js";

const PATIENCE = 120000;

/** @param {string} name @returns {{item: HTMLElement, bar: HTMLProgressElement, word: HTMLElement}} */
function line(name) {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  const word = document.createElement("span");
  item.dataset.file = name;
  bar.setAttribute("aria-label", name);
  item.append(Object.assign(document.createElement("b"), { textContent: name }), " ", word, " ", bar);
  document.querySelector("#uploads")?.append(item);
  return { item, bar, word };
}

/** A fault stays until it is put away. */
function fault({ item, bar, word }, name, reply) {
  const why = reply.body?.title ?? say(reply.kind === "login" ? "login" : "not-sent");
  const off = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: say("dismiss") });
  bar.remove();
  item.className = "fault";
  word.textContent = [why, reply.body?.detail].filter(Boolean).join(" ");
  off.setAttribute("aria-label", `${say("dismiss")}: ${name}`);
  off.addEventListener("click", () => item.remove());
  item.append(off);
  alarm("upload", `${name}: ${word.textContent}`);
}

async function send(url, file, name) {
  const shown = line(name);
  shown.word.textContent = say("sending");
  const form = new FormData();
  form.append("file", file, name);
  const reply = await ask(url, { form, timeout: PATIENCE });
  if (reply.kind !== "ok") return fault(shown, name, reply);
  shown.word.textContent = say("reading");
  shown.item.dataset.document = reply.body.document ?? "";
  announce(say("received", { name }));
  progress(reply.body);
  refresh();
}

let last = Promise.resolve();

/** One after another: a form is large, and a scan must not wait behind two of them. @param {string} url @param {Iterable<File>} files */
export function put(url, files) {
  for (const file of files) last = last.then(() => send(url, file, file.name || "photo.jpg"));
  return last;
}

/** How far the kiosk has read. @param {{document?: string, state?: string, page?: number, pages?: number}} form */
function progress(form) {
  const item = document.querySelector(`#uploads [data-document="${CSS.escape(form.document ?? "?")}"]`);
  const bar = item?.querySelector("progress");
  if (!bar) return;
  if (form.state && form.state !== "reading" && form.state !== "waiting") return item.remove();
  if (!form.pages) return;
  Object.assign(bar, { max: form.pages, value: form.page ?? 0 });
  item.querySelector("span").textContent = count("pages", form.pages, { page: form.page ?? 0 });
}

/** @param {string} url */
export function start(url) {
  const over = (on) => document.querySelector(".drop")?.classList.toggle("over", on);
  const files = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => files(event) && (event.preventDefault(), over(true)));
  addEventListener("dragleave", (event) => event.relatedTarget || over(false));
  addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    over(false);
    put(url, event.dataTransfer.files);
  });
  const chooser = document.querySelector("input#files");
  chooser?.addEventListener("change", () => {
    put(url, Array.from(chooser.files));
    chooser.value = "";
  });
  addEventListener("kiosk:rows", (event) => (event.detail.forms ?? []).forEach(progress));
}
