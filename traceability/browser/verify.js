// Verifies in a browser what the log, a proof file or a sealed stamp claims; asks no server.
// Formats: RFC 6962, c2sp.org/signed-note, /tlog-checkpoint, /tlog-proof; see traceability/*.py.
// ES2017 and WebCrypto with Ed25519; without that, verify() throws and the page says it cannot tell.
(function (root) {
  "use strict";

  class Refusal extends Error {}

  const refuse = (why) => { throw new Refusal(why); };
  const utf8 = (text) => new TextEncoder().encode(text);
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => { all.set(part, at); return at + part.length; }, 0);
    return all;
  };
  const equal = (a, b) => a.length === b.length && a.every((octet, at) => octet === b[at]);
  const sha256 = async (octets) => new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
  const leafHash = (entry) => sha256(join([0], entry));
  const nodeHash = (left, right) => sha256(join([1], left, right));

  function octetsOf(text) {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) refuse("base64");
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  }

  function count(text) {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) refuse("number");
    return Number(text);
  }

  const half = (number) => Math.floor(number / 2); // shifts would cut off at 32 bits
  const odd = (number) => number % 2 === 1;

  // RFC 9162, 2.1.3.2
  async function verifyInclusion(index, size, leaf, proof, expected) {
    if (!(index >= 0 && index < size)) refuse("index");
    if (![leaf, expected, ...proof].every((hash) => hash.length === 32)) refuse("hash");
    let place = index, last = size - 1, found = leaf;
    for (const sibling of proof) {
      if (last === 0) refuse("too long");
      if (odd(place) || place === last) {
        found = await nodeHash(sibling, found);
        while (place && !odd(place)) { place = half(place); last = half(last); }
      } else {
        found = await nodeHash(found, sibling);
      }
      place = half(place);
      last = half(last);
    }
    if (last !== 0) refuse("too short");
    if (!equal(found, expected)) refuse("root");
  }

  // RFC 9162, 2.1.4.2
  async function verifyConsistency(old, size, proof, oldRoot, newRoot) {
    if (!(old > 0 && old <= size)) refuse("size");
    if (![oldRoot, newRoot, ...proof].every((hash) => hash.length === 32)) refuse("hash");
    if (old === size) {
      if (proof.length || !equal(oldRoot, newRoot)) refuse("root");
      return;
    }
    let place = old - 1, last = size - 1, power = old;
    while (!odd(power)) power = half(power);
    const path = power === 1 ? [oldRoot, ...proof] : [...proof];
    if (!path.length) refuse("empty");
    while (odd(place)) { place = half(place); last = half(last); }
    let before = path[0], now = path[0];
    for (const sibling of path.slice(1)) {
      if (last === 0) refuse("too long");
      if (odd(place) || place === last) {
        before = await nodeHash(sibling, before);
        now = await nodeHash(sibling, now);
        while (place && !odd(place)) { place = half(place); last = half(last); }
      } else {
        now = await nodeHash(now, sibling);
      }
      place = half(place);
      last = half(last);
    }
    if (last !== 0) refuse("too short");
    if (!equal(before, oldRoot) || !equal(now, newRoot)) refuse("root");
  }

  async function signedBy(key, signature, message) {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  }

  async function verifierOf(text) {
    const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) || refuse("key");
    const packed = octetsOf(parts[3]);
    if (packed.length !== 33 || packed[0] !== 1) refuse("key");
    const id = (await sha256(join(utf8(parts[1] + "\n"), packed))).slice(0, 4);
    if (Array.from(id, (octet) => octet.toString(16).padStart(2, "0")).join("") !== parts[2]) refuse("key id");
    return { name: parts[1], id, key: packed.slice(1) };
  }

  // The text of a note that the key signed.
  async function verifyNote(note, keyText) {
    const end = note.lastIndexOf("\n\n");
    if (end < 0 || !note.endsWith("\n")) refuse("note");
    const text = note.slice(0, end + 1);
    if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) refuse("note");
    const verifier = await verifierOf(keyText);
    let good = false;
    for (const line of note.slice(end + 2, -1).split("\n")) {
      const parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) || refuse("signature");
      const octets = octetsOf(parts[2]);
      if (parts[1] !== verifier.name || !equal(octets.slice(0, 4), verifier.id)) continue;
      if (!await signedBy(verifier.key, octets.slice(4), utf8(text))) refuse("signature");
      good = true;
    }
    if (!good) refuse("nobody signed");
    return text;
  }

  function checkpointOf(text) {
    const lines = text.split("\n");
    if (lines.length < 4 || !lines[0]) refuse("checkpoint");
    const found = { origin: lines[0], size: count(lines[1]), root: octetsOf(lines[2]) };
    if (found.root.length !== 32) refuse("checkpoint");
    return found;
  }

  // Where an entry stands in the log that the key's owner vouches for.
  async function verifyProof(proof, entry, keyText) {
    const cut = proof.indexOf("\n\n");
    const lines = proof.slice(0, cut < 0 ? 0 : cut).split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") refuse("proof");
    if (lines.length && lines[0].startsWith("extra ")) lines.shift();
    const first = lines.shift() || "";
    if (!first.startsWith("index ")) refuse("proof");
    const index = count(first.slice(6));
    const head = checkpointOf(await verifyNote(proof.slice(cut + 2), keyText));
    await verifyInclusion(index, head.size, await leafHash(entry), lines.map(octetsOf), head.root);
    return { origin: head.origin, size: head.size, index };
  }

  // Decimal digits to octets, most significant first.
  function octetsOfDigits(digits, length) {
    const octets = new Uint8Array(length);
    for (const digit of digits) {
      let carry = digit.charCodeAt(0) - 48;
      for (let at = length - 1; at >= 0; at--) {
        const value = octets[at] * 10 + carry;
        octets[at] = value % 256;
        carry = Math.floor(value / 256);
      }
      if (carry) refuse("digits");
    }
    return octets;
  }

  // What a sealed stamp is, by a list that the key's owner signed.
  async function verifySealed(digits, note, keyText) {
    if (!/^[0-9]{184}$/.test(digits)) refuse("digits");
    const list = JSON.parse(await verifyNote(note, keyText));
    if (list.format !== "vuonso-manifest/1") refuse("list");
    const octets = octetsOfDigits(digits, 76), head = octets.slice(0, 12);
    if (head[0] >> 4 !== 1 || head[9] > 1) refuse("version");
    const number = (at, width) => head.slice(at, at + width).reduce((sum, octet) => sum * 256 + octet, 0);
    const kid = head[0] & 15, issuance = number(1, 3), index = number(4, 3);
    const season = list.keys.find((one) => one[0] === kid) || refuse("season");
    const message = join(utf8("vuonso sealed stamp 1\n"), head);
    if (!await signedBy(octetsOf(season[2]), octets.slice(12), message)) refuse("signature");
    const day = new Date(Date.UTC(2020, 0, 1 + number(7, 2))).toISOString().slice(0, 10);
    const run = list.runs.find((one) => one[0] === issuance);
    if (run && run[1] !== kid) refuse("season");
    const recalled = list.recalls.some((one) => one[0] === issuance && one[1] <= index && index <= one[2]);
    const verdict = recalled ? "recalled" : !run ? "unlisted" : index < run[2] ? "genuine" : "overissued";
    return { verdict, kid, issuance, index, harvested_on: day, simulated: head[9] === 1,
      lot_check: Array.from(head.slice(10), (octet) => octet.toString(16).padStart(2, "0")).join(""),
      product: run ? run[3] : null, listed_on: list.issued_on, valid_until: list.valid_until };
  }

  root.vuonso = { Refusal, leafHash, octetsOf, verifyInclusion, verifyConsistency, verifyNote, verifyProof,
    verifySealed };
})(typeof self === "undefined" ? this : self);
