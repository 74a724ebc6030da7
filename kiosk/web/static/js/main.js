/** Starts what the page needs; every part stands alone, and a page without it is still a page. */

import * as acts from "./acts.js";
import * as counter from "./counter.js";
import * as keys from "./keys.js";
import * as lamp from "./lamp.js";
import * as session from "./session.js";
import * as tones from "./tones.js";

tones.start();
acts.start();
keys.start();
counter.start();
import("./stale.js").then((stale) => stale.start());
if (document.querySelector("#printing")) import("./printing.js").then((printing) => printing.start(document.querySelector("#printing")));
if (document.querySelector("#board")) import("./scanners.js").then((scanners) => scanners.start());

if (document.querySelector('form[action="/logout"]')) session.start("/session");
if (document.querySelector("#lamp")) lamp.start(document.querySelector("#lamp"));

const forms = document.querySelector("#sheet")?.dataset.formsUrl;
if (forms) {
  import("./upload.js").then((upload) => upload.start(forms));
  const button = document.querySelector("[data-camera]");
  if (button) import("./camera.js").then((camera) => camera.start(button, forms));
}
if (document.querySelector("#gate")) import("./gate.js").then((gate) => gate.start());
if (document.querySelector("#forms")) import("./places.js").then((places) => places.start());
if (document.querySelector("[data-clients]")) import("./clients.js").then((clients) => clients.start());
if (document.querySelector("#overprint")) import("./overprint.js").then((overprint) => overprint.start(document.querySelector("#overprint")));

document.documentElement.dataset.ready = "yes";
