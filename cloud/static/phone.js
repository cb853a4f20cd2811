/* On every page of a farmer's. A form is sent once however often it is tapped, and a page that the browser
   had put aside is fetched anew: its keys are those of the taps before.
   [data-sending]  what a button says while its form is on the way
   [data-again=ms] something is on its way: look again after so long
   Makes an application of the page where the browser can: registers the service worker, and offers to
   install it to who came back and has done something with it.
   [data-install]  the offer, hidden until it makes sense; [data-how]  what fits this browser */
(function () {
  "use strict";
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
  var again = document.querySelector("[data-again]");
  if (again && !document.body.classList.contains("kept")) setTimeout(function () { location.reload(); }, +again.dataset.again);

  if (!navigator.serviceWorker) return;
  /* What it keeps is fetched when the page is there: on a slow line the two would wait for each other. */
  window.addEventListener("load", function () { navigator.serviceWorker.register("/sw.js").catch(function () {}); });
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
