/* Shows an alert while no page is open, and opens its page. It keeps nothing and serves no page. */
(function () {
  "use strict";
  self.addEventListener("push", function (event) {
    var told = {};
    try { told = event.data.json(); } catch (odd) { /* shown all the same: a browser demands it */ }
    event.waitUntil(self.registration.showNotification(told.title || "Vườn Số", {
      body: told.body || "", tag: told.tag || "vuonso", renotify: true, lang: told.lang || "vi",
      icon: "/static/icon.svg", data: told.url || "/canh-bao"
    }));
  });
  self.addEventListener("notificationclick", function (event) {
    var url = new URL(event.notification.data, self.location.origin);
    event.notification.close();
    if (url.origin !== self.location.origin) return;
    event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(function (open) {
      for (var n = 0; n < open.length; n += 1) if (open[n].url === url.href) return open[n].focus();
      return self.clients.openWindow(url.href);
    }));
  });
})();
