// A receipt that a tablet draws by itself when the server does not answer in time. Only the person
// gets the code; the tablet keeps and sends its hash, from which 60 random bits are not found again.
// Twin: survey/seals.py.
import { sha256Hex } from "./sha256.js";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function drawCode() {
  const drawn = crypto.getRandomValues(new Uint8Array(12));
  const letters = [...drawn].map((byte) => LETTERS[byte & 31]).join("");
  return letters.match(/.{4}/g).join("-");
}

export const earlyHash = (code) => sha256Hex(new TextEncoder().encode(`early receipt\n${code}`));
