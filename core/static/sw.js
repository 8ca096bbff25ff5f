/* Waymark: shows what a push message says: that something waits. It keeps nothing and serves nothing. */
self.addEventListener('push', function (event) {
  var told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || 'Waymark', { body: told.body || '', tag: told.tag, data: told.url }));
});
self.addEventListener('notificationclick', function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data || '/'));
});
