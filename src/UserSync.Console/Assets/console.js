// Updates what changes by itself, repeats what takes several requests, and shows what becomes of a mapping while one types.
// Every page works without it.

const parse = text => new DOMParser().parseFromString(text, 'text/html');

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Replaces an element by the one with the same id in another document. */
function replace(element, page) {
  const next = page.getElementById(element.id);
  if (!next || next.innerHTML === element.innerHTML) return next ?? element;
  // Who works in it with the keyboard is not thrown out.
  if (element.contains(document.activeElement)) return element;
  element.replaceWith(next);
  return next;
}

async function live(element) {
  while (element?.dataset.live) {
    await wait(Number(element.dataset.live) * 1000);
    if (document.hidden) continue;
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin', headers: { accept: 'text/html' } });
      if (answer.ok && !answer.redirected) element = replace(element, parse(await answer.text()));
    } catch {
      // The server is away for a moment; the next time it may be back.
    }
  }
}

/** Sends a form again and again, with where the last answer ended, and shows how far it is. */
async function repeat(form) {
  const button = form.querySelector('button');
  button.disabled = true;
  let current = form;
  for (;;) {
    const answer = await fetch(current.action, { method: 'POST', body: new URLSearchParams(new FormData(current)), credentials: 'same-origin' });
    const page = parse(await answer.text());
    const shown = page.getElementById('progress');
    const place = document.getElementById('progress');
    if (!answer.ok || !shown) {
      document.getElementById('content').replaceWith(page.getElementById('content'));
      return;
    }
    place.replaceWith(shown);
    current = shown.querySelector('form[data-repeat]');
    if (current) continue;
    const groups = document.getElementById('groups');
    if (groups) groups.replaceWith(page.getElementById('groups'));
    break;
  }
}

document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.repeat === undefined) return;
  event.preventDefault();
  repeat(form);
});

document.addEventListener('click', async event => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = label; }, 1500);
});

function playground(form) {
  let latest = 0;
  let timer;
  const show = async () => {
    const mine = ++latest;
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin' });
      const page = parse(await answer.text());
      if (mine === latest) replace(document.getElementById('result'), page);
    } catch {
      // The button works without this.
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
  form.querySelector('select[name=source]')?.addEventListener('change', event => event.target.form.querySelector('button[data-choose]').click());
}

for (const button of document.querySelectorAll('button[data-copy]')) button.hidden = false;
for (const element of document.querySelectorAll('[data-live]')) live(element);
for (const form of document.querySelectorAll('form[data-preview]')) playground(form);
