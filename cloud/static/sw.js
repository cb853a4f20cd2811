/* The telephone without a line. Served at /sw.js behind a line that says what to keep (cloud/phone/pages.py).
   Kept: static files by their hash; pages of which the server says whose they are (`Kept-By`), the newest 30.
   Never kept: anything else, so no money, orders, commands, streams or answers to programs.
   A kept page says so and how old it is, claims nothing, and carries new keys, so that no tap on it
   can be taken for one made before. Nothing that was tapped is repeated later, but diary entries. */
"use strict";
importScripts(KEPT.post);
const FILES = "files-" + KEPT.version, PAGES = "pages-", NOBODY = "-", MOST = 30;
const PATIENCE_MS = 8000; /* then the kept page is shown, if there is one; a first visit takes two seconds */
const WATER_MS = 20000; /* then the request is given up: water must not begin long after the tap */
const [LOST, LOST_STOP, LOST_FORM] = KEPT.pages;
const STOP = /^\/vuon(\/[^/]+)?\/dung$/, WATER = /^\/vuon\/khu\/[^/]+\/tuoi$/, LOG_OUT = "/thoat";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([...KEPT.files, ...KEPT.pages])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(drop((name) => name.startsWith("files-") && name !== FILES).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event, request));
  else if (request.mode === "navigate" && request.method === "POST") event.respondWith(send(event, request, url.pathname));
  else if (request.method === "GET" && url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(file(request));
});

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(fetch(event.source.url).then((reply) => note(reply.url, reply)));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(deliver());
});

async function page(event, request) {
  const asked = fetch(request);
  event.waitUntil(asked.then((reply) => note(request.url, reply.clone())).catch(() => undefined));
  const found = await match(request.url);
  try {
    const reply = await (found ? Promise.race([asked, late(PATIENCE_MS)]) : asked);
    return found && gone(reply) ? kept(found) : reply;
  } catch (_error) {
    if (found) return kept(found);
    const own = await files(), lost = (await own.match(request.url)) || (await own.match(LOST));
    return lost ? new Response(rekeyed(await lost.text()), { headers: lost.headers }) : Response.error();
  }
}

async function send(event, request, path) {
  if (path === LOG_OUT) event.waitUntil(forget());
  try {
    const reply = await (STOP.test(path) ? Promise.race([fetch(request), late(PATIENCE_MS)]) : fetch(request, patience(path)));
    return STOP.test(path) && gone(reply) ? Response.redirect(LOST_STOP, 303) : reply;
  } catch (_error) {
    return Response.redirect(STOP.test(path) ? LOST_STOP : LOST_FORM, 303);
  }
}

async function file(request) {
  const own = await files(), found = await own.match(request);
  if (found) return found;
  try {
    const reply = await fetch(request);
    if (reply.ok) await own.put(request, reply.clone());
    return reply;
  } catch (error) {
    const older = await own.match(request, { ignoreSearch: true }); /* a page of before an update */
    if (older) return older;
    throw error;
  }
}

/* Whose page came, and whether it stays; another person's pages go as soon as this one is here. */
async function note(url, reply) {
  const who = reply.headers.get("Kept-By");
  if (!reply.ok || !who) return;
  await drop((name) => name.startsWith(PAGES) && name !== PAGES + who);
  if (who === NOBODY) return;
  const own = await caches.open(PAGES + who);
  await store(own, url, reply);
  for (const ahead of KEPT.ahead) {
    if (await own.match(ahead)) continue;
    const other = await fetch(ahead);
    if (other.ok && other.headers.get("Kept-By") === who) await store(own, ahead, other);
  }
}

async function store(own, url, reply) {
  const headers = new Headers(reply.headers);
  headers.set("Kept-At", Date.now());
  await own.put(url, new Response(await reply.text(), { headers }));
  const all = await own.keys();
  await Promise.all(all.slice(0, -MOST).map((old) => own.delete(old)));
}

async function kept(found) {
  const text = await found.text(), minutes = Math.max(0, Math.round((Date.now() - found.headers.get("Kept-At")) / 60000));
  const marked = text.replace('<body class="', '<body class="kept ')
    .replace("<strong data-kept-age></strong>", "<strong>" + age(minutes) + "</strong>");
  return new Response(rekeyed(marked), { headers: found.headers });
}

function rekeyed(text) {
  return text.replace(/name="key" value="[^"]*"/g, () => 'name="key" value="' + fresh() + '"');
}

function age(minutes) {
  if (minutes < 1) return KEPT.words.now;
  if (minutes < 90) return KEPT.words.m.replace("#", minutes);
  if (minutes < 2880) return KEPT.words.h.replace("#", Math.round(minutes / 60));
  return KEPT.words.d.replace("#", Math.round(minutes / 1440));
}

function fresh() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => ("0" + one.toString(16)).slice(-2)).join("");
  return hex.slice(0, 12) + "4" + hex.slice(13, 16) + "a" + hex.slice(17); /* a random UUID, in its short form */
}

async function deliver() {
  const who = await owner();
  const told = who ? await Post.deliver(who, () => Promise.resolve()) : { done: false };
  for (const one of await self.clients.matchAll()) one.postMessage("outbox");
  if (!told.done) throw new Error("some of it still waits"); /* the browser asks again later */
}

async function owner() {
  const own = (await caches.keys()).find((name) => name.startsWith(PAGES));
  return own ? own.slice(PAGES.length) : "";
}

async function match(url) {
  const who = await owner();
  return who ? (await caches.open(PAGES + who)).match(url) : undefined;
}

function patience(path) {
  if (!WATER.test(path) || !self.AbortController) return undefined;
  const stop = new AbortController();
  setTimeout(() => stop.abort(), WATER_MS);
  return { signal: stop.signal };
}

function files() { return caches.open(FILES); }
function forget() { return drop((name) => name.startsWith(PAGES)); }
function drop(which) { return caches.keys().then((names) => Promise.all(names.filter(which).map((name) => caches.delete(name)))); }
function late(ms) { return new Promise((_resolve, reject) => setTimeout(reject, ms, new Error("no answer in time"))); }
function gone(reply) { return reply.status >= 502 && reply.status <= 504; }
