/* What waits on this telephone to be sent: entries of the diary with photos and voice. Used by a page
   (outbox.js) and by the service worker. An entry is stored under the key that makes it one before
   anything is sent; it leaves only when the server says that it has it. Sent again under the same key
   it is there once, so any answer may be lost. */
var Post = (function () {
  "use strict";
  var NAME = "vuonso-outbox", STORE = "entries", TIMEOUT_MS = 90000;

  function open() {
    return new Promise(function (resolve, reject) {
      var ask = indexedDB.open(NAME, 1);
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

  function send(one) {
    var body = new FormData(), stop = self.AbortController ? new AbortController() : null;
    Object.keys(one.fields).forEach(function (name) { body.append(name, one.fields[name]); });
    one.photos.forEach(function (photo, n) { body.append("photos", photo, n + ".jpg"); });
    if (one.voice) body.append("voice", one.voice, "voice");
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

  function each(entries, after) {
    if (!entries.length) return Promise.resolve(true);
    return send(entries[0]).then(function (done) {
      return after().then(function () { return done ? each(entries.slice(1), after) : false; });
    });
  }

  /* Send what this person wrote, the oldest first; whether nothing of it waits any longer, and how much there was. */
  function round(who, after) {
    return all().then(function (entries) {
      var due = entries.filter(function (one) { return one.who === who && !one.refused; });
      due.sort(function (a, b) { return a.at - b.at; });
      return each(due, after).then(function (done) { return { done: done, due: due.length }; });
    });
  }

  /* One at a time sends; where the browser knows no locks, the key still makes each entry one. */
  function alone(act) {
    if (!navigator.locks) return act();
    return navigator.locks.request(NAME, { ifAvailable: true }, function (lock) { return lock ? act() : { done: false, due: 0 }; });
  }

  return {
    all: all, put: put, drop: drop,
    deliver: function (who, after) { return alone(function () { return round(who, after); }); },
    forget: function () { indexedDB.deleteDatabase(NAME); }
  };
})();
