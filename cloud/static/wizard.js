/* The steps of a first listing: form[data-wizard] is sent without leaving the page, so that what is filled in
   stays when the line is gone. Without JavaScript it is a form like any other.
   [data-at-once]  a photo that is chosen is sent at once, made smaller before (smaller.js)
   [data-per-kg]   says what a kilogram costs while the price is typed */
(function () {
  "use strict";
  var QUALITY = 0.85;
  var form = document.querySelector("form[data-wizard]");
  if (!form || !window.fetch || !window.FormData) return;
  var lost = document.querySelector("[data-lost]"), sending = document.querySelector("[data-sending]");
  var photo = form.querySelector("[data-at-once]"), told = form.querySelector("[data-per-kg]"), pressed = null, busy = false;

  function say(which) { lost.hidden = which !== lost; sending.hidden = which !== sending; }

  function body() {
    var data = new FormData(form);
    if (pressed && pressed.name) data.append(pressed.name, pressed.value);
    if (!photo) return Promise.resolve(new URLSearchParams(data));
    return smaller(photo.files[0], QUALITY).then(function (small) {
      data.set("photos", small, "photo.jpg");
      return data;
    });
  }

  function send() {
    if (busy) return;
    busy = true;
    say(sending);
    body().then(function (data) {
      return fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    }).then(function (answer) {
      if (answer.redirected) { location.href = answer.url; return; }
      busy = false;
      form.submit(); /* refused: the answer is a page that says why */
    }).catch(function () { busy = false; say(lost); });
  }

  function perKilogram() {
    var chosen = form.querySelector("[name=mass]:checked").value, other = form.elements.other_g.value;
    var grams = Number(chosen === "other" ? other : chosen), price = Number(form.elements.price.value.replace(/[. ]/g, ""));
    var each = Math.round(price * 1000 / grams);
    told.textContent = price > 0 && grams > 0 && isFinite(each) ? "= " + String(each).replace(/\B(?=(\d{3})+$)/g, ".") + " đ/kg" : "";
  }

  form.addEventListener("click", function (event) { pressed = event.target.closest("button") || pressed; });
  form.addEventListener("submit", function (event) { event.preventDefault(); send(); });
  if (photo) photo.addEventListener("change", function () { if (photo.files.length) send(); });
  if (told) { form.addEventListener("input", perKilogram); perKilogram(); }
})();
