/* Makes an application of the page where the browser can: registers the service worker, and offers to
   install it to who came back and has done something with it.
   [data-install]  the offer, hidden until it makes sense; [data-how]  what fits this browser */
(function () {
  "use strict";
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register("/sw.js").catch(function () {});
  /* The first page was loaded before there was anybody to keep it. */
  if (!navigator.serviceWorker.controller) navigator.serviceWorker.ready.then(function (worker) { worker.active.postMessage("keep"); });
  var offer = document.querySelector("[data-install]"), prompt = null;

  function count(name, store) { store[name] = +(store[name] || 0) + 1; return +store[name]; }
  document.addEventListener("submit", function () { localStorage.used = 1; });
  if (!sessionStorage.came) { sessionStorage.came = 1; count("visits", localStorage); }
  if (!offer || localStorage.later || !localStorage.used || +localStorage.visits < 2) return;
  if (navigator.standalone || matchMedia("(display-mode: standalone)").matches) return;

  function show(how) {
    offer.querySelector('[data-how="' + how + '"]').hidden = false;
    offer.hidden = false;
  }
  if (/Zalo/i.test(navigator.userAgent)) show("zalo");
  else if (/iPhone|iPad/.test(navigator.userAgent)) show("apple");
  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    prompt = event;
    show("button");
  });
  offer.addEventListener("click", function (event) {
    var pressed = event.target.closest("button");
    if (!pressed) return;
    offer.hidden = true;
    if (pressed.dataset.how && prompt) prompt.prompt(); else localStorage.later = 1;
  });
})();
