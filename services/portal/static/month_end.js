// The grid of a month's end: a row is saved when the cursor leaves it, each under a key of its own, one after the other.
"use strict";

const grid = document.querySelector("[data-month-grid]");
const chosen = document.getElementById("chosen");

const picks = () => [...document.querySelectorAll("[form=chosen][name=pick]")];
const count = () => {
  const place = document.querySelector("[data-picked]");
  const number = picks().filter((box) => box.checked).length;
  if (place) place.textContent = number ? `（${number} 张）` : "";
};
document.addEventListener("change", (event) => event.target.name === "pick" && count());
count();

if (grid) {
  const RETRY_MS = 5000;
  const form = document.getElementById("grid");
  const status = document.getElementById("autosave");
  const waiting = new Map();
  const dirty = new Set();
  let busy = false;

  const say = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(isBad));
  };

  const fieldsOf = (key) => [...form.elements].filter((field) => field.name.startsWith(`${key}/`));

  const show = (page, key) => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const isOfRow = place.id.endsWith(key);
      const isOfPage = !/^(pick|ids|executed|remaining|cumulative|state|said)-/.test(place.id);
      const fresh = page.getElementById(place.id);
      if (!fresh || !(isOfRow || isOfPage || /^(executed|remaining)-/.test(place.id)) || place.contains(document.activeElement)) continue;
      const box = place.querySelector("[name=pick]");
      const wasPicked = box && box.checked;
      place.replaceChildren(...fresh.cloneNode(true).childNodes);
      const now = place.querySelector("[name=pick]");
      if (now && wasPicked) now.checked = true;
    }
    const old = document.getElementById(`row-${key}`);
    const fresh = page.getElementById(`row-${key}`);
    if (!old || !fresh) return;
    old.className = fresh.className;
    for (const field of fresh.querySelectorAll("input:not([type=hidden])")) {
      const mine = document.getElementById(field.id);
      if (!mine || !field.id) continue;
      if (field.getAttribute("aria-invalid")) mine.setAttribute("aria-invalid", "true");
      else mine.removeAttribute("aria-invalid");
    }
    count();
  };

  const send = async (key, requestKey) => {
    const body = new URLSearchParams();
    for (const name of ["csrf_token", "period"]) body.set(name, form.elements.namedItem(name).value);
    body.set("key", requestKey);
    for (const field of fieldsOf(key)) body.set(field.name, field.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (answer.status >= 500 || answer.status === 429) throw new TypeError("not now");
    if (answer.status === 401) {
      say("登录已失效，内容还在此页，请在新窗口登录后再点“全部保存”。", true);
      return;
    }
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), key);
    const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    if (answer.ok) say(`已保存 ${at}`);
    else say("标出的一行有误，没有保存。", true);
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (waiting.size) {
      const [[key, requestKey]] = waiting;
      say("正在保存…");
      try {
        await send(key, requestKey);
        if (waiting.get(key) === requestKey) waiting.delete(key);
      } catch {
        say("网络中断，内容还在此页，正在重试…", true);
        await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS));
      }
    }
    busy = false;
  };

  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const keyOf = (target) => {
    const row = target && target.closest ? target.closest("[data-row], [data-said]") : null;
    return row ? row.dataset.row || row.dataset.said : "";
  };

  grid.addEventListener("input", (event) => {
    if (event.target.name !== "pick") dirty.add(keyOf(event.target));
  });
  grid.addEventListener("focusout", (event) => {
    const key = keyOf(event.target);
    if (!key || keyOf(event.relatedTarget) === key || !dirty.delete(key)) return;
    waiting.set(key, newKey());
    work();
  });
  document.addEventListener("submit", () => {
    dirty.clear();
    waiting.clear();
  }, true);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size || dirty.size || busy) event.preventDefault();
  });
}

for (const link of document.querySelectorAll("[data-pick-all]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of picks()) box.checked = true;
    count();
    document.getElementById("submit").focus();
  });
}
