// Looks for a number so that SHA-256("challenge:number") begins with zero bits (FIPS 180-4), apart from the page, so
// that typing stays smooth. crypto.subtle answers one promise a hash, which is slower than this.
const K = new Uint32Array(64);
{
  let found = 0;
  for (let number = 2; found < 64; number += 1) {
    let prime = true;
    for (let by = 2; by * by <= number; by += 1) if (number % by === 0) prime = false;
    if (prime) K[found++] = (Math.cbrt(number) % 1) * 2 ** 32;
  }
}
const FIRST = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const w = new Uint32Array(64);
const turn = (x, by) => (x >>> by) | (x << (32 - by));

/** The first 32 bits of the digest of an ASCII text. */
function head(text) {
  const blocks = ((text.length + 8) >> 6) + 1;
  const words = new Uint32Array(blocks * 16);
  for (let at = 0; at < text.length; at += 1) words[at >> 2] |= text.charCodeAt(at) << (24 - (at % 4) * 8);
  words[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
  words[blocks * 16 - 1] = text.length * 8;
  const hash = Uint32Array.from(FIRST);
  for (let block = 0; block < blocks; block += 1) {
    for (let at = 0; at < 16; at += 1) w[at] = words[block * 16 + at];
    for (let at = 16; at < 64; at += 1) {
      const s0 = turn(w[at - 15], 7) ^ turn(w[at - 15], 18) ^ (w[at - 15] >>> 3);
      const s1 = turn(w[at - 2], 17) ^ turn(w[at - 2], 19) ^ (w[at - 2] >>> 10);
      w[at] = w[at - 16] + s0 + w[at - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let at = 0; at < 64; at += 1) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[at] + w[at]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((part, place) => (hash[place] += part));
  }
  return hash[0];
}

onmessage = (event) => {
  const challenge = event.data;
  const bits = Number(challenge.split(".")[1]);
  let answer = 0;
  while (bits > 0 && head(`${challenge}:${answer}`) >>> (32 - bits) !== 0) answer += 1;
  postMessage(String(answer));
};
