/** A client's slip, or any paper with the number of a sheet: one scan opens it, for whoever may (web/clients.py). */

import { alarm } from "./announce.js";
import { ask } from "./ask.js";
import { play } from "./tones.js";
import { say } from "./words.js";

/** @param {string} text */
export async function take(text) {
  const form = new FormData();
  form.set("code", text);
  const reply = await ask("/client/take", { form });
  if (reply.kind === "ok") return location.assign(reply.body.url);
  play("unread");
  alarm("noread", reply.body?.title ?? say(reply.kind === "login" ? "login" : "not-sent"), reply.body?.detail);
}
