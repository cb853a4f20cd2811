/* Diary entries wait here (post.js) until the line is back.
   [data-outbox=account]   whose page this is: only entries of the same person are sent
   [data-outbox-count]     says how many wait; [data-outbox-refused] lists what the server refused
   [data-outbox][data-busy]  while it is being looked whether and what can be sent
   What is written goes in by entry.js. */
var Outbox = (function () {
  "use strict";
  var RETRY_MS = 30000, root = document.querySelector("[data-outbox]");
  if (!window.indexedDB || !window.Promise || !window.fetch) return null;

  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") !== "/thoat") return;
    if (root && +root.dataset.waiting && !confirm(words.leave)) { event.preventDefault(); event.stopPropagation(); return; }
    Post.forget(); /* the answer says so too: Clear-Site-Data */
  }, true);
  if (!root) return null;
  var who = root.dataset.outbox, words = JSON.parse(root.dataset.words), sending = false, again = false, retry = 0;
  root.dataset.busy = "1";

  function show() {
    return Post.all().then(function (entries) {
      var own = entries.filter(function (one) { return one.who === who; });
      var waiting = own.filter(function (one) { return !one.refused; });
      var note = root.querySelector("[data-outbox-count]"), list = root.querySelector("[data-outbox-refused]");
      note.hidden = !waiting.length && !note.dataset.sent;
      note.textContent = waiting.length ? words.waiting.replace("#", waiting.length) : words.sent;
      root.dataset.waiting = waiting.length;
      list.textContent = "";
      own.filter(function (one) { return one.refused; }).forEach(function (one) { list.appendChild(refusal(one)); });
    });
  }

  function refusal(one) {
    var item = document.createElement("li"), text = document.createElement("p"), drop_ = document.createElement("button");
    item.className = "error";
    text.textContent = one.told + ": " + one.refused;
    drop_.className = "btn"; drop_.type = "button"; drop_.textContent = words.drop;
    drop_.onclick = function () { Post.drop(one.key).then(show); };
    item.appendChild(text); item.appendChild(drop_);
    return item;
  }

  function deliver() {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    root.dataset.busy = "1";
    clearTimeout(retry);
    Post.deliver(who, show).catch(function () { return { done: false, due: 0 }; }).then(function (told) {
      sending = false;
      if (told.done && told.due) root.querySelector("[data-outbox-count]").dataset.sent = "1";
      if (again) { deliver(); return undefined; } /* saved, or the line came back, meanwhile */
      if (!told.done) retry = setTimeout(deliver, RETRY_MS);
      return show().then(function () { root.dataset.busy = ""; });
    });
  }

  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", function (event) { if (event.data === "outbox") show(); });
  window.addEventListener("online", deliver);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) deliver(); });
  show().then(deliver);
  return { who: who, show: show, deliver: deliver };
})();
