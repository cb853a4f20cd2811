/* Lets the push service of this browser tell us, once somebody asked for it with a tap.
   [data-push=key]   our public key; [data-no]  what is said where the browser refuses
   Its worker has a scope of its own and does nothing but show what comes. */
(function () {
  "use strict";
  var card = document.querySelector("[data-push]");
  if (!card || !window.PushManager || !navigator.serviceWorker || !window.Notification) return;
  var button = card.querySelector("button[type=button]"), note = card.querySelector("[role=alert]");

  function octets(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (sign) { return sign.charCodeAt(0); });
  }

  function refuse() {
    note.textContent = card.dataset.no;
    note.hidden = false;
    button.disabled = false;
  }

  function tell(found) {
    var body = new URLSearchParams(), keys = found.toJSON();
    body.set("endpoint", keys.endpoint);
    body.set("p256dh", keys.keys.p256dh);
    body.set("auth", keys.keys.auth);
    return fetch("/tai-khoan/bao-tin/may", { method: "POST", body: body, credentials: "same-origin" }).then(function (reply) {
      if (!reply.ok) throw new Error("refused");
      location.reload();
    });
  }

  function active(registered) {
    var fresh = registered.installing || registered.waiting;
    if (registered.active || !fresh) return registered;
    return new Promise(function (resolve) {
      fresh.onstatechange = function () { if (fresh.state === "activated") resolve(registered); };
    });
  }

  button.hidden = false;
  button.onclick = function () {
    button.disabled = true;
    Notification.requestPermission().then(function (leave) {
      if (leave !== "granted") throw new Error("no leave");
      return navigator.serviceWorker.register("/static/push-worker.js");
    }).then(active).then(function (worker) {
      return worker.pushManager.getSubscription().then(function (old) {
        return old || worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: octets(card.dataset.push) });
      });
    }).then(tell).catch(refuse);
  };
})();
