/**
 * What runs in the browser: it asks for the same page again, and changes only what is not the same, so that focus, scroll
 * position, selection and what is being typed stay. Without it the page is complete, and stands still.
 */

export const liveScript = `'use strict';
(() => {
  const everyMs = 5000;
  const patienceMs = 10000;
  const typingMs = 300;
  const notice = document.getElementById('live-notice');
  const state = document.getElementById('live-state');
  const button = document.getElementById('live-button');
  if (!notice || !state || !button || !window.fetch || !window.DOMParser) return;

  let timer;
  let running;
  let paused = false;
  let stale = false;
  let lastAnswer = new Date();

  const say = (text) => { if (notice.textContent !== text) notice.textContent = text; };
  const clock = (date) => date.toISOString().slice(11, 19) + ' UTC';

  function schedule() {
    clearTimeout(timer);
    if (!paused && !document.hidden) timer = setTimeout(() => void refresh(false), everyMs);
  }

  /** Asks for the page at its present address; chosen: because the reader chose another view of it. */
  async function refresh(chosen) {
    if (running) {
      if (!chosen) return;
      running.abort();
    }
    const mine = new AbortController();
    running = mine;
    const limit = setTimeout(() => mine.abort(), patienceMs);
    try {
      const answer = await fetch(location.href, { signal: mine.signal, headers: { accept: 'text/html' }, cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (running !== mine) return;
      take(new DOMParser().parseFromString(text, 'text/html'), chosen);
      lastAnswer = new Date();
      if (stale) say(notice.dataset.back);
      else if (!paused) say('');
      stale = false;
    } catch {
      if (running !== mine) return;
      stale = true;
      say(notice.dataset.stale.replace('{time}', clock(lastAnswer)));
    } finally {
      clearTimeout(limit);
      // Whatever of an answer is not read gives its connection back.
      mine.abort();
      if (running === mine) {
        running = undefined;
        schedule();
      }
    }
  }

  function take(fresh, chosen) {
    if (fresh.documentElement.dataset.build !== document.documentElement.dataset.build) {
      location.reload();
      return;
    }
    const focused = document.activeElement;
    document.title = fresh.title;
    const languages = [document, fresh].map((one) => one.querySelector('.language'));
    if (languages[0] && languages[1]) languages[0].setAttribute('href', languages[1].getAttribute('href'));
    patch(document.getElementById('main'), fresh.getElementById('main'), chosen);
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  }

  const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || node.id || '' : '');
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  function patch(old, fresh, chosen) {
    if (old.nodeType !== 1) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    // What a reader is filling in is his until he has chosen.
    if (old.nodeName === 'FORM' && !chosen) return;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.isEqualNode(fresh)) return;
    const keyed = new Map();
    for (const child of old.childNodes) if (keyOf(child)) keyed.set(child.nodeName + ' ' + keyOf(child), child);
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const key = keyOf(child);
      let match = key ? keyed.get(child.nodeName + ' ' + key) : at && alike(at, child) ? at : undefined;
      if (match && match !== at && match.parentNode !== old) match = undefined;
      if (!match) {
        old.insertBefore(document.importNode(child, true), at);
        continue;
      }
      if (key) keyed.delete(child.nodeName + ' ' + key);
      // What stood before it and is gone goes first: a row that stays is not moved, and keeps the focus.
      while (at && at !== match && !(keyOf(at) && keyed.has(at.nodeName + ' ' + keyOf(at)))) at = remove(at);
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      patch(match, child, chosen);
    }
    while (at) at = remove(at);
  }

  function remove(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function view(address, replaces) {
    history[replaces ? 'replaceState' : 'pushState'](null, '', address);
    return refresh(true);
  }

  function addressOf(form) {
    const address = new URL(form.getAttribute('action'), document.baseURI);
    for (const [name, value] of new FormData(form)) if (value !== '') address.searchParams.append(name, value);
    return address;
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-live]');
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void view(link.href, false);
  });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-live]')) return;
    event.preventDefault();
    clearTimeout(typing);
    void view(addressOf(event.target), false);
  });
  let typing;
  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (!form || !form.matches('form[data-live]')) return;
    clearTimeout(typing);
    typing = setTimeout(() => void view(addressOf(form), true), event.target.nodeName === 'SELECT' ? 0 : typingMs);
  });
  window.addEventListener('popstate', async () => {
    await refresh(true);
    for (const form of document.querySelectorAll('form[data-live]')) form.reset();
  });
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden && !paused) void refresh(false);
  });
  button.addEventListener('click', () => {
    paused = !paused;
    button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    state.hidden = paused;
    say(paused ? notice.dataset.paused : '');
    clearTimeout(timer);
    if (!paused) void refresh(false);
  });
  button.hidden = false;
  state.hidden = false;
  schedule();
})();
`;
