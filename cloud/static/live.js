/* Keeps a page fresh: snapshot first over SSE, polling as the fallback, ages by the server's clock.
   Works on attributes only, so the page means the same without it:
   main[data-live]  address of the stream; main[data-snapshot]  the same as one JSON answer
   main[data-shape] what is on the page; another shape means: load it anew
   main[data-link]  "asking", "live" or "lost"; live only while the server speaks
   body.kept        the page came from the telephone's own store (sw.js); it claims nothing until the server speaks
   [data-k=name]    receives text and attributes of that name
   [data-at=ms]     shows its age; [data-fragment=url][data-rev]  is fetched anew when rev changes */
(function () {
  "use strict";
  var SILENT_MS = 45000, STEADY_MS = 30000, POLL_MS = 15000, BACKOFF_MAX_MS = 60000;
  var main = document.querySelector("main[data-live]");
  if (!main) return;

  var source = null, failures = 0, retry = 0, poll = 0, steady = 0, etag = "";
  var words = JSON.parse(main.dataset.words);
  var asked = moment(), spoke = asked, told = null; /* told: the server's time, and when it said so */

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  /* Sleep stops the one clock and a correction moves the other: the larger never makes news younger. */
  function moment() { return { date: Date.now(), steady: performance.now() }; }
  function since(then) { return Math.max(Date.now() - then.date, performance.now() - then.steady); }

  function age(seconds) {
    if (seconds < 90) return words.s.replace("#", Math.max(0, Math.round(seconds)));
    if (seconds < 5400) return words.m.replace("#", Math.round(seconds / 60));
    return words.h.replace("#", Math.round(seconds / 3600));
  }

  function link(state) {
    main.dataset.link = state;
    document.body.classList.toggle("asking", state === "asking");
    document.body.classList.toggle("live", state === "live");
    document.body.classList.toggle("lost-link", state === "lost");
  }

  function heard() {
    spoke = moment();
    document.body.classList.remove("kept");
    link("live");
    tick();
  }

  function tick() {
    if (main.dataset.link === "live" && since(spoke) > SILENT_MS) link("lost");
    if (source && since(asked) > SILENT_MS) failed();
    if (!told) return;
    each("[data-at]", function (node) {
      if (!node.dataset.at) return;
      var seconds = (told.now + since(told.at) - node.dataset.at) / 1000;
      var old = seconds > +(node.dataset.oldS || 180);
      node.textContent = (old ? words.old + " · " : "") + age(seconds);
      node.classList.toggle("old", old);
    });
  }

  function fragment(node) {
    fetch(node.dataset.fragment, { credentials: "same-origin" }).then(function (reply) {
      return reply.ok && !reply.redirected ? reply.text() : null;
    }).then(function (html) { if (html) node.innerHTML = html; }, function () {});
  }

  function set(node, name, value) {
    if (name === "text") { if (node.textContent !== value) node.textContent = value; return; }
    if (node.getAttribute(name) === value) return;
    if (value === null) node.removeAttribute(name); else node.setAttribute(name, value);
    if (name === "data-rev" && node.dataset.fragment) fragment(node);
  }

  function apply(state) {
    if (state.shape !== main.dataset.shape) { location.reload(); return; }
    told = { now: state.now, at: moment() };
    Object.keys(state.k).forEach(function (key) {
      each('[data-k="' + key + '"]', function (node) {
        Object.keys(state.k[key]).forEach(function (name) { set(node, name, state.k[key][name]); });
      });
    });
    heard();
  }

  function close() {
    clearTimeout(retry); clearTimeout(steady);
    if (source) source.close();
    source = null;
    steady = 0;
  }

  /* A stream that ended may be back in a second; one that hung, or fails twice, is gone. */
  function failed() {
    close();
    failures += 1;
    if (!poll) link(failures === 1 && since(asked) < SILENT_MS ? "asking" : "lost");
    if (failures > 1 && !poll) fall();
    var wait = Math.min(BACKOFF_MAX_MS, 1000 * Math.pow(2, failures - 1));
    retry = setTimeout(open, wait * (0.7 + 0.6 * Math.random()));
  }

  function open() {
    close();
    if (document.hidden) return;
    if (!window.EventSource) { if (!poll) fall(); return; }
    asked = moment();
    source = new EventSource(main.dataset.live);
    source.addEventListener("state", function (event) {
      asked = moment();
      clearInterval(poll); poll = 0;
      steady = steady || setTimeout(function () { failures = 0; steady = 0; }, STEADY_MS);
      apply(JSON.parse(event.data));
    });
    source.addEventListener("beat", function () { asked = moment(); heard(); });
    source.onerror = failed;
  }

  function fall() { poll = setInterval(ask, POLL_MS); ask(); }

  function ask() {
    if (document.hidden) return;
    fetch(main.dataset.snapshot, { credentials: "same-origin", headers: etag ? { "If-None-Match": etag } : {} })
      .then(function (reply) {
        if (document.hidden || !poll) return null;
        if (reply.redirected || [401, 403, 404].indexOf(reply.status) >= 0) { location.reload(); return null; }
        if (reply.status === 304) { heard(); return null; }
        if (!reply.ok) throw reply.status;
        etag = reply.headers.get("ETag") || "";
        return reply.json();
      }).then(function (state) { if (state && poll) apply(state); })
      .catch(function () { if (poll) link("lost"); });
  }

  /* Whatever was true before the screen went dark must be said anew. */
  function wake() {
    failures = 0;
    link("asking");
    tick();
    if (poll) ask();
    open();
  }

  document.addEventListener("visibilitychange", function () { if (document.hidden) { close(); link("asking"); } else wake(); });
  window.addEventListener("online", wake);
  window.addEventListener("offline", function () { link("lost"); });
  setInterval(tick, 1000);
  link("asking");
  open();
})();
