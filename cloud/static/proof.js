/* Checks lines of the public log in the reader's browser; asks this server for files and believes none of them. */
(function () {
  "use strict";
  const told = document.getElementById("proof");
  const entries = Array.from(document.querySelectorAll("[data-entry]"), (one) => one.dataset.entry);
  if (!told || !entries.length) return;

  async function file(name) {
    const reply = await fetch(name);
    if (!reply.ok) throw new TypeError("no file");
    return reply;
  }

  async function check(number) {
    const name = "/so/muc/" + number;
    const parts = await Promise.all([file(name + ".tlog-proof"), file(name + ".json")]);
    const proof = await parts[0].text(), entry = new Uint8Array(await parts[1].arrayBuffer());
    let found;
    try {
      found = await vuonso.verifyProof(proof, entry, told.dataset.key);
    } catch (error) {
      throw error instanceof vuonso.Refusal ? error : new RangeError("no Ed25519 here");
    }
    if (String(found.index) !== number) throw new vuonso.Refusal("another line");
  }

  function say(word, kind) {
    told.textContent = told.dataset[word];
    told.className = kind;
  }

  Promise.all(entries.map(check)).then(
    () => say("good", "state ok"),
    (error) => {
      if (error instanceof vuonso.Refusal) say("bad", "error");
      else say(error instanceof RangeError ? "unable" : "lost", "note");
    });
})();
