/** A page of a form, taken with the browser's camera at its full size, and sent like a file. */

import { guide } from "./guide.js";
import { say } from "./words.js";
import { put } from "./upload.js";

const FULL = { width: { ideal: 4096 }, height: { ideal: 2160 } };

const FAULTS = { NotAllowedError: "camera-denied", NotFoundError: "camera-none", OverconstrainedError: "camera-none", NotReadableError: "camera-busy" };

/** What is wrong with the camera, as a key of the words. @param {unknown} error @returns {string} */
export const fault = (error) => FAULTS[error?.name] ?? "camera-failed";

const make = (tag, more) => Object.assign(document.createElement(tag), more);

/** @param {HTMLDialogElement} dialog @param {string} url */
function fill(dialog, url, send) {
  const video = make("video", { playsInline: true, muted: true, autoplay: true });
  const picker = make("select", { ariaLabel: say("camera-which"), hidden: true });
  const word = make("p", {});
  word.setAttribute("role", "status");
  const shoot = make("button", { type: "button", className: "button", textContent: say("camera-take"), disabled: true });
  const done = make("button", { type: "button", className: "button button-secondary", textContent: say("camera-done") });
  const frame = make("div", { className: "camera" });
  const row = make("div", { className: "actions" });
  frame.append(video);
  row.append(shoot, done);
  const hint = make("p", { className: "guide" });
  dialog.append(picker, frame, hint, word, row);
  guide(video, (key) => (hint.textContent = key && say(key)));

  let stream = null;
  let taken = 0;
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    shoot.disabled = true;
  };
  const begin = async (device) => {
    stop();
    word.textContent = "";
    try {
      const asked = device ? { ...FULL, deviceId: { exact: device } } : { ...FULL, facingMode: "environment" };
      const got = await navigator.mediaDevices.getUserMedia({ video: asked });
      if (!dialog.open) return got.getTracks().forEach((track) => track.stop());
      stream = got;
      video.srcObject = got;
      await video.play();
      shoot.disabled = false;
      await list(got);
    } catch (error) {
      if (dialog.open) word.textContent = say(navigator.mediaDevices ? fault(error) : "camera-none");
    }
  };
  const list = async (now) => {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    const used = now.getVideoTracks()[0]?.getSettings().deviceId;
    picker.replaceChildren(...cameras.map((one, i) => new Option(one.label || `${i + 1}`, one.deviceId, false, one.deviceId === used)));
    picker.hidden = cameras.length < 2;
  };
  shoot.addEventListener("click", async () => {
    const canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    const picture = await new Promise((got) => canvas.toBlob(got, "image/png"));
    if (!picture) return (word.textContent = say("camera-failed"));
    taken += 1;
    word.textContent = say("camera-taken", { n: taken });
    send(url, [new File([picture], say("camera-name", { n: taken }), { type: "image/png" })]);
  });
  picker.addEventListener("change", () => begin(picker.value));
  done.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);
  addEventListener("pagehide", stop);
  return begin;
}

/** @param {HTMLElement} button @param {string} url @param {(url: string, files: File[]) => unknown} [send] */
export function start(button, url, send = put) {
  const dialog = document.querySelector("dialog#camera");
  if (!dialog) return;
  const begin = fill(dialog, url, send);
  button.addEventListener("click", () => {
    dialog.showModal();
    begin();
  });
}
