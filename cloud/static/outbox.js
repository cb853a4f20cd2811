/* Diary entries wait here (post.js) until the line is back.
   [data-outbox=account]   whose page this is: only entries of the same person are sent
   [data-outbox-count]     says how many wait; [data-outbox-refused] lists what the server refused
   [data-outbox][data-busy]  while it is being looked whether and what can be sent
   form#entry              is kept first and sent then; without JavaScript it is a form like any other */
(function () {
  "use strict";
  var SIDE = 1600, QUALITY = 0.82, RETRY_MS = 30000, DAY_MS = 86400000, HERE_MS = 7 * 3600000;
  var root = document.querySelector("[data-outbox]");
  if (!window.indexedDB || !window.Promise || !window.fetch) return;

  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") !== "/thoat") return;
    if (root && +root.dataset.waiting && !confirm(words.leave)) { event.preventDefault(); event.stopPropagation(); return; }
    Post.forget(); /* the answer says so too: Clear-Site-Data */
  }, true);
  if (!root) return;
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

  /* Smaller before it waits: a weak line carries a tenth, and where it was taken stays here. */
  function smaller(file) {
    if (!window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var share = Math.min(1, SIDE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * share));
      canvas.height = Math.max(1, Math.round(picture.height * share));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) { resolve(blob && blob.size < file.size ? blob : file); }, "image/jpeg", QUALITY);
      });
    }).catch(function () { return file; });
  }

  function fresh() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var text = "";
    Array.prototype.forEach.call(crypto.getRandomValues(new Uint8Array(16)), function (one) { text += ("0" + one.toString(16)).slice(-2); });
    return text;
  }

  /* The browser sends on by itself when the line is back, even with all pages closed; where it can. */
  function later() {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    if (!navigator.serviceWorker || !window.SyncManager) return;
    navigator.serviceWorker.ready.then(function (worker) { return worker.sync.register("outbox"); }).catch(function () {});
  }

  /* A form out of the telephone's store may be of yesterday, and «today» with it. */
  function today() {
    Array.prototype.forEach.call(form.querySelectorAll("[name=day]"), function (one, back) {
      var day = new Date(Date.now() + HERE_MS - back * DAY_MS), word = one.nextElementSibling;
      var told = day.getUTCDate() + "/" + (day.getUTCMonth() + 1);
      one.value = day.toISOString().slice(0, 10);
      word.textContent = word.textContent.replace(/\d+\/\d+(\/\d+)?/, function (_, year) { return told + (year ? "/" + day.getUTCFullYear() : ""); });
    });
  }

  var form = document.getElementById("entry");
  if (form && document.body.classList.contains("kept")) today();
  if (form) form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    var fields = {}, chosen = Array.prototype.slice.call(form.elements.photos.files, 0, 3);
    Array.prototype.forEach.call(form.elements, function (one) {
      if (!one.name || one.type === "file" || (one.type === "radio" && !one.checked)) return;
      fields[one.name] = one.value;
    });
    var told = form.querySelector("[name=work]:checked").nextElementSibling.textContent.trim();
    Promise.all(chosen.map(smaller)).then(function (photos) {
      return Post.put({ key: fields.key, who: who, at: Date.now(), told: told, fields: fields, photos: photos });
    }).then(function () {
      form.reset();
      form.elements.key.value = fresh();
      delete form.dataset.busy;
      if (window.scrollTo) window.scrollTo(0, 0);
      later();
      return show().then(deliver);
    }, function () { form.submit(); /* no room on this telephone: as without JavaScript */ });
  });

  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", function (event) { if (event.data === "outbox") show(); });
  window.addEventListener("online", deliver);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) deliver(); });
  show().then(deliver);
})();
