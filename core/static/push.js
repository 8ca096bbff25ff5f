/* Waymark: asks the browser for a push subscription and puts it into a form that the server knows. */
(function () {
  'use strict';
  var form = document.querySelector('[data-wm-push]');
  if (!form || !('serviceWorker' in navigator) || !('PushManager' in window)) return;
  function bytes(text) {
    var plain = atob(text.replace(/-/g, '+').replace(/_/g, '/') + '==='.slice((text.length + 3) % 4));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }
  form.hidden = false;
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    Notification.requestPermission().then(function (answer) {
      if (answer !== 'granted') { throw new Error(answer); }
      return navigator.serviceWorker.register('/sw.js');
    }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (worker) {
      return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.getAttribute('data-wm-push')) });
    }).then(function (subscription) {
      var told = subscription.toJSON();
      form.elements.endpoint.value = told.endpoint;
      form.elements.p256dh.value = told.keys.p256dh;
      form.elements.auth.value = told.keys.auth;
      form.submit();
    }).catch(function () {
      document.getElementById(form.getAttribute('data-wm-refused')).hidden = false;
    });
  });
})();
