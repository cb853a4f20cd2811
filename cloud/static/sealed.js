/* Verifies a sealed stamp in this browser, by the signed list it has; says how old that is. Asks nobody else. */
(function () {
  "use strict";
  const said = document.getElementById("verdict"), age = document.getElementById("age");
  const form = document.querySelector("main form"), field = document.getElementById("ma");
  const words = said.dataset;

  function line(text, strong) {
    const one = document.createElement(strong ? "strong" : "p");
    one.textContent = text;
    return one;
  }

  function say(kind, texts) {
    const inner = document.createElement("div");
    texts.forEach((text, at) => inner.appendChild(line(text, at === 0)));
    said.className = "state " + kind;
    said.textContent = "";
    said.appendChild(inner);
  }

  function day(iso) { return iso.split("-").reverse().join("/"); }

  function told(list) { return words.list.replace("{day}", day(list.issued_on)).replace("{until}", day(list.valid_until)); }

  async function listed() {
    const reply = await fetch("/S/danh-sach");
    if (!reply.ok) throw new TypeError("no list");
    return reply.text();
  }

  function isOld(until) { return new Date().toISOString().slice(0, 10) > until; }

  async function judge(digits, note) {
    try {
      const found = await vuonso.verifySealed(digits, note, words.key);
      const list = { issued_on: found.listed_on, valid_until: found.valid_until };
      const facts = [told(list)];
      if (isOld(found.valid_until)) facts.unshift(words.old);
      if (found.verdict === "recalled") return say("bad", [words.recalled].concat(facts));
      if (found.verdict === "overissued") return say("lost", [words.refused].concat(facts));
      facts.unshift(words.harvested.replace("{day}", day(found.harvested_on)));
      if (found.product) facts.unshift(found.product);
      if (found.simulated) facts.unshift(words.sample);
      const old = isOld(found.valid_until) || found.simulated || found.verdict === "unlisted";
      return say(old ? "warn" : "ok", [words[found.verdict]].concat(facts));
    } catch (error) {
      return error instanceof vuonso.Refusal ? say("lost", [words.refused]) : say("lost", [words.unable]);
    }
  }

  async function verify(digits) {
    let note;
    try { note = await listed(); } catch (_error) { return say("lost", [words.empty]); }
    return judge(digits, note);
  }

  async function showAge() {
    try { age.textContent = told(JSON.parse(await vuonso.verifyNote(await listed(), words.key))); } catch (_error) { age.textContent = ""; }
  }

  function digitsOf(text) { return text.replace(/[^0-9]/g, "").slice(-184); }

  form.addEventListener("submit", (event) => {
    if (!(self.crypto && crypto.subtle)) return; /* then the server answers */
    event.preventDefault();
    verify(digitsOf(field.value)).then(() => said.scrollIntoView());
  });
  const printed = /^\/S\/([0-9]+)$/.exec(location.pathname);
  if (printed) verify(digitsOf(printed[1]));
  showAge();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/S/sw.js", { scope: "/S/" }).catch(() => undefined);
})();
