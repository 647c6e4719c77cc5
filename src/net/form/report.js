/* SPDX-License-Identifier: Apache-2.0 */
/* The form works without this. With it, what is missing is said beside its field before anything is sent, and a lost connection loses nothing. */
(() => {
  const free = ['child_abuse', 'grooming', 'sextortion'];
  let dirty = false;
  addEventListener('beforeunload', (e) => dirty && e.preventDefault());

  const bind = () => {
    const form = document.querySelector('form.report');
    if (!form) return;
    form.noValidate = true;
    const value = (name) => String(new FormData(form).get(name) ?? '').trim();
    const error = (name, text) => {
      const place = document.getElementById(`${name}-error`);
      const fields = form.querySelectorAll(`[name="${name}"]`);
      if (place) place.textContent = text;
      for (const one of fields) one.setAttribute('aria-invalid', text ? 'true' : 'false');
    };
    const flaw = (name) => {
      const field = form.querySelector(`[data-for="${name}"]`);
      const said = value(name);
      const danger = value('danger') === 'yes';
      const nameless = danger || free.includes(value('category'));
      if (name === 'email' && said) return /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/.test(said) ? '' : field.dataset.wrong;
      if ((name === 'email' || name === 'name') && nameless) return '';
      if (name === 'locations') return said || value('account') ? '' : field.dataset.missing;
      return said ? '' : field.dataset.missing;
    };
    const names = ['category', 'locations', 'text', 'name', 'email', 'good_faith'];
    const lacking = new Set();
    const check = (name) => {
      const text = flaw(name);
      error(name, text);
      if (text) lacking.add(name);
      else lacking.delete(name);
      return !text;
    };
    form.addEventListener('input', (e) => {
      dirty = true;
      for (const name of names) if (lacking.has(name)) check(name);
      if (e.target.name === 'danger' && e.target.value === 'yes') document.getElementById('urgent-said').textContent = document.getElementById('urgent-title').textContent;
    });
    form.addEventListener('submit', async (e) => {
      e.preventDefault();
      const wrong = names.filter((name) => !check(name));
      if (wrong.length) return document.getElementById(wrong[0])?.focus();
      const button = form.querySelector('button');
      const lost = document.getElementById('lost');
      button.disabled = true;
      lost.textContent = '';
      try {
        const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'omit' });
        const type = answer.headers.get('content-type') ?? '';
        if (!type.startsWith('text/html')) throw new Error(type);
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        document.querySelector('main').replaceWith(document.importNode(page.querySelector('main'), true));
        document.title = page.title;
        if (answer.status === 201) dirty = false;
        scrollTo(0, 0);
        (document.querySelector('.summary') ?? document.querySelector('h1')).focus();
        bind();
      } catch {
        lost.textContent = form.dataset.lost;
        lost.focus();
        button.disabled = false;
      }
    });
  };
  bind();
})();
