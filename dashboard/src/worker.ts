// Keeps the files of the app for when there is no network. Answers of the API are never kept: they are somebody's, and the next person at
// this device may be another.
declare const __SHELL__: string[];

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetched extends Extendable {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const shell = __SHELL__;
const cacheName = "shell-" + shell.join().replace(/[^\w]/g, "");
const worker = self as unknown as { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };

self.addEventListener("install", (event) => {
  (event as Extendable).waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(shell))
      .then(() => worker.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const drop = (names: string[]) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
  (event as Extendable).waitUntil(
    caches
      .keys()
      .then(drop)
      .then(() => worker.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Fetched;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    // The network first: a new version of the app is seen at once.
    respondWith.call(event, fetch(request).catch(() => caches.match("/").then((page) => page ?? Response.error())));
  } else if (shell.includes(url.pathname)) {
    respondWith.call(event, caches.match(url.pathname).then((file) => file ?? fetch(request)));
  }
});
