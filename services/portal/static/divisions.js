// Offers divisions while a name or code is typed; the field keeps the six digits.
"use strict";

const field = document.querySelector("input[data-divisions]");
if (field) {
  const list = document.getElementById(field.getAttribute("list"));
  const shown = document.querySelector("[data-division-name]");
  const names = new Map();
  let timer = 0;
  let asked = 0;

  const look = async () => {
    const text = field.value.trim();
    const code = text.split(" ")[0];
    if (names.has(code)) {
      field.value = code;
      shown.textContent = `${names.get(code)}（${code}）`;
      return;
    }
    shown.textContent = "";
    if (!text) return;
    const mine = ++asked;
    const answer = await fetch(`${field.dataset.divisions}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
    if (!answer.ok || mine !== asked) return;
    const items = (await answer.json()).items;
    list.replaceChildren(
      ...items.map((item) => {
        names.set(item.code, item.name);
        const option = document.createElement("option");
        option.value = `${item.code} ${item.name}`;
        return option;
      }),
    );
    if (names.has(code) && code === field.value.trim()) shown.textContent = `${names.get(code)}（${code}）`;
  };

  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, 200);
  });
  field.addEventListener("change", look);
}
