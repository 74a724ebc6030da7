/** What to do before the browser's camera so that the bars on a page can be read: judged by a few lines of its picture. */

const LINES = 24;
const EACH = 500;
/** Light, of 255, between a bar and a space; edges of the shortest number; pixels of its widest element, and of a narrow one. */
const STEP = 40;
const EDGES = 24;
const WIDEST = 40;
const NARROW = 1.8;
const DARK = 60;
const MOVED = 14;

/** The edges of what looks like bars on a line of light; none where nothing does. @param {ArrayLike<number>} line */
export function edges(line) {
  const found = [];
  let [rising, top, at] = [true, line[0], 0];
  for (let x = 1; x < line.length; x += 1) {
    if (rising ? line[x] >= top : line[x] <= top) [top, at] = [line[x], x];
    else if (Math.abs(line[x] - top) >= STEP) {
      found.push((at + x) / 2);
      [rising, top, at] = [!rising, line[x], x];
    }
  }
  let [best, run] = [[], []];
  for (const edge of found) {
    run = run.length && edge - run.at(-1) <= WIDEST ? [...run, edge] : [edge];
    if (run.length > best.length) best = run;
  }
  return best.length >= EDGES ? best : [];
}

const middle = (sorted, share) => sorted[Math.floor(sorted.length * share)];
const up = (a, b) => a - b;

/** The narrow bar in pixels, from bar and space together. @param {number[]} found */
export const narrow = (found) => middle(found.slice(2).map((edge, i) => (edge - found[i]) / 2).sort(up), 0.1);

const mean = (line) => line.reduce((sum, light) => sum + light, 0) / line.length;
const apart = (one, other) => mean(one.map((light, i) => Math.abs(light - other[i])));

/** The key of what to do; empty for nothing. @param {Uint8Array[]} lines @param {Uint8Array[]} before the lines of a moment ago */
export function called(lines, before) {
  const light = lines.map(mean).sort(up);
  if (middle(light, 0.9) < DARK) return "camera-dark";
  if (middle(light, 0.1) > 250) return "camera-glare";
  if (before.length === lines.length && mean(lines.map((line, i) => apart(line, before[i]))) > MOVED) return "camera-still";
  const bars = lines.map(edges).filter((found) => found.length);
  return bars.length > 2 && middle(bars.map(narrow).sort(up), 0.5) < NARROW ? "camera-closer" : "";
}

/** Lines across and down a picture as it is, not made smaller. @param {HTMLVideoElement} video */
function taken(video) {
  const [width, height] = [video.videoWidth, video.videoHeight];
  const lines = [];
  for (const [w, h] of [[width, 1], [1, height]]) {
    const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    for (let n = 1; n <= LINES / 2; n += 1) {
      const part = (2 * n) / (LINES + 2);
      pen.drawImage(video, w > 1 ? 0 : width * part, w > 1 ? height * part : 0, w, h, 0, 0, w, h);
      const { data } = pen.getImageData(0, 0, w, h);
      lines.push(Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] + 2 * data[4 * i + 1] + data[4 * i + 2]) / 4));
    }
  }
  return lines;
}

/** Looks now and then while there is a picture. @param {HTMLVideoElement} video @param {(key: string) => void} tell */
export function guide(video, tell) {
  let before = [];
  setInterval(() => {
    if (!video.srcObject || !video.videoWidth || document.hidden) return (before = []), tell("");
    const lines = taken(video);
    tell(called(lines, before));
    before = lines;
  }, EACH);
}
