/** Seals in what is not text: pictures, through zxing-cpp as WebAssembly; our own PDFs, which carry their seals as text. */

import { SEAL } from "./seal.js";

const QR = { formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 16 };
const QUICK = { ...QR, tryDownscale: false, tryRotate: false, maxNumberOfSymbols: 4 };
/** Longer sides, in pixels, at which a picture is tried: as it is, as a page at 200 dpi, and smaller, where blur and grain are less. */
const SIDES = [4000, 2200, 1300];
const LARGEST = 60 << 20;
const IN_PDF = /RS1X[A-Z2-7]{100,4000}/g;

let loading;

/** Have the reader at hand; it is unpacked at the first use. */
export function reader() {
  loading ??= unpack();
  return loading;
}

async function unpack() {
  const packed = Uint8Array.from(atob(document.querySelector("#zxing").textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const wasmBinary = await new Response(stream).arrayBuffer();
  await ZXingWASM.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}

/** The seals among the codes of a picture. @param {ImageData} pixels @returns {Promise<string[]>} */
export async function sealsIn(pixels, { quick = false } = {}) {
  await reader();
  const codes = await ZXingWASM.readBarcodes(pixels, quick ? QUICK : QR);
  return [...new Set(codes.map((code) => code.text).filter((text) => text.toUpperCase().startsWith(SEAL)))];
}

/** The pixels of a picture, its longer side at most so long. */
export function pixelsOf(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * What a file holds: `text`, or the seals of a picture or of a PDF; else its `kind` says why nothing.
 * @param {File} file @returns {Promise<{kind: string, seals?: string[], text?: string}>}
 */
export async function opening(file) {
  if (file.size > LARGEST) return { kind: "large" };
  const start = new TextDecoder("latin1").decode(await file.slice(0, 1024).arrayBuffer());
  if (start.includes("%PDF-")) return { kind: "pdf", seals: inPdf(new TextDecoder("latin1").decode(await file.arrayBuffer())) };
  if (/^\s*R[STH]1X/i.test(start)) return { kind: "text", text: await file.text() };
  return pictured(file);
}

/** A seal proves itself, wherever it was found: what else a PDF says is nobody's word. @param {string} content */
const inPdf = (content) => [...new Set(content.match(IN_PDF) ?? [])];

async function pictured(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return { kind: "unknown-file" };
  }
  const { width, height } = picture;
  for (const side of SIDES.filter((each, at) => at === 0 || each < Math.max(width, height))) {
    const seals = await sealsIn(pixelsOf(picture, width, height, side));
    if (seals.length) return { kind: "picture", seals };
  }
  return { kind: "picture", seals: [] };
}
