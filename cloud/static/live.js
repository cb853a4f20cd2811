/* Keeps a page fresh: snapshot first over SSE, polling as the fallback, ages by the server's clock.
   Works on attributes only, so the page means the same without it:
   main[data-live]  address of the stream; main[data-snapshot]  the same as one JSON answer
   main[data-shape] what is on the page; another shape means: load it anew
   main[data-link]  "live" or "lost"; absent until the server has spoken, and no age is shown until then
   [data-k=name]    receives text and attributes of that name
   [data-at=ms]     shows its age; [data-fragment=url][data-rev]  is fetched anew when rev changes */
(function () {
  "use strict";
  var HEARTBEAT_LOST_MS = 45000, STEADY_MS = 30000, POLL_MS = 15000, BACKOFF_MAX_MS = 60000;
  var main = document.querySelector("main[data-live]");
  var source = null, failures = 0, watchdog = 0, retry = 0, poll = 0, steady = 0, etag = "";

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.busy) { event.preventDefault(); return; }
    form.dataset.busy = "1";
    var pressed = event.submitter;
    if (pressed && form.dataset.sending) {
      pressed.setAttribute("aria-disabled", "true");
      pressed.textContent = form.dataset.sending;
    }
    setTimeout(function () { delete form.dataset.busy; }, 10000);
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  if (!main) return;

  var skew = 0;
  var words = JSON.parse(main.dataset.words);

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  function age(seconds) {
    if (seconds < 90) return words.s.replace("#", Math.max(0, Math.round(seconds)));
    if (seconds < 5400) return words.m.replace("#", Math.round(seconds / 60));
    return words.h.replace("#", Math.round(seconds / 3600));
  }

  function link(state) {
    main.dataset.link = state;
    document.body.classList.toggle("live", state === "live");
    document.body.classList.toggle("lost-link", state === "lost");
  }

  function tick() {
    if (!main.dataset.link) return;
    each("[data-at]", function (node) {
      if (!node.dataset.at) return;
      var seconds = (Date.now() + skew - node.dataset.at) / 1000;
      var old = seconds > +(node.dataset.oldS || 180);
      node.textContent = (old ? words.old + " · " : "") + age(seconds);
      node.classList.toggle("old", old);
    });
  }

  function fragment(node) {
    fetch(node.dataset.fragment, { credentials: "same-origin" }).then(function (reply) {
      return reply.ok ? reply.text() : null;
    }).then(function (html) { if (html) node.innerHTML = html; }, function () {});
  }

  function set(node, name, value) {
    if (name === "text") { if (node.textContent !== value) node.textContent = value; return; }
    if (node.getAttribute(name) === value) return;
    if (value === null) node.removeAttribute(name); else node.setAttribute(name, value);
    if (name === "data-rev" && node.dataset.fragment) fragment(node);
  }

  function apply(state) {
    skew = state.now - Date.now();
    if (state.shape !== main.dataset.shape) { location.reload(); return; }
    Object.keys(state.k).forEach(function (key) {
      each('[data-k="' + key + '"]', function (node) {
        Object.keys(state.k[key]).forEach(function (name) { set(node, name, state.k[key][name]); });
      });
    });
    link("live");
    tick();
  }

  function close() {
    clearTimeout(watchdog); clearTimeout(retry); clearTimeout(steady);
    if (source) source.close();
    source = null;
    steady = 0;
  }

  function failed() {
    close();
    if (main.dataset.link) link("lost");
    failures += 1;
    if (failures === 2 && !poll) poll = setInterval(ask, POLL_MS);
    var wait = Math.min(BACKOFF_MAX_MS, 1000 * Math.pow(2, failures - 1));
    retry = setTimeout(open, wait * (0.7 + 0.6 * Math.random()));
  }

  function alive() {
    clearTimeout(watchdog);
    watchdog = setTimeout(failed, HEARTBEAT_LOST_MS);
  }

  function open() {
    close();
    if (document.hidden) return;
    if (!window.EventSource) { if (!poll) poll = setInterval(ask, POLL_MS); ask(); return; }
    source = new EventSource(main.dataset.live);
    alive();
    source.addEventListener("state", function (event) {
      alive();
      clearInterval(poll); poll = 0;
      steady = steady || setTimeout(function () { failures = 0; steady = 0; }, STEADY_MS);
      apply(JSON.parse(event.data));
    });
    source.addEventListener("beat", alive);
    source.onerror = failed;
  }

  function ask() {
    if (document.hidden) return;
    fetch(main.dataset.snapshot, { credentials: "same-origin", headers: etag ? { "If-None-Match": etag } : {} })
      .then(function (reply) {
        etag = reply.headers.get("ETag") || "";
        return reply.status === 200 ? reply.json() : null;
      }).then(function (state) { if (state) apply(state); }, function () {});
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) close(); else { failures = 0; open(); }
  });
  window.addEventListener("online", function () { failures = 0; open(); });
  setInterval(tick, 1000);
  open();
})();
