/* Diary entries wait here until the line is back. An entry is in the telephone's own store, with its
   photos and the key that makes it one, before anything is sent; it leaves the store only when the
   server says that it has it. Sent again under the same key it is there once, so any answer may be lost.
   [data-outbox=account]   whose page this is: only entries of the same person are sent
   [data-outbox-count]     says how many wait; [data-outbox-refused] lists what the server refused
   [data-outbox][data-busy]  while it is being looked whether and what can be sent
   form#entry              is kept first and sent then; without JavaScript it is a form like any other */
(function () {
  "use strict";
  var STORE = "entries", SIDE = 1600, QUALITY = 0.82, RETRY_MS = 30000, TIMEOUT_MS = 90000;
  var root = document.querySelector("[data-outbox]");
  if (!window.indexedDB || !window.Promise || !window.fetch) return;

  function open() {
    return new Promise(function (resolve, reject) {
      var ask = indexedDB.open("vuonso-outbox", 1);
      ask.onupgradeneeded = function () { ask.result.createObjectStore(STORE, { keyPath: "key" }); };
      ask.onsuccess = function () { resolve(ask.result); };
      ask.onerror = function () { reject(ask.error); };
    });
  }

  function use(mode, act) {
    return open().then(function (base) {
      return new Promise(function (resolve, reject) {
        var work = base.transaction(STORE, mode), asked = act(work.objectStore(STORE));
        work.oncomplete = function () { base.close(); resolve(asked.result); };
        work.onabort = work.onerror = function () { base.close(); reject(work.error); };
      });
    });
  }

  function all() { return use("readonly", function (store) { return store.getAll(); }); }
  function put(entry) { return use("readwrite", function (store) { return store.put(entry); }); }
  function drop(key) { return use("readwrite", function (store) { return store.delete(key); }); }

  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") !== "/thoat") return;
    if (root && +root.dataset.waiting && !confirm(words.leave)) { event.preventDefault(); event.stopPropagation(); return; }
    indexedDB.deleteDatabase("vuonso-outbox"); /* the answer says so too: Clear-Site-Data */
  }, true);
  if (!root) return;
  var who = root.dataset.outbox, words = JSON.parse(root.dataset.words), sending = false, again = false, retry = 0;
  root.dataset.busy = "1";

  function show() {
    return all().then(function (entries) {
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
    drop_.onclick = function () { drop(one.key).then(show); };
    item.appendChild(text); item.appendChild(drop_);
    return item;
  }

  function send(one) {
    var body = new FormData(), stop = window.AbortController ? new AbortController() : null;
    Object.keys(one.fields).forEach(function (name) { body.append(name, one.fields[name]); });
    one.photos.forEach(function (photo, n) { body.append("photos", photo, n + ".jpg"); });
    var timer = stop && setTimeout(function () { stop.abort(); }, TIMEOUT_MS);
    return fetch("/api/v1/diary", { method: "POST", body: body, credentials: "same-origin", signal: stop ? stop.signal : undefined })
      .then(function (reply) {
        clearTimeout(timer);
        if (reply.status === 201) return drop(one.key).then(function () { return true; });
        if ([403, 404, 409, 413, 422].indexOf(reply.status) < 0) return false;
        return reply.json().then(function (said) {
          one.refused = said.error.sentence;
          return put(one).then(function () { return true; });
        });
      }, function () { clearTimeout(timer); return false; });
  }

  function each(entries) {
    if (!entries.length) return Promise.resolve(true);
    return send(entries[0]).then(function (done) {
      return show().then(function () { return done ? each(entries.slice(1)) : false; });
    });
  }

  function round() {
    return all().then(function (entries) {
      var due = entries.filter(function (one) { return one.who === who && !one.refused; });
      due.sort(function (a, b) { return a.at - b.at; });
      return each(due).then(function (done) {
        var note = root.querySelector("[data-outbox-count]");
        if (due.length && done) note.dataset.sent = "1";
        return done;
      });
    });
  }

  /* One page at a time sends; where the browser knows no locks, the key still makes each entry one. */
  function alone(act) {
    if (!navigator.locks) return act();
    return navigator.locks.request("vuonso-outbox", { ifAvailable: true }, function (lock) { return lock ? act() : false; });
  }

  function deliver() {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    root.dataset.busy = "1";
    clearTimeout(retry);
    alone(round).catch(function () { return false; }).then(function (done) {
      sending = false;
      if (again) { deliver(); return undefined; } /* saved, or the line came back, meanwhile */
      if (!done) retry = setTimeout(deliver, RETRY_MS);
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

  var form = document.getElementById("entry");
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
      return put({ key: fields.key, who: who, at: Date.now(), told: told, fields: fields, photos: photos });
    }).then(function () {
      form.reset();
      form.elements.key.value = fresh();
      delete form.dataset.busy;
      if (window.scrollTo) window.scrollTo(0, 0);
      return show().then(deliver);
    }, function () { form.submit(); /* no room on this telephone: as without JavaScript */ });
  });

  window.addEventListener("online", deliver);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) deliver(); });
  show().then(deliver);
})();
