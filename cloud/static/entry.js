/* Writing into the diary: form#entry is kept on this telephone first and sent then (outbox.js). Without
   JavaScript it is a form like any other.
   [data-chosen=words]  says how many photos are chosen, in place of what the browser would say */
(function () {
  "use strict";
  var QUALITY = 0.82, MOST = 3, DAY_MS = 86400000, HERE_MS = 7 * 3600000;
  var form = document.getElementById("entry");
  if (!form) return;
  var photos = form.elements.photos, voice = form.elements.voice, said = form.querySelector("[data-chosen]"), asked = said.textContent;

  function chosen() {
    var count = Math.min(photos.files.length, MOST);
    said.textContent = count ? said.dataset.chosen.replace("#", count) : asked;
  }
  photos.addEventListener("change", chosen);
  form.addEventListener("reset", function () { setTimeout(chosen); });
  chosen(); /* a page that is shown again may have some */
  if (!Outbox) return;

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

  if (document.body.classList.contains("kept")) today();
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    var fields = {}, taken = Array.prototype.slice.call(photos.files, 0, MOST);
    Array.prototype.forEach.call(form.elements, function (one) {
      if (!one.name || one.type === "file" || (one.type === "radio" && !one.checked)) return;
      fields[one.name] = one.value;
    });
    var spoken = voice.files[0] || null;
    var told = form.querySelector("[name=work]:checked").nextElementSibling.textContent.trim();
    Promise.all(taken.map(function (one) { return smaller(one, QUALITY); })).then(function (small) {
      return Post.put({ key: fields.key, who: Outbox.who, at: Date.now(), told: told, fields: fields, photos: small, voice: spoken });
    }).then(function () {
      form.reset();
      form.elements.key.value = fresh();
      delete form.dataset.busy;
      if (window.scrollTo) window.scrollTo(0, 0);
      later();
      return Outbox.show().then(Outbox.deliver);
    }, function () { form.submit(); /* no room on this telephone: as without JavaScript */ });
  });
})();
