// A page of a long list: a row is saved when the cursor leaves it, one after the other, each on the version before it.
"use strict";

const grid = document.querySelector("[data-row-grid]");
if (grid) {
  const RETRY_MS = 5000;
  const status = document.getElementById("autosave");
  const changed = new Set();
  let busy = false;

  const say = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };

  const show = (page) => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(place.id);
      if (fresh && fresh.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) place.replaceChildren(...fresh.cloneNode(true).childNodes);
    }
    const fresh = page.querySelector("[data-version]");
    if (fresh) for (const place of document.querySelectorAll("[data-version]")) place.value = fresh.value;
  };

  const send = async (form) => {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Requested-With": "fetch" },
      credentials: "same-origin",
    });
    if (answer.status >= 500 || answer.status === 429) throw new TypeError("not now");
    if (answer.status === 401) {
      say("登录已失效，内容还在此页，请在新窗口登录后再点该行的“保存”。", true);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page);
    const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    if (answer.ok) say(`已保存 ${at}`);
    else if (answer.status === 412) say("内容已在别处更新，这一行还没有保存。核对后请再点该行的“保存”。", true);
    else say("这一行有误，没有保存。", true);
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (changed.size) {
      const [form] = changed;
      say("正在保存…");
      try {
        changed.delete(form);
        await send(form);
      } catch {
        changed.add(form);
        say("网络中断，内容还在此页，正在重试…", true);
        await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS));
      }
    }
    busy = false;
  };

  const dirty = new Set();
  grid.addEventListener("input", (event) => event.target.form && dirty.add(event.target.form));
  grid.addEventListener("filled", (event) => event.target.form && dirty.add(event.target.form));
  grid.addEventListener("focusout", (event) => {
    const row = event.target.closest("tr");
    if (!row || row.contains(event.relatedTarget)) return;
    const form = document.getElementById(row.dataset.form);
    if (!form || form.id === "row-new" || !dirty.delete(form)) return;
    changed.add(form);
    work();
  });
  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    changed.delete(event.target);
  }, true);
  window.addEventListener("beforeunload", (event) => {
    if (changed.size || [...dirty].some((form) => form.id !== "row-new") || busy) event.preventDefault();
  });
  if (window.location.hash === "#row-new") grid.querySelector("[data-form=row-new] :is(input, select)").focus();
}
