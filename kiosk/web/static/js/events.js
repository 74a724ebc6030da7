/**
 * The page follows its sheet: a stream of events where there is room for one, else a question each 3 seconds.
 * A page that nobody sees holds no stream: a browser has six connections to a kiosk, and scans need one. But the one on whose sheet
 * the station's scanners write does, for its tones are heard all the same.
 */

import { entries, refresh } from "./rows.js";

export const POLL = 3000;
const RETRY = 30000;
/** Our own scan's answer is mostly on its way when the stream tells of it. */
const GRACE = 120;

let leave = () => {};

const board = () => document.querySelector("#board");
const idle = () => document.hidden && board()?.dataset.claim !== "here";
const stirred = () => dispatchEvent(new Event("kiosk:scanners"));
/** Whether a scan of this page is on its way: its answer brings its row. */
const busy = () => document.querySelector("#rows > .row-asking") !== null;

/** Follow this sheet, and no other. @param {string} url @param {() => string} sheet */
export function start(url, sheet) {
  leave();
  /** @type {EventSource | null} */
  let stream = null;
  let poll = 0;
  let retry = 0;
  const close = () => {
    stream?.close();
    stream = null;
    clearInterval(poll);
    clearTimeout(retry);
    poll = retry = 0;
  };
  const asking = () => (poll ||= setInterval(() => (refresh(), stirred()), POLL));
  const open = () => {
    close();
    if (idle()) return;
    const { version = "", sheet: page = "" } = board()?.dataset ?? {};
    const more = new URLSearchParams({ entries: String(entries()), board: version, page });
    stream = new EventSource(`${url}${url.includes("?") ? "&" : "?"}${more}`);
    stream.addEventListener("scanners", stirred);
    stream.addEventListener("open", () => {
      if (poll) stirred();
      clearInterval(poll);
      poll = 0;
    });
    stream.addEventListener("moved", (event) => {
      const moved = JSON.parse(event.data);
      const behind = () => moved.sheet === sheet() && moved.entries > entries();
      if (behind()) busy() ? setTimeout(() => behind() && refresh(), GRACE) : refresh();
    });
    stream.addEventListener("error", () => {
      asking();
      if (stream?.readyState === EventSource.CLOSED) retry ||= setTimeout(open, RETRY);
    });
  };
  const gone = new AbortController();
  const { signal } = gone;
  leave = () => {
    gone.abort();
    close();
  };
  addEventListener("pagehide", close, { signal });
  addEventListener("pageshow", (event) => event.persisted && (refresh(), open()), { signal });
  document.addEventListener("visibilitychange", () => (document.hidden ? idle() && close() : (refresh(), stream ?? open())), { signal });
  addEventListener("kiosk:board", () => (idle() ? close() : stream ?? (retry || open())), { signal });
  open();
}
