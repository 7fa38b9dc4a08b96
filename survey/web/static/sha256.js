// SHA-256 (FIPS 180-4) for browsers on plain http, where crypto.subtle is missing.
const WORDS = 64;
const BLOCK = 64;

const PRIMES = primes(WORDS);
const fraction = (number) => Math.floor((number - Math.floor(number)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

const turn = (word, by) => (word >>> by) | (word << (32 - by));

// The digest of bytes, as 32 bytes.
export function sha256(bytes) {
  const padded = pad(bytes);
  const view = new DataView(padded.buffer);
  const hash = Int32Array.from(START);
  for (let at = 0; at < padded.length; at += BLOCK) compress(hash, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, place) => digest.setInt32(4 * place, word));
  return new Uint8Array(digest.buffer);
}

// The same in lower-case hexadecimal.
export const sha256Hex = (bytes) => [...sha256(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A one, zeros, and the length in bits, up to a whole number of blocks.
function pad(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  return padded;
}

function compress(hash, view, at) {
  const schedule = expanded(view, at);
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < WORDS; t += 1) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[t] + schedule[t];
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => (hash[place] += word));
}

function expanded(view, at) {
  const schedule = new Int32Array(WORDS);
  for (let t = 0; t < 16; t += 1) schedule[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < WORDS; t += 1) {
    const [near, far] = [schedule[t - 2], schedule[t - 15]];
    const one = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
    const two = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
    schedule[t] = one + schedule[t - 7] + two + schedule[t - 16];
  }
  return schedule;
}

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}
