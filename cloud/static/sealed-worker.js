/* Served at /S/sw.js behind a line that says what to keep (cloud/offline/pages.py); its scope is /S/ alone.
   With a line the server answers, for it knows more; without one the kept page verifies by the kept list. */
const NAME = "sealed-" + KEPT.version, PATIENCE_MS = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((own) => own.addAll([KEPT.page, KEPT.list].concat(KEPT.files))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("sealed-") && name !== NAME).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(first(request, KEPT.page));
  else if (url.pathname === KEPT.list) event.respondWith(first(request, KEPT.list));
  else if (KEPT.files.indexOf(url.pathname + url.search) >= 0) event.respondWith(kept(request));
});

async function first(request, otherwise) {
  const own = await caches.open(NAME);
  try {
    const reply = await Promise.race([fetch(request), late()]);
    if (reply.status >= 502) throw new TypeError("no answer");
    if (reply.ok && new URL(request.url).pathname === otherwise) await own.put(otherwise, reply.clone());
    return reply;
  } catch (_error) {
    return (await own.match(otherwise)) || Response.error();
  }
}

async function kept(request) {
  return (await (await caches.open(NAME)).match(request)) || fetch(request);
}

function late() { return new Promise((_resolve, reject) => setTimeout(reject, PATIENCE_MS, new Error("no answer in time"))); }
