/** The browser's camera: frames are looked at one after the other, here, and leave the page for nowhere. */

import { pixelsOf, reader, sealsIn } from "./picture.js";

const FULL = { width: { ideal: 1920 }, height: { ideal: 1080 } };
const SIDE = 1920;
const PAUSE = 80;
const WHY = { NotAllowedError: "denied", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy" };

/** One camera before one video element. */
export class Lens {
  /** @param {HTMLVideoElement} video @param {(seals: string[]) => unknown} found */
  constructor(video, found) {
    this.video = video;
    this.found = found;
    this.stream = null;
  }

  /** @returns {boolean} */
  get on() {
    return this.stream !== null;
  }

  /** Begin; what is wrong, as a code, or "". @returns {Promise<string>} */
  async start() {
    if (!navigator.mediaDevices) return "none";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { ...FULL, facingMode: "environment" } });
      this.video.srcObject = this.stream;
      await Promise.all([this.video.play(), reader()]);
    } catch (error) {
      this.stop();
      return WHY[error?.name] ?? "failed";
    }
    this.#look(this.stream);
    return "";
  }

  /** The camera's lamp goes out. */
  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  async #look(stream) {
    for (let hard = false; this.stream === stream; hard = !hard) {
      const { videoWidth: width, videoHeight: height } = this.video;
      const seals = width ? await sealsIn(pixelsOf(this.video, width, height, SIDE), { quick: !hard }) : [];
      if (seals.length && this.stream === stream) await this.found(seals);
      await new Promise((next) => setTimeout(next, PAUSE));
    }
  }
}
