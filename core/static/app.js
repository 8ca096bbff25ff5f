/* Waymark: the only script of our own. Every function improves something that already works without it. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  function all(selector, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(selector)); }

  /* One listener for the page, so that parts swapped in by htmx need no set-up. */
  var does = {
    'data-wm-theme': function (el, e) {
      e.preventDefault();
      var next = root.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
      root.setAttribute('data-bs-theme', next);
      doc.cookie = 'theme=' + next + ';path=/;max-age=31536000;samesite=lax' + (location.protocol === 'https:' ? ';secure' : '');
    },
    'data-wm-open': function (el, e) {   /* the link leads to a page with the same form */
      var dialog = doc.getElementById(el.getAttribute('data-wm-open'));
      if (dialog && dialog.showModal) { e.preventDefault(); dialog.showModal(); }
    },
    'data-wm-close': function (el, e) { var dialog = el.closest('dialog'); if (dialog) { e.preventDefault(); dialog.close(); } },
    'data-wm-exit': function (el, e) { e.preventDefault(); leave(el.href); },
    'data-wm-fill': function (el) {      /* a ready answer goes into the field; the person still sends it */
      var field = doc.getElementById(el.getAttribute('data-wm-fill'));
      if (field) { field.value = el.getAttribute('data-text'); field.focus(); }
    },
    'data-wm-step': function (el) {
      var field = doc.getElementById(el.getAttribute('aria-controls'));
      field.value = Math.max(Number(field.min) || 0, (parseInt(field.value, 10) || 0) + Number(el.getAttribute('data-wm-step')));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
    'data-wm-show': show,
    'data-wm-print': function () { print(); },
    'data-wm-toast-close': function (el) { el.closest('.wm-toast').remove(); }
  };
  var keys = Object.keys(does), selector = keys.map(function (key) { return '[' + key + ']'; }).join();
  doc.addEventListener('click', function (e) {
    var el = e.target.closest(selector);
    if (el) keys.forEach(function (key) { if (el.hasAttribute(key)) does[key](el, e); });
    all('details.wm-pop[open]').forEach(function (pop) { if (!pop.contains(e.target)) pop.open = false; });
  });

  /* Quick exit replaces the page, so that Back does not return here; Esc three times does the same. */
  function leave(href) { doc.body.hidden = true; location.replace(href); }
  var presses = 0, last = 0;
  doc.addEventListener('keydown', function (e) {
    var exit = doc.querySelector('[data-wm-exit]'), hot = doc.querySelector('[data-wm-hotkey]');
    if (e.key === 'Escape') {
      presses = e.timeStamp - last < 1500 ? presses + 1 : 1; last = e.timeStamp;
      if (exit && presses === 3) leave(exit.href);
      all('details.wm-pop[open],details.wm-drawer[open]').forEach(function (pop) { pop.open = false; pop.querySelector('summary').focus(); });
    } else if (hot && e.key === hot.getAttribute('data-wm-hotkey') && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(doc.activeElement.tagName)) {
      e.preventDefault(); hot.focus();
    }
  });

  /* Chart or table. Without this script both are on the page. */
  function show(button) {
    all('[data-wm-show]', button.parentNode).forEach(function (other) {
      var on = other === button; other.setAttribute('aria-pressed', String(on));
      doc.getElementById(other.getAttribute('data-wm-show')).hidden = !on;
    });
  }

  /* Clocks. The words come from the body, in the language of the page; from two days on the server's stand. */
  function tick() {
    var words = doc.body.dataset;
    all('[data-due]').forEach(function (el) {
      var minutes = Math.trunc((Date.parse(el.getAttribute('data-due')) - Date.now()) / 60000), late = minutes < 0;
      var h = Math.floor(Math.abs(minutes) / 60), m = Math.abs(minutes) % 60;
      if (isNaN(minutes) || h >= 48 || !words.leftHm) return;
      var form = (late ? 'late' : 'left') + (h >= 10 || (h && !m) ? 'H' : h ? 'Hm' : 'M');
      el.textContent = words[form].replace('{h}', h).replace('{m}', m);
      if (late) { var box = el.closest('.wm-due,.wm-clock'); if (box) box.classList.add(box.classList.contains('wm-due') ? 'wm-due-late' : 'wm-clock-late'); }
    });
  }
  setInterval(function () {
    if (doc.hidden) return;
    tick();
    if (window.htmx) window.htmx.trigger(doc.body, 'wm:poll');
  }, 30000);

  /* Toasts go after ten seconds, unless they report a failure or somebody is on them. */
  function toasts(from) {
    all('[data-wm-toast]', from).forEach(function (toast) {
      if (toast.dataset.timed) return;
      toast.dataset.timed = '1';
      toast.querySelector('[data-wm-toast-close]').hidden = false;
      if (toast.getAttribute('role') === 'alert') return;
      (function later() { setTimeout(function () { if (toast.matches(':hover,:focus-within')) later(); else toast.remove(); }, 10000); })();
    });
  }

  /* Questions that are asked only after some answers. Without this script all are shown, with the condition in words. */
  function answer(form, name) {
    var found = all('[name="' + name + '"]', form).filter(function (el) { return !el.disabled && (!/^(radio|checkbox)$/.test(el.type) || el.checked); });
    return found.map(function (el) { return el.value.trim(); }).filter(Boolean);
  }
  function compares(rule, given) {
    var first = given[0], number = typeof rule.value === 'number';
    if (number && first !== undefined) first = Number(first.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.'));
    if (rule.is === 'answered') return given.length > 0;
    if (rule.is === 'one_of') return rule.value.indexOf(first) >= 0;
    if (rule.is === 'not_equals') return first !== rule.value;
    if (rule.is === 'includes') return given.indexOf(rule.value) >= 0;
    if (rule.is === 'equals') return first === rule.value;
    return first !== undefined && (rule.is === 'at_least' ? first >= rule.value : first <= rule.value);
  }
  function when(from) {
    var boxes = all('[data-wm-when]', from);
    boxes.forEach(function () {   /* one may hang on another: as often as there are questions */
      boxes.forEach(function (box) {
        var rule = JSON.parse(box.getAttribute('data-wm-when')), on = compares(rule, answer(box.closest('form'), rule.name));
        box.hidden = !on;
        all('input,select,textarea', box).forEach(function (el) { el.disabled = !on; });
      });
    });
  }
  doc.addEventListener('change', function (e) { if (e.target.form) { when(e.target.form); count(e.target.form); } });

  /* How many rows of a list are chosen, beside the button that acts on them. */
  function count(form) {
    var told = form.querySelector('[data-wm-count]'), chosen = told ? all('[name="' + form.getAttribute('data-wm-counts') + '"]:checked', form).length : 0;
    if (told) told.textContent = chosen ? told.getAttribute('data-some').replace('{n}', chosen) : told.getAttribute('data-none');
  }

  /* What new parts of the page need. */
  function settle(from) {
    all('[data-wm-show][aria-pressed="true"]', from).forEach(show);
    all('dialog[data-wm-open-now]', from).forEach(function (dialog) { if (dialog.showModal) { dialog.removeAttribute('open'); dialog.removeAttribute('data-wm-open-now'); dialog.showModal(); } });
    all('.wm-tabs [aria-current]', from).forEach(function (tab) {
      var row = tab.closest('.wm-tabs'), r = row.getBoundingClientRect(), t = tab.getBoundingClientRect();
      if (t.right > r.right || t.left < r.left) row.scrollLeft += t.left - r.left - 16;
    });
    toasts(from);
    when(from || doc);
    var focus = (from || doc).querySelector('[data-wm-focus]');
    if (focus) focus.focus();
  }

  /* A failed request says so and leaves the page, with all input, as it was. */
  function fail(kind) {
    var box = doc.querySelector('[data-wm-failures]');
    if (!box) return;
    all('.wm-note', box).forEach(function (note) { note.remove(); });
    box.appendChild(box.querySelector('[data-wm-failure="' + kind + '"]').content.cloneNode(true));
  }
  doc.addEventListener('htmx:beforeRequest', function () { all('[data-wm-failures] .wm-note').forEach(function (note) { note.remove(); }); });
  doc.addEventListener('htmx:beforeSwap', function (e) {
    var box = doc.querySelector('[data-wm-failures]'), login = box && box.getAttribute('data-login'), url = e.detail.xhr.responseURL;
    if (login && url && new URL(url, location.href).pathname === login && location.pathname !== login) { e.detail.shouldSwap = false; fail('signed-out'); }
  });
  doc.addEventListener('htmx:afterSwap', function (e) { settle(e.detail.elt && e.detail.elt.isConnected ? e.detail.elt.parentNode || doc : doc); });
  doc.addEventListener('htmx:responseError', function (e) { if (!e.detail.requestConfig || e.detail.requestConfig.triggeringEvent == null || e.detail.requestConfig.triggeringEvent.type !== 'wm:poll') fail('error'); });
  doc.addEventListener('htmx:sendError', function (e) { if (!e.detail.requestConfig || e.detail.requestConfig.triggeringEvent == null || e.detail.requestConfig.triggeringEvent.type !== 'wm:poll') fail('offline'); });
  settle();
})();
